#include "actors/regime/features.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

using W = FeatureWindows;

// Floors that keep logarithms finite when prices stand still; far below any traded market.
constexpr double kVarianceFloor = 1e-14;
constexpr double kRangeFloor = 1e-9;
constexpr double kNoVolumeZ = -6.0;

/// Garman–Klass variance of one bar, >= 0 because |close − open| <= high − low.
double garman_klass(const LogBar& b) {
  constexpr double kOpenClose = 2.0 * 0.693147180559945309417 - 1.0; // 2 ln 2 − 1
  const double range = b.high - b.low;
  const double body = b.close - b.open;
  return std::max(0.0, 0.5 * range * range - kOpenClose * body * body);
}

double momentum_t(const GapWindow& returns) {
  const double variance = returns.variance();
  if (variance <= kVarianceFloor) {
    return 0.0;
  }
  return std::fabs(returns.mean()) / std::sqrt(variance / static_cast<double>(returns.count()));
}

double volume_z(const GapWindow& recent, const GapWindow& usual) {
  if (recent.count() == 0) {
    return kNoVolumeZ;
  }
  const double sd = std::sqrt(usual.variance());
  return sd > 1e-9 ? (recent.mean() - usual.mean()) / sd : 0.0;
}

double efficiency_ratio(const GapWindow& net, const GapWindow& path) {
  const double length = path.sum();
  return length > kRangeFloor ? std::min(1.0, std::fabs(net.sum()) / length) : 0.0;
}

double log_variance_ratio(const GapWindow& squares, const GapWindow& lagged) {
  const double one = squares.mean() * static_cast<double>(W::variance_ratio_lag);
  if (one <= kVarianceFloor) {
    return 0.0;
  }
  return std::log(std::max(lagged.mean() / one, 1e-3));
}

} // namespace

LogBar LogBar::from(const Bar& bar) {
  LogBar out{std::log(bar.open.to_double()), std::log(bar.high.to_double()),
             std::log(bar.low.to_double()), std::log(bar.close.to_double())};
  out.traded = bar.volume.is_positive();
  out.log_volume = out.traded ? std::log(bar.volume.to_double()) : 0.0;
  return out;
}

FeatureBuilder::FeatureBuilder()
    : momentum_(W::momentum), garman_klass_(W::volatility), range_short_(W::atr_short),
      range_long_(W::atr_long), volume_short_(W::volume_short), volume_long_(W::volume_long),
      net_(W::persistence), path_(W::persistence), squares_(W::persistence),
      lagged_squares_(W::persistence) {}

std::optional<FeatureVector> FeatureBuilder::on_bar(const LogBar& bar, std::size_t gap_slots) {
  if (gap_slots > 0) {
    push_gap(gap_slots);
  }
  double top = bar.high;
  double bottom = bar.low;
  if (has_previous_) {
    push_return(bar.close - previous_close_);
    top = std::max(top, previous_close_);
    bottom = std::min(bottom, previous_close_);
  } else {
    // No return can be computed: the slot before is missing.
    for (GapWindow* w : {&momentum_, &net_, &path_, &squares_, &lagged_squares_}) {
      w->push_missing();
    }
  }
  garman_klass_.push(garman_klass(bar));
  range_short_.push(top - bottom);
  range_long_.push(top - bottom);
  for (GapWindow* w : {&volume_short_, &volume_long_}) {
    bar.traded ? w->push(bar.log_volume) : w->push_missing();
  }
  previous_close_ = bar.close;
  has_previous_ = true;
  if (!windows_valid()) {
    return std::nullopt;
  }
  return FeatureVector{
      momentum_t(momentum_),
      0.5 * std::log(std::max(garman_klass_.mean(), kVarianceFloor)),
      std::log((range_short_.mean() + kRangeFloor) / (range_long_.mean() + kRangeFloor)),
      volume_z(volume_short_, volume_long_),
      efficiency_ratio(net_, path_),
      log_variance_ratio(squares_, lagged_squares_),
  };
}

void FeatureBuilder::push_gap(std::size_t slots) {
  for (GapWindow* w : {&momentum_, &garman_klass_, &range_short_, &range_long_, &volume_short_,
                       &volume_long_, &net_, &path_, &squares_, &lagged_squares_}) {
    w->push_missing(slots);
  }
  has_previous_ = false;
  contiguous_ = 0;
}

void FeatureBuilder::push_return(double r) {
  momentum_.push(r);
  net_.push(r);
  path_.push(std::fabs(r));
  squares_.push(r * r);
  std::shift_left(recent_.begin(), recent_.end(), 1);
  recent_.back() = r;
  if (++contiguous_ < W::variance_ratio_lag) {
    lagged_squares_.push_missing();
    return;
  }
  double lagged = 0.0;
  for (const double x : recent_) {
    lagged += x;
  }
  lagged_squares_.push(lagged * lagged);
}

/// The short volume window may be empty (see volume_z); path_ and squares_ are as full as net_.
bool FeatureBuilder::windows_valid() const {
  return momentum_.valid() && garman_klass_.valid() && range_short_.valid() &&
         range_long_.valid() && volume_long_.valid() && net_.valid() && lagged_squares_.valid();
}

} // namespace rg
