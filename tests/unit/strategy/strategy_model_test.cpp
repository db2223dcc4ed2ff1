#include "actors/strategy/strategy_model.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <vector>

using namespace rg;
using namespace rg::test;

namespace {

RegimeEstimate regime_at(const PipelineBar& bar, Regime regime) {
  RegimeEstimate e;
  e.symbol = bar.bar.symbol;
  e.stamp = bar.bar.close_time();
  e.regime = regime;
  e.confidence = 0.8;
  e.abstention = Abstention::none;
  return e;
}

/// Drives the model over closes, one bar each.
class Market {
public:
  explicit Market(StrategySettings settings = {}) : model(Symbol{}, settings, BarSettings{}) {}

  StrategyStep close(double price, Regime regime) {
    const PipelineBar bar = step_bar(index_++, last_ > 0.0 ? last_ : price, price);
    last_ = price;
    return model.on_bar(bar, regime_at(bar, regime));
  }
  /// A wave: `bars` closes around `level`.
  void chop(double level, int bars, Regime regime) {
    for (int i = 0; i < bars; ++i) {
      close(level * (i % 2 == 0 ? 1.001 : 0.999), regime);
    }
  }
  [[nodiscard]] Timestamp now() const { return kMarketStart + 15min * index_; }
  [[nodiscard]] double last() const { return last_; }
  /// The portfolio's news: a position opened now, by the signal of this stamp.
  void open(PositionSide side, Rule rule, Regime regime, Timestamp signal = {}) {
    PositionUpdate u;
    u.entry_decision = {Symbol{}, signal, DecisionKind::signal, 0};
    u.position.symbol = Symbol{};
    u.position.side = side;
    u.position.quantity = Quantity::from_raw(100'000'000);
    u.position.opened = now();
    u.entry_rule = rule;
    u.entry_regime = regime;
    u.just_opened = true;
    model.on_position(u);
  }

  StrategyModel model;

private:
  std::int64_t index_ = 0;
  double last_ = 0.0;
};

/// Rises from a chop until the trend rule fires; the step that fired.
std::optional<Signal> first_trend_signal(Market& market, Regime regime, double growth) {
  for (int i = 0; i < 80; ++i) {
    if (auto step = market.close(market.last() * growth, regime); step.signal) {
      return step.signal;
    }
  }
  return std::nullopt;
}

} // namespace

TEST_CASE("a rise in a trending regime is bought", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::trending);
  const auto signal = first_trend_signal(market, Regime::trending, 1.002);
  REQUIRE(signal.has_value());
  CHECK(signal->side == Side::buy);
  CHECK(signal->rule == Rule::trend);
  CHECK(signal->regime == Regime::trending);
  CHECK(signal->stamp == market.now());
  CHECK(signal->entry < market.last()); // passive: below the close
  CHECK(signal->entry > market.last() * 0.995);
  CHECK(signal->invalidation < signal->entry);
  CHECK(signal->target == 0.0);
  CHECK(signal->inputs.fast > signal->inputs.slow);
  CHECK(signal->inputs.score >= StrategySettings{}.trend_min_score);
  CHECK(std::log(market.last()) > signal->inputs.anchor);
}

TEST_CASE("a fall in a trending regime is sold, with the stop above", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::trending);
  const auto signal = first_trend_signal(market, Regime::trending, 0.998);
  REQUIRE(signal.has_value());
  CHECK(signal->side == Side::sell);
  CHECK(signal->entry > market.last());
  CHECK(signal->invalidation > signal->entry);
}

TEST_CASE("the same rise gives nothing in high volatility and nothing when unknown",
          "[unit][strategy]") {
  const Regime regime = GENERATE(Regime::high_volatility, Regime::unknown);
  Market market;
  market.chop(100.0, 200, regime);
  CHECK_FALSE(first_trend_signal(market, regime, 1.002).has_value());
}

TEST_CASE("an overshoot in a range-bound regime is faded towards the mean", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::range_bound);
  CHECK_FALSE(market.close(100.4, Regime::range_bound).signal.has_value());
  const StrategyStep step = market.close(100.35, Regime::range_bound);
  REQUIRE(step.signal.has_value());
  CHECK(step.signal->side == Side::sell);
  CHECK(step.signal->rule == Rule::reversion);
  CHECK(step.signal->entry > 100.35);
  CHECK(step.signal->target < 100.35);
  CHECK(step.signal->target == Approx(100.0).epsilon(0.002));
  CHECK(step.signal->invalidation > step.signal->entry);
  CHECK(step.signal->inputs.score > 1.0); // z
}

TEST_CASE("signals are the same whatever the position", "[unit][strategy]") {
  Market flat, holding;
  SeededRandom random(7);
  std::vector<bool> seen_flat, seen_holding;
  double price = 100.0;
  for (int i = 0; i < 3000; ++i) {
    price *= std::exp(0.003 * random.normal());
    const Regime regime = i % 200 < 100 ? Regime::trending : Regime::range_bound;
    const bool a = flat.close(price, regime).signal.has_value();
    const bool b = holding.close(price, regime).signal.has_value();
    seen_flat.push_back(a);
    seen_holding.push_back(b);
    if (i % 37 == 0) {
      holding.open(i % 2 == 0 ? PositionSide::long_side : PositionSide::short_side, Rule::trend,
                   Regime::trending);
    }
  }
  CHECK(seen_flat == seen_holding);
  CHECK(std::count(seen_flat.begin(), seen_flat.end(), true) > 30); // the rules do speak
}

TEST_CASE("a trend position leaves on the opposite cross", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::trending);
  REQUIRE(first_trend_signal(market, Regime::trending, 1.002).has_value());
  market.open(PositionSide::long_side, Rule::trend, Regime::trending);
  std::optional<ExitSignal> exit;
  for (int i = 0; i < 60 && !exit; ++i) {
    exit = market.close(market.last() * 0.997, Regime::trending).exit;
  }
  REQUIRE(exit.has_value());
  CHECK(exit->reason == ExitReason::rule);
  CHECK(exit->stamp == market.now());
}

TEST_CASE("in high volatility a position keeps only its stop", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::trending);
  REQUIRE(first_trend_signal(market, Regime::trending, 1.002).has_value());
  market.open(PositionSide::long_side, Rule::trend, Regime::trending);
  for (int i = 0; i < 60; ++i) { // the same fall that closes it in a trending regime
    CHECK_FALSE(market.close(market.last() * 0.997, Regime::high_volatility).exit.has_value());
  }
}

TEST_CASE("a position leaves when its time is up, in every regime", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::range_bound);
  const StrategySettings s;
  const auto reason = [&](Rule rule, std::uint32_t held) {
    return market.model.exit_reason(rule, PositionSide::long_side, Regime::trending, held);
  };
  CHECK(reason(Rule::trend, s.trend_max_bars) == ExitReason::time);
  CHECK(reason(Rule::trend, s.trend_max_bars - 1) != ExitReason::time);
  CHECK(reason(Rule::reversion, s.reversion_max_bars) == ExitReason::time);
  market.close(100.0, Regime::high_volatility);
  CHECK(reason(Rule::reversion, s.reversion_max_bars) == ExitReason::time);
  CHECK_FALSE(reason(Rule::reversion, s.reversion_max_bars - 1).has_value());
}

TEST_CASE("a reversion position leaves at the mean", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::range_bound);
  market.close(99.5, Regime::range_bound);
  market.open(PositionSide::long_side, Rule::reversion, Regime::range_bound);
  CHECK_FALSE(market.close(99.6, Regime::range_bound).exit.has_value());
  const auto exit = market.close(100.05, Regime::range_bound).exit;
  REQUIRE(exit.has_value());
  CHECK(exit->reason == ExitReason::rule);
}

TEST_CASE("a trend against a reversion position closes it, a trend its way takes it over",
          "[unit][strategy]") {
  Market market;
  market.chop(100.0, 200, Regime::range_bound);
  for (int i = 0; i < 30; ++i) {
    market.close(market.last() * 1.002, Regime::range_bound);
  }
  SECTION("against: closed for the regime") {
    market.open(PositionSide::short_side, Rule::reversion, Regime::range_bound);
    const StrategyStep step = market.close(market.last() * 1.002, Regime::trending);
    REQUIRE(step.exit.has_value());
    CHECK(step.exit->reason == ExitReason::regime);
    CHECK_FALSE(step.handed_over);
  }
  SECTION("its way: handed over, said once") {
    market.open(PositionSide::long_side, Rule::reversion, Regime::range_bound);
    const StrategyStep step = market.close(market.last() * 1.002, Regime::trending);
    CHECK_FALSE(step.exit.has_value());
    CHECK(step.handed_over);
    CHECK_FALSE(market.close(market.last() * 1.002, Regime::trending).handed_over);
  }
}

TEST_CASE("a flat pair gives no exit", "[unit][strategy]") {
  Market market;
  market.chop(100.0, 300, Regime::range_bound);
  for (int i = 0; i < 40; ++i) {
    CHECK_FALSE(market.close(market.last() * 0.99, Regime::trending).exit.has_value());
  }
}

TEST_CASE("a close beyond the signal's invalidation ends the position, a close before it does not",
          "[unit][strategy]") {
  const double growth = GENERATE(1.002, 0.998);
  const PositionSide side = growth > 1.0 ? PositionSide::long_side : PositionSide::short_side;
  // One that knows its signal, one whose signal was forgotten (a restart): the difference between
  // them is the invalidation alone.
  struct Held {
    Market market;
    double invalidation = 0.0;
  };
  const auto held = [&](bool knows_its_signal) {
    Held h;
    h.market.chop(100.0, 200, Regime::trending);
    const auto signal = first_trend_signal(h.market, Regime::trending, growth);
    REQUIRE(signal.has_value());
    h.invalidation = signal->invalidation;
    h.market.open(side, Rule::trend, Regime::trending,
                  knows_its_signal ? signal->stamp : Timestamp{});
    return h;
  };
  const double beyond = growth > 1.0 ? 0.9999 : 1.0001;
  {
    Held at = held(true);
    CHECK_FALSE(at.market.close(at.invalidation * (2.0 - beyond), Regime::trending).exit);
  }
  {
    Held past = held(true);
    const auto exit = past.market.close(past.invalidation * beyond, Regime::trending).exit;
    REQUIRE(exit.has_value());
    CHECK(exit->reason == ExitReason::rule);
    CHECK(exit->stamp == past.market.now());
  }
  {
    Held forgotten = held(false);
    CHECK_FALSE(forgotten.market.close(forgotten.invalidation * beyond, Regime::trending).exit);
  }
  {
    Held volatile_market = held(true); // keeps only its stop
    CHECK_FALSE(
        volatile_market.market.close(volatile_market.invalidation * beyond, Regime::high_volatility)
            .exit);
  }
  {
    Held closed = held(true); // the next position of the pair has nothing to do with it
    PositionUpdate flat;
    flat.position.symbol = Symbol{};
    flat.just_closed = true;
    closed.market.model.on_position(flat);
    closed.market.open(side, Rule::trend, Regime::trending);
    CHECK_FALSE(closed.market.close(closed.invalidation * beyond, Regime::trending).exit);
  }
}
