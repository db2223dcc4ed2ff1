#pragma once
// The reference runs of design §15: the same Signals without the risk engine, and holding. They use
// the same fill model and costs as the guarded run, so only the sizing differs.

#include "backtests/guarded_run.hpp"

namespace rg {

/// How large an entry of a baseline is.
struct BaselineSize {
  bool full_risk_budget = false; ///< notional = the signal's full size (multiplier 1) × equity
  double fraction = 0.0;         ///< else notional = fraction × equity
};

struct ScaledRun {
  RunResult result;
  double scale = 0.0; ///< k
};

/// One position per pair, entered post-only at the signal's price for its life, left by the rule's
/// exit or at the signal's invalidation; gross notional of an entry and what is held is cut at 20 ×
/// equity.
[[nodiscard]] RunResult run_unguarded(const Span& span, const RunInputs& inputs,
                                      const GuardedRun& guarded, const BaselineSize& size);

/// `run_unguarded` with the constant fraction k found by bisection so that the mean gross leverage
/// is within 1 % of `target` (aims at 0.1 %). k = 0 when target is 0; the nearest found when none
/// fits.
/// @param first_guess  of k, > 0: a good one saves runs, any one gives a k.
[[nodiscard]] ScaledRun run_matched(const Span& span, const RunInputs& inputs,
                                    const GuardedRun& guarded, double target, double first_guess);

/// A first guess of the matching k: leverage is nearly proportional to size, so a run at full risk
/// budget tells about where k lies.
/// @param unscaled_leverage  mean gross leverage of that run.
[[nodiscard]] double guess_scale(const GuardedRun& guarded, double target,
                                 double unscaled_leverage);

/// Equal parts of the initial equity in each pair at 1 × gross, bought with a market order at the
/// first bar at which the pair may be traded (after warm-up), held to the end of its data.
[[nodiscard]] RunResult run_buy_and_hold(const Span& span, const RunInputs& inputs,
                                         const GuardedRun& guarded);

} // namespace rg
