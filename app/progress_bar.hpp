#pragma once
// A bar on standard error while long work runs: on a terminal only, nothing when piped.

#include <cstddef>
#include <string>

namespace rg::app {

class ProgressBar {
public:
  /// @param total  units of work; 0 shows nothing.
  ProgressBar(std::string label, std::size_t total);
  ~ProgressBar(); ///< clears the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::size_t done);

private:
  std::string label_;
  std::size_t total_;
  int last_percent_ = -1;
  bool visible_;
};

} // namespace rg::app
