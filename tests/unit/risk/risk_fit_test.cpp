#include "actors/risk/forecaster.hpp"
#include "actors/risk/risk_fit.hpp"
#include "messages/support/input_error.hpp"
#include "tests/unit/risk/risk_samples.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr Duration kQuarter = 15min;

/// Log variance that follows a slow autoregression: a market whose volatility can be foretold.
class VolatileWalk {
public:
  explicit VolatileWalk(std::uint64_t seed) : random_(seed) {}
  PipelineBar next() {
    log_variance_ = kMean + 0.99 * (log_variance_ - kMean) + 0.12 * random_.normal();
    const double sigma = std::exp(0.5 * log_variance_);
    // Four steps in a bar give it a high and a low beyond open and close.
    double high = price_, low = price_, price = price_;
    for (int i = 0; i < 4; ++i) {
      price *= std::exp(0.5 * sigma * random_.normal());
      high = std::max(high, price);
      low = std::min(low, price);
    }
    const Bar bar = make_bar(Symbol{}, index_++, kQuarter, price_, high, low, price);
    price_ = price;
    return {bar, 0};
  }

private:
  static constexpr double kMean = -12.4; // 0.2 % a bar
  SeededRandom random_;
  double log_variance_ = kMean, price_ = 50'000.0;
  std::int64_t index_ = 0;
};

RiskFit fit_on(std::uint64_t seed, int bars) {
  RiskFitter fitter(kQuarter);
  fitter.start_series(Symbol{});
  VolatileWalk walk(seed);
  for (int i = 0; i < bars; ++i) {
    fitter.on_bar(walk.next(), sure_regime({}));
  }
  return fitter.finish();
}

} // namespace

TEST_CASE("the fit refuses too little data with one clear line", "[unit][risk]") {
  RiskFitter fitter(kQuarter);
  fitter.start_series(Symbol{});
  VolatileWalk walk(1);
  for (int i = 0; i < 500; ++i) {
    fitter.on_bar(walk.next(), sure_regime({}));
  }
  try {
    static_cast<void>(fitter.finish());
    FAIL("not refused");
  } catch (const InputError& e) {
    CHECK(e.what.find("at least 2000") != std::string::npos);
  }
}

TEST_CASE("the fit refuses prices that do not move", "[unit][risk]") {
  RiskFitter fitter(kQuarter);
  fitter.start_series(Symbol{});
  for (int i = 0; i < 4000; ++i) {
    fitter.on_bar(step_bar(i, 100.0, 100.0), sure_regime({}));
  }
  CHECK_THROWS_AS(fitter.finish(), InputError);
}

TEST_CASE("the fit refuses a market without volatility expansions", "[unit][risk]") {
  RiskFitter fitter(kQuarter);
  fitter.start_series(Symbol{});
  for (int i = 0; i < 4000; ++i) { // the same size of step for ever
    fitter.on_bar(step_bar(i, i % 2 == 0 ? 100.0 : 101.0, i % 2 == 0 ? 101.0 : 100.0),
                  sure_regime({}));
  }
  CHECK_THROWS_AS(fitter.finish(), InputError);
}

TEST_CASE("the same bars give the same parameters, bit for bit", "[unit][risk]") {
  const RiskFit a = fit_on(3, 6000), b = fit_on(3, 6000);
  CHECK(a.har.beta == b.har.beta);
  CHECK(a.expansion.weight == b.expansion.weight);
  CHECK(a.tail.weight == b.tail.weight);
  CHECK(a.observations == b.observations);
}

TEST_CASE("fitted parameters are plausible and monotone", "[unit][risk]") {
  const RiskFit fit = fit_on(5, 20'000);
  const double persistence = fit.har.beta[1] + fit.har.beta[2] + fit.har.beta[3] + fit.har.beta[4];
  CHECK(persistence > 0.6);
  CHECK(persistence < 1.1);
  CHECK(fit.har.residual_variance > 0.0);
  CHECK(fit.expansion.weight[1] > 0.0);
  for (std::size_t i = 1; i < fit.tail.weight.size(); ++i) {
    CHECK(fit.tail.weight[i] >= 0.0);
  }
  CHECK(fit.tail.weight[3] >= fit.tail.weight[2]); // high volatility never narrows the tail
  CHECK(fit.observations > 19'000);
}

TEST_CASE("a series' end is no observation's future", "[unit][risk]") {
  // Two series of 3,000 bars hold 2 × 16 horizons fewer than their bars after the start-up.
  RiskFitter fitter(kQuarter);
  for (std::uint64_t series = 0; series < 2; ++series) {
    fitter.start_series(Symbol{});
    VolatileWalk walk(7 + series);
    for (int i = 0; i < 3000; ++i) {
      fitter.on_bar(walk.next(), sure_regime({}));
    }
  }
  // Ready after 97 bars (96 returns), the last 16 have no complete horizon.
  CHECK(fitter.finish().observations == 2 * (3000 - 96 - 16));
}

TEST_CASE("on unseen bars the fit beats EWMA on QLIKE and its tail holds", "[unit][risk]") {
  auto parameters = std::make_shared<ModelParameters>();
  const RiskFit fit = fit_on(11, 30'000);
  parameters->har = fit.har;
  parameters->expansion = fit.expansion;
  parameters->tail = fit.tail;
  Forecaster forecaster(parameters, kQuarter);
  VolatilityState mirror(kQuarter);
  RealisedHorizon horizon(16);
  VolatileWalk walk(99); // another path of the same market
  std::vector<RiskForecast> told;
  double qlike = 0.0, qlike_ewma = 0.0;
  int scored = 0, exceeded = 0;
  for (int i = 0; i < 20'000; ++i) {
    const PipelineBar bar = walk.next();
    const auto outcome = horizon.on_bar(mirror.on_bar(bar));
    if (outcome && i >= 1000) {
      const RiskForecast& f = told[static_cast<std::size_t>(i - 16)];
      const auto loss = [&](double rv) {
        const double ratio = outcome->variance / (rv * rv); // Patton 2011
        return ratio - std::log(ratio) - 1.0;
      };
      qlike += loss(f.rv_forecast);
      qlike_ewma += loss(f.rv_ewma);
      exceeded += outcome->adverse_excursion > f.tail_q95 ? 1 : 0;
      ++scored;
    }
    told.push_back(forecaster.on_bar(bar, sure_regime({})));
  }
  CHECK(qlike < 0.95 * qlike_ewma);
  CHECK(static_cast<double>(exceeded) / scored == Approx(0.05).margin(0.015));
}
