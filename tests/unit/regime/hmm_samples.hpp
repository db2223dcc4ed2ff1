#pragma once
// Small models and simulated data for the tests of this folder.

#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/gaussian_hmm.hpp"

#include <utility>

namespace rg::test {

/// A random but well-conditioned model.
inline GaussianHmm random_hmm(int states, int dimension, SeededRandom& random) {
  GaussianHmm hmm{Eigen::VectorXd(states),
                  Eigen::MatrixXd(states, states),
                  Eigen::MatrixXd(states, dimension),
                  {}};
  for (int i = 0; i < states; ++i) {
    hmm.initial[i] = 0.1 + random.uniform();
    for (int j = 0; j < states; ++j) {
      hmm.transition(i, j) = 0.1 + random.uniform() + (i == j ? 2.0 : 0.0);
    }
    hmm.transition.row(i) /= hmm.transition.row(i).sum();
    Eigen::MatrixXd root(dimension, dimension);
    for (int a = 0; a < dimension; ++a) {
      hmm.means(i, a) = 2.0 * random.normal();
      for (int b = 0; b < dimension; ++b) {
        root(a, b) = random.normal();
      }
    }
    hmm.covariances.push_back(root * root.transpose() +
                              0.5 * Eigen::MatrixXd::Identity(dimension, dimension));
  }
  hmm.initial /= hmm.initial.sum();
  return hmm;
}

inline int draw(const Eigen::VectorXd& p, SeededRandom& random) {
  double left = random.uniform();
  int k = 0;
  while (k + 1 < p.size() && left >= p[k]) {
    left -= p[k++];
  }
  return k;
}

struct Simulated {
  Observations data;
  std::vector<int> states;
};

/// Sequences of the given lengths from the model.
inline Simulated simulate(const GaussianHmm& hmm, const std::vector<std::size_t>& lengths,
                          SeededRandom& random) {
  Simulated out;
  std::size_t n = 0;
  for (const std::size_t length : lengths) {
    out.data.starts.push_back(n);
    n += length;
  }
  const auto d = hmm.dimension();
  out.data.rows.resize(static_cast<Eigen::Index>(n), d);
  std::vector<Eigen::MatrixXd> roots;
  for (const auto& covariance : hmm.covariances) {
    roots.emplace_back(Eigen::LLT<Eigen::MatrixXd>(covariance).matrixL());
  }
  std::size_t next = 0;
  int state = 0;
  for (std::size_t t = 0; t < n; ++t) {
    if (next < out.data.starts.size() && out.data.starts[next] == t) {
      state = draw(hmm.initial, random);
      ++next;
    } else {
      state = draw(hmm.transition.row(state).transpose(), random);
    }
    out.states.push_back(state);
    Eigen::VectorXd z(d);
    for (Eigen::Index i = 0; i < d; ++i) {
      z[i] = random.normal();
    }
    out.data.rows.row(static_cast<Eigen::Index>(t)) =
        hmm.means.row(state) + (roots[static_cast<std::size_t>(state)] * z).transpose();
  }
  return out;
}

} // namespace rg::test
