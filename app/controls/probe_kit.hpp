#pragma once
// A portfolio, an entry and the like, as the probes need them. Time is a fixed day of data.

#include "actors/portfolio/portfolio_model.hpp"
#include "app/controls/control.hpp"

namespace rg::app::probes {

inline constexpr double kEquity = 10'000.0;
inline constexpr double kPrice = 100.0; ///< of every pair; on every tick
inline const Symbol kPair = Symbol::from_id(0);
inline const Symbol kOther = Symbol::from_id(1);

[[nodiscard]] inline Timestamp start_of_probe() {
  return Timestamp::from_ms(1'735'689'600'000); // 2025-01-01 00:00 UTC
}

[[nodiscard]] inline Price price(double value) {
  return Price::from_double(value, Rounding::nearest);
}

/// Caps far away, so that only the one in question can bind.
[[nodiscard]] inline PortfolioSettings without_other_caps(PortfolioSettings s) {
  s.max_gross_leverage = s.leverage = kMaxLeverage;
  s.max_net_leverage = s.max_pair_leverage = s.max_cluster_leverage = 1'000.0;
  s.max_drawdown = s.max_daily_loss = 0.999;
  s.soft_drawdown = 0.998;
  s.max_orders_per_day = 1'000'000;
  return s;
}

/// Warm, reconciled, with a mark for each pair.
[[nodiscard]] inline PortfolioModel ready_portfolio(const PortfolioSettings& settings,
                                                    Duration stale_decision = 2min) {
  PortfolioOptions options;
  options.stale_decision = stale_decision;
  PortfolioModel model(settings, contract_defaults(),
                       Notional::from_double(kEquity, Rounding::down), options);
  model.set_reconciled(true);
  for (const Symbol s : Symbol::all()) {
    model.set_warm(s, true);
    model.on_mark(s, price(kPrice), start_of_probe());
  }
  static_cast<void>(model.publish(start_of_probe()));
  return model;
}

/// A limit buy at the mark whose notional is this multiple of the equity.
[[nodiscard]] inline OrderIntent entry(Symbol symbol, double leverage,
                                       Timestamp stamp = start_of_probe() + 15min) {
  OrderIntent i;
  i.side = Side::buy;
  i.limit = price(kPrice);
  i.stop_price = price(0.95 * kPrice);
  i.quantity = Quantity::from_double(leverage * kEquity / kPrice, Rounding::down)
                   .to_step(contract_defaults()[symbol.id()].lot_size, Rounding::down);
  i.expires = stamp + 15min;
  i.decision.id = {symbol, stamp, DecisionKind::signal, 0};
  i.decision.signal.symbol = symbol;
  i.decision.signal.stamp = stamp;
  i.decision.signal.side = i.side;
  i.decision.signal.rule = Rule::trend;
  i.decision.signal.regime = Regime::trending;
  i.decision.price = i.limit;
  i.decision.stop_price = i.stop_price;
  return i;
}

/// A long of this multiple of the equity, opened at the mark without fees.
[[nodiscard]] inline Fill opening_fill(Symbol symbol, double leverage) {
  Fill f;
  f.symbol = symbol;
  f.venue_fill_id = 1U + symbol.id();
  f.position = PositionSide::long_side;
  f.side = Side::buy;
  f.opens = true;
  f.price = price(kPrice);
  f.quantity = Quantity::from_double(leverage * kEquity / kPrice, Rounding::down)
                   .to_step(contract_defaults()[symbol.id()].lot_size, Rounding::down);
  f.value = multiply(f.price, f.quantity, Rounding::nearest);
  f.exchange_time = start_of_probe();
  return f;
}

[[nodiscard]] inline Attempt reviewed(PortfolioModel& model, const OrderIntent& intent) {
  const Verdict verdict = model.review(intent, intent.decision.id.stamp);
  const auto* refused = std::get_if<Decision>(&verdict);
  return refused == nullptr ? Attempt{true, "approved"}
                            : Attempt{false, to_string(refused->refusal)};
}

} // namespace rg::app::probes
