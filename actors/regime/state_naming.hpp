#pragma once
// States get their names by a written rule, never by hand (design §6.1).

#include "actors/regime/gaussian_hmm.hpp"
#include "messages/support/result.hpp"

#include <array>
#include <string>

namespace rg {

/// Differences that the names rest on, in pooled standard deviations of the feature.
struct Separation {
  double volatility = 0.0; ///< realised_vol: highest state against the next
  double efficiency = 0.0; ///< efficiency_ratio: trending against range_bound
};
/// A model whose states differ less than this cannot carry the names.
inline constexpr double kMinSeparation = 0.25;

/// Which states carry which name, from what they look like on average.
struct NamedOrder {
  std::array<Eigen::Index, kRegimeCount> order{}; ///< state of each name, order of enum Regime
  Separation separation;
};

/// The rule itself, for any model of states. @param means  3 × features. @param pooled_sd  per
/// feature. @return the order, or which difference is too small to carry the names.
[[nodiscard]] Result<NamedOrder, std::string> name_order(const Eigen::MatrixXd& means,
                                                         const Eigen::VectorXd& pooled_sd);

struct NamedHmm {
  GaussianHmm hmm; ///< states in the order of enum Regime
  Separation separation;
};

/// High Volatility = highest mean of realised_vol; of the other two, Trending = higher mean of
/// efficiency_ratio. The pooled variance of a feature is the mean of the three states' variances,
/// weighted by how often the chain is in each.
/// @return the reordered model, or why it is refused (which difference, how small).
[[nodiscard]] Result<NamedHmm, std::string> name_states(const GaussianHmm& hmm);

} // namespace rg
