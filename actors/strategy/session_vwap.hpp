#pragma once

#include "actors/strategy/rule_bar.hpp"

#include <chrono>

namespace rg {

/// Volume-weighted mean of log typical prices since 00:00 UTC: the session's anchor,
/// mirror-symmetric because it averages logs. A session without volume yet has its last typical
/// price as anchor.
class SessionVwap {
public:
  void on_bar(const RuleBar& bar) {
    const Timestamp day = bar.open_time.slot_start(std::chrono::hours{24});
    if (day != day_ || !started_) {
      day_ = day;
      started_ = true;
      base_ = bar.typical();
      weighted_ = volume_ = 0.0;
    }
    // Deviations from the session's first typical price keep the digits.
    weighted_ += bar.volume * (bar.typical() - base_);
    volume_ += bar.volume;
    last_ = bar.typical();
  }

  /// Log price.
  [[nodiscard]] double value() const { return volume_ > 0.0 ? base_ + weighted_ / volume_ : last_; }

private:
  Timestamp day_;
  bool started_ = false;
  double base_ = 0.0, weighted_ = 0.0, volume_ = 0.0, last_ = 0.0;
};

} // namespace rg
