#pragma once
// Independent pieces of work over a few threads. Each piece writes to its own place, so that the
// result does not depend on which thread did what.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace rg {

/// Threads worth starting for independent runs on this machine, at least one, at most four: each
/// holds a span's bars in memory.
[[nodiscard]] inline unsigned useful_threads() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
}

/// Calls work(i) for every i < count, in ascending order of starting. When pieces throw, the rest
/// is not started and the exception of the lowest index is thrown on.
template <class Work> void for_each_index(std::size_t count, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::vector<std::exception_ptr> errors(count);
  const auto run = [&] {
    while (!failed.load()) {
      const std::size_t i = next.fetch_add(1);
      if (i >= count) {
        return;
      }
      try {
        work(i);
      } catch (...) {
        errors[i] = std::current_exception();
        failed.store(true);
      }
    }
  };
  std::vector<std::jthread> others;
  const std::size_t wanted =
      std::min<std::size_t>(std::max(threads, 1U), std::max<std::size_t>(count, 1));
  for (std::size_t t = 1; t < wanted; ++t) {
    others.emplace_back(run);
  }
  run();
  others.clear(); // joins
  for (const std::exception_ptr& error : errors) {
    if (error) {
      std::rethrow_exception(error);
    }
  }
}

} // namespace rg
