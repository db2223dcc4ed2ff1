#pragma once
// Virtual wall time and everything that is due on it. Nothing waits: the clock jumps to the next
// entry. Entries of one instant run in the order in which they were made.

#include "infra/ports/clock.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace rg::sim {

class SimAgenda final : public Clock {
public:
  explicit SimAgenda(Timestamp start) : start_(start), now_(start) {}

  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] Timestamp start() const { return start_; }
  [[nodiscard]] Duration elapsed() const { return now_ - start_; }
  [[nodiscard]] std::uint64_t entries_run() const { return run_; }

  void at(Timestamp when, std::function<void()> action) {
    heap_.push_back({std::max(when, now_), next_++, std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  void after(Duration delay, std::function<void()> action) { at(now_ + delay, std::move(action)); }

  /// Runs the next entry that is due before `until`; false when there is none.
  bool run_next(Timestamp until) {
    if (heap_.empty() || heap_.front().when >= until) {
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    RG_ASSERT(entry.when >= now_);
    now_ = entry.when;
    ++run_;
    entry.action();
    return true;
  }

private:
  struct Entry {
    Timestamp when;
    std::uint64_t order = 0;
    std::function<void()> action;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };
  std::vector<Entry> heap_;
  Timestamp start_, now_;
  std::uint64_t next_ = 0, run_ = 0;
};

} // namespace rg::sim
