// Money: whatever fills and flows come, in whatever order and however often, the books balance.

#include "actors/portfolio/accounting.hpp"
#include "tests/support/trading_builders.hpp"

#include <random>

using namespace rg;
using namespace rg::test;

namespace {

struct Told {
  std::vector<Fill> fills; ///< in the order of the venue
  std::vector<CashFlow> flows;
};

/// A venue's history of one pair and one account: opens, adds, partial and full closes, both sides.
Told random_history(std::mt19937_64& rng, int length) {
  Told t;
  std::array<Quantity, Symbol::kCount> open{};
  std::array<PositionSide, Symbol::kCount> side{};
  VenueFillId id = 1;
  for (int i = 0; i < length; ++i) {
    const Symbol s = Symbol::from_id(static_cast<std::uint8_t>(rng() % Symbol::kCount));
    Quantity& q = open[s.id()];
    const Price p = Price::from_raw(static_cast<std::int64_t>(1 + rng() % 9'000'000'000'000));
    const Notional fee = Notional::from_raw(static_cast<std::int64_t>(rng() % 1'000'000'007));
    const Timestamp when = at(1s * i);
    if (q.is_zero() || rng() % 3 == 0) {
      side[s.id()] = q.is_zero()
                         ? (rng() % 2 == 0 ? PositionSide::long_side : PositionSide::short_side)
                         : side[s.id()];
      const Quantity add = Quantity::from_raw(static_cast<std::int64_t>(1 + rng() % 300'000'001));
      q += add;
      t.fills.push_back(fill(id++, s, side[s.id()], true, add, p, fee, when));
    } else {
      const auto part = static_cast<std::int64_t>(1 + rng() % static_cast<std::uint64_t>(q.raw()));
      const Quantity less = rng() % 2 == 0 ? q : Quantity::from_raw(part);
      q -= less;
      t.fills.push_back(fill(id++, s, side[s.id()], false, less, p, fee, when));
    }
    if (rng() % 5 == 0) {
      const auto amount = static_cast<std::int64_t>(rng() % 2'000'000'011) - 1'000'000'000;
      t.flows.push_back({rng() % 2 == 0 ? CashFlowKind::funding : CashFlowKind::other, s,
                         Notional::from_raw(amount), when, id * 1000});
    }
  }
  return t;
}

/// cash = initial − bought + sold − fees + flows + long open value − short open value.
Notional expected_cash(Notional initial, const Told& t, const Accounting& a) {
  Notional cash = initial;
  for (const Fill& f : t.fills) {
    cash += f.side == Side::buy ? -f.value : f.value;
    cash -= f.fee;
  }
  for (const CashFlow& c : t.flows) {
    cash += c.amount;
  }
  a.for_each_position([&cash](Symbol, const Position& p) {
    cash += p.side == PositionSide::long_side ? p.open_value : -p.open_value;
  });
  return cash;
}

/// @param ours  the opening fills are of entries of this engine, not of strangers.
void tell(Accounting& a, const Told& t, bool ours = true) {
  for (const Fill& f : t.fills) {
    EntryOrigin origin;
    if (ours && f.opens) {
      origin.decision = {f.symbol, f.exchange_time, DecisionKind::signal, 0};
    }
    a.apply(f, ExitReason::rule, origin);
  }
  for (const CashFlow& c : t.flows) {
    a.apply(c);
  }
}

/// Neighbours change places, and everything comes a second time.
Told mixed(const Told& t, std::mt19937_64& rng) {
  Told out = t;
  out.fills.insert(out.fills.end(), t.fills.begin(), t.fills.end());
  for (std::size_t i = 0; i + 1 < t.fills.size(); i += 2) {
    if (rng() % 2 == 0) {
      std::swap(out.fills[i], out.fills[i + 1]);
    }
  }
  return out;
}

} // namespace

TEST_CASE("the accounting identity holds to the last unit over random histories",
          "[property][portfolio]") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 rng(seed);
    const Told t = random_history(rng, 60);
    const Notional initial = usd("1000000");
    Accounting a(initial);
    tell(a, t);
    REQUIRE(a.cash() == expected_cash(initial, t, a));
    Notional from_trades = initial;
    bool all_flat = true;
    for (const Symbol s : Symbol::all()) {
      const PairBook& b = a.book(s);
      REQUIRE(b.opened - b.closed == b.position.quantity);
      REQUIRE_FALSE(a.has_held(s));
      from_trades += b.totals.realised - b.totals.fees - b.totals.funding;
      all_flat = all_flat && !b.is_open();
    }
    for (const CashFlow& c : t.flows) {
      from_trades += c.kind == CashFlowKind::funding ? Notional::zero() : c.amount;
    }
    REQUIRE(a.cash() == from_trades); // the pairs' sums say the same
    Notional pnl;
    for (const Trade& trade : a.trades()) {
      REQUIRE(trade.quantity.is_positive());
      pnl += trade.pnl;
    }
    if (all_flat && t.flows.empty()) {
      REQUIRE(a.cash() == initial + pnl);
    }
  }
}

TEST_CASE("telling twice and in another order gives the same positions and trades",
          "[property][portfolio]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 rng(seed);
    const Told t = random_history(rng, 30);
    Accounting in_order(usd("1000000"));
    tell(in_order, t);
    Accounting other(usd("1000000"));
    tell(other, mixed(t, rng));
    for (const Symbol s : Symbol::all()) {
      REQUIRE(other.book(s).position.quantity == in_order.book(s).position.quantity);
      REQUIRE(other.book(s).totals.fees == in_order.book(s).totals.fees);
      REQUIRE(other.book(s).totals.fills == in_order.book(s).totals.fills);
      REQUIRE_FALSE(other.has_held(s));
    }
    REQUIRE(other.cash() == expected_cash(usd("1000000"), t, other));
  }
}

TEST_CASE("strangers' fills in another order give the same on each side, and the same cash",
          "[property][portfolio]") {
  const auto held = [](const Accounting& a, Symbol s, PositionSide side) {
    Quantity sum;
    for (const Position* p : {&a.book(s).position, &a.opposite(s)}) {
      sum += p->side == side ? p->quantity : Quantity::zero();
    }
    return sum;
  };
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 rng(seed);
    const Told t = random_history(rng, 30);
    Accounting in_order(usd("1000000"));
    tell(in_order, t, false);
    Accounting other(usd("1000000"));
    tell(other, mixed(t, rng), false);
    for (const Symbol s : Symbol::all()) {
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        REQUIRE(held(other, s, side) == held(in_order, s, side));
      }
      REQUIRE(other.book(s).totals.fees == in_order.book(s).totals.fees);
      REQUIRE(other.book(s).totals.fills == in_order.book(s).totals.fills);
      REQUIRE_FALSE(other.has_held(s));
    }
    REQUIRE(other.cash() == expected_cash(usd("1000000"), t, other));
  }
}

TEST_CASE("a restart anywhere in a history changes nothing", "[property][portfolio]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 rng(seed);
    const Told t = random_history(rng, 40);
    Accounting whole(usd("1000"));
    tell(whole, t);
    Accounting first(usd("1000"));
    const std::size_t cut = rng() % t.fills.size();
    for (std::size_t i = 0; i < cut; ++i) {
      first.apply(t.fills[i], ExitReason::rule, {});
    }
    PortfolioState saved;
    first.save(saved);
    Accounting second(usd("0"));
    second.load(saved);
    tell(second, t); // the venue tells everything again
    REQUIRE(second.cash() == whole.cash());
    for (const Symbol s : Symbol::all()) {
      REQUIRE(second.book(s).position.quantity == whole.book(s).position.quantity);
      REQUIRE(second.book(s).position.open_value == whole.book(s).position.open_value);
    }
  }
}
