#include "app/engine/host_console.hpp"
#include "tests/support/catch.hpp"

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
Notional usd(double n) {
  return Notional::from_double(n, Rounding::nearest);
}
} // namespace

TEST_CASE("limits show how far each is used, and warn from four fifths on", "[unit][app]") {
  EngineSettings settings;
  EngineStatus status;
  status.equity = usd(9'600);
  status.day_opening_equity = usd(10'000);
  status.gross_leverage = 1.6; // of 2.0
  status.net_leverage = -1.5;  // of 1.5, short
  status.drawdown = 0.05;      // of 0.15
  status.orders_today = 10;
  PairStatus pair;
  pair.mark_price = Price::from_double(100, Rounding::nearest);
  pair.position.quantity = Quantity::from_double(48, Rounding::nearest); // 4,800 of 9,600
  status.pairs.push_back(pair);
  Decision refused;
  refused.outcome = Outcome::refused;
  refused.refusal = Refusal::net_leverage;
  refused.id.stamp = Timestamp::from_ms(1'735'689'600'000);
  status.last_decisions.push_back(refused);

  const auto limits = limits_of(status, settings);
  CHECK(limit(limits, "gross_leverage").state() == LimitState::warning);
  CHECK(limit(limits, "net_leverage").state() == LimitState::bound);
  CHECK(limit(limits, "net_leverage").last_bound == refused.id.stamp);
  CHECK_FALSE(limit(limits, "gross_leverage").last_bound);
  CHECK(limit(limits, "drawdown").state() == LimitState::ok);
  CHECK(limit(limits, "pair_notional").value == Approx(0.5));
  CHECK(limit(limits, "daily_loss").value == Approx(0.04));
  CHECK(limit(limits, "orders_per_day").value == 10.0);
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
