#include "actors/regime/jump_model.hpp"

#include "actors/regime/kmeans.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// ½ |x − centre|², K × N, whole columns of rows at a time.
MatrixXd row_losses(const MatrixXd& centres, const MatrixXd& rows) {
  MatrixXd out(centres.rows(), rows.rows());
  VectorXd sum(rows.rows());
  for (Index k = 0; k < centres.rows(); ++k) {
    sum.setZero();
    for (Index f = 0; f < rows.cols(); ++f) {
      sum.array() += 0.5 * (rows.col(f).array() - centres(k, f)).square();
    }
    out.row(k) = sum.transpose();
  }
  return out;
}

/// One step of the value function, in place: cost of ending in k, given the costs before.
void advance(VectorXd& value, double penalty, const MatrixXd& losses, Index t, bool starts) {
  if (starts) {
    value = losses.col(t);
    return;
  }
  const double switched = value.minCoeff() + penalty;
  value = value.cwiseMin(switched) + losses.col(t);
}

bool is_start(const Observations& data, std::size_t& next, Index t) {
  if (next < data.starts.size() && data.starts[next] == static_cast<std::size_t>(t)) {
    ++next;
    return true;
  }
  return false;
}

} // namespace

JumpPath best_path(const JumpModel& model, const Observations& data) {
  const MatrixXd losses = row_losses(model.centres, data.rows);
  const Index states = losses.rows();
  const Index n = losses.cols();
  std::vector<int> cheapest(static_cast<std::size_t>(n)); // end state of the cheapest path up to t
  std::vector<char> stays(static_cast<std::size_t>(n * states)); // into t, ending in k: from k?
  VectorXd value(states);
  JumpPath out{std::vector<int>(static_cast<std::size_t>(n)), 0.0};
  const auto walk_back = [&](std::size_t begin, std::size_t end) {
    int state = cheapest[end - 1];
    for (std::size_t t = end; t-- > begin;) {
      out.states[t] = state;
      const bool stay =
          stays[t * static_cast<std::size_t>(states) + static_cast<std::size_t>(state)];
      state = stay || t == begin ? state : cheapest[t - 1];
    }
  };
  for (std::size_t s = 0; s < data.starts.size(); ++s) {
    const auto [begin, end] = data.sequence(s);
    for (std::size_t i = begin; i < end; ++i) {
      const auto t = static_cast<Index>(i);
      if (i > begin) {
        const double switched = value.minCoeff() + model.penalty;
        for (Index k = 0; k < states; ++k) {
          stays[static_cast<std::size_t>(t * states + k)] = value[k] <= switched ? 1 : 0;
        }
      }
      advance(value, model.penalty, losses, t, i == begin);
      Index best = 0;
      value.minCoeff(&best);
      cheapest[i] = static_cast<int>(best);
    }
    out.loss += value.minCoeff();
    walk_back(begin, end);
  }
  return out;
}

MatrixXd value_function(const JumpModel& model, const Observations& data) {
  MatrixXd out = row_losses(model.centres, data.rows);
  VectorXd value(out.rows());
  std::size_t next = 0;
  for (Index t = 0; t < out.cols(); ++t) {
    const bool starts = is_start(data, next, t);
    advance(value, model.penalty, out, t, starts);
    value.array() -= value.minCoeff();
    out.col(t) = value;
  }
  return out;
}

JumpFit fit_jump_from(const Observations& data, MatrixXd centres, const JumpFitSettings& settings) {
  RG_ASSERT(data.size() > 0 && settings.penalty >= 0.0);
  JumpFit fit{{std::move(centres), settings.penalty}, {}, 0.0, 0, false};
  const Index states = fit.model.centres.rows();
  while (fit.iterations < settings.max_iterations) {
    throw_if_stopped(settings.stop);
    ++fit.iterations;
    JumpPath path = best_path(fit.model, data);
    fit.loss = path.loss;
    if (path.states == fit.path) {
      fit.converged = true;
      break;
    }
    fit.path = std::move(path.states);
    MatrixXd sums = MatrixXd::Zero(states, data.rows.cols());
    VectorXd counts = VectorXd::Zero(states);
    for (std::size_t t = 0; t < fit.path.size(); ++t) {
      sums.row(fit.path[t]) += data.rows.row(static_cast<Index>(t));
      counts[fit.path[t]] += 1.0;
    }
    for (Index k = 0; k < states; ++k) {
      if (counts[k] > 0.0) {
        fit.model.centres.row(k) = sums.row(k) / counts[k];
      }
    }
  }
  return fit;
}

std::vector<JumpFit> fit_jump_candidates(const Observations& data, int states,
                                         const JumpFitSettings& settings,
                                         const std::vector<MatrixXd>& own_starts) {
  RG_ASSERT(data.size() >= static_cast<std::size_t>(states));
  SeededRandom random(settings.seed);
  std::vector<JumpFit> fits;
  fits.reserve(static_cast<std::size_t>(settings.restarts) + own_starts.size());
  for (int r = 0; r < settings.restarts; ++r) {
    fits.push_back(fit_jump_from(data, kmeans_centres(data.rows, states, random), settings));
  }
  for (const MatrixXd& start : own_starts) {
    fits.push_back(fit_jump_from(data, start, settings));
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const JumpFit& a, const JumpFit& b) { return a.loss < b.loss; });
  return fits;
}

} // namespace rg
