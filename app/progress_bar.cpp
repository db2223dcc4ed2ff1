#include "app/progress_bar.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace rg::app {

ProgressBar::ProgressBar(std::string label, std::size_t total)
    : label_(std::move(label)), total_(total), visible_(total > 0 && isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
  if (visible_ && last_percent_ >= 0) {
    fmt::print(stderr, "\r\x1b[K");
  }
}

void ProgressBar::show(std::size_t done) {
  if (!visible_) {
    return;
  }
  const int percent = static_cast<int>(100 * std::min(done, total_) / total_);
  if (percent == last_percent_) {
    return;
  }
  last_percent_ = percent;
  constexpr int kWidth = 32;
  fmt::print(stderr, "\r{} [{:<{}}] {:>3} %", label_,
             std::string(static_cast<std::size_t>(percent * kWidth / 100), '#'), kWidth, percent);
  std::fflush(stderr);
}

} // namespace rg::app
