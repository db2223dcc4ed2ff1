#include "actors/regime/jump_filter.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

FilterStep JumpFilter::step(const FeatureVector& x) {
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    double loss = 0.0;
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      const double d = x[f] - p_.centres[k][f];
      loss += 0.5 * d * d;
    }
    value_[k] = loss + (started_ ? std::min(value_[k], p_.penalty) : 0.0);
  }
  const double least = *std::min_element(value_.begin(), value_.end());
  RG_ASSERT(std::isfinite(least));
  FilterStep out;
  out.log_likelihood = -least;
  double total = 0.0;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    value_[k] -= least;
    out.posterior[k] = std::exp(-value_[k] / p_.temperature);
    total += out.posterior[k];
  }
  for (double& p : out.posterior) {
    p /= total;
  }
  started_ = true;
  return out;
}

} // namespace rg
