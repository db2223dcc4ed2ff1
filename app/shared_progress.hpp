#pragma once
// One progress bar for pieces of work that run on several threads.

#include "app/progress_bar.hpp"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace rg::app {

class SharedProgress {
public:
  SharedProgress(std::string label, std::size_t parts)
      : bar_(std::move(label), parts * kUnits), done_(parts, 0) {}

  /// @param share  of this part that is done, [0, 1]; never steps back.
  void show(std::size_t part, double share) {
    const std::lock_guard lock(mutex_);
    const auto units = static_cast<std::size_t>(share * static_cast<double>(kUnits));
    const std::size_t now = std::max(units, done_[part]);
    sum_ += now - done_[part];
    done_[part] = now;
    bar_.show(sum_);
  }

private:
  static constexpr std::size_t kUnits = 1000;
  std::mutex mutex_;
  ProgressBar bar_;
  std::vector<std::size_t> done_;
  std::size_t sum_ = 0;
};

} // namespace rg::app
