#include "actors/risk/expansion_model.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kGainPerDay = 0.05;
constexpr double kShiftBound = 0.7; // logits: odds change at most twofold
constexpr double kLogitBound = 30.0;

} // namespace

ExpansionInputs expansion_inputs(const VolatilityInputs& in, double log_forecast_variance,
                                 double p_volatile) {
  return {1.0,
          0.5 * (log_forecast_variance - in.log_baseline),
          0.5 * (in.log_variance[0] + in.log_next_rhythm - log_forecast_variance),
          p_volatile,
          in.jump_share,
          in.log_next_rhythm};
}

double expansion_probability(const ExpansionParameters& parameters, const ExpansionInputs& in,
                             double intercept) {
  double logit = intercept;
  for (std::size_t i = 0; i < in.size(); ++i) {
    logit += parameters.weight[i] * in[i];
  }
  return 1.0 / (1.0 + std::exp(-std::clamp(logit, -kLogitBound, kLogitBound)));
}

LogitShift::LogitShift(Duration interval)
    : gain_(kGainPerDay * static_cast<double>(interval.count()) /
            static_cast<double>(Duration{std::chrono::hours{24}}.count())) {}

void LogitShift::on_realised(bool expanded, double probability) {
  shift_ = std::clamp(shift_ + gain_ * ((expanded ? 1.0 : 0.0) - probability), -kShiftBound,
                      kShiftBound);
}

} // namespace rg
