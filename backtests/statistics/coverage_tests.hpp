#pragma once
// Does a quantile forecast miss as often as it says, and are its misses independent?

#include <cstdint>
#include <optional>
#include <vector>

namespace rg {

/// Likelihood-ratio test (Kupiec 1995) that exceedances come at rate `level_missed`; p of χ²(1).
[[nodiscard]] std::optional<double> kupiec_p(std::uint64_t exceedances, std::uint64_t windows,
                                             double level_missed);

/// How often a hit (1) or none (0) followed a hit or none, over stretches that are not joined.
class HitTransitions {
public:
  void add(const std::vector<bool>& stretch); ///< in time order
  [[nodiscard]] double count(bool before, bool after) const { return counts_[before][after]; }

private:
  double counts_[2][2] = {{0.0, 0.0}, {0.0, 0.0}};
};

struct ChristoffersenTest {
  double independence_p = 0.0; ///< χ²(1): a hit is as likely after a hit as after none
  double coverage_p = 0.0;     ///< χ²(2): independent and at the stated rate
  double after_hit = 0.0, after_none = 0.0; ///< hit rates
};

/// Likelihood-ratio tests on the transitions; empty without both kinds of predecessor.
/// Source: Christoffersen 1998, Evaluating interval forecasts.
[[nodiscard]] std::optional<ChristoffersenTest> christoffersen(const HitTransitions& hits,
                                                               double level_missed);

} // namespace rg
