#include "backtests/evaluation/forecast_proof.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <cmath>
#include <limits>

using namespace rg;

namespace {

/// A pair whose realised variance is log-normal around what the model forecasts; EWMA and GARCH
/// forecast the same with an error of `noise` in the logarithm.
PairForecasts pair_of(std::uint16_t id, double error, std::uint64_t seed, int rows = 600) {
  rg::test::PlainNoise noise(seed);
  PairForecasts p;
  p.symbol = Symbol::from_id(static_cast<std::uint8_t>(id));
  for (int i = 0; i < rows; ++i) {
    const double level = -8.0 + noise.normal();
    ScoredForecast r;
    r.stamp = Timestamp::from_ms(1'735'689'600'000 + 900'000LL * i);
    r.symbol = p.symbol;
    r.forecast.rv_forecast = std::exp(0.5 * level);
    r.rv_realised = std::exp(0.5 * (level + 0.3 * noise.normal() - 0.045));
    r.rv_ewma = std::exp(0.5 * (level + error * noise.normal()));
    p.garch_variance.push_back(std::exp(level + error * noise.normal()));
    const double ratio = noise.normal();
    r.log_volatility_ratio = ratio + error * noise.normal();
    r.forecast.p_expansion = 1.0 / (1.0 + std::exp(2.0 - 2.0 * ratio));
    r.expansion = noise.uniform() < r.forecast.p_expansion;
    r.forecast.tail_q95 = 1.645 * std::exp(0.5 * level);
    r.adverse_excursion = std::exp(0.5 * level) * std::max(0.0, noise.normal());
    p.rows.push_back(r);
  }
  p.good_bars = p.rows.size();
  return p;
}

ReferenceForecasters references() {
  ReferenceForecasters r;
  r.pooled_tail_multiple = 1.645;
  r.expansion = std::array<double, 2>{-2.0, 2.0};
  r.folders = {"training"};
  return r;
}

SpanForecasts span_of(double error, int pairs = 8, int rows = 600) {
  SpanForecasts s;
  s.name = "span";
  for (int i = 0; i < pairs; ++i) {
    s.pairs.push_back(
        pair_of(static_cast<std::uint16_t>(i), error, 50 + static_cast<std::uint64_t>(i), rows));
  }
  return s;
}

} // namespace

TEST_CASE("a forecast that knows more beats both references", "[unit][evaluation]") {
  const ReferenceForecasters refs = references();
  const std::vector<SpanForecasts> spans{span_of(0.8)};
  const ForecastJudge judge{spans, refs};
  CHECK(volatility_row(judge).holds());
  const ProofRow expansion = expansion_row(judge);
  CHECK(expansion.holds());
  CHECK(*expansion.figures[1].value > 0.0);
  CHECK(coverage_row(judge).holds());
}

TEST_CASE("a forecast that knows less fails", "[unit][evaluation]") {
  const ReferenceForecasters refs = references();
  std::vector<SpanForecasts> spans{span_of(0.0)};
  for (PairForecasts& p : spans[0].pairs) {
    rg::test::PlainNoise noise(9);
    for (ScoredForecast& r : p.rows) {
      r.forecast.rv_forecast *= std::exp(0.5 * noise.normal());
    }
  }
  const ForecastJudge judge{spans, refs};
  const ProofRow row = volatility_row(judge);
  CHECK_FALSE(row.holds());
  for (const ProofFigure& f : row.figures) {
    CHECK_FALSE(*f.holds); // a significant difference the wrong way is no win either
  }
}

TEST_CASE("seven pairs of eight suffice, six do not", "[unit][evaluation]") {
  const ReferenceForecasters refs = references();
  std::vector<SpanForecasts> spans{span_of(0.8)};
  const auto spoil = [&](std::size_t pair) {
    for (ScoredForecast& r : spans[0].pairs[pair].rows) {
      r.forecast.rv_forecast *= 3.0;
    }
  };
  spoil(2);
  CHECK(*volatility_row({spans, refs}).figures[0].holds);
  spoil(5);
  CHECK_FALSE(*volatility_row({spans, refs}).figures[0].holds);
}

TEST_CASE("the tail row wants the rate, Kupiec and the reference beaten", "[unit][evaluation]") {
  const ReferenceForecasters refs = references();
  std::vector<SpanForecasts> spans{span_of(0.8, 8, 4'000)};
  const ProofRow good = tail_row({spans, refs});
  INFO(good.figures[0].value.value_or(0.0));
  CHECK(good.holds());
  for (PairForecasts& p : spans[0].pairs) {
    for (ScoredForecast& r : p.rows) {
      r.forecast.tail_q95 *= 0.7;
    }
  }
  const ProofRow bad = tail_row({spans, refs});
  CHECK_FALSE(*bad.figures[0].holds); // exceeded twice as often as promised
  CHECK_FALSE(*bad.figures[1].holds);
}

TEST_CASE("coverage is the worst pair's", "[unit][evaluation]") {
  const ReferenceForecasters refs = references();
  std::vector<SpanForecasts> spans{span_of(0.5, 3)};
  spans[0].pairs[1].good_bars = 700; // 600 forecasts
  const ProofRow row = coverage_row({spans, refs});
  CHECK_FALSE(row.holds());
  CHECK(*row.figures[0].value == Approx(600.0 / 700.0));
}

TEST_CASE("without references nothing is proved", "[unit][evaluation]") {
  const ReferenceForecasters none;
  std::vector<SpanForecasts> spans{span_of(0.8)};
  for (PairForecasts& p : spans[0].pairs) {
    p.garch_variance.assign(p.rows.size(), std::numeric_limits<double>::quiet_NaN());
  }
  CHECK_FALSE(volatility_row({spans, none}).holds());
  CHECK_FALSE(expansion_row({spans, none}).holds());
  CHECK_FALSE(tail_row({spans, none}).holds());
}
