#pragma once
// The three forecasts of one pair, moved on bar by bar, with their online calibration.

#include "actors/risk/expansion_model.hpp"
#include "actors/risk/har_model.hpp"
#include "actors/risk/realised_horizon.hpp"
#include "actors/risk/tail_model.hpp"
#include "actors/risk/volatility_state.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/decision/risk_assessment.hpp"

#include <memory>
#include <vector>

namespace rg {

/// Posteriors that the forecasts use: 1/3 each where the filter has none.
struct ForecastPosterior {
  double trending = 1.0 / 3.0, volatile_state = 1.0 / 3.0;
};
[[nodiscard]] ForecastPosterior forecast_posterior(const RegimeEstimate& regime);

/// Deterministic; O(1) per bar (one horizon's loop); never reads what lies ahead: a forecast is
/// scored against the bars that come after it when they have come.
class Forecaster {
public:
  Forecaster(std::shared_ptr<const ModelParameters> parameters, Duration interval);

  const RiskForecast& on_bar(const PipelineBar& bar, const RegimeEstimate& regime);

  [[nodiscard]] const RiskForecast& forecast() const { return forecast_; }
  [[nodiscard]] double jump_share() const { return jump_share_; }
  [[nodiscard]] double tail_scale() const { return tail_calibration_.scale(); }
  [[nodiscard]] double variance_bias() const { return variance_bias_.log_bias(); }

private:
  /// A forecast that waits for its outcome.
  struct Pending {
    bool made = false;
    double variance = 0.0;          // Σ r² expected over the horizon, bias included
    double baseline_variance = 0.0; // the same horizon at the trailing baseline; 0 = undefined
    double p_expansion = 0.0;
    double tail = 0.0;
  };

  void learn(const RealisedOutcome& outcome, const Pending& origin, Timestamp at);
  Pending predict(const RegimeEstimate& regime);

  std::shared_ptr<const ModelParameters> parameters_;
  VolatilityState volatility_;
  RealisedHorizon horizon_;
  VarianceBias variance_bias_;
  LogitShift logit_shift_;
  TailCalibration tail_calibration_;
  double log_horizon_;           // ln n
  std::vector<Pending> pending_; // ring of n
  std::size_t next_ = 0;
  RiskForecast forecast_;
  double jump_share_ = 0.0;
};

} // namespace rg
