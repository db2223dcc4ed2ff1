#pragma once
// What one statistic says, and how several are weighed against each other.

#include "messages/decision/guard_state.hpp"

namespace rg {

/// A statistic's value against the limits of the levels.
struct GuardEvidence {
  GuardLevel level = GuardLevel::normal; ///< highest level that it calls for
  GuardCause cause = GuardCause::none;
  double value = 0.0;
  double threshold = 0.0;
};

/// Highest level whose limit the value reaches; more is worse.
[[nodiscard]] inline GuardEvidence judge(GuardCause cause, double value, double caution,
                                         double halt) {
  if (value >= halt) {
    return {GuardLevel::halt, cause, value, halt};
  }
  if (value >= caution) {
    return {GuardLevel::caution, cause, value, caution};
  }
  return {};
}

/// A halt whose gate is shut is a caution.
[[nodiscard]] inline GuardEvidence gated(GuardEvidence evidence, bool gate, double caution) {
  if (evidence.level == GuardLevel::halt && !gate) {
    evidence.level = GuardLevel::caution;
    evidence.threshold = caution;
  }
  return evidence;
}

/// The graver of two; the first when they are equal.
[[nodiscard]] inline GuardEvidence graver(const GuardEvidence& a, const GuardEvidence& b) {
  return b.level > a.level ? b : a;
}

} // namespace rg
