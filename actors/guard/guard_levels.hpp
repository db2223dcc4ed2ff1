#pragma once
// Hysteresis of the guard's levels in data time.

#include "actors/guard/guard_evidence.hpp"
#include "messages/decision/guard_state.hpp"
#include "messages/settings/settings.hpp"

#include <optional>

namespace rg {

/// How long a level holds without new evidence for it, data time.
[[nodiscard]] Duration hold_of(GuardLevel level, const GuardSettings& settings);

/// A level is kept until its hold time has passed without evidence for it, then the next lower one
/// is in force for its own hold time. Kill is latched: only release(), or the written rule of 24 h
/// of data time without new evidence for it, opens it again, and then into halt.
class GuardLevels {
public:
  GuardLevels(Symbol symbol, const GuardSettings& settings);

  /// Evidence at `stamp`. @return the new state when the level rose.
  std::optional<GuardState> on_evidence(const GuardEvidence& evidence, Timestamp stamp);
  /// Data time moves on. @return the new state when a level's hold time has ended.
  std::optional<GuardState> on_time(Timestamp stamp) {
    return stamp < next_change_ ? std::nullopt : step_down(stamp);
  }
  std::optional<GuardState> release(Timestamp stamp);
  /// A level in force keeps the end it has.
  void set_settings(const GuardSettings& settings) { settings_ = settings; }

  [[nodiscard]] const GuardState& state() const { return state_; }

private:
  std::optional<GuardState> step_down(Timestamp stamp);
  const GuardState& enter(GuardLevel level, const GuardEvidence& evidence, Timestamp stamp);

  GuardSettings settings_;
  GuardState state_;
  Timestamp next_change_; ///< when the present level ends if no evidence comes
};

} // namespace rg
