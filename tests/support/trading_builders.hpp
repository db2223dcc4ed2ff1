#pragma once
// Short ways to write down intents, fills and bars in tests of the portfolio and the order desk.

#include "actors/portfolio/portfolio_model.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <string_view>

namespace rg::test {

inline Price price(std::string_view text) {
  return Price::parse(text).value();
}
inline Quantity qty(std::string_view text) {
  return Quantity::parse(text).value();
}
inline Notional usd(std::string_view text) {
  return Notional::parse(text).value();
}

inline const Symbol kBtc = Symbol::from_id(0);
inline const Symbol kEth = Symbol::from_id(1);
inline const Symbol kSol = Symbol::from_id(2);

/// 2025-01-01 00:00 UTC plus an offset.
inline Timestamp at(Duration offset) {
  return Timestamp::from_ms(1'735'689'600'000) + offset;
}

inline OrderIntent entry(Symbol s, Side side, Quantity q, Price limit, Price stop,
                         Timestamp stamp) {
  OrderIntent i;
  i.kind = IntentKind::entry;
  i.side = side;
  i.quantity = q;
  i.limit = limit;
  i.stop_price = stop;
  i.expires = stamp + 15min;
  i.decision.id = {s, stamp, DecisionKind::signal, 0};
  i.decision.signal.symbol = s;
  i.decision.signal.stamp = stamp;
  i.decision.signal.side = side;
  i.decision.signal.rule = Rule::trend;
  i.decision.signal.regime = Regime::trending;
  i.decision.price = limit;
  i.decision.stop_price = stop;
  return i;
}

inline OrderIntent exit_of(Symbol s, PositionSide held, Quantity q, Timestamp stamp,
                           ExitReason reason = ExitReason::rule) {
  OrderIntent i;
  i.kind = IntentKind::exit;
  i.side = exit_side(held);
  i.quantity = q;
  i.post_only = false;
  i.expires = stamp + 24h;
  i.decision.id = {s, stamp, DecisionKind::exit, 0};
  i.decision.outcome = Outcome::exit;
  i.decision.exit_reason = reason;
  i.decision.signal.symbol = s;
  i.decision.signal.side = i.side;
  return i;
}

inline OrderIntent stop_move(Symbol s, Price trigger, Timestamp stamp) {
  OrderIntent i;
  i.kind = IntentKind::move_stop;
  i.stop_price = trigger;
  i.decision.id = {s, stamp, DecisionKind::exit, 0};
  i.decision.signal.symbol = s;
  return i;
}

/// A fill of `q` at `p`; value exact, fee as given.
inline Fill fill(VenueFillId id, Symbol s, PositionSide held, bool opens, Quantity q, Price p,
                 Notional fee, Timestamp when) {
  Fill f;
  f.symbol = s;
  f.venue_fill_id = id;
  f.position = held;
  f.opens = opens;
  f.side = opens ? entry_side(held) : exit_side(held);
  f.quantity = q;
  f.price = p;
  f.value = multiply(p, q, Rounding::nearest);
  f.fee = fee;
  f.exchange_time = when;
  return f;
}

inline PipelineBar close_bar(Symbol s, double close, Timestamp close_time,
                             std::uint32_t gap_slots = 0) {
  PipelineBar b;
  b.bar.symbol = s;
  b.bar.length = 15min;
  b.bar.open_time = close_time - 15min;
  b.bar.open = b.bar.high = b.bar.low = b.bar.close = Price::from_double(close, Rounding::nearest);
  b.gap_slots = gap_slots;
  return b;
}

/// A portfolio that has been told everything it needs before it may open positions.
inline PortfolioModel ready_portfolio(const PortfolioSettings& settings, Notional equity,
                                      const PortfolioOptions& options = {}) {
  PortfolioModel m(settings, contract_defaults(), equity, options);
  m.set_reconciled(true);
  for (const Symbol s : Symbol::all()) {
    m.set_warm(s, true);
  }
  return m;
}

inline bool is_approved(const Verdict& v) {
  return std::holds_alternative<ApprovedIntent>(v);
}
inline Refusal refusal_of(const Verdict& v) {
  const auto* d = std::get_if<Decision>(&v);
  return d != nullptr ? d->refusal : Refusal::none;
}

/// The event with which an order ended, as the desk would tell it.
inline OrderEvent ended(const ApprovedIntent& approved, OrderState how, Quantity filled) {
  OrderEvent e;
  e.symbol = approved.decision().id.symbol;
  e.decision = approved.decision().id;
  e.role = approved.intent().kind == IntentKind::entry ? OrderRole::entry : OrderRole::exit;
  e.client_id = derive_client_order_id(1, e.decision, e.role, 1);
  e.from = OrderState::acked;
  e.to = how;
  e.quantity = approved.intent().quantity;
  e.filled = filled;
  return e;
}

} // namespace rg::test
