#pragma once
// What waits for the rate budget, by urgency. Within one priority: first come, first sent.

#include "messages/venue/requests.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <functional>

namespace rg {

/// kill and reduce > stop placement > cancel > entries (design §9).
enum class Priority : std::uint8_t { close, stop, cancel, entry };
inline constexpr std::size_t kPriorities = 4;
/// May use the reserved share of the budget.
[[nodiscard]] constexpr bool is_protective(Priority p) {
  return p <= Priority::stop;
}

/// What a request is for; the desk reads the answer accordingly.
enum class Purpose : std::uint8_t {
  place,
  cancel,
  place_stop,
  cancel_stop,
  sweep,
  kill,
  leverage,
  stray, ///< cancels an entry of ours that no journal knows
};

struct QueuedRequest {
  RequestId id = 0;
  Purpose purpose = Purpose::place;
  ClientOrderId order; ///< place, cancel, place_stop
  Symbol symbol;
  ChangeRequest request;
  Timestamp not_before; ///< wall; a repeated request waits a little
};

class RequestQueue {
public:
  void push(Priority p, QueuedRequest request) { at(p).push_back(std::move(request)); }
  void push_front(Priority p, QueuedRequest request) { at(p).push_front(std::move(request)); }

  [[nodiscard]] std::deque<QueuedRequest>& at(Priority p) {
    return queues_[static_cast<std::size_t>(p)];
  }
  [[nodiscard]] const std::deque<QueuedRequest>& at(Priority p) const {
    return queues_[static_cast<std::size_t>(p)];
  }
  [[nodiscard]] bool empty() const;
  /// Takes out everything that matches, whatever its priority.
  void remove(const std::function<bool(const QueuedRequest&)>& matches);
  [[nodiscard]] bool contains(const std::function<bool(const QueuedRequest&)>& matches) const;

private:
  std::array<std::deque<QueuedRequest>, kPriorities> queues_;
};

} // namespace rg
