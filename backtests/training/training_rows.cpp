#include "backtests/training/training_rows.hpp"

#include "actors/regime/standardise.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace rg {

using Eigen::Index;

Result<bool, InputError> fit_standardisers(const std::vector<FeatureSeries>& series,
                                           ModelParameters& model) {
  std::vector<FeatureVector> all;
  std::array<std::vector<FeatureVector>, Symbol::kCount> own;
  for (const FeatureSeries& s : series) {
    all.insert(all.end(), s.rows.begin(), s.rows.end());
    auto& rows = own[s.symbol.id()];
    rows.insert(rows.end(), s.rows.begin(), s.rows.end());
  }
  if (all.size() < kMinTrainingRows) {
    return fail(InputError{
        "--data", 0,
        "too little data: " + std::to_string(all.size()) + " complete feature rows, at least " +
            std::to_string(kMinTrainingRows) + " are needed (one pair at 15m: about 26 days)"});
  }
  const auto fit = [](const std::vector<FeatureVector>& rows, const std::string& whose,
                      Standardiser& out) -> Result<bool, InputError> {
    out = fit_standardiser(rows);
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      if (!(out.scale[f] > 0.0)) {
        return fail(InputError{"--data", 0,
                               std::string("the feature ") + to_string(static_cast<Feature>(f)) +
                                   " never changes for " + whose +
                                   "; constant prices or volumes cannot be fitted"});
      }
    }
    return true;
  };
  auto done = fit(all, "the pooled pairs", model.pooled);
  for (const Symbol symbol : Symbol::all()) {
    const std::size_t id = symbol.id();
    model.has_own_standardiser[id] = own[id].size() >= kMinTrainingRows;
    if (done && model.has_own_standardiser[id]) {
      done = fit(own[id], std::string(symbol.name()), model.own_standardiser[id]);
    }
  }
  return done;
}

Observations standardised(const std::vector<FeatureSeries>& series, const ModelParameters& model) {
  std::size_t n = 0;
  for (const FeatureSeries& s : series) {
    n += s.rows.size();
  }
  Observations out{Eigen::MatrixXd(static_cast<Index>(n), static_cast<Index>(kFeatureCount)), {}};
  std::size_t at = 0;
  for (const FeatureSeries& s : series) {
    for (const std::size_t start : s.starts) {
      out.starts.push_back(at + start);
    }
    const Standardiser& standardiser = model.standardiser(s.symbol);
    for (const FeatureVector& raw : s.rows) {
      const FeatureVector z = standardise(raw, standardiser);
      out.rows.row(static_cast<Index>(at++)) =
          Eigen::Map<const Eigen::RowVectorXd>(z.data(), static_cast<Index>(kFeatureCount));
    }
  }
  return out;
}

std::vector<int> labels_by_rule(const Observations& data) {
  constexpr double kVolatileShare = 0.2;
  constexpr double kEfficient = 0.15; // standardised; a little above the median
  const auto column = [&](Feature f) { return data.rows.col(static_cast<Index>(f)); };
  const Eigen::VectorXd heat = column(Feature::realised_vol) + 0.5 * column(Feature::atr_ratio) +
                               0.5 * column(Feature::volume_z);
  const Eigen::VectorXd drive =
      0.5 * (column(Feature::efficiency_ratio) + column(Feature::momentum_t));
  std::vector<double> sorted(heat.data(), heat.data() + heat.size());
  const auto cut = sorted.begin() + static_cast<std::ptrdiff_t>((1.0 - kVolatileShare) *
                                                                static_cast<double>(sorted.size()));
  std::nth_element(sorted.begin(), cut, sorted.end());
  std::vector<int> labels(data.size());
  for (std::size_t t = 0; t < labels.size(); ++t) {
    const auto row = static_cast<Index>(t);
    const Regime regime = heat[row] >= *cut         ? Regime::high_volatility
                          : drive[row] > kEfficient ? Regime::trending
                                                    : Regime::range_bound;
    labels[t] = static_cast<int>(regime);
  }
  for (int k = 0; k < static_cast<int>(kRegimeCount); ++k) {
    if (std::count(labels.begin(), labels.end(), k) == 0) {
      return {}; // the rule needs rows of all three kinds
    }
  }
  return labels;
}

} // namespace rg
