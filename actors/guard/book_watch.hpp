#pragma once

#include <algorithm>

namespace rg {

/// A positive quantity (spread, depth) against its usual value: a fast mean over a few ticks, so
/// that one flickering quote is no event, over a slow one that follows in small steps.
class UsualRatio {
public:
  /// @return fast mean / usual value; 1 while young.
  double on_value(double value) {
    if (seen_ == 0) {
      usual_ = fast_ = value;
    }
    fast_ += kFast * (value - fast_);
    const double ratio = usual_ > 0.0 ? fast_ / usual_ : 1.0;
    const double cut = std::clamp(value, usual_ / kCut, usual_ * kCut);
    const double gain = std::max(kSlow, 1.0 / static_cast<double>(seen_ + 1));
    usual_ += gain * ((usual_ > 0.0 ? cut : value) - usual_);
    seen_ = std::min(seen_ + 1, 1'000'000);
    return seen_ > kReady ? ratio : 1.0;
  }
  [[nodiscard]] double usual() const { return usual_; }

private:
  static constexpr double kFast = 0.35;
  static constexpr double kSlow = 0.001;
  static constexpr double kCut = 2.0;
  static constexpr int kReady = 100;

  int seen_ = 0;
  double usual_ = 0.0, fast_ = 0.0;
};

} // namespace rg
