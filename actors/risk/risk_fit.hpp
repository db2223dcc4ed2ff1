#pragma once
// Fits the risk models' parameters on training bars (`train`). Pure and deterministic: the same
// bars in the same order give the same bits.

#include "messages/decision/regime_estimate.hpp"
#include "messages/market/bar.hpp"
#include "messages/settings/model_parameters.hpp"

#include <cstdint>
#include <memory>

namespace rg {

/// What the risk engine needs from a model file, and on how much it was fitted.
struct RiskFit {
  HarParameters har;
  ExpansionParameters expansion;
  TailParameters tail;
  std::uint64_t observations = 0; ///< bars with all inputs and a realised horizon
};

/// Collects (inputs at t, realised quantities over (t, t + 4 h]) pair by pair, span by span,
/// exactly as the online models see them, and fits all three models on the pool:
///
/// * HAR by least squares on log realised variance; mean correction by the mean ratio of realised
/// to
///   fitted variance on the same data;
/// * expansion by iteratively reweighted least squares with a small ridge;
/// * tail by smoothed quantile regression with non-negative weights.
///
/// A horizon that holds a gap, or reaches past the end of its series, is no observation: nothing
/// after a series' last bar is ever used.
class RiskFitter {
public:
  /// @param interval  of the pipeline bars; must divide one hour or be a multiple of it up to 4 h.
  explicit RiskFitter(Duration interval);
  ~RiskFitter();
  RiskFitter(RiskFitter&&) noexcept;
  RiskFitter& operator=(RiskFitter&&) noexcept;

  /// A new pair or span: rolling state starts anew, observations are kept.
  void start_series(Symbol symbol);
  /// One good pipeline bar, later than the one before in its series, with the filtered (never
  /// smoothed) regime estimate of that bar.
  void on_bar(const PipelineBar& bar, const RegimeEstimate& regime);

  /// @throws InputError  when there are fewer than 2,000 observations, prices never move, or hardly
  ///         any volatility expansion occurred (fewer than 50 of either class).
  [[nodiscard]] RiskFit finish();

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
