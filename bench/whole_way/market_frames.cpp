#include "bench/whole_way/market_frames.hpp"

#include "infra/market/synthetic_market.hpp"
#include "messages/units/notional.hpp"

#include <fmt/format.h>

namespace rg::bench {

namespace {

constexpr std::size_t kPadding = 128; // more than any JSON reader asks for

Frame frame_of(const Bar& bar) {
  Frame frame;
  frame.symbol = bar.symbol;
  frame.bar = bar;
  const std::string text = fmt::format(
      R"({{"event":"payload","type":"change","channel":"kline.LAST_PRICE.{0}.MINUTE_1","data":[{{)"
      R"("symbol":"{0}","klineTime":"{1}","size":"{2}","value":"{3}","high":"{4}","low":"{5}",)"
      R"("open":"{6}","close":"{7}"}}]}})",
      bar.symbol.name(), bar.open_time.ms(), bar.volume.text(),
      multiply(bar.close, bar.volume, Rounding::nearest).text(), bar.high.text(), bar.low.text(),
      bar.open.text(), bar.close.text());
  frame.size = text.size();
  frame.bytes = text + std::string(kPadding, '\0');
  return frame;
}

} // namespace

FrameTape make_tape(std::uint64_t seed, std::uint32_t trading_minutes) {
  FrameTape tape;
  SyntheticOptions options;
  options.seed = seed;
  options.history_minutes = tape.warm_up_minutes + trading_minutes;
  const SyntheticMarket market(options);
  tape.minutes.resize(options.history_minutes);
  for (const Symbol symbol : market.symbols()) {
    const std::vector<Bar>& bars = market.history(symbol);
    for (std::size_t i = 0; i < bars.size() && i < tape.minutes.size(); ++i) {
      tape.minutes[i].push_back(frame_of(bars[i]));
    }
  }
  return tape;
}

} // namespace rg::bench
