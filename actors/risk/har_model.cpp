#include "actors/risk/har_model.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kGainPerDay = 0.02; // one day's mean error of 100 % moves the level by 2 %
constexpr double kErrorCut = 3.0;    // a shock counts at most as realised = 4 × forecast
constexpr double kBiasBound = 0.4;   // log variance: ±22 % of volatility

} // namespace

double har_log_variance(const HarParameters& parameters, const VolatilityInputs& in) {
  double sum = parameters.beta[0];
  for (std::size_t i = 0; i < in.log_variance.size(); ++i) {
    sum += parameters.beta[i + 1] * in.log_variance[i];
  }
  return sum + 0.5 * parameters.residual_variance + in.log_next_rhythm;
}

VarianceBias::VarianceBias(Duration interval)
    : gain_(kGainPerDay * static_cast<double>(interval.count()) /
            static_cast<double>(Duration{std::chrono::hours{24}}.count())) {}

void VarianceBias::on_realised(double realised_variance, double forecast_variance) {
  RG_ASSERT(forecast_variance > 0.0);
  const double error = std::min(realised_variance / forecast_variance - 1.0, kErrorCut);
  bias_ = std::clamp(bias_ + gain_ * error, -kBiasBound, kBiasBound);
}

} // namespace rg
