#pragma once
// Wall time that moves only when a test says so, and the timers that live on it.

#include "actors/engine_time.hpp"

#include <map>
#include <optional>

namespace rg {

class VirtualTime final : public Clock {
public:
  explicit VirtualTime(Timestamp start = Timestamp::from_ms(1'735'689'600'000)) : now_(start) {}

  [[nodiscard]] Timestamp now() const override { return now_; }
  void set(Timestamp t) { now_ = t; }

  [[nodiscard]] InputTimers::Arm arm() {
    return [this](Timer::Token token, Duration delay) { due_.emplace(now_ + delay, token); };
  }
  /// Next token due strictly before `until`; moves the clock to it.
  [[nodiscard]] std::optional<Timer::Token> next_before(Timestamp until) {
    if (due_.empty() || due_.begin()->first >= until) {
      return std::nullopt;
    }
    const auto [when, token] = *due_.begin();
    due_.erase(due_.begin());
    now_ = std::max(now_, when);
    return token;
  }
  /// Fires everything due up to `d` from now, in order; ends at exactly that time.
  template <class Fire> void advance(Duration d, Fire&& fire) {
    const Timestamp end = now_ + d;
    while (const auto token = next_before(end + Duration{1})) {
      fire(*token);
    }
    now_ = end;
  }

  /// The process whose timers these were is gone.
  void forget() { due_.clear(); }

private:
  Timestamp now_;
  std::multimap<Timestamp, Timer::Token> due_; // first armed first among equals
};

} // namespace rg
