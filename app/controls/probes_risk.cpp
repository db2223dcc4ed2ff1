// Size, stop and frequency: attempts through RiskModel::assess and the arithmetic of sizing.

#include "actors/risk/factors.hpp"
#include "actors/risk/risk_model.hpp"
#include "actors/risk/sizing.hpp"
#include "actors/risk/trade_clock.hpp"
#include "app/controls/probe_kit.hpp"

#include <cmath>

namespace rg::app::probes {

namespace {

/// Round parameters: the forecast is the average of the lags, the tail a multiple of it.
std::shared_ptr<const ModelParameters> parameters() {
  auto p = std::make_shared<ModelParameters>();
  p->interval = 15min;
  p->har.beta = {0.0, 0.25, 0.25, 0.25, 0.25};
  p->expansion.weight = {-2.0, 3.0, 0.0, 0.5, 0.0, 0.0};
  p->tail.weight = {std::log(2.0), 1.0, 0.0, 0.1, 0.1};
  return p;
}

RegimeEstimate sure(Timestamp stamp, double confidence) {
  RegimeEstimate e;
  e.symbol = kPair;
  e.stamp = stamp;
  e.regime = Regime::trending;
  e.confidence = confidence;
  e.posterior = {0.8, 0.15, 0.05};
  e.posterior_valid = true;
  e.abstention = Abstention::none;
  return e;
}

/// A risk model with enough bars behind it, which would open a position at full confidence.
struct Ready {
  explicit Ready(const EngineSettings& s, BarSettings bars = {})
      : model(kPair, parameters(), s.risk, bars, contract_defaults()[kPair.id()],
              s.portfolio.leverage) {
    for (int i = 0; i < 700; ++i) {
      step(i % 2 == 0 ? 1.002 : 1.0 / 1.002);
    }
    PortfolioView view;
    view.as_of = now;
    view.equity = view.high_water_mark = Notional::from_double(kEquity, Rounding::down);
    model.on_portfolio(view);
  }
  void step(double factor) {
    PipelineBar bar;
    bar.bar.symbol = kPair;
    bar.bar.open_time = now;
    bar.bar.length = 15min;
    bar.bar.open = price(last);
    last *= factor;
    bar.bar.close = price(last);
    bar.bar.high = std::max(bar.bar.open, bar.bar.close);
    bar.bar.low = std::min(bar.bar.open, bar.bar.close);
    bar.bar.volume = Quantity::from_double(100.0, Rounding::nearest);
    now = now + 15min;
    static_cast<void>(model.on_bar(bar, sure(now, 1.0)));
  }
  Attempt assess(double confidence = 1.0) {
    Signal signal;
    signal.symbol = kPair;
    signal.stamp = now;
    signal.side = Side::buy;
    signal.rule = Rule::trend;
    signal.regime = Regime::trending;
    signal.entry = last;
    signal.invalidation = 0.98 * last;
    const RiskVerdict verdict = model.assess(signal, sure(now, confidence), now + 15min);
    const auto* refused = std::get_if<Decision>(&verdict);
    return refused == nullptr ? Attempt{true, "sized"}
                              : Attempt{false, to_string(refused->refusal)};
  }

  Timestamp now = start_of_probe();
  double last = kPrice;
  RiskModel model;
};

} // namespace

/// The loss at the stop, with the multiplier at one, never exceeds its share of equity.
ControlEvidence risk_per_trade(const EngineSettings& s) {
  const auto asked = [&](double stop, double share) {
    const double given = risk_share(stop, s.risk);
    return share <= given * (1.0 + 1e-12) ? Attempt{true, "sized"} : Attempt{false, "sized down"};
  };
  const double far_stop = 10.0 * s.risk.risk_per_trade / s.risk.max_entry_leverage;
  return {asked(far_stop, s.risk.risk_per_trade), asked(far_stop, 1.01 * s.risk.risk_per_trade)};
}

/// A near stop would buy a large notional; the entry's cap cuts the budget.
ControlEvidence entry_leverage(const EngineSettings& s) {
  const auto asked = [&](double stop) {
    const double wanted = s.risk.risk_per_trade / stop; // notional over equity
    const double given = risk_share(stop, s.risk) / stop;
    return wanted <= given * (1.0 + 1e-12) ? Attempt{true, "sized"} : Attempt{false, "sized down"};
  };
  const double edge = s.risk.risk_per_trade / s.risk.max_entry_leverage;
  return {asked(1.01 * edge), asked(0.5 * edge)};
}

ControlEvidence stop_distance(const EngineSettings& s) {
  const auto asked = [&](double distance) {
    const double given = calibrated_stop_distance(std::log1p(distance), s.risk);
    return given >= distance * (1.0 - 1e-9) ? Attempt{true, "as forecast"}
                                            : Attempt{false, "cut to stop_max"};
  };
  return {asked(0.99 * s.risk.stop_max), asked(2.0 * s.risk.stop_max)};
}

ControlEvidence stop_liquidation(const EngineSettings& s) {
  // The widest stop that leverage allows lies where the predicate turns.
  const double edge = 0.8 * (1.0 / s.portfolio.leverage - 0.01);
  const auto asked = [&](double distance) {
    return stop_is_inside_liquidation(distance, s.portfolio.leverage)
               ? Attempt{true, "inside"}
               : Attempt{false, to_string(Refusal::stop_beyond_liquidation)};
  };
  return {asked(0.99 * edge), asked(1.01 * edge)};
}

ControlEvidence min_confidence(const EngineSettings& s) {
  Ready ready(s);
  return {ready.assess(1.0), ready.assess(0.99 * s.risk.min_confidence)};
}

ControlEvidence cooldown(const EngineSettings& s) {
  Ready fresh(s), stopped(s);
  PositionUpdate update;
  update.position.symbol = kPair;
  update.data_time = stopped.now;
  update.just_closed = true;
  update.exit_reason = ExitReason::stop;
  stopped.model.on_position(update);
  return {fresh.assess(), stopped.assess()};
}

ControlEvidence clustering(const EngineSettings& s) {
  const auto factor_of = [&](double intensity) {
    return clustering_factor(intensity, s.risk) > 0.0
               ? Attempt{true, "sized"}
               : Attempt{false, to_string(Refusal::suspended)};
  };
  return {factor_of(s.risk.cluster_full), factor_of(s.risk.cluster_zero)};
}

ControlEvidence spread_cost(const EngineSettings& s) {
  Ready tight(s), wide(s);
  wide.model.on_spread(1.01 * s.risk.max_spread, 1.0);
  return {tight.assess(), wide.assess()};
}

ControlEvidence drawdown_sizing(const EngineSettings& s) {
  const auto factor_of = [&](double loss) {
    return drawdown_factor(loss, s.risk) > 0.0 ? Attempt{true, "sized"}
                                               : Attempt{false, to_string(Refusal::suspended)};
  };
  return {factor_of(0.5 * s.risk.drawdown_floor), factor_of(s.risk.drawdown_floor)};
}

} // namespace rg::app::probes
