#include "actors/risk/expansion_model.hpp"
#include "actors/risk/forecaster.hpp"
#include "actors/risk/har_model.hpp"
#include "actors/risk/tail_model.hpp"
#include "tests/unit/risk/risk_samples.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr Duration kQuarter = 15min;

VolatilityInputs some_inputs() {
  VolatilityInputs in;
  in.log_variance = {-12.0, -12.4, -12.6, -12.8};
  in.log_next_rhythm = 0.2;
  in.log_baseline = -12.8;
  in.jump_share = 0.3;
  return in;
}

} // namespace

TEST_CASE("HAR adds up its lags, the mean correction and the rhythm", "[unit][risk]") {
  HarParameters p;
  p.beta = {-0.5, 0.1, 0.2, 0.3, 0.35};
  p.residual_variance = 0.8;
  // −0.5 − 1.2 − 2.48 − 3.78 − 4.48 + 0.4 + 0.2
  CHECK(har_log_variance(p, some_inputs()) == Approx(-11.84).epsilon(1e-12));
}

TEST_CASE("the variance bias learns a pair's level, slowly and within bounds", "[unit][risk]") {
  VarianceBias bias(kQuarter);
  bias.on_realised(2.0, 1.0); // 100 % too low: one bar moves it by 0.02 / 96
  CHECK(bias.log_bias() == Approx(0.02 / 96.0));
  bias.on_realised(1000.0, 1.0); // a shock counts as 4 × the forecast
  CHECK(bias.log_bias() == Approx(0.02 / 96.0 * (1.0 + 3.0)));
  for (int i = 0; i < 100'000; ++i) {
    bias.on_realised(10.0, 1.0);
  }
  CHECK(bias.log_bias() == Approx(0.4));
}

TEST_CASE("expansion inputs are what their list says", "[unit][risk]") {
  const ExpansionInputs x = expansion_inputs(some_inputs(), -12.0, 0.4);
  CHECK(x[0] == 1.0);
  CHECK(x[1] == Approx(0.4)); // ½(−12 + 12.8)
  CHECK(x[2] == Approx(0.1)); // ½(−12 + 0.2 + 12)
  CHECK(x[3] == 0.4);
  CHECK(x[4] == 0.3);
  CHECK(x[5] == 0.2);
}

TEST_CASE("expansion probability is the logistic of its logit", "[unit][risk]") {
  ExpansionParameters p;
  p.weight = {-2.0, 0, 0, 0, 0, 0};
  const ExpansionInputs x{1, 0, 0, 0, 0, 0};
  CHECK(expansion_probability(p, x) == Approx(1.0 / (1.0 + std::exp(2.0))).epsilon(1e-12));
  CHECK(expansion_probability(p, x, 2.0) == Approx(0.5));
  p.weight[0] = -1e9;
  CHECK(expansion_probability(p, x) > 0.0); // never exactly 0 or 1
}

TEST_CASE("the tail quantile grows with forecast, high volatility and jump share", "[unit][risk]") {
  const TailParameters p = plain_parameters()->tail;
  const double base = tail_quantile(p, tail_inputs(std::log(0.01), 0.3, 0.3, 0.1));
  // exp(ln 2 + ln 0.01 + 0.03 + 0.01)
  CHECK(base == Approx(0.02 * std::exp(0.04)).epsilon(1e-12));
  CHECK(tail_quantile(p, tail_inputs(std::log(0.02), 0.3, 0.3, 0.1)) > base);
  CHECK(tail_quantile(p, tail_inputs(std::log(0.01), 0.3, 0.5, 0.1)) > base);
  CHECK(tail_quantile(p, tail_inputs(std::log(0.01), 0.3, 0.3, 0.4)) > base);
}

TEST_CASE("tail calibration moves at most 5 % a day, either way", "[unit][risk]") {
  TailCalibration calibration(kQuarter, 0.95);
  for (int i = 0; i < 96; ++i) {
    calibration.on_realised(true, kMarketStart + kQuarter * i);
  }
  CHECK(calibration.scale() == Approx(1.05).epsilon(1e-12));
  for (int i = 96; i < 192; ++i) {
    calibration.on_realised(true, kMarketStart + kQuarter * i);
  }
  CHECK(calibration.scale() == Approx(1.05 * 1.05).epsilon(1e-12));
  for (int i = 192; i < 96 * 400; ++i) {
    calibration.on_realised(false, kMarketStart + kQuarter * i);
  }
  CHECK(calibration.scale() == Approx(0.5)); // the bound
}

TEST_CASE("tail calibration brings exceedances to one in twenty", "[unit][risk]") {
  // Excursions are exponential with a scale that the model has wrong by a factor of 0.7.
  TailCalibration calibration(kQuarter, 0.95);
  SeededRandom random(31);
  const double model_quantile = 0.7 * std::log(20.0);
  int late = 0, exceeded = 0;
  for (int i = 0; i < 96 * 400; ++i) {
    const bool exceeds = -std::log(1.0 - random.uniform()) > calibration.scale() * model_quantile;
    calibration.on_realised(exceeds, kMarketStart + kQuarter * i);
    if (i >= 96 * 100) {
      ++late;
      exceeded += exceeds ? 1 : 0;
    }
  }
  CHECK(static_cast<double>(exceeded) / late == Approx(0.05).margin(0.006));
  CHECK(calibration.scale() == Approx(1.0 / 0.7).epsilon(0.08));
}

TEST_CASE("a forecast is invalid until the EWMA has its returns, then at every bar",
          "[unit][risk]") {
  Forecaster forecaster(plain_parameters(), kQuarter);
  SeededRandom random(37);
  double price = 100.0;
  for (int i = 0; i < 300; ++i) {
    const double next = price * std::exp(0.002 * random.normal());
    const RiskForecast& f = forecaster.on_bar(step_bar(i, price, next), sure_regime({}));
    price = next;
    REQUIRE(f.valid == (i >= 96));
    if (f.valid) {
      REQUIRE(f.rv_forecast > 0.0);
      REQUIRE(f.p_expansion > 0.0);
      REQUIRE(f.p_expansion < 1.0);
      REQUIRE(f.tail_q95 > f.rv_forecast); // plain parameters: about twice
    }
  }
}

TEST_CASE("a forecast never changes when what comes after it changes", "[unit][risk]") {
  Forecaster one(plain_parameters(), kQuarter), other(plain_parameters(), kQuarter);
  SeededRandom random(41);
  double price = 100.0;
  RiskForecast a, b;
  for (int i = 0; i < 700; ++i) {
    const double next = price * std::exp(0.002 * random.normal());
    a = one.on_bar(step_bar(i, price, next), sure_regime({}));
    b = other.on_bar(step_bar(i, price, next), sure_regime({}));
    REQUIRE(a.tail_q95 == b.tail_q95);
    price = next;
  }
  // The futures part; forecasts made so far are already told. The next ones differ.
  a = one.on_bar(step_bar(700, price, price * 1.2), sure_regime({}));
  b = other.on_bar(step_bar(700, price, price), sure_regime({}));
  CHECK(a.rv_forecast > b.rv_forecast);
}

TEST_CASE("a filter without posterior counts as one third each", "[unit][risk]") {
  RegimeEstimate none;
  CHECK(forecast_posterior(none).volatile_state == Approx(1.0 / 3.0));
  CHECK(forecast_posterior(sure_regime({})).trending == 0.8);
  CHECK(forecast_posterior(sure_regime({})).volatile_state == 0.05);
}
