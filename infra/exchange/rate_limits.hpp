#pragma once
// How the venue counts requests. Wall time throughout.

#include "messages/units/timestamp.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string>

namespace rg::exchange {

/// Order-type requests of one account: at most `limit` in any half-open sliding second, (t − 1 s,
/// t]. A batch counts its items; requests that are refused for whatever reason, 429 included,
/// count.
class OrderRateLimit {
public:
  explicit OrderRateLimit(std::uint32_t limit) : limit_(limit) {}

  /// Counts `items` at `now`; false = over the limit (429). `now` never goes back.
  [[nodiscard]] bool take(std::uint32_t items, Timestamp now);

  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::uint32_t max_in_second() const { return max_; }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

private:
  struct Entry {
    Timestamp at;
    std::uint32_t items = 0;
  };
  std::uint32_t limit_;
  std::deque<Entry> window_;
  std::uint32_t in_window_ = 0, max_ = 0;
  std::uint64_t total_ = 0, rejected_ = 0;
};

/// Weight spent in a sliding ten seconds, per IP address or per account.
class WeightBudget {
public:
  explicit WeightBudget(std::uint32_t per_ten_seconds) : budget_(per_ten_seconds) {}
  static constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max();
  /// False when the budget, or a lower `limit`, would be exceeded; then nothing is spent.
  [[nodiscard]] bool spend(std::uint32_t weight, Timestamp now, std::uint32_t limit = kNoLimit);

private:
  struct Entry {
    Timestamp at;
    std::uint32_t weight = 0;
  };
  std::uint32_t budget_;
  std::deque<Entry> window_;
  std::uint32_t spent_ = 0;
};

/// Events in a sliding window: websocket operations an hour, connection attempts in five minutes.
class EventLimit {
public:
  EventLimit(std::uint32_t limit, Duration window) : limit_(limit), window_(window) {}
  [[nodiscard]] bool take(Timestamp now);

private:
  std::uint32_t limit_;
  Duration window_;
  std::deque<Timestamp> events_;
};

} // namespace rg::exchange
