#pragma once
// Wall time and timers as the hot actors see them. Both are inputs: the clock stands still while
// one input is processed, and a timer that fires is recorded like a frame, so that a replay, which
// has neither clock nor timers, sees the same (design §12).

#include "infra/ports/clock.hpp"
#include "messages/support/invariant.hpp"

#include <map>
#include <utility>

namespace rg {

/// Says the wall time at which the present input entered the engine.
class InputClock final : public Clock {
public:
  [[nodiscard]] Timestamp now() const override { return now_; }
  void set(Timestamp wall_now) { now_ = wall_now; }

private:
  Timestamp now_;
};

/// Timers whose firing comes back as an input: tokens are counted, so they are the same in a
/// replay.
class InputTimers final : public Timer {
public:
  /// Asks the outside to bring the token back after the delay; a replay passes a function that does
  /// nothing.
  using Arm = std::function<void(Token token, Duration delay)>;
  explicit InputTimers(Arm arm) : arm_(std::move(arm)) {}

  Token after(Duration delay, std::function<void()> action) override {
    const Token token = next_++;
    pending_.emplace(token, std::move(action));
    arm_(token, delay);
    return token;
  }
  void cancel(Token token) override { pending_.erase(token); }

  /// Is the firing of this token still wanted? A cancelled one is not even recorded.
  [[nodiscard]] bool wants(Token token) const { return pending_.contains(token); }
  void fire(Token token) {
    const auto found = pending_.find(token);
    if (found == pending_.end()) {
      return;
    }
    auto action = std::move(found->second);
    pending_.erase(found);
    action();
  }

private:
  Arm arm_;
  std::map<Token, std::function<void()>> pending_;
  Token next_ = 1;
};

} // namespace rg
