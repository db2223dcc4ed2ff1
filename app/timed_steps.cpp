#include "app/timed_steps.hpp"

namespace rg::app {

namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds kBetweenLastHopes{1};

} // namespace

bool TimedSteps::wait(const std::string& what, const StepWait& wanted) {
  if (failed_) {
    return false;
  }
  const auto begin = Steady::now();
  auto next_hope = begin + kBetweenLastHopes;
  std::optional<std::string> over; // why the step ends without what it waits for
  for (;;) {
    const auto found = wanted.look();
    const auto now = Steady::now();
    const bool late = now - begin >= patience_;
    if (!found && !over && wanted.over && (late || now >= next_hope)) {
      over = wanted.over();
      next_hope = now + kBetweenLastHopes;
    }
    if (!found && !over && late) {
      over = wanted.otherwise();
    }
    if (found || over) {
      const std::chrono::duration<double> taken = now - begin;
      list_.push_back({what, found.has_value(), found ? *found : *over, taken.count()});
      failed_ = !found;
      return found.has_value();
    }
    over = pause_(wanted.every);
  }
}

} // namespace rg::app
