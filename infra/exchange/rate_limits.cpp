#include "infra/exchange/rate_limits.hpp"

#include <algorithm>

namespace rg::exchange {

using namespace std::chrono_literals;

bool OrderRateLimit::take(std::uint32_t items, Timestamp now) {
  while (!window_.empty() && window_.front().at <= now - 1s) {
    in_window_ -= window_.front().items;
    window_.pop_front();
  }
  window_.push_back({now, items});
  in_window_ += items;
  total_ += items;
  max_ = std::max(max_, in_window_);
  if (in_window_ > limit_) {
    ++rejected_;
    return false;
  }
  return true;
}

bool WeightBudget::spend(std::uint32_t weight, Timestamp now, std::uint32_t limit) {
  while (!window_.empty() && window_.front().at <= now - 10s) {
    spent_ -= window_.front().weight;
    window_.pop_front();
  }
  if (spent_ + weight > std::min(budget_, limit)) {
    return false;
  }
  window_.push_back({now, weight});
  spent_ += weight;
  return true;
}

bool EventLimit::take(Timestamp now) {
  while (!events_.empty() && events_.front() <= now - window_) {
    events_.pop_front();
  }
  if (events_.size() >= limit_) {
    return false;
  }
  events_.push_back(now);
  return true;
}

} // namespace rg::exchange
