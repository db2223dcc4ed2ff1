#pragma once
// The MarketSource port over WEEX: the public websocket, and candles by REST.

#include "infra/net/transport.hpp"
#include "infra/ports/clock.hpp"
#include "infra/ports/market_data.hpp"
#include "infra/weex/weex_options.hpp"
#include "messages/settings/settings.hpp"

#include <memory>

namespace rg::weex {

struct MarketStats {
  std::uint64_t frames = 0, malformed = 0;
  std::uint64_t ticks = 0, candles = 0;
  std::uint64_t conflated = 0;    ///< ticks and forming candles merged because the loop was behind
  std::uint64_t late_trades = 0;  ///< older than the newest one known; dropped
  std::uint64_t depth_breaks = 0; ///< version chain or crossed book: re-subscribed
  std::uint64_t connects = 0;
};

/// One connection for all pairs: one-minute candles, trades, ticker and depth of 15 levels.
///
/// Ticks: a trade frame gives one tick per distinct stamp (last, traded). v2 tickers and depths
/// carry no stamp, so their ticks (mark; best bid, best ask, depths) take the newest data stamp of
/// the pair, and a ticker's last price, which the trades tell with its time, is left out. When more
/// than `merge_behind` bytes wait in the socket, ticks are merged per pair until it is drained.
class WeexMarket final : public MarketSource {
public:
  WeexMarket(net::Transport& transport, const Clock& clock, const ExchangeSettings& exchange,
             const WeexOptions& options = {});
  ~WeexMarket() override;

  void set_listener(MarketListener* listener) override;
  void subscribe(const std::vector<Symbol>& symbols) override;
  void candles(Symbol symbol, Duration interval, int limit,
               std::function<void(CandleAnswer)> done) override;
  void stop();

  [[nodiscard]] MarketStats stats() const;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::weex
