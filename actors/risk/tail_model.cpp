#include "actors/risk/tail_model.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr Duration kDay = std::chrono::hours{24};
/// Log steps a full day of non-exceedance takes back: 96 bars × 0.05 × gain.
constexpr double kGainPerDay = 0.35;
const double kDailyBound = std::log(1.05);
const double kScaleBound = std::log(2.0);

} // namespace

TailInputs tail_inputs(double log_rv_forecast, double p_trending, double p_volatile,
                       double jump_share) {
  return {1.0, log_rv_forecast, p_trending, p_volatile, jump_share};
}

double tail_quantile(const TailParameters& parameters, const TailInputs& in) {
  double log_q = 0.0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    log_q += parameters.weight[i] * in[i];
  }
  return std::exp(log_q);
}

TailCalibration::TailCalibration(Duration interval, double level) {
  RG_ASSERT(level > 0.5 && level < 1.0);
  const double gain =
      kGainPerDay * static_cast<double>(interval.count()) / static_cast<double>(kDay.count());
  up_ = gain * level;
  down_ = gain * (1.0 - level);
}

void TailCalibration::on_realised(bool exceeded, Timestamp at) {
  const std::int64_t day = at.ns() / kDay.count();
  RG_ASSERT(day >= day_);
  if (day != day_) {
    day_ = day;
    day_start_ = log_scale_;
  }
  log_scale_ += exceeded ? up_ : -down_;
  log_scale_ = std::clamp(log_scale_, day_start_ - kDailyBound, day_start_ + kDailyBound);
  log_scale_ = std::clamp(log_scale_, -kScaleBound, kScaleBound);
  scale_ = std::exp(log_scale_);
}

} // namespace rg
