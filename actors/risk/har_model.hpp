#pragma once
// Heterogeneous autoregression on log realised variance (Corsi 2009), lags 1 h, 4 h, 1 d, 5 d.

#include "actors/risk/volatility_state.hpp"
#include "messages/settings/model_parameters.hpp"

namespace rg {

/// Log of the expected variance of one bar over the horizon:
///
///   b0 + Σ b[i]·log v[i] + ½σ² + log mean rhythm of the horizon
///
/// v[i] are the rhythm-adjusted mean squared returns of the four lags; ½σ² turns the expected
/// logarithm into the logarithm of the expectation (log-normal residual).
[[nodiscard]] double har_log_variance(const HarParameters& parameters, const VolatilityInputs& in);

/// Multiplies a variance forecast per pair by exp(bias), learnt online from realised horizons by
/// gradient steps on QLIKE (its slope in the log forecast is 1 − realised / forecast). Slow and
/// bounded: it corrects a pair's level, it does not chase single shocks.
class VarianceBias {
public:
  explicit VarianceBias(Duration interval);
  void on_realised(double realised_variance, double forecast_variance);
  [[nodiscard]] double log_bias() const { return bias_; }

private:
  double gain_;
  double bias_ = 0.0;
};

} // namespace rg
