#pragma once
// Fitting a Gaussian HMM to data: Baum–Welch with scaling (design §6.1). Training only.
//
// Sources: Rabiner 1989 (scaled forward–backward); Bilmes 1998 (Gaussian updates); Ledoit & Wolf
// 2004 (why to shrink); Fox et al. 2011 (sticky prior); Arthur & Vassilvitskii 2007 (k-means++
// starts).

#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/fit_stopped.hpp"
#include "actors/regime/gaussian_hmm.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace rg {

enum class CovarianceKind {
  full,   ///< one matrix per state
  common, ///< one matrix that all states share
};
enum class InitialKind {
  free,       ///< estimated from how the sequences start
  stationary, ///< the chain's own stationary distribution, exactly accounted for in the M-step
};

struct BaumWelchSettings {
  CovarianceKind covariance = CovarianceKind::full;
  InitialKind initial = InitialKind::stationary;
  /// Each covariance becomes (1 − shrinkage) S + shrinkage diag(S), in [0, 1).
  double shrinkage = 0.05;
  double min_variance = 1e-4; ///< added to no diagonal, but no diagonal entry falls below it
  /// Pseudo-transitions of a state to itself: a Dirichlet prior against flicker; 0 = plain maximum
  /// likelihood.
  double sticky_transitions = 0.0;
  int max_iterations = 300;
  double tolerance = 1e-7; ///< stop when the log-likelihood per row gains less
  std::stop_token stop{};  ///< asked before each iteration; the fit then throws FitStopped
};

/// One pass over the data: expectations under a model, then the model they imply.
class BaumWelch {
public:
  /// The data must outlive this object.
  BaumWelch(const Observations& data, const BaumWelchSettings& settings);
  ~BaumWelch();

  /// One iteration in place.
  /// @return log-likelihood of the data under the model as it was before.
  double iterate(GaussianHmm& hmm);

  struct Run {
    double log_likelihood =
        0.0; ///< of the model that is left in `hmm`'s place one iteration earlier
    int iterations = 0;
    bool converged = false;
  };
  /// Iterates until the gain is below tolerance or the limit is reached.
  Run run(GaussianHmm& hmm, int max_iterations);

private:
  struct Workspace;
  const Observations& data_;
  BaumWelchSettings settings_;
  std::unique_ptr<Workspace> work_;
};

/// Where a fit starts: states from the clusters of k-means++ with Lloyd's iterations on the rows.
[[nodiscard]] GaussianHmm kmeans_start(const Observations& data, int states, SeededRandom& random);
/// States from a given assignment of rows (0 .. states − 1); every state needs some rows.
[[nodiscard]] GaussianHmm start_from_labels(const Observations& data,
                                            const std::vector<int>& labels, int states);

struct HmmFit {
  GaussianHmm hmm;
  double log_likelihood = 0.0; ///< of the data under `hmm`
  int iterations = 0;
  bool converged = false;
};

/// Several starts, each run for `short_iterations`; the best `finalists` by log-likelihood, and
/// every start of the caller's own, go on to the end. Deterministic by the seed.
struct RestartSettings {
  int restarts = 6;
  int short_iterations = 12;
  int finalists = 2;
  std::uint64_t seed = 1;
};
/// @param own_starts  besides the k-means++ ones, e.g. from a rule.
/// @return all that ran to the end, best log-likelihood first; at least one.
[[nodiscard]] std::vector<HmmFit> fit_candidates(const Observations& data, int states,
                                                 const BaumWelchSettings& settings,
                                                 const RestartSettings& restarts,
                                                 const std::vector<GaussianHmm>& own_starts);
/// The best of them, k-means++ starts alone.
[[nodiscard]] HmmFit fit_hmm(const Observations& data, int states,
                             const BaumWelchSettings& settings, const RestartSettings& restarts);
/// From one given start to the end.
[[nodiscard]] HmmFit fit_hmm_from(const Observations& data, GaussianHmm start,
                                  const BaumWelchSettings& settings);

} // namespace rg
