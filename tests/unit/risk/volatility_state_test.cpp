#include "actors/risk/volatility_state.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace rg;
using namespace rg::test;

namespace {

constexpr Duration kQuarter = 15min;

/// Feeds closes; gap slots as told.
class Feeder {
public:
  explicit Feeder(VolatilityState& state) : state_(state) {}
  RiskBar close(double price, std::uint32_t gap_slots = 0) {
    index_ += gap_slots;
    const PipelineBar bar = step_bar(index_++, last_ > 0.0 ? last_ : price, price, 1.0, gap_slots);
    last_ = price;
    return state_.on_bar(bar);
  }
  void random_walk(SeededRandom& random, int bars, double sigma) {
    for (int i = 0; i < bars; ++i) {
      close((last_ > 0.0 ? last_ : 100.0) * std::exp(sigma * random.normal()));
    }
  }
  [[nodiscard]] double last() const { return last_; }

private:
  VolatilityState& state_;
  std::int64_t index_ = 0;
  double last_ = 0.0;
};

} // namespace

TEST_CASE("the EWMA reference starts at the mean of 96 and then replays them all", "[unit][risk]") {
  EwmaReference ewma;
  SeededRandom random(3);
  std::vector<double> squares;
  for (int i = 0; i < 150; ++i) {
    squares.push_back(std::pow(0.002 * random.normal(), 2.0));
    ewma.on_variance(squares.back());
    CHECK(ewma.ready() == (i + 1 >= 96));
  }
  double expected = 0.0;
  for (int i = 0; i < 96; ++i) {
    expected += squares[static_cast<std::size_t>(i)] / 96.0;
  }
  for (const double square : squares) { // from the first one on, as design §15 says
    expected = 0.94 * expected + 0.06 * square;
  }
  CHECK(ewma.variance() == Approx(expected).epsilon(1e-12));
}

TEST_CASE("half of an EWMA's weight lies in the last 11.2 steps", "[unit][risk]") {
  // RiskMetrics: 0.94^11.20 = ½, and 74 steps hold 99 % of the weight.
  EwmaReference ewma;
  for (int i = 0; i < 96; ++i) {
    ewma.on_variance(1.0);
  }
  for (int i = 0; i < 74; ++i) {
    ewma.on_variance(0.0);
  }
  CHECK(ewma.variance() == Approx(std::pow(0.94, 74)).epsilon(1e-12));
  CHECK(ewma.variance() < 0.0103);
}

TEST_CASE("a return exists only where this and the previous slot are both good", "[unit][risk]") {
  VolatilityState state(kQuarter);
  Feeder feed(state);
  CHECK_FALSE(feed.close(100.0).has_return);
  const RiskBar second = feed.close(101.0);
  CHECK(second.has_return);
  CHECK(second.r == Approx(std::log(1.01)).epsilon(1e-9));
  CHECK_FALSE(feed.close(103.0, 2).has_return); // after a gap
  CHECK(feed.close(104.0).has_return);
}

TEST_CASE("the baseline is the mean of the existing squares of 480 slots", "[unit][risk]") {
  VolatilityState state(kQuarter);
  Feeder feed(state);
  feed.close(100.0);
  for (int i = 0; i < 383; ++i) {
    feed.close(i % 2 == 0 ? 101.0 : 100.0);
  }
  CHECK(state.rv_baseline() == 0.0); // 383 existing squares: undefined
  feed.close(feed.last() > 100.5 ? 100.0 : 101.0);
  // 384 squares of ln 1.01 each: √(16 · (ln 1.01)²)
  CHECK(state.rv_baseline() == Approx(4.0 * std::log(1.01)).epsilon(1e-9));
}

TEST_CASE("forecast inputs go on at the first good bar after a gap", "[unit][risk]") {
  VolatilityState state(kQuarter);
  Feeder feed(state);
  SeededRandom random(5);
  feed.random_walk(random, 600, 0.002);
  const VolatilityInputs before = state.inputs();
  feed.close(feed.last() * 1.03, 99); // a day is missing
  REQUIRE(state.ready());
  const VolatilityInputs after = state.inputs();
  // The missing hour counts with the EWMA variance, not with nothing: within a factor of e.
  CHECK(std::fabs(after.log_variance[0] - before.log_variance[3]) < 1.0);
  CHECK(std::isfinite(after.log_baseline));
}

TEST_CASE("volatility of a constant-volatility walk is found by every lag", "[unit][risk]") {
  VolatilityState state(kQuarter);
  Feeder feed(state);
  SeededRandom random(17);
  feed.random_walk(random, 2000, 0.003);
  const VolatilityInputs in = state.inputs();
  const double truth = std::log(0.003 * 0.003);
  CHECK(in.log_variance[3] == Approx(truth).margin(0.25)); // 480 squares: s.e. 0.065
  CHECK(in.log_variance[2] == Approx(truth).margin(0.6));
  CHECK(in.log_baseline == Approx(truth).margin(0.25));
  CHECK(in.log_next_rhythm == Approx(0.0).margin(0.15)); // no rhythm in the data
  CHECK(in.jump_share < 0.35);
}

TEST_CASE("jump share is near one when one jump makes the day", "[unit][risk]") {
  VolatilityState state(kQuarter);
  Feeder feed(state);
  SeededRandom random(19);
  feed.random_walk(random, 300, 0.001);
  feed.close(feed.last() * std::exp(0.10));
  feed.random_walk(random, 30, 0.001);
  CHECK(state.inputs().jump_share > 0.8);
}

TEST_CASE("the daily rhythm is learnt and foretold", "[unit][risk]") {
  VolatilityState state(kQuarter);
  Feeder feed(state);
  SeededRandom random(23);
  double price = 100.0;
  for (int i = 0; i < 96 * 60; ++i) { // sixty days, twice the volatility from 12 to 18 UTC
    const int hour = i / 4 % 24;
    price *= std::exp((hour >= 12 && hour < 18 ? 0.004 : 0.002) * random.normal());
    feed.close(price);
  }
  // Midnight: the next four hours are quiet. Mean variance is (6·4 + 18·1)/24 = 1.75 units.
  CHECK(std::exp(state.inputs().log_next_rhythm) == Approx(1.0 / 1.75).margin(0.2));
  for (int i = 0; i < 48; ++i) { // to noon
    price *= std::exp(0.002 * random.normal());
    feed.close(price);
  }
  CHECK(std::exp(state.inputs().log_next_rhythm) == Approx(4.0 / 1.75).margin(0.5));
}

TEST_CASE("mirrored prices have the same volatility inputs", "[unit][risk]") {
  VolatilityState state(kQuarter), mirrored(kQuarter);
  Feeder a(state), b(mirrored);
  SeededRandom random(29);
  double price = 100.0;
  for (int i = 0; i < 700; ++i) {
    price *= std::exp(0.003 * random.normal());
    a.close(price);
    b.close(1e4 / price);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(state.inputs().log_variance[i] ==
          Approx(mirrored.inputs().log_variance[i]).epsilon(1e-5));
  }
  CHECK(state.inputs().jump_share == Approx(mirrored.inputs().jump_share).margin(1e-5));
}
