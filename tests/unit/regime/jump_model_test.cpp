// The jump model against brute force over all paths, and its online use against the fit's own value
// function.

#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/jump_filter.hpp"
#include "actors/regime/jump_model.hpp"
#include "actors/regime/kmeans.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/hmm_samples.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <cmath>
#include <limits>

using namespace rg;
using Eigen::Index;

namespace {

Observations random_rows(std::vector<std::size_t> lengths, Index dimension, SeededRandom& random) {
  Observations data;
  std::size_t n = 0;
  for (const std::size_t length : lengths) {
    data.starts.push_back(n);
    n += length;
  }
  data.rows.resize(static_cast<Index>(n), dimension);
  for (Index t = 0; t < data.rows.rows(); ++t) {
    for (Index f = 0; f < dimension; ++f) {
      data.rows(t, f) = 1.5 * random.normal();
    }
  }
  return data;
}

/// Cost of a path as the definition has it.
double cost(const JumpModel& model, const Observations& data, const std::vector<int>& path) {
  double sum = 0.0;
  for (std::size_t s = 0; s < data.starts.size(); ++s) {
    const auto [begin, end] = data.sequence(s);
    for (std::size_t t = begin; t < end; ++t) {
      sum +=
          0.5 * (data.rows.row(static_cast<Index>(t)) - model.centres.row(path[t])).squaredNorm();
      sum += t > begin && path[t] != path[t - 1] ? model.penalty : 0.0;
    }
  }
  return sum;
}

/// Calls use(path) for every path of n rows over three states.
template <class Use> void for_each_path(std::size_t n, const Use& use) {
  std::vector<int> path(n, 0);
  while (true) {
    use(path);
    std::size_t i = 0;
    while (i < n && ++path[i] == 3) {
      path[i++] = 0;
    }
    if (i == n) {
      return;
    }
  }
}

} // namespace

TEST_CASE("the best path costs what the cheapest of all paths costs", "[unit][regime]") {
  SeededRandom random(41);
  for (const double penalty : {0.0, 0.3, 1.5, 6.0, 100.0}) {
    const Observations data = random_rows({5, 1, 3}, 2, random);
    const JumpModel model{random_rows({3}, 2, random).rows, penalty};
    double least = std::numeric_limits<double>::infinity();
    for_each_path(data.size(), [&](const std::vector<int>& path) {
      least = std::min(least, cost(model, data, path));
    });
    const JumpPath found = best_path(model, data);
    CHECK(found.loss == Approx(least).epsilon(1e-12));
    CHECK(cost(model, data, found.states) == Approx(least).epsilon(1e-12));
  }
}

TEST_CASE("the value function is the cheapest path that ends in each state", "[unit][regime]") {
  SeededRandom random(42);
  const Observations data = random_rows({7}, 2, random);
  const JumpModel model{random_rows({3}, 2, random).rows, 0.8};
  const Eigen::MatrixXd value = value_function(model, data);
  for (std::size_t n = 1; n <= data.size(); ++n) {
    Observations part{data.rows.topRows(static_cast<Index>(n)), {0}};
    Eigen::Vector3d least = Eigen::Vector3d::Constant(std::numeric_limits<double>::infinity());
    for_each_path(n, [&](const std::vector<int>& path) {
      least[path.back()] = std::min(least[path.back()], cost(model, part, path));
    });
    const Eigen::Vector3d wanted = least.array() - least.minCoeff();
    CHECK(value.col(static_cast<Index>(n - 1)).isApprox(wanted, 1e-12));
  }
}

TEST_CASE("without a penalty the fit is k-means, with an infinite one it has one state",
          "[unit][regime]") {
  SeededRandom random(43);
  const Observations data = random_rows({400}, 2, random);
  JumpFitSettings settings;
  settings.penalty = 0.0;
  const JumpFit free = fit_jump_candidates(data, 3, settings, {}).front();
  CHECK(free.path == nearest_centres(data.rows, free.model.centres));
  settings.penalty = 1e9;
  const JumpFit one = fit_jump_candidates(data, 3, settings, {}).front();
  CHECK(std::all_of(one.path.begin(), one.path.end(), [&](int k) { return k == one.path[0]; }));
}

TEST_CASE("a fit finds the states of a market that stays in each", "[unit][regime][simulation]") {
  GaussianHmm truth;
  truth.transition = Eigen::Matrix3d::Constant(0.01);
  truth.transition.diagonal().setConstant(0.98);
  truth.initial = Eigen::Vector3d::Constant(1.0 / 3.0);
  truth.means = (Eigen::MatrixXd(3, 2) << 0.0, 0.0, 2.0, 0.0, 0.0, 2.5).finished();
  truth.covariances.assign(3, Eigen::MatrixXd::Identity(2, 2));
  SeededRandom random(44);
  const auto [data, states] = test::simulate(truth, {6'000, 4'000}, random);
  JumpFitSettings settings;
  settings.penalty = 8.0;
  const JumpFit fit = fit_jump_candidates(data, 3, settings, {}).front();
  CHECK(fit.converged);
  std::vector<Index> found(3);
  for (Index k = 0; k < 3; ++k) {
    (fit.model.centres.rowwise() - truth.means.row(k))
        .rowwise()
        .squaredNorm()
        .minCoeff(&found[static_cast<std::size_t>(k)]);
    CHECK((fit.model.centres.row(found[static_cast<std::size_t>(k)]) - truth.means.row(k)).norm() <
          0.1);
  }
  std::size_t right = 0, switches = 0, true_switches = 0;
  for (std::size_t t = 0; t < states.size(); ++t) {
    right += found[static_cast<std::size_t>(states[t])] == fit.path[t] ? 1 : 0;
    switches += t > 0 && fit.path[t] != fit.path[t - 1] ? 1 : 0;
    true_switches += t > 0 && states[t] != states[t - 1] ? 1 : 0;
  }
  CHECK(static_cast<double>(right) > 0.97 * static_cast<double>(states.size()));
  CHECK(switches > true_switches / 2);
  CHECK(switches < 2 * true_switches);
}

TEST_CASE("each round of the fit lowers the loss, and the seed decides alone", "[unit][regime]") {
  SeededRandom random(45);
  const Observations data = random_rows({600, 300}, 3, random);
  JumpFitSettings settings;
  settings.penalty = 2.0;
  double last = std::numeric_limits<double>::infinity();
  for (int rounds = 1; rounds <= 8; ++rounds) {
    settings.max_iterations = rounds;
    const double loss = fit_jump_from(data, data.rows.topRows(3), settings).loss;
    CHECK(loss <= last + 1e-9);
    last = loss;
  }
  settings.max_iterations = 100;
  const auto a = fit_jump_candidates(data, 3, settings, {});
  const auto b = fit_jump_candidates(data, 3, settings, {});
  CHECK(a.front().path == b.front().path);
  CHECK(a.front().model.centres == b.front().model.centres);
  CHECK(std::is_sorted(a.begin(), a.end(),
                       [](const JumpFit& x, const JumpFit& y) { return x.loss < y.loss; }));
}

TEST_CASE("the online filter carries the value function bar by bar", "[unit][regime]") {
  SeededRandom random(46);
  const JumpParameters parameters = test::sample_jump();
  Observations data = random_rows({200, 50}, static_cast<Index>(kFeatureCount), random);
  JumpModel model{Eigen::MatrixXd(3, static_cast<Index>(kFeatureCount)), parameters.penalty};
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      model.centres(static_cast<Index>(k), static_cast<Index>(f)) = parameters.centres[k][f];
    }
  }
  const Eigen::MatrixXd value = value_function(model, data);
  JumpFilter filter(parameters);
  double paid = 0.0;
  for (Index t = 0; t < data.rows.rows(); ++t) {
    if (t == 200) {
      filter.restart();
    }
    FeatureVector x{};
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      x[f] = data.rows(t, static_cast<Index>(f));
    }
    const FilterStep step = filter.step(x);
    paid -= step.log_likelihood;
    const Eigen::ArrayXd weight = (-value.col(t) / parameters.temperature).array().exp();
    double total = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
      REQUIRE(step.posterior[k] ==
              Approx(weight[static_cast<Index>(k)] / weight.sum()).margin(1e-12));
      total += step.posterior[k];
    }
    REQUIRE(total == Approx(1.0).epsilon(1e-12));
  }
  // What the bars cost one by one is what the best paths cost in all.
  CHECK(paid == Approx(best_path(model, data).loss).epsilon(1e-10));
}
