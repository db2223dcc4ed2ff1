#include "backtests/training/regime_fit.hpp"

#include "actors/regime/baum_welch.hpp"
#include "actors/regime/state_naming.hpp"
#include "backtests/training/jump_fit.hpp"
#include "backtests/training/regime_replay.hpp"

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

Result<NamedHmm, InputError> fit_named(const Observations& data, std::uint64_t seed,
                                       ModelParameters& model, RegimeFitQuality& quality,
                                       const std::stop_token& stop) {
  BaumWelchSettings settings;
  settings.stop = stop;
  settings.sticky_transitions = kStickyShare * static_cast<double>(data.size());
  settings.tolerance = 1e-6;
  RestartSettings restarts;
  restarts.seed = seed;
  std::vector<GaussianHmm> own_starts;
  if (const auto labels = labels_by_rule(data); !labels.empty()) {
    own_starts.push_back(start_from_labels(data, labels, kStates));
  }
  const auto candidates = fit_candidates(data, kStates, settings, restarts, own_starts);
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

std::vector<int> most_probable(const Eigen::MatrixXd& probability) {
  std::vector<int> out(static_cast<std::size_t>(probability.cols()));
  for (Index t = 0; t < probability.cols(); ++t) {
    Index k = 0;
    probability.col(t).maxCoeff(&k);
    out[static_cast<std::size_t>(t)] = static_cast<int>(k);
  }
  return out;
}

} // namespace

Result<RegimeFitQuality, InputError> fit_regimes(const std::vector<FeatureSeries>& series,
                                                 const RegimeSettings& settings, std::uint64_t seed,
                                                 ModelParameters& model, bool with_jump,
                                                 const std::stop_token& stop) {
  if (const auto done = fit_standardisers(series, model); !done) {
    return fail(done.error());
  }
  return fit_rows(standardised(series, model), settings, seed, model, with_jump, stop);
}

Result<RegimeFitQuality, InputError> fit_rows(const Observations& data,
                                              const RegimeSettings& settings, std::uint64_t seed,
                                              ModelParameters& model, bool with_jump,
                                              const std::stop_token& stop) {
  RegimeFitQuality quality;
  quality.rows = data.size();
  auto named = fit_named(data, seed, model, quality, stop);
  if (!named) {
    return fail(named.error());
  }
  model.hmm = to_parameters(named->hmm);
  const Filtered filtered = filter(named->hmm, data);
  const Eigen::VectorXd& likelihood = filtered.log_likelihood;
  model.plausibility_floor =
      quantile({likelihood.data(), likelihood.data() + likelihood.size()}, kPlausibilityQuantile);
  model.entropy_ceiling = kEntropyCeiling;
  const Replayed said =
      replay_in_force(filtered.posterior, most_probable(smooth(named->hmm, data)), data, settings);
  model.calibration = fit_calibration(said.samples);
  quality.shares = said.shares;
  quality.dwell_bars = said.dwell_bars;
  quality.calibration = judge_calibration(said.samples, model.calibration);
  model.card.observations = quality.rows;
  model.card.seed = seed;
  if (with_jump || settings.model == RegimeMethod::jump) {
    auto jump = fit_jump_regimes(data, settings, seed, model, stop);
    if (jump) {
      quality.jump = *jump;
    } else if (settings.model == RegimeMethod::jump) {
      return fail(jump.error());
    } else {
      quality.jump_refusal = jump.error().text();
    }
  }
  return quality;
}

} // namespace rg
