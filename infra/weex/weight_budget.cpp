#include "infra/weex/weight_budget.hpp"

namespace rg::weex {

void WeightBudget::forget(Timestamp now) {
  while (!entries_.empty() && now - entries_.front().time >= kWindow) {
    sum_ -= entries_.front().weight;
    entries_.pop_front();
  }
}

Duration WeightBudget::wait_for(int weight, int reserve, Timestamp now) {
  forget(now);
  int free = limit_ - reserve - sum_;
  if (weight <= free || entries_.empty()) {
    return Duration::zero();
  }
  for (const Entry& entry : entries_) {
    free += entry.weight;
    if (weight <= free) {
      return entry.time + kWindow - now;
    }
  }
  return entries_.back().time + kWindow - now;
}

void WeightBudget::spend(int weight, Timestamp now) {
  forget(now);
  entries_.push_back({now, weight});
  sum_ += weight;
}

int WeightBudget::spent(Timestamp now) {
  forget(now);
  return sum_;
}

} // namespace rg::weex
