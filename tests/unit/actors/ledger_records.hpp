#pragma once
// Journal records of one small story on one pair, for tests of the ledger.

#include "actors/journal/ledger.hpp"
#include "tests/support/fixed_point.hpp"

namespace rg::test {

inline const Symbol kEth = Symbol::from_id(1);
inline const Timestamp kNoon = Timestamp::from_ms(1'735'732'800'000); // 2025-01-01T12:00Z
inline constexpr std::uint32_t kInstance = 1;

inline DecisionId entry_id(Timestamp stamp = kNoon) {
  return {kEth, stamp, DecisionKind::signal, 0};
}
inline ClientOrderId entry_order(Timestamp stamp = kNoon) {
  return derive_client_order_id(kInstance, entry_id(stamp), OrderRole::entry, 1);
}

inline DecisionRecord approved(Timestamp stamp = kNoon) {
  DecisionRecord r;
  r.decision.id = entry_id(stamp);
  r.decision.outcome = Outcome::approved;
  r.decision.signal.symbol = kEth;
  r.decision.signal.rule = Rule::reversion;
  r.decision.signal.regime = Regime::range_bound;
  r.decision.signal.target = 3050.0;
  r.decision.stop_price = price(2900);
  r.data_time = stamp;
  return r;
}

inline OrderEvent event(OrderState to, OrderRole role = OrderRole::entry) {
  OrderEvent e;
  e.symbol = kEth;
  e.decision = entry_id();
  e.role = role;
  e.client_id = derive_client_order_id(kInstance, e.decision, role, 1);
  e.to = to;
  e.data_time = kNoon;
  e.quantity = quantity(2.0);
  e.price = price(role == OrderRole::stop ? 2950 : 3000);
  return e;
}

inline Fill fill(VenueFillId id, bool opens, double q, double p, Timestamp when = kNoon + 1min) {
  Fill f;
  f.symbol = kEth;
  f.venue_fill_id = id;
  f.client_id = opens ? entry_order() : ClientOrderId{};
  f.opens = opens;
  f.side = opens ? Side::buy : Side::sell;
  f.quantity = quantity(q);
  f.price = price(p);
  f.value = multiply(f.price, f.quantity, Rounding::nearest);
  f.fee = usdt(1.0);
  f.exchange_time = when;
  return f;
}

inline EquityRecord equity(Timestamp when, double value, double high) {
  EquityRecord e;
  e.data_time = when;
  e.equity = usdt(value);
  e.high_water_mark = usdt(high);
  e.wallet_balance = usdt(value - 5);
  return e;
}

inline SupervisionRecord word(const char* kind, const char* subject, const char* detail) {
  return {kNoon, kNoon, kind, subject, detail};
}

} // namespace rg::test
