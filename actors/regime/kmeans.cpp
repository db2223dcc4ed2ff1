// k-means++ with Lloyd's iterations: where the fits of both regime models start.

#include "actors/regime/kmeans.hpp"

#include <limits>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kSample = 20'000; ///< rows that k-means looks at; evenly spread
constexpr int kLloydIterations = 25;

MatrixXd spread_sample(const MatrixXd& rows) {
  const auto n = static_cast<std::size_t>(rows.rows());
  if (n <= kSample) {
    return rows;
  }
  MatrixXd out(static_cast<Index>(kSample), rows.cols());
  for (std::size_t i = 0; i < kSample; ++i) {
    out.row(static_cast<Index>(i)) = rows.row(static_cast<Index>(i * n / kSample));
  }
  return out;
}

/// k-means++: each next centre is drawn with probability proportional to the squared distance.
MatrixXd draw_centres(const MatrixXd& rows, int states, SeededRandom& random) {
  MatrixXd centres(states, rows.cols());
  VectorXd distance = VectorXd::Constant(rows.rows(), std::numeric_limits<double>::max());
  Index chosen = static_cast<Index>(random.below(static_cast<std::uint64_t>(rows.rows())));
  for (int k = 0; k < states; ++k) {
    centres.row(k) = rows.row(chosen);
    distance = distance.cwiseMin((rows.rowwise() - centres.row(k)).rowwise().squaredNorm());
    double left = random.uniform() * distance.sum();
    for (chosen = 0; chosen + 1 < rows.rows() && left >= distance[chosen]; ++chosen) {
      left -= distance[chosen];
    }
  }
  return centres;
}

/// Lloyd's iterations; a centre that loses all its rows stays where it is.
void settle(MatrixXd& centres, const MatrixXd& rows) {
  for (int round = 0; round < kLloydIterations; ++round) {
    const std::vector<int> labels = nearest_centres(rows, centres);
    MatrixXd sums = MatrixXd::Zero(centres.rows(), centres.cols());
    VectorXd counts = VectorXd::Zero(centres.rows());
    for (Index t = 0; t < rows.rows(); ++t) {
      const int k = labels[static_cast<std::size_t>(t)];
      sums.row(k) += rows.row(t);
      counts[k] += 1.0;
    }
    const MatrixXd before = centres;
    for (Index k = 0; k < centres.rows(); ++k) {
      if (counts[k] > 0.0) {
        centres.row(k) = sums.row(k) / counts[k];
      }
    }
    if ((centres - before).squaredNorm() < 1e-12) {
      return;
    }
  }
}

} // namespace

std::vector<int> nearest_centres(const MatrixXd& rows, const MatrixXd& centres) {
  std::vector<int> labels(static_cast<std::size_t>(rows.rows()));
  for (Index t = 0; t < rows.rows(); ++t) {
    Index best = 0;
    (centres.rowwise() - rows.row(t)).rowwise().squaredNorm().minCoeff(&best);
    labels[static_cast<std::size_t>(t)] = static_cast<int>(best);
  }
  return labels;
}

MatrixXd kmeans_centres(const MatrixXd& rows, int states, SeededRandom& random) {
  const MatrixXd sample = spread_sample(rows);
  MatrixXd centres = draw_centres(sample, states, random);
  settle(centres, sample);
  return centres;
}

} // namespace rg
