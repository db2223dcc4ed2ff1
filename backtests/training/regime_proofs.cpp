#include "backtests/training/regime_proofs.hpp"

#include "actors/numerics/seeded_random.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace rg {

namespace {

using Eigen::Index;

int draw(const Eigen::VectorXd& probability, SeededRandom& random) {
  double left = random.uniform();
  Index k = 0;
  while (k + 1 < probability.size() && left >= probability[k]) {
    left -= probability[k];
    ++k;
  }
  return static_cast<int>(k);
}

/// Most probable states of the filter against the truth; `samples` takes how sure it was.
double accuracy(const GaussianHmm& hmm, const SimulatedRows& rows,
                std::vector<CalibrationSample>* samples) {
  const Filtered filtered = filter(hmm, rows.data);
  double right = 0.0;
  for (std::size_t t = 0; t < rows.states.size(); ++t) {
    Index best = 0;
    const double p = filtered.posterior.col(static_cast<Index>(t)).maxCoeff(&best);
    const bool is_right = rows.states[t] == static_cast<int>(best);
    right += is_right ? 1.0 : 0.0;
    if (samples != nullptr) {
      samples->push_back({p, is_right});
    }
  }
  return right / static_cast<double>(rows.states.size());
}

} // namespace

SimulatedRows simulate_rows(const HmmParameters& truth, std::size_t n, std::uint64_t seed) {
  SeededRandom random(seed);
  const GaussianHmm hmm = from_parameters(truth);
  std::vector<Eigen::MatrixXd> roots;
  for (const Eigen::MatrixXd& covariance : hmm.covariances) {
    const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
    RG_ASSERT(cholesky.info() == Eigen::Success);
    roots.emplace_back(cholesky.matrixL());
  }
  const Index d = hmm.dimension();
  SimulatedRows out{{Eigen::MatrixXd(static_cast<Index>(n), d), {0}}, {}};
  for (std::size_t t = 0; t < n; ++t) {
    const int state =
        draw(t == 0 ? hmm.initial : Eigen::VectorXd(hmm.transition.row(out.states.back())), random);
    out.states.push_back(state);
    Eigen::VectorXd z(d);
    for (Index f = 0; f < d; ++f) {
      z[f] = random.normal();
    }
    out.data.rows.row(static_cast<Index>(t)) =
        hmm.means.row(state) + (roots[static_cast<std::size_t>(state)] * z).transpose();
  }
  return out;
}

Result<SimulationProof, InputError> prove_on_simulated_rows(const HmmParameters& truth,
                                                            std::size_t rows, std::uint64_t seed) {
  ModelParameters model;
  const auto fitted = fit_rows(simulate_rows(truth, rows, seed).data, {}, seed, model);
  if (!fitted) {
    return fail(fitted.error());
  }
  const SimulatedRows unseen = simulate_rows(truth, rows, seed + 1);
  SimulationProof out;
  std::vector<CalibrationSample> samples;
  out.accuracy_true = accuracy(from_parameters(truth), unseen, nullptr);
  out.accuracy_trained = accuracy(from_parameters(model.hmm), unseen, &samples);
  out.reliability = reliability(samples);
  out.ece = out.reliability.ece;
  return out;
}

Result<SyntheticProof, InputError> prove_on_synthetic(const RegimeSettings& settings,
                                                      const BarSettings& bars,
                                                      const SyntheticTrial& fit,
                                                      const SyntheticTrial& test) {
  RG_ASSERT(fit.first_seed + fit.seeds <= test.first_seed ||
            test.first_seed + test.seeds <= fit.first_seed);
  const auto series = collect_features(synthetic_candles(bars, fit), bars, std::nullopt);
  if (!series) {
    return fail(series.error());
  }
  auto model = std::make_shared<ModelParameters>();
  model->interval = bars.interval;
  auto quality = fit_regimes(*series, settings, 1, *model);
  if (!quality) {
    return fail(quality.error());
  }
  SyntheticProof out;
  out.trained = score_on_synthetic(model, settings, bars, test);
  out.quality = *std::move(quality);
  return out;
}

} // namespace rg
