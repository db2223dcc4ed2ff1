#include "backtests/training/regime_fit.hpp"

#include "actors/regime/baum_welch.hpp"
#include "actors/regime/calibration.hpp"
#include "actors/regime/regime_hysteresis.hpp"
#include "actors/regime/standardise.hpp"
#include "actors/regime/state_naming.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace rg {

namespace {

using Eigen::Index;

constexpr int kStates = static_cast<int>(kRegimeCount);
constexpr double kPlausibilityQuantile = 0.002;
/// Nats. A posterior of (0.55, 0.35, 0.10) has 0.93, (0.60, 0.30, 0.10) 0.90: flatter is no
/// verdict.
constexpr double kEntropyCeiling = 0.9;
/// Pseudo-transitions of each state to itself, as a share of all rows. Overlapping feature windows
/// make neighbouring rows alike, so the likelihood counts the same evidence several times and would
/// switch too readily; a third roughly halves the chance of a switch.
constexpr double kStickyShare = 1.0 / 3.0;

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

/// A start that says what the names mean, when the data allow it: the fifth of the rows with the
/// highest volatility, range and volume; of the rest, those that move far for their path.
std::vector<GaussianHmm> named_starts(const Observations& data) {
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
  for (int k = 0; k < kStates; ++k) {
    if (std::count(labels.begin(), labels.end(), k) == 0) {
      return {}; // the rule needs rows of all three kinds
    }
  }
  return {start_from_labels(data, labels, kStates)};
}

Result<NamedHmm, InputError> fit_named(const Observations& data, std::uint64_t seed,
                                       ModelParameters& model, RegimeFitQuality& quality) {
  BaumWelchSettings settings;
  settings.sticky_transitions = kStickyShare * static_cast<double>(data.size());
  settings.tolerance = 1e-6;
  RestartSettings restarts;
  restarts.seed = seed;
  const auto candidates = fit_candidates(data, kStates, settings, restarts, named_starts(data));
  quality.candidates = static_cast<int>(candidates.size());
  std::string first_refusal;
  for (const HmmFit& fit : candidates) {
    auto named = name_states(fit.hmm);
    if (!named) {
      ++quality.refused;
      first_refusal = first_refusal.empty() ? named.error() : first_refusal;
      continue;
    }
    quality.iterations = fit.iterations;
    quality.converged = fit.converged;
    model.card.log_likelihood_per_bar = fit.log_likelihood / static_cast<double>(data.size());
    model.card.volatility_separation = named->separation.volatility;
    model.card.efficiency_separation = named->separation.efficiency;
    return std::move(named).value();
  }
  return fail(InputError{"--data", 0,
                         "no fit gives three regimes that can be named: " + first_refusal +
                             "; use more or more varied data"});
}

double quantile(std::vector<double> values, double q) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Median length of the stays in each regime.
class Stays {
public:
  void on_bar(Regime regime, bool starts_anew) {
    if (regime != current_ || starts_anew) {
      end();
      current_ = regime;
    }
    ++length_;
  }
  [[nodiscard]] StateVector medians() {
    end();
    StateVector out{};
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      out[k] = lengths_[k].empty() ? 0.0 : quantile(lengths_[k], 0.5);
    }
    return out;
  }

private:
  void end() {
    if (current_ != Regime::unknown && length_ > 0) {
      lengths_[static_cast<std::size_t>(current_)].push_back(static_cast<double>(length_));
    }
    length_ = 0;
  }
  Regime current_ = Regime::unknown;
  std::size_t length_ = 0;
  std::array<std::vector<double>, kRegimeCount> lengths_;
};

std::vector<CalibrationSample> replay(const Filtered& filtered, const Eigen::MatrixXd& smoothed,
                                      const Observations& data, const RegimeSettings& settings,
                                      RegimeFitQuality& quality) {
  std::vector<CalibrationSample> samples;
  RegimeHysteresis in_force(settings);
  Stays stays;
  std::size_t next = 0;
  for (std::size_t t = 0; t < data.size(); ++t) {
    const bool start = next < data.starts.size() && data.starts[next] == t;
    if (start) {
      ++next;
      in_force.restart();
    }
    StateVector posterior{};
    Index hindsight = 0;
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      posterior[k] = filtered.posterior(static_cast<Index>(k), static_cast<Index>(t));
      quality.shares[k] += posterior[k] / static_cast<double>(data.size());
    }
    smoothed.col(static_cast<Index>(t)).maxCoeff(&hindsight);
    const Regime regime = in_force.on_posterior(posterior);
    stays.on_bar(regime, start);
    if (regime != Regime::unknown) {
      const auto k = static_cast<std::size_t>(regime);
      samples.push_back({posterior[k], hindsight == static_cast<Index>(k)});
    }
  }
  quality.dwell_bars = stays.medians();
  return samples;
}

void judge_calibration(const std::vector<CalibrationSample>& samples,
                       const ConfidenceCalibration& map, RegimeFitQuality& quality) {
  if (samples.empty()) {
    return;
  }
  const double n = static_cast<double>(samples.size());
  for (const CalibrationSample& s : samples) {
    const double right = s.right ? 1.0 : 0.0;
    const double confidence = calibrated(map, s.raw);
    quality.agreement += right / n;
    quality.brier_raw += (s.raw - right) * (s.raw - right) / n;
    quality.brier_calibrated += (confidence - right) * (confidence - right) / n;
  }
}

} // namespace

Result<RegimeFitQuality, InputError> fit_regimes(const std::vector<FeatureSeries>& series,
                                                 const RegimeSettings& settings, std::uint64_t seed,
                                                 ModelParameters& model) {
  if (const auto done = fit_standardisers(series, model); !done) {
    return fail(done.error());
  }
  const Observations data = standardised(series, model);
  RegimeFitQuality quality;
  quality.rows = data.size();
  auto named = fit_named(data, seed, model, quality);
  if (!named) {
    return fail(named.error());
  }
  model.hmm = to_parameters(named->hmm);
  const Filtered filtered = filter(named->hmm, data);
  const Eigen::VectorXd& likelihood = filtered.log_likelihood;
  model.plausibility_floor =
      quantile({likelihood.data(), likelihood.data() + likelihood.size()}, kPlausibilityQuantile);
  model.entropy_ceiling = kEntropyCeiling;
  const auto samples = replay(filtered, smooth(named->hmm, data), data, settings, quality);
  model.calibration = fit_calibration(samples);
  judge_calibration(samples, model.calibration, quality);
  model.card.observations = quality.rows;
  model.card.seed = seed;
  return quality;
}

} // namespace rg
