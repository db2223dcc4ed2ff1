#pragma once
// The 95 % quantile of adverse excursion over the horizon: the calibrated stop distance.

#include "messages/settings/model_parameters.hpp"
#include "messages/units/timestamp.hpp"

#include <array>

namespace rg {

/// Inputs, bias first: 1, log √(n·forecast variance), posterior of trending, posterior of high
/// volatility (1/3 each where the filter has none), jump share of the last day.
using TailInputs = std::array<double, TailParameters::kInputs>;

[[nodiscard]] TailInputs tail_inputs(double log_rv_forecast, double p_trending, double p_volatile,
                                     double jump_share);
/// exp(w·x), log-return units, > 0. Monotone in the forecast, the posterior of high volatility and
/// the jump share, because their weights are not negative (checked when a model is loaded and
/// fitted).
[[nodiscard]] double tail_quantile(const TailParameters& parameters, const TailInputs& in);

/// Scales the quantile per pair so that realised excursions exceed it as often as promised: a
/// quantile tracker on log scale. Within one UTC day the scale stays within 5 % of where the day
/// began (design §6.2), and always within [1/2, 2].
class TailCalibration {
public:
  TailCalibration(Duration interval, double level);
  /// @param at  data time of the bar that completed the horizon, not before the last one.
  void on_realised(bool exceeded, Timestamp at);
  [[nodiscard]] double scale() const { return scale_; }

private:
  double up_, down_; // log steps after an exceedance and after none
  std::int64_t day_ = -1;
  double log_scale_ = 0.0, day_start_ = 0.0;
  double scale_ = 1.0;
};

} // namespace rg
