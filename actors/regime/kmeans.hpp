#pragma once
// Clusters of rows, as the place where a fit starts. Training only.
//
// Source: Arthur & Vassilvitskii 2007 (k-means++); Lloyd 1982.

#include "actors/numerics/seeded_random.hpp"

#include <Eigen/Dense>

#include <vector>

namespace rg {

/// Centres, states × d, of the rows N × d, N >= states. With more than 20,000 rows an evenly spread
/// sample of that many is looked at. Deterministic by the state of `random`.
[[nodiscard]] Eigen::MatrixXd kmeans_centres(const Eigen::MatrixXd& rows, int states,
                                             SeededRandom& random);

/// The nearest centre of each row, 0 .. states − 1; the first of equally near ones.
[[nodiscard]] std::vector<int> nearest_centres(const Eigen::MatrixXd& rows,
                                               const Eigen::MatrixXd& centres);

} // namespace rg
