#pragma once
// One pair's pipeline bars on their slot grid, gaps as holes: what the realised quantities of
// design §15 are computed from.

#include "backtests/guarded_run.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rg {

/// Slots of the trailing baseline, and how many of its returns must exist.
inline constexpr std::size_t kTrailingSlots = 480;
inline constexpr std::size_t kTrailingNeeded = 384;

struct SlotSeries {
  std::int64_t first = 0;               ///< slot number of index 0
  std::vector<double> close, high, low; ///< 0 = no good bar in this slot
  std::vector<double> r;                ///< log return; NaN = does not exist
  std::vector<double> r2;               ///< squared return; −1 = does not exist

  /// @param bars  good bars, oldest first, not empty.
  explicit SlotSeries(std::span<const ForecastRecord> bars);

  [[nodiscard]] std::size_t size() const { return r2.size(); }
  [[nodiscard]] std::size_t index_of(std::int64_t slot) const {
    return static_cast<std::size_t>(slot - first);
  }
  /// Σ r² over the n slots after i; empty where one is missing.
  [[nodiscard]] std::optional<double> next_variance(std::size_t i, std::size_t n) const;
  /// Mean of the existing r² in the `window` slots ending at i; empty when fewer than `needed`
  /// exist.
  [[nodiscard]] std::optional<double> mean_square(std::size_t i, std::size_t window,
                                                  std::size_t needed) const;
  /// max(ln(highest high / close), −ln(lowest low / close)) over the n slots after i, all good.
  [[nodiscard]] double adverse_excursion(std::size_t i, std::size_t n) const;

private:
  std::vector<double> sum_r2_; // of the existing ones before index i
  std::vector<std::size_t> count_r2_;
};

} // namespace rg
