#pragma once
// The guard's sense of what is usual for a pair: variance per minute at four speeds, learnt from
// samples about a minute or a base bar apart. O(1), no logarithm.

#include "messages/units/timestamp.hpp"

#include <cmath>
#include <cstdint>

namespace rg {

/// 2(p − a)/(p + a): the log return to third order, exactly odd under p ↔ a, so the mirrored market
/// p → c/p has the same size of move.
[[nodiscard]] inline double symmetric_return(double price, double anchor) {
  return 2.0 * (price - anchor) / (price + anchor);
}

/// Exponential forgetting by data time; the factor is computed only when the step changes.
class DecayClock {
public:
  explicit DecayClock(double half_life_minutes) : half_life_(half_life_minutes) {}
  /// Weight that the past keeps over `minutes` (> 0).
  [[nodiscard]] double keep(double minutes);

private:
  double half_life_;
  double minutes_ = -1.0, keep_ = 0.0;
};

class ReturnScale {
public:
  ReturnScale();

  /// One return over `minutes` (> 0). A shock counts in the slow variance at most as a 5σ move, so
  /// that it does not become usual at once.
  void on_return(double r, double minutes);

  /// 1 / sigma of a move over `minutes`, by the slow variance.
  [[nodiscard]] double per_sigma(double minutes) const { return 1.0 / std::sqrt(slow_ * minutes); }

  /// Enough samples to judge by: two hours, or a day of history.
  [[nodiscard]] bool ready() const { return minutes_seen_ >= kReadyMinutes; }
  /// Variance per minute, > 0: trailing day (half-life 8 h).
  [[nodiscard]] double slow() const { return slow_; }
  /// Trailing week (half-life 3 days): what a slide over hours is held against.
  [[nodiscard]] double longest() const { return longest_; }
  /// Half-life 10 min, and at least 10 samples: one coarse bar is no change of volatility.
  [[nodiscard]] double fast() const { return fast_; }
  /// ½π·|r||r′| per minute, half-life 60 min: the variance of the continuous part, blind to a
  /// single jump (Barndorff-Nielsen and Shephard 2004).
  [[nodiscard]] double bipower() const { return bipower_; }

private:
  void on_young_return(double variance, double minutes);

  static constexpr double kReadyMinutes = 120.0;

  DecayClock slow_clock_, longest_clock_, fast_clock_, bipower_clock_;
  double slow_ = 0.0, longest_ = 0.0, fast_ = 0.0, bipower_ = 0.0;
  double minutes_ = -1.0, per_minutes_ = 0.0, per_root_minutes_ = 0.0; // of the last sample
  double last_size_ = -1.0; // |r| per √minute of the sample before
  double minutes_seen_ = 0.0;
};

} // namespace rg
