#include "actors/regime/model_drift.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

/// Share of time in each state in the long run: the row that the transitions leave as it is.
StateVector stationary(const HmmParameters& hmm) {
  StateVector share = hmm.initial;
  // Sticky chains mix in some hundred bars; squaring is not worth the code.
  for (int step = 0; step < 5000; ++step) {
    StateVector next{};
    for (std::size_t from = 0; from < kRegimeCount; ++from) {
      for (std::size_t to = 0; to < kRegimeCount; ++to) {
        next[to] += share[from] * hmm.transition[from][to];
      }
    }
    share = next;
  }
  return share;
}

struct Trained {
  StateVector share{};
  FeatureVector mean{}, deviation{};
};

Trained trained(const HmmParameters& hmm) {
  Trained t;
  t.share = stationary(hmm);
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    double square = 0.0;
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      t.mean[f] += t.share[k] * hmm.means[k][f];
      square += t.share[k] * (hmm.covariances[k][f][f] + hmm.means[k][f] * hmm.means[k][f]);
    }
    t.deviation[f] = std::sqrt(std::max(square - t.mean[f] * t.mean[f], 1e-12));
  }
  return t;
}

std::string percent(double share) {
  return std::to_string(static_cast<int>(std::lround(100.0 * share))) + " %";
}

std::string tenth(double value) {
  const long tenths = std::lround(10.0 * value);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

} // namespace

DriftReport model_drift(const ModelParameters& model, std::span<const RegimeEstimate> recent) {
  if (recent.size() > kDriftBars) {
    recent = recent.subspan(recent.size() - kDriftBars);
  }
  DriftReport report;
  FeatureVector sum{};
  StateVector posterior{};
  double implausible = 0.0;
  for (const RegimeEstimate& e : recent) {
    if (!e.posterior_valid) {
      continue;
    }
    ++report.bars;
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      sum[f] += e.features[f];
    }
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      posterior[k] += e.posterior[k];
    }
    implausible += e.abstention == Abstention::implausible ? 1.0 : 0.0;
  }
  report.judged = report.bars >= kDriftBars / 2;
  if (!report.judged) {
    return report;
  }
  const Trained was = trained(model.hmm);
  const auto n = static_cast<double>(report.bars);
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    const double shift = std::abs(sum[f] / n - was.mean[f]) / was.deviation[f];
    if (shift > report.feature_shift) {
      report.feature_shift = shift;
      report.worst = static_cast<Feature>(f);
    }
  }
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    report.posterior_shift += 0.5 * std::abs(posterior[k] / n - was.share[k]);
  }
  report.implausible = implausible / n;
  return report;
}

std::optional<std::string> drift_warning(const DriftReport& report, Symbol symbol,
                                         const DriftBounds& bounds) {
  if (!report.judged) {
    return std::nullopt;
  }
  const std::string pair(symbol.name());
  if (report.feature_shift >= bounds.feature_shift) {
    return pair + ": the week's " + to_string(report.worst) + " lies " +
           tenth(report.feature_shift) + " training deviations from its mean in training (bound " +
           tenth(bounds.feature_shift) + "); train the model again";
  }
  if (report.posterior_shift >= bounds.posterior_shift) {
    return pair + ": the week's regimes differ from training by " +
           percent(report.posterior_shift) + " of the time (bound " +
           percent(bounds.posterior_shift) + "); train the model again";
  }
  if (report.implausible >= bounds.implausible) {
    return pair + ": " + percent(report.implausible) +
           " of the week's bars are implausible to the model (bound " +
           percent(bounds.implausible) + "); train the model again";
  }
  return std::nullopt;
}

} // namespace rg
