#pragma once
// Which regime is in force, from raw posteriors: hysteresis against flicker (design §6.1).

#include "messages/decision/regime_estimate.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <algorithm>
#include <cstdint>

namespace rg {

/// A regime comes into force when its posterior reaches enter_confidence and leaves when it falls
/// below leave_confidence. Another one takes over only min_dwell_bars after the last change; until
/// then, and while none reaches enter_confidence, the regime is unknown.
class RegimeHysteresis {
public:
  explicit RegimeHysteresis(const RegimeSettings& settings) : settings_(settings) {}

  /// One posterior per bar. @return the regime in force after it.
  Regime on_posterior(const StateVector& posterior) {
    bars_since_change_ += bars_since_change_ < settings_.min_dwell_bars ? 1u : 0u;
    if (in_force_ != Regime::unknown &&
        posterior[static_cast<std::size_t>(in_force_)] < settings_.leave_confidence) {
      left_ = in_force_;
      in_force_ = Regime::unknown;
    }
    if (in_force_ == Regime::unknown) {
      const auto best = std::max_element(posterior.begin(), posterior.end());
      const auto candidate = static_cast<Regime>(best - posterior.begin());
      const bool may_enter = candidate == left_ || bars_since_change_ >= settings_.min_dwell_bars;
      if (*best >= settings_.enter_confidence && may_enter) {
        if (candidate != left_) {
          bars_since_change_ = 0;
        }
        in_force_ = left_ = candidate;
      }
    }
    return in_force_;
  }

  /// Nothing in force and nothing to dwell on.
  void restart() {
    in_force_ = left_ = Regime::unknown;
    bars_since_change_ = settings_.min_dwell_bars;
  }

private:
  RegimeSettings settings_;
  Regime in_force_ = Regime::unknown;
  Regime left_ = Regime::unknown; // the last one in force
  std::uint32_t bars_since_change_ = settings_.min_dwell_bars;
};

} // namespace rg
