// Five days of two synthetic pairs on fifteen-minute bars after the warm-up: every decision and
// every trade, as text. The model is a copy of its own, so a refit of the shipped one changes
// nothing here.

#include "backtests/backtest.hpp"
#include "backtests/csv_files.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_folder.hpp"

#include <cstdlib>

using namespace rg;

namespace {

const std::string kFolder = "tests/golden/backtest/"; // tests run at the repository's root

SpanResult run() {
  const auto folder = load_candle_folder(kFolder + "candles", {});
  REQUIRE(folder.has_value());
  const auto model = model_for(kFolder + "model.json");
  REQUIRE(model.has_value());
  const EngineSettings settings;
  const FillParameters costs;
  const FundingSchedule funding(costs.funding_interval, costs.default_funding_rate);
  const auto span = Span::cut(
      *folder, {std::nullopt, std::nullopt, settings.bars.interval, settings.bars.warm_up_slots});
  REQUIRE(span.has_value());
  return run_span(*span,
                  {settings, *model, contract_defaults(), costs, funding,
                   Notional::from_raw(10'000 * kFixedScale), true},
                  false, {});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Line by line, so that a failure shows the first decision that changed.
void check_golden(const std::string& name, const std::string& text) {
  if (std::getenv("RG_UPDATE_GOLDEN") != nullptr) {
    REQUIRE(write_file(kFolder, name, text).has_value());
    WARN("wrote " << kFolder << name);
    return;
  }
  const std::vector<std::string> expected = lines_of(test::read_whole(kFolder + name));
  const std::vector<std::string> got = lines_of(text);
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    INFO(name << ", line " << i + 1);
    REQUIRE(got[i] == expected[i]);
  }
  CHECK(got.size() == expected.size());
}

} // namespace

TEST_CASE("the same candles give the same decisions and trades", "[golden][backtest]") {
  const SpanResult result = run();
  check_golden("decisions.csv", decisions_csv(result.guarded.decisions));
  check_golden("trades.csv", trades_csv(result.guarded.result.trades));
}
