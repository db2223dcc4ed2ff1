#include "actors/regime/regime_model.hpp"

#include "actors/regime/calibration.hpp"
#include "actors/regime/features.hpp"
#include "actors/regime/regime_filter.hpp"
#include "actors/regime/regime_hysteresis.hpp"
#include "actors/regime/standardise.hpp"
#include "messages/support/invariant.hpp"

#include <cmath>

namespace rg {

namespace {

double entropy(const StateVector& p) {
  double sum = 0.0;
  for (const double x : p) {
    sum -= x > 0.0 ? x * std::log(x) : 0.0;
  }
  return sum;
}

} // namespace

struct RegimeModel::State {
  State(Symbol symbol_, std::shared_ptr<const ModelParameters> parameters_,
        const RegimeSettings& settings, const BarSettings& bars_)
      : symbol(symbol_), parameters(std::move(parameters_)), bars(bars_),
        standardiser(parameters->standardiser(symbol)), filter(*parameters, settings.model),
        bounds(bounds_of(*parameters, settings.model)), in_force(settings),
        good_since_gap(bars.unknown_after_gap + 1) {}

  void on_gap(std::uint32_t slots);
  void restart();
  [[nodiscard]] RegimeEstimate without_features(RegimeEstimate estimate);
  [[nodiscard]] Abstention judge(const FilterStep& step, Regime regime) const;

  Symbol symbol;
  std::shared_ptr<const ModelParameters> parameters;
  BarSettings bars;
  Standardiser standardiser;
  FeatureBuilder features;
  RegimeFilter filter;
  MethodBounds bounds;
  RegimeHysteresis in_force;
  std::uint32_t good_since_gap; // good bars since the last gap, counted up to unknown_after_gap + 1
  bool warm = false;            // features were complete at least once since the start
};

void RegimeModel::State::on_gap(std::uint32_t slots) {
  restart();
  good_since_gap = 0;
  if (slots > bars.restart_after_gap_slots) {
    warm = false;
  }
}

void RegimeModel::State::restart() {
  filter.restart();
  in_force.restart();
}

/// A window holds too few good slots: nothing can be filtered, and the past cannot be carried over.
RegimeEstimate RegimeModel::State::without_features(RegimeEstimate estimate) {
  restart();
  estimate.abstention = warm ? Abstention::after_gap : Abstention::warm_up;
  return estimate;
}

Abstention RegimeModel::State::judge(const FilterStep& step, Regime regime) const {
  if (good_since_gap <= bars.unknown_after_gap) {
    return Abstention::after_gap;
  }
  if (step.log_likelihood < bounds.plausibility_floor) {
    return Abstention::implausible;
  }
  // With no regime in force the posterior is too flat for any to enter.
  if (entropy(step.posterior) > bounds.entropy_ceiling || regime == Regime::unknown) {
    return Abstention::entropy;
  }
  return Abstention::none;
}

RegimeModel::RegimeModel(Symbol symbol, std::shared_ptr<const ModelParameters> parameters,
                         const RegimeSettings& settings, const BarSettings& bars) {
  RG_ASSERT(parameters != nullptr);
  RG_ASSERT(parameters->interval == bars.interval);
  RG_ASSERT(holds_method(*parameters, settings.model)); // callers refuse the model file before
  state_ = std::make_unique<State>(symbol, std::move(parameters), settings, bars);
}
RegimeModel::~RegimeModel() = default;
RegimeModel::RegimeModel(RegimeModel&&) noexcept = default;
RegimeModel& RegimeModel::operator=(RegimeModel&&) noexcept = default;

RegimeEstimate RegimeModel::on_bar(const PipelineBar& bar) {
  State& s = *state_;
  if (bar.gap_slots > 0) {
    s.on_gap(bar.gap_slots);
  }
  if (s.good_since_gap <= s.bars.unknown_after_gap) {
    ++s.good_since_gap;
  }
  RegimeEstimate estimate;
  estimate.symbol = s.symbol;
  estimate.stamp = bar.bar.close_time();
  const auto raw = s.features.on_bar(LogBar::from(bar.bar), bar.gap_slots);
  if (!raw) {
    return s.without_features(estimate);
  }
  s.warm = true;
  estimate.features = standardise(*raw, s.standardiser);
  const FilterStep step = s.filter.step(estimate.features);
  estimate.posterior = step.posterior;
  estimate.posterior_valid = true;
  estimate.log_likelihood = step.log_likelihood;
  const Regime regime = s.in_force.on_posterior(step.posterior);
  estimate.abstention = s.judge(step, regime);
  if (estimate.abstention == Abstention::none) {
    estimate.regime = regime;
    estimate.confidence =
        calibrated(*s.bounds.calibration, step.posterior[static_cast<std::size_t>(regime)]);
  }
  return estimate;
}

} // namespace rg
