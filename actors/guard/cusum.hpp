#pragma once

#include <algorithm>
#include <cmath>

namespace rg {

/// Page's one-sided CUSUM: S ← max(0, S + z − k). Pure arithmetic; z standardised by the caller.
class Cusum {
public:
  explicit Cusum(double k) : k_(k) {}
  double on_value(double z) { return sum_ = std::max(0.0, sum_ + z - k_); }
  [[nodiscard]] double value() const { return sum_; }
  void reset() { sum_ = 0.0; }

private:
  double k_;
  double sum_ = 0.0;
};

/// CUSUM on the log volatility of quarter-hour blocks against the trailing day: finds a volatility
/// that creeps up without any single large move.
class VolatilityDrift {
public:
  explicit VolatilityDrift(double k) : cusum_(k) {}

  /// One return and the minutes that it spans; @return the statistic, moved at the end of each
  /// block.
  double on_return(double r, double minutes) {
    sum_ += r * r;
    minutes_ += minutes;
    if (minutes_ + 1e-9 >= kBlockMinutes) {
      close_block(sum_ / minutes_);
      sum_ = minutes_ = 0.0;
    }
    return cusum_.value();
  }

private:
  void close_block(double variance) {
    const double x = 0.5 * std::log(std::max(variance, 1e-12));
    if (blocks_ == 0.0) {
      mean_ = x;
    }
    const double gain = std::max(kGain, 1.0 / (blocks_ + 1.0));
    const double deviation = x - mean_;
    const double spread = std::max(std::sqrt(square_), kLeastSpread);
    const double z = std::clamp(deviation / spread, -kCut, kCut);
    if (blocks_ >= kReady) {
      cusum_.on_value(z);
    }
    mean_ += gain * z * spread;
    square_ += gain * (z * z * spread * spread - square_);
    blocks_ = std::min(blocks_ + 1.0, 1e6);
  }

  static constexpr double kBlockMinutes = 15.0;
  static constexpr double kGain = 0.01;       // half-life 69 blocks, 17 h
  static constexpr double kLeastSpread = 0.5; // log units; daily rhythm and sampling noise
  static constexpr double kCut = 4.0;
  static constexpr double kReady = 48.0;

  Cusum cusum_;
  double sum_ = 0.0, minutes_ = 0.0;
  double blocks_ = 0.0, mean_ = 0.0, square_ = 0.35 * 0.35;
};

} // namespace rg
