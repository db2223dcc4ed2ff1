#include "actors/regime/state_naming.hpp"

#include "messages/decision/regime_estimate.hpp"
#include "messages/support/invariant.hpp"
#include "messages/support/number_text.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace rg {

namespace {

using Eigen::Index;
constexpr auto kVolatility = static_cast<Index>(Feature::realised_vol);
constexpr auto kEfficiency = static_cast<Index>(Feature::efficiency_ratio);

double pooled_sd(const GaussianHmm& hmm, const Eigen::VectorXd& share, Index feature) {
  double variance = 0.0;
  for (Index k = 0; k < hmm.states(); ++k) {
    variance += share[k] * hmm.covariances[static_cast<std::size_t>(k)](feature, feature);
  }
  return std::sqrt(variance);
}

GaussianHmm reordered(const GaussianHmm& hmm, const std::array<Index, kRegimeCount>& order) {
  GaussianHmm out = hmm;
  for (std::size_t to = 0; to < kRegimeCount; ++to) {
    const auto row = static_cast<Index>(to);
    out.initial[row] = hmm.initial[order[to]];
    out.means.row(row) = hmm.means.row(order[to]);
    out.covariances[to] = hmm.covariances[static_cast<std::size_t>(order[to])];
    for (std::size_t j = 0; j < kRegimeCount; ++j) {
      out.transition(row, static_cast<Index>(j)) = hmm.transition(order[to], order[j]);
    }
  }
  return out;
}

std::string too_close(const char* what, double separation) {
  return std::string("the states' mean ") + what + " differ by only " + double_text(separation) +
         " pooled standard deviations (at least 0.25 are needed to name them)";
}

} // namespace

Result<NamedOrder, std::string> name_order(const Eigen::MatrixXd& means,
                                           const Eigen::VectorXd& pooled_sd) {
  RG_ASSERT(means.rows() == static_cast<Index>(kRegimeCount));
  Index volatile_state = 0;
  means.col(kVolatility).maxCoeff(&volatile_state);
  Index trending = (volatile_state + 1) % 3;
  Index range = (volatile_state + 2) % 3;
  if (means(trending, kEfficiency) < means(range, kEfficiency)) {
    std::swap(trending, range);
  }
  const double next_volatility = std::max(means(trending, kVolatility), means(range, kVolatility));
  NamedOrder out{{trending, range, volatile_state}, {}};
  out.separation.volatility =
      (means(volatile_state, kVolatility) - next_volatility) / pooled_sd[kVolatility];
  out.separation.efficiency =
      (means(trending, kEfficiency) - means(range, kEfficiency)) / pooled_sd[kEfficiency];
  if (!(out.separation.volatility >= kMinSeparation)) {
    return fail(too_close("volatilities", out.separation.volatility));
  }
  if (!(out.separation.efficiency >= kMinSeparation)) {
    return fail(too_close("efficiency ratios", out.separation.efficiency));
  }
  return out;
}

Result<NamedHmm, std::string> name_states(const GaussianHmm& hmm) {
  const Eigen::VectorXd share = stationary_distribution(hmm.transition);
  Eigen::VectorXd sd = Eigen::VectorXd::Ones(hmm.dimension());
  sd[kVolatility] = pooled_sd(hmm, share, kVolatility);
  sd[kEfficiency] = pooled_sd(hmm, share, kEfficiency);
  const auto named = name_order(hmm.means, sd);
  if (!named) {
    return fail(named.error());
  }
  return NamedHmm{reordered(hmm, named->order), named->separation};
}

} // namespace rg
