#pragma once

#include <algorithm>
#include <cstdint>

namespace rg {

/// A positive quantity (spread, depth) against its usual value: a fast mean over about two seconds,
/// over a slow one that follows in small steps. Time counts, not ticks: a liquid book flickers by
/// many times its one-tick spread for milliseconds, hundreds of times a second, and that is no
/// event. When ticks are rare a few of them decide.
class UsualRatio {
public:
  /// @param stamp_ns  data time; a stamp that does not advance moves the fast mean not at all.
  /// @return fast mean / usual value; 1 while young.
  double on_value(double value, std::int64_t stamp_ns) {
    if (seen_ == 0) {
      usual_ = fast_ = value;
    }
    const double seconds =
        seen_ == 0 ? 0.0 : std::max(1e-9 * static_cast<double>(stamp_ns - last_ns_), 0.0);
    last_ns_ = std::max(last_ns_, stamp_ns);
    fast_ += std::min(kFast, seconds / kFastSeconds) * (value - fast_);
    const double ratio = usual_ > 0.0 ? fast_ / usual_ : 1.0;
    const double cut = std::clamp(value, usual_ / kCut, usual_ * kCut);
    const double slow = std::min(kSlow, seconds / kSlowSeconds);
    const double gain = std::max(slow, 1.0 / static_cast<double>(seen_ + 1));
    usual_ += gain * ((usual_ > 0.0 ? cut : value) - usual_);
    seen_ = std::min(seen_ + 1, 1'000'000);
    return seen_ > kReady ? ratio : 1.0;
  }
  [[nodiscard]] double usual() const { return usual_; }

private:
  static constexpr double kFast = 0.35, kFastSeconds = 2.0;
  static constexpr double kSlow = 0.001, kSlowSeconds = 1'000.0;
  static constexpr double kCut = 2.0;
  static constexpr int kReady = 100;

  std::int64_t last_ns_ = 0;
  int seen_ = 0;
  double usual_ = 0.0, fast_ = 0.0;
};

} // namespace rg
