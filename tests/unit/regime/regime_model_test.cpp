#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/forward_filter.hpp"
#include "actors/regime/jump_filter.hpp"
#include "actors/regime/regime_model.hpp"
#include "messages/support/invariant.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <vector>

using namespace rg;

namespace {

const Symbol kSymbol = Symbol::from_id(2);

/// A random walk whose trend and volatility change every 200 bars, so that regimes come and go.
class Market {
public:
  explicit Market(std::uint64_t seed) : random_(seed) {}

  /// The next bar, after `gap_slots` slots without one.
  PipelineBar next(std::uint32_t gap_slots = 0) {
    slot_ += gap_slots;
    const auto phase = static_cast<int>(count_++ / 200 % 3);
    const double sd = phase == 2 ? 0.004 : 0.001;
    const double drift = phase == 0 ? 0.0008 : 0.0;
    const double open = last_;
    const double close = open * std::exp(drift + sd * random_.normal());
    const double high = std::max(open, close) * std::exp(0.5 * sd * random_.uniform());
    const double low = std::min(open, close) * std::exp(-0.5 * sd * random_.uniform());
    last_ = close;
    const double volume = std::exp(4.0 + 0.4 * random_.normal() + (phase == 2 ? 1.0 : 0.0));
    return test::pipeline_bar(slot_++, open, high, low, close, volume, gap_slots);
  }

private:
  SeededRandom random_;
  std::int64_t slot_ = 0;
  std::size_t count_ = 0;
  double last_ = 100.0;
};

RegimeModel model(const ModelParameters& parameters = test::sample_model()) {
  return {kSymbol, test::shared(parameters), RegimeSettings{}, BarSettings{}};
}

void run(RegimeModel& regime, Market& market, int bars) {
  for (int i = 0; i < bars; ++i) {
    static_cast<void>(regime.on_bar(market.next()));
  }
}

} // namespace

TEST_CASE("the regime is unknown until the features are complete", "[unit][regime]") {
  RegimeModel regime = model();
  Market market(1);
  for (int i = 0; i < 383; ++i) {
    const RegimeEstimate e = regime.on_bar(market.next());
    REQUIRE(e.regime == Regime::unknown);
    REQUIRE(e.abstention == Abstention::warm_up);
    REQUIRE_FALSE(e.posterior_valid);
    REQUIRE(e.confidence == 0.0);
  }
  const RegimeEstimate first = regime.on_bar(market.next());
  CHECK(first.posterior_valid);
  CHECK(first.symbol == kSymbol);
}

TEST_CASE("posteriors are the raw filter of the model on the printed features", "[unit][regime]") {
  RegimeModel regime = model();
  ForwardFilter filter(test::sample_hmm());
  Market market(2);
  bool some_known = false;
  for (int i = 0; i < 1'500; ++i) {
    const bool gap = i == 700 || i == 1'100;
    const RegimeEstimate e = regime.on_bar(market.next(gap ? 5 : 0));
    if (gap || !e.posterior_valid) {
      filter.restart();
    }
    if (e.posterior_valid) {
      const FilterStep step = filter.step(e.features);
      REQUIRE(e.posterior == step.posterior);
      REQUIRE(e.log_likelihood == step.log_likelihood);
    }
    some_known = some_known || e.regime != Regime::unknown;
  }
  CHECK(some_known);
}

TEST_CASE("confidence is the calibrated posterior of the regime in force", "[unit][regime]") {
  RegimeModel regime = model();
  Market market(3);
  int known = 0;
  for (int i = 0; i < 1'500; ++i) {
    const RegimeEstimate e = regime.on_bar(market.next());
    if (e.regime == Regime::unknown) {
      REQUIRE(e.confidence == 0.0);
      REQUIRE(e.abstention != Abstention::none);
      continue;
    }
    ++known;
    REQUIRE(e.abstention == Abstention::none);
    // The sample's map: 0.8 p up to one half, then 0.4 + (p − 0.5).
    const double p = e.posterior[static_cast<std::size_t>(e.regime)];
    REQUIRE(e.confidence == Approx(p < 0.5 ? 0.8 * p : p - 0.1));
  }
  CHECK(known > 300);
}

TEST_CASE("after a gap the filter restarts and the regime is unknown for 32 good bars",
          "[unit][regime]") {
  RegimeModel regime = model();
  Market market(4);
  run(regime, market, 900);
  RegimeEstimate e = regime.on_bar(market.next(1));
  REQUIRE(e.posterior_valid); // one slot leaves every window valid
  ForwardFilter fresh(test::sample_hmm());
  CHECK(e.posterior == fresh.step(e.features).posterior); // initial × likelihood
  CHECK(e.abstention == Abstention::after_gap);
  for (int bar = 2; bar <= 32; ++bar) {
    e = regime.on_bar(market.next());
    CHECK(e.regime == Regime::unknown);
    CHECK(e.abstention == Abstention::after_gap);
    CHECK(e.posterior_valid);
  }
  e = regime.on_bar(market.next());
  CHECK(e.abstention != Abstention::after_gap);
}

TEST_CASE("a second gap starts the 32 bars anew", "[unit][regime]") {
  RegimeModel regime = model();
  Market market(5);
  run(regime, market, 900);
  static_cast<void>(regime.on_bar(market.next(1)));
  run(regime, market, 20);
  static_cast<void>(regime.on_bar(market.next(1)));
  for (int bar = 2; bar <= 32; ++bar) {
    CHECK(regime.on_bar(market.next()).abstention == Abstention::after_gap);
  }
  CHECK(regime.on_bar(market.next()).abstention != Abstention::after_gap);
}

TEST_CASE("only a gap longer than 480 slots is a new warm-up", "[unit][regime]") {
  for (const std::uint32_t gap : {480u, 481u}) {
    RegimeModel regime = model();
    Market market(6);
    run(regime, market, 900);
    const RegimeEstimate e = regime.on_bar(market.next(gap));
    CHECK_FALSE(e.posterior_valid); // every window is empty either way
    CHECK(e.abstention == (gap == 480 ? Abstention::after_gap : Abstention::warm_up));
  }
}

TEST_CASE("an observation below the likelihood floor is implausible", "[unit][regime]") {
  ModelParameters parameters = test::sample_model();
  parameters.plausibility_floor = 1e9;
  RegimeModel regime = model(parameters);
  Market market(7);
  for (int i = 0; i < 600; ++i) {
    const RegimeEstimate e = regime.on_bar(market.next());
    REQUIRE(e.regime == Regime::unknown);
    if (e.posterior_valid) {
      REQUIRE(e.abstention == Abstention::implausible);
    }
  }
}

TEST_CASE("a flat posterior is no verdict", "[unit][regime]") {
  ModelParameters parameters = test::sample_model();
  parameters.entropy_ceiling = 1e-12;
  RegimeModel strict = model(parameters);
  Market market(8);
  int flat = 0;
  for (int i = 0; i < 1'200; ++i) {
    const RegimeEstimate e = strict.on_bar(market.next());
    if (e.posterior_valid && e.abstention == Abstention::entropy) {
      ++flat;
      CHECK(e.regime == Regime::unknown);
    }
  }
  CHECK(flat > 500);
}

TEST_CASE("regimes are the same in the mirrored world", "[unit][property][regime]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RegimeModel a = model(), b = model();
    Market market(seed);
    for (int i = 0; i < 1'200; ++i) {
      const PipelineBar bar = market.next(i == 800 ? 2 : 0);
      PipelineBar mirror = bar;
      const auto flip = [](Price p) {
        return Price::from_double(10'000.0 / p.to_double(), Rounding::nearest);
      };
      mirror.bar.open = flip(bar.bar.open);
      mirror.bar.high = flip(bar.bar.low);
      mirror.bar.low = flip(bar.bar.high);
      mirror.bar.close = flip(bar.bar.close);
      const RegimeEstimate x = a.on_bar(bar);
      const RegimeEstimate y = b.on_bar(mirror);
      REQUIRE(x.regime == y.regime);
      REQUIRE(x.abstention == y.abstention);
      REQUIRE(x.confidence == Approx(y.confidence).margin(1e-6));
    }
  }
}

TEST_CASE("the pair's own standardiser is used where the model has one", "[unit][regime]") {
  ModelParameters parameters = test::sample_model();
  parameters.has_own_standardiser[kSymbol.id()] = true;
  parameters.own_standardiser[kSymbol.id()] = parameters.pooled;
  parameters.own_standardiser[kSymbol.id()].center[0] += parameters.pooled.scale[0];
  RegimeModel own = model(parameters), pooled = model();
  Market market(9);
  RegimeEstimate a, b;
  for (int i = 0; i < 500; ++i) {
    const PipelineBar bar = market.next();
    a = own.on_bar(bar);
    b = pooled.on_bar(bar);
  }
  CHECK(a.features[0] == Approx(b.features[0] - 1.0));
  CHECK(a.features[1] == b.features[1]);
}

TEST_CASE("a model of another interval breaks an invariant", "[unit][regime]") {
  ModelParameters parameters = test::sample_model();
  parameters.interval = std::chrono::hours{1};
  CHECK_THROWS_AS(model(parameters), InvariantBroken);
}

TEST_CASE("the jump model in use: the same features, its own posterior and calibration",
          "[unit][regime]") {
  ModelParameters parameters = test::sample_model();
  parameters.has_jump = true;
  parameters.jump = test::sample_jump();
  RegimeSettings settings;
  settings.model = RegimeMethod::jump;
  RegimeModel hmm = model(parameters);
  RegimeModel jump(kSymbol, test::shared(parameters), settings, BarSettings{});
  JumpFilter plain(parameters.jump);
  Market market(9);
  std::array<int, 4> seen{};
  for (int i = 0; i < 2'000; ++i) {
    const PipelineBar bar = market.next();
    const RegimeEstimate a = hmm.on_bar(bar);
    const RegimeEstimate b = jump.on_bar(bar);
    REQUIRE(b.posterior_valid == a.posterior_valid);
    if (!b.posterior_valid) {
      continue;
    }
    REQUIRE(b.features == a.features);
    const FilterStep step = plain.step(b.features);
    REQUIRE(b.posterior == step.posterior);
    REQUIRE(b.log_likelihood == step.log_likelihood);
    REQUIRE(b.confidence <= 0.9); // the calibration's last knot
    ++seen[static_cast<std::size_t>(b.regime)];
  }
  CHECK(seen[0] + seen[1] > 300);
  CHECK(seen[2] > 300);
}

TEST_CASE("the jump model abstains on bars that it finds implausible", "[unit][regime]") {
  ModelParameters parameters = test::sample_model();
  parameters.has_jump = true;
  parameters.jump = test::sample_jump();
  parameters.jump.plausibility_floor = 0.0; // every bar costs something
  RegimeSettings settings;
  settings.model = RegimeMethod::jump;
  RegimeModel jump(kSymbol, test::shared(parameters), settings, BarSettings{});
  Market market(10);
  run(jump, market, 500);
  const RegimeEstimate e = jump.on_bar(market.next());
  CHECK(e.regime == Regime::unknown);
  CHECK(e.abstention == Abstention::implausible);
}

TEST_CASE("a method that the model does not hold is a broken promise", "[unit][regime]") {
  RegimeSettings settings;
  settings.model = RegimeMethod::jump;
  CHECK_THROWS_AS(RegimeModel(kSymbol, test::shared(test::sample_model()), settings, BarSettings{}),
                  InvariantBroken);
}
