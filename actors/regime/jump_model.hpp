#pragma once
// Fitting a statistical jump model: clusters with a price on switching (design §6.1). Training
// only; the engine's online use is jump_filter.hpp.
//
//   minimise over centres and path:  Σ_t ½ |x_t − centre(s_t)|²  +  penalty × switches
//
// A switch between two sequences costs nothing: the path starts anew there.
//
// Sources: Bemporad, Breschi, Piga & Boyd 2018 (the model and the alternating fit); Nystrup,
// Lindström & Madsen 2020 (regimes in finance); Shu, Yu & Mulvey 2024 (the penalty chosen by how
// the online states serve later data).

#include "actors/regime/fit_stopped.hpp"
#include "actors/regime/gaussian_hmm.hpp"

#include <cstdint>
#include <vector>

namespace rg {

struct JumpModel {
  Eigen::MatrixXd centres; ///< K × d
  double penalty = 0.0;    ///< >= 0
};

/// The path of least cost over the whole of each sequence, by dynamic programming. Looks ahead: for
/// training and tests only.
struct JumpPath {
  std::vector<int> states;
  double loss = 0.0; ///< of data and switches
};
[[nodiscard]] JumpPath best_path(const JumpModel& model, const Observations& data);

/// The online value function after each row, K × N: the least cost of any path up to the row that
/// ends in the state, minus the least over all states. What JumpFilter carries along.
[[nodiscard]] Eigen::MatrixXd value_function(const JumpModel& model, const Observations& data);

struct JumpFitSettings {
  double penalty = 32.0;
  int max_iterations = 100; ///< of path and centres, until the path stays the same
  int restarts = 4;         ///< k-means++ starts
  std::uint64_t seed = 1;
  std::stop_token stop{}; ///< asked before each iteration; the fit then throws FitStopped
};

struct JumpFit {
  JumpModel model;
  std::vector<int> path;
  double loss = 0.0;
  int iterations = 0;
  bool converged = false;
};

/// From one start: alternates best path and centres = means of their rows; a state that loses its
/// rows keeps its centre. The loss never rises.
[[nodiscard]] JumpFit fit_jump_from(const Observations& data, Eigen::MatrixXd centres,
                                    const JumpFitSettings& settings);
/// k-means++ starts and the caller's own; least loss first. Deterministic by the seed.
[[nodiscard]] std::vector<JumpFit>
fit_jump_candidates(const Observations& data, int states, const JumpFitSettings& settings,
                    const std::vector<Eigen::MatrixXd>& own_starts);

} // namespace rg
