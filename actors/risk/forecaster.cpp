#include "actors/risk/forecaster.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

ForecastPosterior forecast_posterior(const RegimeEstimate& regime) {
  if (!regime.posterior_valid) {
    return {};
  }
  return {regime.posterior[static_cast<std::size_t>(Regime::trending)],
          regime.posterior[static_cast<std::size_t>(Regime::high_volatility)]};
}

Forecaster::Forecaster(std::shared_ptr<const ModelParameters> parameters, Duration interval)
    : parameters_(std::move(parameters)), volatility_(interval), horizon_(volatility_.horizon()),
      variance_bias_(interval), logit_shift_(interval),
      tail_calibration_(interval, parameters_->tail.level),
      log_horizon_(std::log(static_cast<double>(volatility_.horizon()))),
      pending_(volatility_.horizon()) {}

const RiskForecast& Forecaster::on_bar(const PipelineBar& bar, const RegimeEstimate& regime) {
  const RiskBar risk_bar = volatility_.on_bar(bar);
  if (!risk_bar.has_return) {
    std::fill(pending_.begin(), pending_.end(), Pending{}); // their horizons hold a gap
  }
  if (const auto outcome = horizon_.on_bar(risk_bar)) {
    learn(*outcome, pending_[next_], bar.bar.close_time());
  }
  pending_[next_] = predict(regime);
  next_ = next_ + 1 == pending_.size() ? 0 : next_ + 1;
  return forecast_;
}

void Forecaster::learn(const RealisedOutcome& outcome, const Pending& origin, Timestamp at) {
  if (!origin.made) {
    return;
  }
  variance_bias_.on_realised(outcome.variance, origin.variance);
  tail_calibration_.on_realised(outcome.adverse_excursion > origin.tail, at);
  if (origin.baseline_variance > 0.0) {
    const bool expanded =
        outcome.variance > kExpansionRatio * kExpansionRatio * origin.baseline_variance;
    logit_shift_.on_realised(expanded, origin.p_expansion);
  }
}

Forecaster::Pending Forecaster::predict(const RegimeEstimate& regime) {
  forecast_ = RiskForecast{};
  forecast_.rv_ewma = volatility_.rv_ewma();
  forecast_.rv_baseline = volatility_.rv_baseline();
  if (!volatility_.ready()) {
    return {};
  }
  const VolatilityInputs in = volatility_.inputs();
  const ForecastPosterior posterior = forecast_posterior(regime);
  const double log_variance = har_log_variance(parameters_->har, in) + variance_bias_.log_bias();
  const double log_rv = 0.5 * (log_horizon_ + log_variance);
  jump_share_ = in.jump_share;
  forecast_.rv_forecast = std::exp(log_rv);
  forecast_.p_expansion = expansion_probability(
      parameters_->expansion, expansion_inputs(in, log_variance, posterior.volatile_state),
      logit_shift_.value());
  forecast_.tail_q95 =
      tail_calibration_.scale() *
      tail_quantile(parameters_->tail, tail_inputs(log_rv, posterior.trending,
                                                   posterior.volatile_state, in.jump_share));
  RG_ASSERT(std::isfinite(forecast_.rv_forecast) && forecast_.rv_forecast > 0.0);
  RG_ASSERT(std::isfinite(forecast_.tail_q95) && forecast_.tail_q95 > 0.0);
  forecast_.valid = true;
  return {true, forecast_.rv_forecast * forecast_.rv_forecast,
          forecast_.rv_baseline * forecast_.rv_baseline, forecast_.p_expansion, forecast_.tail_q95};
}

} // namespace rg
