#pragma once
// What became of a forecast: the realised quantities of design §15, learnt one horizon later from
// the pair's own bars.

#include "actors/risk/volatility_state.hpp"

#include <optional>
#include <vector>

namespace rg {

/// Over the n bars after the bar at which a forecast was made.
struct RealisedOutcome {
  double variance = 0.0;          ///< Σ r² over the n bars
  double adverse_excursion = 0.0; ///< max(ln(highest high / close), −ln(lowest low / close)), >= 0
};

/// Keeps the last n bars; O(n) per bar with n = 16 at 15 m. No allocation after construction.
class RealisedHorizon {
public:
  explicit RealisedHorizon(std::size_t horizon);

  /// The bar that just closed.
  /// @return the outcome of the bar n slots earlier; nothing when the stretch between holds a gap.
  std::optional<RealisedOutcome> on_bar(const RiskBar& bar);
  /// Bars without a gap so far, this one included: entries older than that have no outcome.
  [[nodiscard]] std::size_t contiguous() const { return contiguous_; }

private:
  std::vector<RiskBar> ring_; // n + 1 bars, newest at next_ − 1
  std::size_t next_ = 0;
  std::size_t contiguous_ = 0;
};

} // namespace rg
