#include "actors/risk/risk_model.hpp"

#include "actors/risk/factors.hpp"
#include "actors/risk/forecaster.hpp"
#include "actors/risk/sizing.hpp"
#include "actors/risk/trade_clock.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

/// A stop moves only when it comes nearer by this share of its distance: each move costs two
/// requests.
constexpr double kLeastStopMove = 0.1;
/// Closing and protecting do not age: data time after which they would be looked at again.
constexpr Duration kProtectiveLife = std::chrono::hours{24};

} // namespace

struct RiskModel::State {
  State(Symbol symbol_, std::shared_ptr<const ModelParameters> parameters,
        const RiskSettings& settings_, const BarSettings& bars_, const ContractRules& contract_,
        double leverage_)
      : symbol(symbol_), settings(settings_), bars(bars_), contract(contract_), leverage(leverage_),
        forecaster(std::move(parameters), bars_.interval), clock(settings_) {
    guard.symbol = symbol_;
    position.position.symbol = symbol_;
  }

  [[nodiscard]] RiskAssessment assessment_of(const Signal& signal,
                                             const RegimeEstimate& regime) const;
  [[nodiscard]] RiskInputs inputs_of(const Signal& signal) const;
  [[nodiscard]] RiskFactors factors_of(const RiskInputs& inputs,
                                       const RegimeEstimate& regime) const;
  [[nodiscard]] Refusal refusal_of(const Signal& signal, const RegimeEstimate& regime,
                                   const RiskAssessment& assessment) const;
  [[nodiscard]] Timestamp suspension_ends(const Signal& signal) const;
  [[nodiscard]] Decision draft(const DecisionId& id, const RegimeEstimate& regime) const;

  Symbol symbol;
  RiskSettings settings;
  BarSettings bars;
  ContractRules contract;
  double leverage;
  Forecaster forecaster;
  TradeClock clock;
  RegimeEstimate regime; // of the last bar
  GuardState guard;
  PortfolioView view;
  bool has_view = false;
  PositionUpdate position;
  double relative_spread = 0.0, depth_ratio = 1.0;
  Price last_close;
  Timestamp last_stamp; // close of the last bar
};

RiskModel::RiskModel(Symbol symbol, std::shared_ptr<const ModelParameters> parameters,
                     const RiskSettings& settings, const BarSettings& bars,
                     const ContractRules& contract, double leverage)
    : state_(std::make_unique<State>(symbol, std::move(parameters), settings, bars, contract,
                                     leverage)) {
  RG_ASSERT(contract.symbol == symbol);
  RG_ASSERT(contract.tick_size.is_positive() && contract.lot_size.is_positive());
  RG_ASSERT(leverage > 0.0 && leverage <= kMaxLeverage);
}
RiskModel::~RiskModel() = default;
RiskModel::RiskModel(RiskModel&&) noexcept = default;
RiskModel& RiskModel::operator=(RiskModel&&) noexcept = default;

const RiskForecast& RiskModel::on_bar(const PipelineBar& bar, const RegimeEstimate& regime) {
  RG_ASSERT(bar.bar.symbol == state_->symbol);
  state_->regime = regime;
  state_->last_close = bar.bar.close;
  state_->last_stamp = bar.bar.close_time();
  return state_->forecaster.on_bar(bar, regime);
}

void RiskModel::on_guard(const GuardState& guard) {
  RG_ASSERT(guard.symbol == state_->symbol);
  state_->guard = guard;
  state_->clock.on_guard(guard);
}

void RiskModel::on_portfolio(const PortfolioView& view) {
  state_->view = view;
  state_->has_view = true;
}

void RiskModel::on_position(const PositionUpdate& update) {
  RG_ASSERT(update.position.symbol == state_->symbol);
  if (update.just_opened) {
    state_->clock.on_opened(update.data_time);
  }
  if (update.just_closed &&
      (update.exit_reason == ExitReason::stop || update.exit_reason == ExitReason::liquidation)) {
    state_->clock.on_stopped(update.data_time);
  }
  state_->position = update;
}

void RiskModel::on_spread(double relative_spread, double depth_ratio) {
  RG_ASSERT(std::isfinite(relative_spread) && relative_spread >= 0.0);
  RG_ASSERT(std::isfinite(depth_ratio) && depth_ratio >= 0.0);
  state_->relative_spread = relative_spread;
  state_->depth_ratio = depth_ratio;
}

void RiskModel::set_contract(const ContractRules& contract) {
  RG_ASSERT(contract.symbol == state_->symbol);
  state_->contract = contract;
}

void RiskModel::set_settings(const RiskSettings& settings) {
  state_->settings = settings;
  state_->clock.set_settings(settings);
}

RiskVerdict RiskModel::assess(const Signal& signal, const RegimeEstimate& regime,
                              Timestamp expires) {
  const State& s = *state_;
  RG_ASSERT(signal.symbol == s.symbol);
  Decision decision = s.draft({s.symbol, signal.stamp, DecisionKind::signal, 0}, regime);
  decision.signal = signal;
  decision.risk = s.assessment_of(signal, regime);
  decision.price = entry_limit(signal, s.contract);
  if (decision.risk.stop_distance > 0.0) {
    decision.stop_price = stop_at(position_side(signal.side), decision.price,
                                  decision.risk.stop_distance, s.contract);
  }
  decision.refusal = s.refusal_of(signal, regime, decision.risk);
  if (decision.refusal != Refusal::none) {
    decision.outcome = Outcome::refused;
    decision.risk.quantity = Quantity::zero();
    return decision;
  }
  decision.outcome = Outcome::approved;
  return make_entry_intent(signal, decision.risk, decision, s.contract, expires);
}

RiskAssessment RiskModel::State::assessment_of(const Signal& signal,
                                               const RegimeEstimate& estimate) const {
  RiskAssessment a;
  a.forecast = forecaster.forecast();
  a.inputs = inputs_of(signal);
  a.factors = factors_of(a.inputs, estimate);
  a.multiplier = a.factors.multiplier();
  a.suspended = std::any_of(a.factors.value.begin(), a.factors.value.end(),
                            [](double f) { return f <= 0.0; });
  if (a.forecast.valid) {
    const StopChoice stop = choose_stop(a.forecast.tail_q95, guard, settings);
    a.stop_distance = stop.distance;
    a.stop_adjustment = stop.adjustment;
  }
  if (view.equity.is_positive()) {
    a.risk_budget =
        multiply(view.equity, Ratio{risk_share(a.stop_distance, settings)}, Rounding::down);
  }
  a.quantity = sized_quantity(a, entry_limit(signal, contract), contract);
  a.cooldown_until = clock.cooldown_until();
  if (a.suspended) {
    a.cooldown_until = std::max(a.cooldown_until, suspension_ends(signal));
  }
  return a;
}

RiskInputs RiskModel::State::inputs_of(const Signal& signal) const {
  // The one input that knows the side: what the portfolio holds already on that side.
  const auto& share = signal.side == Side::buy ? view.cluster_share_long : view.cluster_share_short;
  return {view.drawdown, clock.intensity(signal.stamp), relative_spread,
          depth_ratio,   forecaster.jump_share(),       share[symbol.id()]};
}

RiskFactors RiskModel::State::factors_of(const RiskInputs& inputs,
                                         const RegimeEstimate& estimate) const {
  RiskFactors f;
  f[FactorName::confidence] =
      estimate.regime == Regime::unknown ? 0.0 : confidence_factor(estimate.confidence, settings);
  f[FactorName::volatility] = volatility_factor(forecaster.forecast(), settings);
  f[FactorName::drawdown] = drawdown_factor(inputs.drawdown, settings);
  f[FactorName::clustering] = clustering_factor(inputs.trade_intensity, settings);
  f[FactorName::asset] =
      asset_factor({inputs.relative_spread, inputs.depth_ratio, inputs.jump_share}, settings);
  f[FactorName::guard] = guard_factor(guard);
  f[FactorName::correlation] = correlation_factor(inputs.cluster_share);
  return f;
}

/// The first reason that stands against the signal; the order is part of the contract with the
/// tests.
Refusal RiskModel::State::refusal_of(const Signal& signal, const RegimeEstimate& estimate,
                                     const RiskAssessment& assessment) const {
  if (signal.stamp != last_stamp || estimate.stamp != last_stamp || !has_view) {
    return Refusal::stale_data;
  }
  if (estimate.regime == Regime::unknown) {
    return Refusal::regime_unknown;
  }
  if (!assessment.forecast.valid) {
    return Refusal::no_forecast;
  }
  if (guard.level >= GuardLevel::halt) {
    return Refusal::guard_not_normal;
  }
  if (!(estimate.confidence >= settings.min_confidence)) {
    return Refusal::low_confidence;
  }
  if (clock.cooldown_until() > signal.stamp) {
    return Refusal::cooldown;
  }
  if (assessment.suspended) {
    return Refusal::suspended;
  }
  if (!stop_is_inside_liquidation(assessment.stop_distance, leverage)) {
    return Refusal::stop_beyond_liquidation;
  }
  return assessment.quantity.is_zero() ? Refusal::below_minimum : Refusal::none;
}

/// The earliest data time at which no factor need be zero: known for clustering, else the next bar,
/// when all factors are computed anew.
Timestamp RiskModel::State::suspension_ends(const Signal& signal) const {
  return std::max(clock.clustering_ends(signal.stamp), signal.stamp + bars.interval);
}

Decision RiskModel::State::draft(const DecisionId& id, const RegimeEstimate& estimate) const {
  Decision d;
  d.id = id;
  d.regime = estimate;
  d.guard = guard;
  d.equity = view.equity;
  d.high_water_mark = view.high_water_mark;
  d.drawdown = view.drawdown;
  d.gross_leverage = view.gross_leverage;
  return d;
}

std::optional<OrderIntent> RiskModel::exit_intent(const ExitSignal& exit,
                                                  const RegimeEstimate& regime) {
  const State& s = *state_;
  const PositionUpdate& held = s.position;
  if (held.position.is_flat()) {
    return std::nullopt;
  }
  OrderIntent intent;
  intent.kind = IntentKind::exit;
  intent.expires = exit.stamp + kProtectiveLife;
  intent.side = exit_side(held.position.side);
  intent.quantity = held.position.quantity;
  intent.post_only = false;
  Decision& d = intent.decision;
  d = s.draft({s.symbol, exit.stamp, DecisionKind::exit, 0}, regime);
  d.outcome = Outcome::exit;
  d.exit_reason = exit.reason;
  d.signal.symbol = s.symbol;
  d.signal.stamp = exit.stamp;
  d.signal.side = intent.side;
  d.signal.rule = held.entry_rule;
  d.signal.regime = regime.regime;
  d.signal.entry = s.last_close.to_double();
  d.price = s.last_close;
  d.quantity = intent.quantity;
  return intent;
}

std::optional<Decision> RiskModel::hand_over(Timestamp stamp, const RegimeEstimate& regime) const {
  const State& s = *state_;
  if (s.position.position.is_flat()) {
    return std::nullopt;
  }
  Decision d = s.draft({s.symbol, stamp, DecisionKind::exit, 0}, regime);
  d.outcome = Outcome::hand_over;
  d.exit_reason = ExitReason::regime;
  d.signal.symbol = s.symbol;
  d.signal.stamp = stamp;
  d.signal.side = exit_side(s.position.position.side);
  d.signal.rule = s.position.entry_rule;
  d.signal.regime = regime.regime;
  d.price = s.last_close;
  d.stop_price = s.position.stop_price;
  return d;
}

std::optional<OrderIntent> RiskModel::tightened_stop(Timestamp now, Price reference) {
  const State& s = *state_;
  const PositionUpdate& held = s.position;
  const bool worse =
      s.guard.level >= GuardLevel::halt || s.regime.regime == Regime::high_volatility;
  if (!worse || held.position.is_flat() || !held.stop_price.is_positive() ||
      !reference.is_positive() || !s.forecaster.forecast().valid) {
    return std::nullopt;
  }
  const double calibrated = calibrated_stop_distance(s.forecaster.forecast().tail_q95, s.settings);
  const double distance = std::max(s.settings.stop_min, calibrated * s.settings.stop_tighten);
  const Price stop = stop_at(held.position.side, reference, distance, s.contract);
  // In log price, so that longs and shorts are held to the same step.
  const double nearer =
      sign_of(held.position.side) * std::log(stop.to_double() / held.stop_price.to_double());
  if (nearer < kLeastStopMove * std::log1p(distance)) {
    return std::nullopt;
  }
  OrderIntent intent;
  intent.kind = IntentKind::move_stop;
  intent.expires = now + kProtectiveLife;
  intent.side = exit_side(held.position.side);
  intent.quantity = held.position.quantity;
  intent.stop_price = stop;
  intent.post_only = false;
  Decision& d = intent.decision;
  d = s.draft({s.symbol, now, DecisionKind::exit, 0}, s.regime);
  d.outcome = Outcome::exit;
  d.exit_reason = s.guard.level >= GuardLevel::halt ? ExitReason::guard : ExitReason::regime;
  d.signal.symbol = s.symbol;
  d.signal.stamp = now;
  d.signal.side = intent.side;
  d.signal.rule = held.entry_rule;
  d.signal.regime = s.regime.regime;
  d.price = reference;
  d.stop_price = stop;
  d.quantity = intent.quantity;
  return intent;
}

const RiskForecast& RiskModel::forecast() const {
  return state_->forecaster.forecast();
}
Timestamp RiskModel::cooldown_until() const {
  return state_->clock.cooldown_until();
}

} // namespace rg
