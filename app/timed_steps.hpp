#pragma once
// Steps that wait for something to come, each with its time; for a command that shows them as a
// list with ticks.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rg::app {

struct Step {
  std::string what;
  bool ok = false;
  std::string detail;
  double seconds = 0.0;
};

/// What one step waits for.
struct StepWait {
  /// Text when it has come; empty while not.
  std::function<std::optional<std::string>()> look;
  /// Why it can come no more; empty while it still may. Asked once a second.
  std::function<std::optional<std::string>()> over;
  std::function<std::string()> otherwise; ///< what to say when the patience is at its end
  std::chrono::milliseconds every{100};   ///< between two looks
};

/// Runs the steps and keeps their times; after the first that fails, none begins.
class TimedSteps {
public:
  /// Passes the time between two looks. A text ends the step that waits, and so the list.
  using Pause = std::function<std::optional<std::string>(std::chrono::milliseconds)>;

  TimedSteps(double patience_s, Pause pause)
      : patience_(std::chrono::duration<double>(patience_s)), pause_(std::move(pause)) {}

  /// @return whether it came.
  bool wait(const std::string& what, const StepWait& wanted);
  void note(const std::string& what, bool ok, const std::string& detail) {
    list_.push_back({what, ok, detail, 0.0});
    failed_ = failed_ || !ok;
  }
  [[nodiscard]] const std::vector<Step>& list() const { return list_; }
  [[nodiscard]] bool failed() const { return failed_; }

private:
  std::chrono::duration<double> patience_;
  Pause pause_;
  std::vector<Step> list_;
  bool failed_ = false;
};

} // namespace rg::app
