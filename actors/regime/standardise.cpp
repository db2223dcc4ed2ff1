#include "actors/regime/standardise.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace rg {

namespace {

/// Lower median; reorders the values.
double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double standard_deviation(const std::vector<double>& values, double center) {
  double sum = 0.0;
  for (const double v : values) {
    sum += (v - center) * (v - center);
  }
  return std::sqrt(sum / static_cast<double>(values.size()));
}

} // namespace

FeatureVector standardise(const FeatureVector& raw, const Standardiser& s) {
  FeatureVector out{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    const double z = (raw[f] - s.center[f]) / s.scale[f];
    out[f] = std::clamp(z, -kStandardisedLimit, kStandardisedLimit);
  }
  return out;
}

Standardiser fit_standardiser(const std::vector<FeatureVector>& rows) {
  RG_ASSERT(rows.size() >= 2);
  constexpr double kGaussianMad = 1.4826;
  Standardiser s;
  std::vector<double> values(rows.size());
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    std::transform(rows.begin(), rows.end(), values.begin(),
                   [f](const FeatureVector& row) { return row[f]; });
    s.center[f] = median(values);
    const double plain = standard_deviation(values, s.center[f]);
    std::transform(values.begin(), values.end(), values.begin(),
                   [&](double v) { return std::fabs(v - s.center[f]); });
    const double robust = kGaussianMad * median(values);
    s.scale[f] = robust > 1e-9 ? robust : (plain > 1e-9 ? plain : 0.0);
  }
  return s;
}

} // namespace rg
