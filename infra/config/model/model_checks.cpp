#include "infra/config/model/model_checks.hpp"

#include "messages/support/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace rg {

namespace {

using Fault = std::optional<ModelFault>;
using Matrix = std::array<FeatureVector, kFeatureCount>;

constexpr double kSumTolerance = 1e-9;
constexpr double kMinSeparation = 0.25;

std::string index(const char* key, std::size_t i) {
  return std::string(key) + "[" + std::to_string(i) + "]";
}

Fault check_distribution(const StateVector& p, const std::string& key) {
  double sum = 0.0;
  for (const double x : p) {
    if (!(x >= 0.0 && x <= 1.0)) {
      return ModelFault{key, "holds " + double_text(x) + ", which is no probability"};
    }
    sum += x;
  }
  if (std::fabs(sum - 1.0) > kSumTolerance) {
    return ModelFault{key, "sums to " + double_text(sum) + ", must be 1"};
  }
  return std::nullopt;
}

bool is_symmetric(const Matrix& m) {
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (std::fabs(m[i][j] - m[j][i]) > 1e-9 * std::sqrt(std::fabs(m[i][i] * m[j][j]))) {
        return false;
      }
    }
  }
  return true;
}

/// Cholesky's method goes through with pivots well above rounding.
bool is_positive_definite(const Matrix& m) {
  Matrix root{};
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = m[i][j];
      for (std::size_t k = 0; k < j; ++k) {
        rest -= root[i][k] * root[j][k];
      }
      if (i != j) {
        root[i][j] = rest / root[j][j];
      } else if (rest > 1e-9 * m[i][i] && rest > 1e-12) {
        root[i][i] = std::sqrt(rest);
      } else {
        return false;
      }
    }
  }
  return true;
}

Fault check_hmm(const HmmParameters& hmm) {
  if (auto fault = check_distribution(hmm.initial, "hmm.initial")) {
    return fault;
  }
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    if (auto fault = check_distribution(hmm.transition[k], index("hmm.transition", k))) {
      return fault;
    }
  }
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    if (!is_symmetric(hmm.covariances[k])) {
      return ModelFault{index("hmm.covariances", k), "is not symmetric"};
    }
    if (!is_positive_definite(hmm.covariances[k])) {
      return ModelFault{index("hmm.covariances", k), "is not positive definite"};
    }
  }
  return std::nullopt;
}

/// Long-run shares of the states, by repeated squaring of the transition matrix.
StateVector long_run_shares(const HmmParameters& hmm) {
  auto power = hmm.transition;
  for (int round = 0; round < 40; ++round) {
    auto squared = power;
    for (std::size_t i = 0; i < kRegimeCount; ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < kRegimeCount; ++j) {
        squared[i][j] = 0.0;
        for (std::size_t k = 0; k < kRegimeCount; ++k) {
          squared[i][j] += power[i][k] * power[k][j];
        }
        sum += squared[i][j];
      }
      for (double& x : squared[i]) {
        x /= sum; // rounding would grow with each squaring
      }
    }
    power = squared;
  }
  return power[0];
}

/// The naming rule of design §6.1 must hold for the names that the file gives.
/// @param deviation  pooled, of a feature.
template <class Deviation>
Fault check_names(const std::array<FeatureVector, kRegimeCount>& means, const Deviation& deviation,
                  const std::string& key) {
  constexpr auto kTrending = static_cast<std::size_t>(Regime::trending);
  constexpr auto kRange = static_cast<std::size_t>(Regime::range_bound);
  constexpr auto kVolatile = static_cast<std::size_t>(Regime::high_volatility);
  constexpr auto kVol = static_cast<std::size_t>(Feature::realised_vol);
  constexpr auto kEfficiency = static_cast<std::size_t>(Feature::efficiency_ratio);
  const double next = std::max(means[kTrending][kVol], means[kRange][kVol]);
  const double volatility = (means[kVolatile][kVol] - next) / deviation(kVol);
  const double efficiency =
      (means[kTrending][kEfficiency] - means[kRange][kEfficiency]) / deviation(kEfficiency);
  if (!(volatility >= kMinSeparation)) {
    return ModelFault{key, "high_volatility lies only " + double_text(volatility) +
                               " pooled standard deviations of realised_vol above the "
                               "next state (at least 0.25 are needed)"};
  }
  if (!(efficiency >= kMinSeparation)) {
    return ModelFault{key, "trending lies only " + double_text(efficiency) +
                               " pooled standard deviations of efficiency_ratio above "
                               "range_bound (at least 0.25 are needed)"};
  }
  return std::nullopt;
}

Fault check_hmm_names(const HmmParameters& hmm) {
  const StateVector share = long_run_shares(hmm);
  const auto deviation = [&](std::size_t f) {
    double variance = 0.0;
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      variance += share[k] * hmm.covariances[k][f][f];
    }
    return std::sqrt(variance);
  };
  return check_names(hmm.means, deviation, "hmm.means");
}

Fault check_standardiser(const Standardiser& s, const std::string& key) {
  for (const double x : s.scale) {
    if (!(x > 0.0)) {
      return ModelFault{key + ".scale", "holds " + double_text(x) + ", must be above 0"};
    }
  }
  return std::nullopt;
}

Fault check_calibration(const ConfidenceCalibration& c, const std::string& key) {
  if (c.raw.empty() || c.raw.size() != c.calibrated.size()) {
    return ModelFault{key, "raw and calibrated must hold equally many knots, at least one"};
  }
  const auto outside = [](double x) { return !(x >= 0.0 && x <= 1.0); };
  if (std::any_of(c.raw.begin(), c.raw.end(), outside) ||
      std::any_of(c.calibrated.begin(), c.calibrated.end(), outside)) {
    return ModelFault{key, "knots must lie in [0, 1]"};
  }
  if (std::adjacent_find(c.raw.begin(), c.raw.end(), std::greater_equal<>{}) != c.raw.end() ||
      !std::is_sorted(c.calibrated.begin(), c.calibrated.end())) {
    return ModelFault{key, "raw must ascend and calibrated must not descend"};
  }
  return std::nullopt;
}

Fault check_jump(const JumpParameters& jump) {
  for (const double x : jump.spread) {
    if (!(x > 0.0)) {
      return ModelFault{"jump.spread", "holds " + double_text(x) + ", must be above 0"};
    }
  }
  if (!(jump.penalty >= 0.0)) {
    return ModelFault{"jump.penalty", "is " + double_text(jump.penalty) + ", must not be negative"};
  }
  if (!(jump.temperature > 0.0)) {
    return ModelFault{"jump.temperature",
                      "is " + double_text(jump.temperature) + ", must be above 0"};
  }
  if (!(jump.entropy_ceiling > 0.0)) {
    return ModelFault{"jump.entropy_ceiling", "must be above 0"};
  }
  const auto deviation = [&](std::size_t f) { return jump.spread[f]; };
  if (auto fault = check_names(jump.centres, deviation, "jump.centres")) {
    return fault;
  }
  return check_calibration(jump.calibration, "jump.calibration");
}

Fault check_risk(const ModelParameters& model) {
  if (model.har.residual_variance < 0.0) {
    return ModelFault{"risk.har.residual_variance", "must not be negative"};
  }
  if (!(model.tail.level > 0.5 && model.tail.level < 1.0)) {
    return ModelFault{"risk.tail.level", "must lie between 0.5 and 1"};
  }
  const std::span worsening(model.tail.weight.begin() + 1, model.tail.weight.end());
  if (std::any_of(worsening.begin(), worsening.end(), [](double w) { return w < 0.0; })) {
    return ModelFault{"risk.tail.weight",
                      "only the first weight (the bias) may be negative: a worse "
                      "input never brings a nearer tail"};
  }
  return std::nullopt;
}

} // namespace

std::optional<ModelFault> find_fault(const ModelParameters& model) {
  if (auto fault = check_hmm(model.hmm)) {
    return fault;
  }
  if (auto fault = check_standardiser(model.pooled, "standardise.pooled")) {
    return fault;
  }
  for (const Symbol s : Symbol::all()) {
    if (model.has_own_standardiser[s.id()]) {
      if (auto fault = check_standardiser(model.own_standardiser[s.id()],
                                          "standardise." + std::string(s.name()))) {
        return fault;
      }
    }
  }
  if (auto fault = check_hmm_names(model.hmm)) {
    return fault;
  }
  if (!(model.entropy_ceiling > 0.0)) {
    return ModelFault{"abstention.entropy_ceiling", "must be above 0"};
  }
  if (auto fault = check_calibration(model.calibration, "calibration")) {
    return fault;
  }
  if (model.has_jump) {
    if (auto fault = check_jump(model.jump)) {
      return fault;
    }
  }
  return check_risk(model);
}

} // namespace rg
