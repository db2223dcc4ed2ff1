#include "app/train_report.hpp"

#include "infra/config/model/interval_text.hpp"

#include <fmt/core.h>

namespace rg::app {

namespace {

nlohmann::ordered_json by_regime(const StateVector& values) {
  nlohmann::ordered_json out;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    out[to_string(static_cast<Regime>(k))] = values[k];
  }
  return out;
}

nlohmann::ordered_json calibration_json(const CalibrationFigures& c) {
  nlohmann::ordered_json bins = nlohmann::ordered_json::array();
  for (const ReliabilityBin& bin : c.calibrated.bins) {
    bins.push_back(
        {{"samples", bin.samples}, {"confidence", bin.confidence}, {"right", bin.right}});
  }
  return {{"ece_raw", c.raw.ece}, {"ece_calibrated", c.calibrated.ece}, {"bins", bins}};
}

nlohmann::ordered_json jump_json(const TrainedModel& t) {
  if (!t.regimes.jump) {
    return t.regimes.jump_refusal.empty()
               ? nlohmann::ordered_json(nullptr)
               : nlohmann::ordered_json({{"refused", t.regimes.jump_refusal}});
  }
  const JumpFitQuality& q = *t.regimes.jump;
  nlohmann::ordered_json grid = nlohmann::ordered_json::array();
  for (const PenaltyScore& g : q.grid) {
    grid.push_back({{"penalty", g.penalty}, {"score", g.score}, {"named", g.named}});
  }
  return {{"penalty", t.model.jump.penalty},
          {"temperature", t.model.jump.temperature},
          {"loss_per_bar", t.model.jump.loss_per_bar},
          {"volatility_separation", q.volatility_separation},
          {"efficiency_separation", q.efficiency_separation},
          {"iterations", q.iterations},
          {"converged", q.converged},
          {"share", by_regime(q.shares)},
          {"median_dwell_bars", by_regime(q.dwell_bars)},
          {"hindsight_agreement", q.calibration.agreement},
          {"reliability", calibration_json(q.calibration)},
          {"penalty_grid", grid}};
}

nlohmann::ordered_json gates_json(const GateReport& report) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const Gate& gate : report.gates) {
    out.push_back({{"name", gate.name},
                   {"value", gate.value ? nlohmann::ordered_json(*gate.value)
                                        : nlohmann::ordered_json(nullptr)},
                   {"bar", gate.bar},
                   {"passed", gate.passed},
                   {"reason", gate.reason}});
  }
  return out;
}

} // namespace

nlohmann::ordered_json train_report_json(const TrainedModel& t, const TrainOutcome& outcome) {
  const ModelCard& card = t.model.card;
  const RegimeFitQuality& q = t.regimes;
  nlohmann::ordered_json out{{"model", outcome.path.empty() ? nlohmann::ordered_json(nullptr)
                                                            : nlohmann::ordered_json(outcome.path)},
                             {"model_sha256", outcome.sha256},
                             {"unchanged", outcome.unchanged},
                             {"data_sha256", card.data_sha256},
                             {"data_folders", card.data_folders},
                             {"from", card.span_from},
                             {"to", card.span_to},
                             {"interval", interval_text(t.model.interval)},
                             {"seed", card.seed},
                             {"observations", card.observations},
                             {"log_likelihood_per_bar", card.log_likelihood_per_bar},
                             {"volatility_separation", card.volatility_separation},
                             {"efficiency_separation", card.efficiency_separation},
                             {"iterations", q.iterations},
                             {"converged", q.converged},
                             {"candidates", q.candidates},
                             {"refused_candidates", q.refused},
                             {"share", by_regime(q.shares)},
                             {"median_dwell_bars", by_regime(q.dwell_bars)},
                             {"hindsight_agreement", q.calibration.agreement},
                             {"brier_raw", q.calibration.raw.brier},
                             {"brier_calibrated", q.calibration.calibrated.brier},
                             {"plausibility_floor", t.model.plausibility_floor},
                             {"reliability", calibration_json(q.calibration)},
                             {"jump", jump_json(t)},
                             {"risk_observations", t.risk_observations},
                             {"card", card.text}};
  if (outcome.gates) {
    out["against"] = outcome.against;
    out["promoted"] = outcome.gates->promoted();
    out["gates"] = gates_json(*outcome.gates);
  }
  return out;
}

void print_train_report(const TrainedModel& t, const TrainOutcome& outcome) {
  const ModelCard& card = t.model.card;
  const RegimeFitQuality& q = t.regimes;
  fmt::print("Fitted on {} bars of {} to {} ({} folders), seed {}\n\n", card.observations,
             card.span_from, card.span_to, card.data_folders.size(), card.seed);
  fmt::print("  {:<16} {:>6} {:>12} {:>9} {:>11}\n", "regime", "share", "median stay", "volatility",
             "efficiency");
  const double bar_hours = static_cast<double>(t.model.interval.count()) / 3.6e12;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    const FeatureVector& mean = t.model.hmm.means[k];
    fmt::print("  {:<16} {:>5.1f}% {:>10.1f} h {:>+10.2f} {:>+11.2f}\n",
               to_string(static_cast<Regime>(k)), 100.0 * q.shares[k], q.dwell_bars[k] * bar_hours,
               mean[static_cast<std::size_t>(Feature::realised_vol)],
               mean[static_cast<std::size_t>(Feature::efficiency_ratio)]);
  }
  fmt::print("\n  volatility and efficiency are state means in robust standard deviations\n");
  fmt::print(
      "  log-likelihood per bar {:.4f} after {} iterations ({}), {} of {} candidates refused "
      "by the naming rule\n",
      card.log_likelihood_per_bar, q.iterations, q.converged ? "converged" : "not converged",
      q.refused, q.candidates);
  fmt::print(
      "  hindsight agrees with the regime in force on {:.1f} % of bars; Brier score {:.4f} raw, "
      "{:.4f} calibrated\n",
      100.0 * q.calibration.agreement, q.calibration.raw.brier, q.calibration.calibrated.brier);
  fmt::print("  risk models: {} observations\n", t.risk_observations);
  if (t.regimes.jump) {
    const JumpFitQuality& jump = *t.regimes.jump;
    fmt::print("  jump model beside it: penalty {:.0f}, hindsight agrees on {:.1f} % of bars\n",
               t.model.jump.penalty, 100.0 * jump.calibration.agreement);
  } else if (!t.regimes.jump_refusal.empty()) {
    fmt::print("  no jump model: {}\n", t.regimes.jump_refusal);
  }
  if (outcome.gates) {
    fmt::print("\n  against {}:\n", outcome.against.substr(0, 12));
    for (const Gate& gate : outcome.gates->gates) {
      fmt::print("  {:<4} {:<12} {}\n", gate.passed ? "ok" : "FAIL", gate.name, gate.reason);
    }
  }
  if (outcome.path.empty()) {
    fmt::print("\nrefused, nothing written: {}\n", outcome.gates->refusal());
  } else {
    fmt::print("\n{}{}  sha256 {}\n", outcome.path, outcome.unchanged ? " (unchanged)" : "",
               outcome.sha256);
  }
}

} // namespace rg::app
