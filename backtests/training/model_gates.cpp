#include "backtests/training/model_gates.hpp"

#include "backtests/evaluation/regime_evaluation.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace rg {

namespace {

std::string decimals(double x, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, x);
  return text;
}

Gate names_gate(const RefitAgreement& a) {
  Gate gate{"names", a.names_hold ? 1.0 : 0.0, 1.0, a.names_hold, {}};
  if (a.names_hold) {
    gate.reason = "every state keeps its name";
    return gate;
  }
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    if (a.match[k] != k) {
      gate.reason += (gate.reason.empty() ? "" : ", ") + std::string("what was ") +
                     to_string(static_cast<Regime>(k)) + " is nearest to the new " +
                     to_string(static_cast<Regime>(a.match[k]));
    }
  }
  return gate;
}

Gate agreement_gate(const RefitAgreement& a, const GateSettings& settings) {
  Gate gate{"agreement", a.posterior, settings.min_agreement, false, {}};
  if (a.bars < settings.min_bars) {
    gate.reason = "only " + std::to_string(a.bars) + " bars of common history, at least " +
                  std::to_string(settings.min_bars) + " are needed";
    return gate;
  }
  gate.passed = *a.posterior >= settings.min_agreement;
  gate.reason = "the same state on " + decimals(100.0 * *a.posterior, 1) + " % of " +
                std::to_string(a.bars) + " common bars, " + (gate.passed ? "at least " : "below ") +
                decimals(100.0 * settings.min_agreement, 0) + " %";
  return gate;
}

Gate likelihood_gate(const LikelihoodPerBar& last, const LikelihoodPerBar& candidate,
                     const GateSettings& settings) {
  Gate gate{"likelihood", std::nullopt, -settings.likelihood_tolerance, false, {}};
  if (candidate.bars < settings.min_bars || last.bars < settings.min_bars) {
    gate.reason = "only " + std::to_string(std::min(last.bars, candidate.bars)) +
                  " bars after the training data, at least " + std::to_string(settings.min_bars) +
                  " are needed";
    return gate;
  }
  const double gain = *candidate.value - *last.value;
  gate.value = gain;
  gate.passed = gain >= -settings.likelihood_tolerance;
  gate.reason = "log-likelihood a bar on " + std::to_string(candidate.bars) + " later bars " +
                decimals(*candidate.value, 4) + " against " + decimals(*last.value, 4) +
                (gate.passed ? ", within the tolerance of " : ", worse by more than ") +
                decimals(settings.likelihood_tolerance, 2);
  return gate;
}

} // namespace

bool GateReport::promoted() const {
  return !gates.empty() &&
         std::all_of(gates.begin(), gates.end(), [](const Gate& g) { return g.passed; });
}

std::string GateReport::refusal() const {
  std::string out;
  for (const Gate& gate : gates) {
    if (!gate.passed) {
      out += (out.empty() ? "" : "; ") + gate.name + ": " + gate.reason;
    }
  }
  return out;
}

LikelihoodPerBar likelihood_after(std::span<const CandleFolder> folders,
                                  const std::shared_ptr<const ModelParameters>& model,
                                  const RegimeSettings& regime, const BarSettings& bars,
                                  Timestamp from) {
  LikelihoodPerBar out;
  double sum = 0.0;
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& series : folder.series) {
      double log_scale = 0.0; // density of the raw features = density of z / Π scale
      for (const double scale : model->standardiser(series.symbol).scale) {
        log_scale += std::log(scale);
      }
      const RegimeTrack track = track_regimes(series, model, regime, bars, from);
      for (std::size_t t = track.warm; t < track.rows.size(); ++t) {
        if (track.rows[t].estimate.posterior_valid) {
          sum += track.rows[t].estimate.log_likelihood - log_scale;
          ++out.bars;
        }
      }
    }
  }
  if (out.bars > 0) {
    out.value = sum / static_cast<double>(out.bars);
  }
  return out;
}

GateReport judge_refit(std::span<const CandleFolder> folders,
                       const std::shared_ptr<const ModelParameters>& last,
                       const std::shared_ptr<const ModelParameters>& candidate,
                       const RegimeSettings& regime, const BarSettings& bars, Timestamp split,
                       const GateSettings& settings) {
  RG_ASSERT(last->interval == candidate->interval);
  const RefitAgreement agreement =
      refit_agreement(folders, last, candidate, regime, bars, std::nullopt, split);
  GateReport report;
  report.gates.push_back(names_gate(agreement));
  report.gates.push_back(agreement_gate(agreement, settings));
  report.gates.push_back(likelihood_gate(likelihood_after(folders, last, regime, bars, split),
                                         likelihood_after(folders, candidate, regime, bars, split),
                                         settings));
  return report;
}

} // namespace rg
