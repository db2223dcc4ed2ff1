#include "app/engine/console_limits.hpp"
#include "app/engine/history_keeper.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace rg;
using namespace rg::app;

namespace {
const LimitStatus& limit(const std::vector<LimitStatus>& all, const std::string& id) {
  for (const LimitStatus& l : all) {
    if (l.id == id) {
      return l;
    }
  }
  throw std::logic_error("no limit " + id);
}
} // namespace

TEST_CASE("limits show how far each is used, and warn from four fifths on", "[unit][app]") {
  EngineSettings settings;
  EngineStatus status;
  status.limits = {
      {"gross_leverage", 1.6, 2.0}, {"net_leverage", 1.5, 1.5}, {"drawdown", 0.05, 0.15}};
  settings.venue_clock.max_offset = std::chrono::seconds{12};
  status.clock_offset_ms = -10'800.0; // of 12,000 either way
  PairStatus pair;
  pair.guard.level = GuardLevel::halt;
  status.pairs.push_back(pair);
  Decision refused;
  refused.outcome = Outcome::refused;
  refused.refusal = Refusal::net_leverage;
  refused.id.stamp = Timestamp::from_ms(1'735'689'600'000);
  Decision earlier = refused;
  earlier.id.stamp = Timestamp::from_ms(1'735'689'500'000);
  std::map<Refusal, Timestamp> last_bound;
  note_refusals(last_bound, {refused, earlier});

  const auto limits = limits_of(status, settings, last_bound);
  CHECK(limit(limits, "gross_leverage").state() == LimitState::warning);
  CHECK(limit(limits, "net_leverage").state() == LimitState::bound);
  CHECK(limit(limits, "net_leverage").last_bound == refused.id.stamp);
  CHECK_FALSE(limit(limits, "gross_leverage").last_bound);
  CHECK(limit(limits, "drawdown").state() == LimitState::ok);
  CHECK(limit(limits, "drawdown").value == Approx(5.0)); // shown in percent
  CHECK(limit(limits, "guard_level").state() == LimitState::bound);
  CHECK(limit(limits, "clock_offset").limit == Approx(12'000.0));
  CHECK(limit(limits, "clock_offset").state() == LimitState::warning);
}

TEST_CASE("checks of single orders show their limit, and nothing that accrues", "[unit][app]") {
  EngineSettings settings;
  settings.order.price_collar = 0.03;
  const auto limits = limits_of(EngineStatus{}, settings, {});
  const LimitStatus& collar = limit(limits, "price_collar");
  CHECK(collar.limit == Approx(3.0));
  CHECK(std::isnan(collar.value));
  CHECK(collar.state() == LimitState::ok);
}

TEST_CASE("a short history holds the newest bars, longer ones are copied in pieces",
          "[unit][app]") {
  HistoryKeeper keeper;
  Bar bar;
  bar.length = 15min;
  for (int i = 0; i < 100; ++i) {
    bar.open_time = Timestamp::from_ms(1'735'689'600'000) + i * 15min;
    keeper.on_bar(bar, RegimeEstimate{}, RiskForecast{});
  }
  const PairHistory all = keeper.history(bar.symbol, 15min);
  REQUIRE(all.bars.size() == 100); // three pieces and a rest
  for (std::size_t i = 1; i < all.bars.size(); ++i) {
    CHECK(all.bars[i].open_time - all.bars[i - 1].open_time == 15min);
  }
  const PairHistory few = keeper.history(bar.symbol, 15min, 40);
  REQUIRE(few.bars.size() == 40);
  CHECK(few.bars.front().open_time == all.bars[60].open_time);
  CHECK(few.bars.back().open_time == all.bars.back().open_time);
}

TEST_CASE("histories are bounded, and start over when a group tells its history again",
          "[unit][app]") {
  HistoryKeeper keeper;
  Bar bar;
  bar.length = 15min;
  RegimeEstimate regime;
  RiskForecast forecast;
  const auto at = [](int slot) { return Timestamp::from_ms(1'735'689'600'000) + slot * 15min; };
  for (int i = 0; i < 2'500; ++i) {
    bar.open_time = at(i);
    forecast.rv_forecast = i;
    keeper.on_bar(bar, regime, forecast);
  }
  PairHistory history = keeper.history(bar.symbol, 15min);
  REQUIRE(history.bars.size() == 2'000);
  CHECK(history.bars.back().open_time == at(2'499));
  CHECK(history.forecasts.back().forecast.rv_forecast == 2'499.0);
  CHECK(history.estimates.size() == history.bars.size());

  bar.open_time = at(1'500); // the group restarted
  keeper.on_bar(bar, regime, forecast);
  history = keeper.history(bar.symbol, 15min);
  REQUIRE(history.bars.size() == 1);
  for (int i = 0; i < 600; ++i) {
    keeper.on_guard(GuardState{});
  }
  CHECK(keeper.history(bar.symbol, 15min).guard.size() == 500);
}
