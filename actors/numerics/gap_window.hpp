#pragma once
// A rolling window of the last `capacity` slots, some of which may be missing (design §12): gaps do
// not empty it, it is valid while at least 80 % of its slots hold a value.

#include "messages/support/invariant.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace rg {

/// Share of a window's slots that must hold a value (design §12).
inline constexpr double kWindowValidShare = 0.8;

/// Number of good slots that a window of this capacity needs: the smallest n with n >= 80 %.
[[nodiscard]] constexpr std::size_t good_slots_needed(std::size_t capacity) {
  return (capacity * 4 + 4) / 5;
}

/// Sum, mean and variance over the window in O(1) per slot.
///
/// The running sums hold deviations from a shift and are built anew from the stored values once per
/// turn of the ring, so rounding errors cannot pile up over months, and a variance that is small
/// beside its mean keeps its digits. Each operation treats v and −v alike: the window of negated
/// values has the exactly negated sum and mean and the same variance, bit for bit.
/// No allocation after construction.
class GapWindow {
public:
  /// @param capacity  slots of the window, >= 1.
  explicit GapWindow(std::size_t capacity)
      : slots_(capacity, kMissing), needed_(good_slots_needed(capacity)) {
    RG_ASSERT(capacity >= 1);
  }

  /// One slot with a value, which must be finite.
  void push(double value) {
    RG_ASSERT(std::isfinite(value));
    drop_oldest();
    slots_[next_] = value;
    const double d = value - shift_;
    sum_ += d;
    sum_squares_ += d * d;
    ++count_;
    advance();
  }

  /// n slots without a value. O(min(n, capacity)).
  void push_missing(std::size_t n = 1) {
    if (n >= slots_.size()) {
      clear();
      return;
    }
    for (std::size_t i = 0; i < n; ++i) {
      drop_oldest();
      slots_[next_] = kMissing;
      advance();
    }
  }

  /// Every slot missing.
  void clear() {
    slots_.assign(slots_.size(), kMissing);
    next_ = count_ = 0;
    sum_ = sum_squares_ = shift_ = 0.0;
  }

  [[nodiscard]] std::size_t capacity() const { return slots_.size(); }
  [[nodiscard]] std::size_t count() const { return count_; } ///< slots that hold a value
  [[nodiscard]] bool valid() const { return count_ >= needed_; }

  /// Over the slots that hold a value; sum is 0 when there is none.
  [[nodiscard]] double sum() const { return sum_ + static_cast<double>(count_) * shift_; }
  /// count() >= 1.
  [[nodiscard]] double mean() const {
    RG_ASSERT(count_ >= 1);
    return shift_ + sum_ / static_cast<double>(count_);
  }
  /// Sample variance (n − 1), >= 0; 0 for a single value. count() >= 1.
  [[nodiscard]] double variance() const {
    RG_ASSERT(count_ >= 1);
    if (count_ < 2) {
      return 0.0;
    }
    const double n = static_cast<double>(count_);
    const double centred = sum_squares_ - sum_ * sum_ / n;
    return centred > 0.0 ? centred / (n - 1.0) : 0.0;
  }

  /// The value `age` slots back (0 = newest); NaN where missing. age < capacity().
  [[nodiscard]] double at(std::size_t age) const {
    RG_ASSERT(age < slots_.size());
    const std::size_t back = age + 1;
    return slots_[next_ >= back ? next_ - back : next_ + slots_.size() - back];
  }

private:
  static constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

  void drop_oldest() {
    const double oldest = slots_[next_];
    if (!std::isnan(oldest)) {
      const double d = oldest - shift_;
      sum_ -= d;
      sum_squares_ -= d * d;
      --count_;
    }
  }

  void advance() {
    if (++next_ == slots_.size()) {
      next_ = 0;
      rebuild();
    }
  }

  /// Sums anew around the present mean, from the values alone. Amortised O(1).
  void rebuild() {
    double total = 0.0;
    for (const double v : slots_) {
      total += std::isnan(v) ? 0.0 : v;
    }
    shift_ = count_ > 0 ? total / static_cast<double>(count_) : 0.0;
    sum_ = sum_squares_ = 0.0;
    for (const double v : slots_) {
      if (!std::isnan(v)) {
        const double d = v - shift_;
        sum_ += d;
        sum_squares_ += d * d;
      }
    }
  }

  std::vector<double> slots_;
  std::size_t needed_;
  std::size_t next_ = 0; // where the next slot goes: the oldest one
  std::size_t count_ = 0;
  double shift_ = 0.0;
  double sum_ = 0.0, sum_squares_ = 0.0; // of (value − shift_)
};

} // namespace rg
