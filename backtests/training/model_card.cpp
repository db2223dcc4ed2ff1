#include "backtests/training/model_card.hpp"

#include <cstdarg>
#include <cstdio>

namespace rg {

namespace {

[[gnu::format(printf, 1, 2)]] std::string line(const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

std::string by_regime(const StateVector& v, double factor, const char* unit) {
  return line("trending %.0f%s, range_bound %.0f%s, high_volatility %.0f%s", factor * v[0], unit,
              factor * v[1], unit, factor * v[2], unit);
}

std::string calibration_line(const CalibrationFigures& c) {
  return line("Hindsight agrees with the regime in force on %.1f %% of bars; calibration error "
              "(ten bins) %.4f raw, %.4f calibrated; Brier score %.4f raw, %.4f calibrated "
              "(in-sample).",
              100.0 * c.agreement, c.raw.ece, c.calibrated.ece, c.raw.brier, c.calibrated.brier);
}

} // namespace

std::vector<std::string> model_card_text(const TrainedModel& trained) {
  const ModelParameters& m = trained.model;
  const RegimeFitQuality& q = trained.regimes;
  const double bar_hours = static_cast<double>(m.interval.count()) / 3.6e12;
  std::vector<std::string> text;
  text.emplace_back("Purpose: how much to risk and when not to, on eight USDT-margined perpetual "
                    "contracts. The model says nothing about direction and must not be asked.");
  text.push_back(
      line("Data: %zu folder(s), %s to %s, %llu feature rows; every parameter, threshold "
           "and calibration comes from these rows alone.",
           m.card.data_folders.size(), m.card.span_from.c_str(), m.card.span_to.c_str(),
           static_cast<unsigned long long>(q.rows)));
  text.push_back(
      line("Hidden Markov model: three Gaussian states, full covariance with shrinkage, "
           "sticky prior, seed %llu; %d iterations, %s; log-likelihood %.4f a bar; %d of "
           "%d better candidates refused by the naming rule.",
           static_cast<unsigned long long>(m.card.seed), q.iterations,
           q.converged ? "converged" : "not converged", m.card.log_likelihood_per_bar, q.refused,
           q.candidates));
  text.push_back(
      line("Separation of the names, pooled deviations: volatility %.2f, efficiency %.2f "
           "(refused below 0.25).",
           m.card.volatility_separation, m.card.efficiency_separation));
  text.push_back("Share of time: " + by_regime(q.shares, 100.0, " %") +
                 ". Median stay: " + by_regime(q.dwell_bars, bar_hours, " h") + ".");
  text.push_back(calibration_line(q.calibration));
  if (q.jump) {
    text.push_back(line("Jump model (challenger): penalty %.0f, temperature %.2f, %s; separation "
                        "%.2f and %.2f.",
                        m.jump.penalty, m.jump.temperature,
                        q.jump->converged ? "converged" : "not converged",
                        q.jump->volatility_separation, q.jump->efficiency_separation));
    text.push_back("Jump model, share of time: " + by_regime(q.jump->shares, 100.0, " %") +
                   ". Median stay: " + by_regime(q.jump->dwell_bars, bar_hours, " h") + ". " +
                   calibration_line(q.jump->calibration));
  } else if (!q.jump_refusal.empty()) {
    text.push_back("Jump model: none, " + q.jump_refusal);
  }
  text.push_back(line("Risk models: %llu observations.",
                      static_cast<unsigned long long>(trained.risk_observations)));
  text.emplace_back(
      "Limits: in-sample figures flatter. The model abstains (regime unknown) when its "
      "posterior is flat, the bar is implausible to it, or history is missing; the "
      "anomaly guard does not depend on it.");
  return text;
}

} // namespace rg
