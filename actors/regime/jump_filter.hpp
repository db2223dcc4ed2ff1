#pragma once
// Online use of the jump model: the state at the end of the cheapest path over everything so far,
// and how much dearer the others would be. Filtering only; O(1) per bar.
//
//   V_t(k) = ½ |x_t − centre_k|² + min(V_{t−1}(k), min_j V_{t−1}(j) + penalty)
//   posterior(k) ∝ exp(−V_t(k) / temperature)
//
// Source: Nystrup, Lindström & Madsen 2020, section 3 (online classification by the value
// function). The temperature is fitted on training data (backtests/training/jump_fit.hpp); what is
// left of miscalibration the isotonic map removes.

#include "actors/regime/forward_filter.hpp"

namespace rg {

class JumpFilter {
public:
  explicit JumpFilter(const JumpParameters& parameters) : p_(parameters) {}

  /// The next observation, standardised and finite. `log_likelihood` is minus what the cheapest
  /// path pays for it.
  FilterStep step(const FeatureVector& x);
  void restart() { started_ = false; }
  [[nodiscard]] bool started() const { return started_; }

private:
  JumpParameters p_;
  StateVector value_{}; // least 0
  bool started_ = false;
};

} // namespace rg
