#include "actors/guard/guard_levels.hpp"

#include <algorithm>
#include <limits>

namespace rg {

namespace {

constexpr Timestamp kNever = Timestamp::from_ns(std::numeric_limits<std::int64_t>::max());
/// The written rule by which a kill opens again without a person.
constexpr Duration kKillHold = std::chrono::hours{24};

} // namespace

GuardLevels::GuardLevels(Symbol symbol, const GuardSettings& settings)
    : settings_(settings), next_change_(kNever) {
  state_.symbol = symbol;
}

Duration hold_of(GuardLevel level, const GuardSettings& settings) {
  switch (level) {
  case GuardLevel::kill:
    return kKillHold;
  case GuardLevel::halt:
    return settings.hold_halt;
  case GuardLevel::caution:
    return settings.hold_caution;
  case GuardLevel::normal:
    break;
  }
  return Duration::zero();
}

const GuardState& GuardLevels::enter(GuardLevel level, const GuardEvidence& evidence,
                                     Timestamp stamp) {
  state_.stamp = stamp;
  state_.level = level;
  state_.cause = level == GuardLevel::normal ? GuardCause::none : evidence.cause;
  state_.evidence = level == GuardLevel::normal ? 0.0 : evidence.value;
  state_.threshold = level == GuardLevel::normal ? 0.0 : evidence.threshold;
  state_.exposure_factor = level == GuardLevel::normal    ? 1.0
                           : level == GuardLevel::caution ? settings_.caution_factor
                                                          : 0.0;
  next_change_ = level == GuardLevel::normal ? kNever : stamp + hold_of(level, settings_);
  return state_;
}

std::optional<GuardState> GuardLevels::on_evidence(const GuardEvidence& evidence, Timestamp stamp) {
  if (evidence.level > state_.level) {
    return enter(evidence.level, evidence, stamp);
  }
  if (evidence.level == state_.level && evidence.level != GuardLevel::normal) {
    next_change_ = std::max(next_change_, stamp + hold_of(state_.level, settings_));
  }
  return std::nullopt;
}

std::optional<GuardState> GuardLevels::step_down(Timestamp stamp) {
  if (state_.level == GuardLevel::normal) {
    return std::nullopt;
  }
  const auto lower = static_cast<GuardLevel>(static_cast<std::uint8_t>(state_.level) - 1);
  return enter(lower, {lower, state_.cause, state_.evidence, state_.threshold}, stamp);
}

std::optional<GuardState> GuardLevels::release(Timestamp stamp) {
  if (state_.level != GuardLevel::kill) {
    return std::nullopt;
  }
  return enter(GuardLevel::halt, {GuardLevel::halt, GuardCause::operator_action, 0.0, 0.0}, stamp);
}

} // namespace rg
