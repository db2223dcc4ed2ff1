#pragma once

#include "messages/units/timestamp.hpp"

#include <deque>

namespace rg::weex {

/// The venue's weight limit: what was spent in the last ten seconds. Times are steady, passed in.
class WeightBudget {
public:
  static constexpr Duration kWindow = std::chrono::seconds(10);

  explicit WeightBudget(int limit) : limit_(limit) {}

  /// Zero when `weight` may be spent now with `reserve` left over; else the wait until it may.
  /// A weight that never fits waits until the window is empty.
  [[nodiscard]] Duration wait_for(int weight, int reserve, Timestamp now);
  void spend(int weight, Timestamp now);
  [[nodiscard]] int spent(Timestamp now);

private:
  void forget(Timestamp now);
  struct Entry {
    Timestamp time;
    int weight = 0;
  };
  int limit_, sum_ = 0;
  std::deque<Entry> entries_; ///< oldest first
};

} // namespace rg::weex
