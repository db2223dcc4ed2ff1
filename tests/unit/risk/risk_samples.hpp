#pragma once
// A risk model that is ready to size a signal, and the worlds around it.

#include "actors/risk/risk_model.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <memory>

namespace rg::test {

/// Parameters with round numbers: HAR that averages the four lags, tail = 2 × forecast volatility.
inline std::shared_ptr<const ModelParameters> plain_parameters() {
  auto p = std::make_shared<ModelParameters>();
  p->interval = 15min;
  p->har.beta = {0.0, 0.25, 0.25, 0.25, 0.25};
  p->har.residual_variance = 0.0;
  p->expansion.weight = {-2.0, 3.0, 0.0, 0.5, 0.0, 0.0};
  p->tail.weight = {std::log(2.0), 1.0, 0.0, 0.1, 0.1};
  p->tail.level = 0.95;
  return p;
}

inline ContractRules btc_contract() {
  return contract_defaults()[0];
}

inline RegimeEstimate sure_regime(Timestamp stamp, Regime regime = Regime::trending,
                                  double confidence = 0.9) {
  RegimeEstimate e;
  e.stamp = stamp;
  e.regime = regime;
  e.confidence = confidence;
  e.posterior = {0.8, 0.15, 0.05};
  e.posterior_valid = true;
  e.abstention = Abstention::none;
  return e;
}

inline PortfolioView view_of(double equity, double drawdown = 0.0) {
  PortfolioView v;
  v.as_of = kMarketStart;
  v.equity = Notional::from_double(equity, Rounding::nearest);
  v.high_water_mark = Notional::from_double(equity / (1.0 - drawdown), Rounding::nearest);
  v.drawdown = drawdown;
  return v;
}

inline Signal signal_at(Timestamp stamp, double price, Side side = Side::buy) {
  Signal s;
  s.stamp = stamp;
  s.side = side;
  s.rule = Rule::trend;
  s.regime = Regime::trending;
  s.entry = price;
  s.invalidation = price * (side == Side::buy ? 0.98 : 1.02);
  return s;
}

/// Round numbers of the tests' own: the defaults may change, the arithmetic may not.
inline RiskSettings plain_risk() {
  RiskSettings s;
  s.risk_per_trade = 0.005;
  s.max_entry_leverage = 20.0; // never binds
  s.target_volatility = 0.012;
  s.min_confidence = 0.45;
  s.full_confidence = 0.80;
  s.drawdown_floor = 0.15;
  return s;
}

/// A model warmed with 600 bars of `bar_volatility`, a portfolio view and a normal guard.
class ReadyRisk {
public:
  explicit ReadyRisk(double bar_volatility = 0.002, RiskSettings settings = plain_risk(),
                     double leverage = 5.0, ContractRules contract = btc_contract(),
                     double equity = 10'000.0)
      : model(Symbol{}, plain_parameters(), settings, BarSettings{}, contract, leverage) {
    SeededRandom random(11);
    for (int i = 0; i < 600; ++i) {
      bar(price_ * std::exp(bar_volatility * random.normal()));
    }
    model.on_portfolio(view_of(equity));
  }

  void bar(double to, RegimeEstimate regime = sure_regime({})) {
    const PipelineBar b = step_bar(index_++, price_, to);
    price_ = to;
    regime.stamp = b.bar.close_time();
    model.on_bar(b, regime);
  }
  [[nodiscard]] Timestamp now() const { return kMarketStart + 15min * index_; }
  [[nodiscard]] double price() const { return price_; }
  [[nodiscard]] Signal signal(Side side = Side::buy) const {
    return signal_at(now(), price_, side);
  }
  [[nodiscard]] RiskVerdict assess(Side side = Side::buy) {
    return model.assess(signal(side), sure_regime(now()), now() + 15min);
  }
  [[nodiscard]] RiskVerdict assess(const RegimeEstimate& regime) {
    return model.assess(signal(), regime, now() + 15min);
  }

  RiskModel model;

private:
  std::int64_t index_ = 0;
  double price_ = 50'000.0;
};

inline const Decision& decision_of(const RiskVerdict& verdict) {
  const auto* intent = std::get_if<OrderIntent>(&verdict);
  return intent != nullptr ? intent->decision : std::get<Decision>(verdict);
}

inline Refusal refusal_of(const RiskVerdict& verdict) {
  return decision_of(verdict).refusal;
}

inline GuardState guard_at(GuardLevel level, Timestamp stamp, double exposure = 1.0) {
  GuardState g;
  g.level = level;
  g.stamp = stamp;
  g.cause = level == GuardLevel::normal ? GuardCause::none : GuardCause::jump;
  g.exposure_factor = level == GuardLevel::normal ? 1.0 : exposure;
  return g;
}

inline PositionUpdate open_position(PositionSide side, Timestamp when, double stop) {
  PositionUpdate u;
  u.position.side = side;
  u.position.quantity = Quantity::from_raw(10'000'000); // 0.1
  u.position.opened = when;
  u.entry_rule = Rule::trend;
  u.entry_regime = Regime::trending;
  u.stop_price = price_of(stop);
  u.data_time = when;
  u.just_opened = true;
  return u;
}

inline PositionUpdate closed_position(Timestamp when, ExitReason reason) {
  PositionUpdate u;
  u.data_time = when;
  u.just_closed = true;
  u.exit_reason = reason;
  return u;
}

} // namespace rg::test
