#pragma once
// Pieces of work by index for several threads, some of which may fail and give theirs back.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace rg::app {

class GroupQueue {
public:
  explicit GroupQueue(std::size_t count) : left_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      waiting_.push_back(i);
    }
  }

  /// The next piece; waits while all that is left is in other hands, which may give it back. Empty
  /// when everything is done or the work was stopped.
  std::optional<std::size_t> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || left_ == 0 || !waiting_.empty(); });
    if (stopped_ || left_ == 0) {
      return std::nullopt;
    }
    return pop();
  }
  /// The same without waiting: empty also when all that is left is in other hands.
  std::optional<std::size_t> take_waiting() {
    const std::lock_guard lock(mutex_);
    return stopped_ || waiting_.empty() ? std::nullopt : std::optional(pop());
  }
  void done() {
    const std::lock_guard lock(mutex_);
    --left_;
    changed_.notify_all();
  }
  void give_back(std::size_t i) {
    const std::lock_guard lock(mutex_);
    waiting_.push_front(i);
    changed_.notify_all();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] bool stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

private:
  std::size_t pop() {
    const std::size_t i = waiting_.front();
    waiting_.pop_front();
    return i;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::size_t> waiting_;
  std::size_t left_;
  bool stopped_ = false;
};

} // namespace rg::app
