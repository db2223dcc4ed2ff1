#include "actors/regime/state_matching.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/hmm_samples.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <algorithm>
#include <cmath>

using namespace rg;

namespace {

ModelParameters permuted(const ModelParameters& model, const std::array<std::size_t, 3>& to) {
  ModelParameters out = model;
  for (std::size_t k = 0; k < 3; ++k) {
    out.hmm.means[to[k]] = model.hmm.means[k];
    out.hmm.covariances[to[k]] = model.hmm.covariances[k];
    out.jump.centres[to[k]] = model.jump.centres[k];
  }
  return out;
}

} // namespace

TEST_CASE("each of the six orders of the same states is found again", "[unit][regime]") {
  ModelParameters model = test::sample_model();
  model.has_jump = true;
  model.jump = test::sample_jump();
  std::array<std::size_t, 3> to{0, 1, 2};
  do {
    const ModelParameters later = permuted(model, to);
    const StateMatch found = match_states(model, later);
    CHECK(found.match == to);
    CHECK(found.distance == Approx(0.0).margin(1e-9));
    CHECK(found.runner_up > 0.1);
    CHECK(found.keeps_names() == (to == std::array<std::size_t, 3>{0, 1, 2}));
    CHECK(match_jump_states(model, later).match == to);
  } while (std::next_permutation(to.begin(), to.end()));
}

TEST_CASE("states that moved a little keep their places", "[unit][regime]") {
  const ModelParameters model = test::sample_model();
  ModelParameters later = permuted(model, {2, 0, 1});
  for (auto& mean : later.hmm.means) {
    for (double& x : mean) {
      x += 0.15;
    }
  }
  CHECK(match_states(model, later).match == std::array<std::size_t, 3>{2, 0, 1});
}

TEST_CASE("the whole assignment counts, not each state's own nearest", "[unit][regime]") {
  // On a line: earlier 0, 1, 5; later 0.9, 2, 5. Greedy from state 0 would take 0.9 for it and
  // leave 2 to state 1 (0.9 + 1.0 off); so does the best assignment. Greedy from state 1 takes 0.9
  // first and leaves 2 to state 0, which is dearer.
  GaussianHmm a, b;
  a.transition = b.transition = Eigen::Matrix3d::Constant(1.0 / 3.0);
  a.initial = b.initial = Eigen::Vector3d::Constant(1.0 / 3.0);
  a.means = Eigen::Vector3d(0.0, 1.0, 5.0);
  b.means = Eigen::Vector3d(0.9, 2.0, 5.0);
  a.covariances = b.covariances =
      std::vector<Eigen::MatrixXd>(3, Eigen::MatrixXd::Constant(1, 1, 4.0));
  CHECK(match_states(a, b).match == std::array<std::size_t, 3>{0, 1, 2});
}

TEST_CASE("matching sees raw features, whatever the standardisation", "[unit][regime]") {
  const ModelParameters model = test::sample_model();
  ModelParameters later = permuted(model, {1, 2, 0});
  for (std::size_t f = 0; f < kFeatureCount; ++f) { // z' = 2 z + 3
    later.pooled.center[f] -= 1.5 * later.pooled.scale[f];
    later.pooled.scale[f] *= 0.5;
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      later.hmm.means[k][f] = 2.0 * later.hmm.means[k][f] + 3.0;
      for (std::size_t g = 0; g < kFeatureCount; ++g) {
        later.hmm.covariances[k][f][g] *= 4.0;
      }
    }
  }
  const StateMatch found = match_states(model, later);
  CHECK(found.match == std::array<std::size_t, 3>{1, 2, 0});
  CHECK(found.distance == Approx(0.0).margin(1e-9));
}

TEST_CASE("the distance of two Gaussians is Hellinger's", "[unit][regime]") {
  const auto one = [](double mean, double variance) {
    return std::pair{Eigen::VectorXd(Eigen::VectorXd::Constant(1, mean)),
                     Eigen::MatrixXd(Eigen::MatrixXd::Constant(1, 1, variance))};
  };
  const auto [m1, v1] = one(0.0, 1.0);
  const auto [m2, v2] = one(2.0, 1.0);
  const auto [m3, v3] = one(0.0, 4.0);
  CHECK(hellinger_squared(m1, v1, m1, v1) == Approx(0.0).margin(1e-15));
  CHECK(hellinger_squared(m1, v1, m2, v2) == Approx(1.0 - std::exp(-0.5))); // e^(−d²/8)
  // Equal means: 1 − √(2 σ₁ σ₂ / (σ₁² + σ₂²)).
  CHECK(hellinger_squared(m1, v1, m3, v3) == Approx(1.0 - std::sqrt(2.0 * 2.0 / 5.0)));
}
