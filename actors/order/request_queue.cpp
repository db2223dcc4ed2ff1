#include "actors/order/request_queue.hpp"

#include <algorithm>

namespace rg {

bool RequestQueue::empty() const {
  return std::all_of(queues_.begin(), queues_.end(), [](const auto& q) { return q.empty(); });
}

void RequestQueue::remove(const std::function<bool(const QueuedRequest&)>& matches) {
  for (auto& q : queues_) {
    std::erase_if(q, matches);
  }
}

bool RequestQueue::contains(const std::function<bool(const QueuedRequest&)>& matches) const {
  return std::any_of(queues_.begin(), queues_.end(),
                     [&](const auto& q) { return std::any_of(q.begin(), q.end(), matches); });
}

} // namespace rg
