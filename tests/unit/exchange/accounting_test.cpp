// Random orders of three accounts on the synthetic market: the books must balance to the last unit,
// by a path that does not use the ledger's own sums.

#include "infra/exchange/exchange_core.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/support/catch.hpp"

#include <map>

using namespace rg;
using namespace rg::exchange;
using namespace std::chrono_literals;

namespace {

constexpr PositionSide kSides[] = {PositionSide::long_side, PositionSide::short_side};

struct Trader {
  ExchangeCore& core;
  AccountIndex account;
  RandomStream random;
  Timestamp wall = Timestamp::from_ms(1'800'000'000'000);
  int placed = 0, refused = 0;

  Symbol any_symbol() { return core.symbols()[random.below(core.symbols().size())]; }
  SentNumber size_of(Symbol s) {
    const auto lot = contract_defaults()[s.id()].lot_size.raw();
    const double value = 20.0 + 2000.0 * random.uniform();
    const auto lots = static_cast<std::int64_t>(value / core.last(s).to_double() /
                                                (static_cast<double>(lot) / kFixedScale));
    return SentNumber::parse(fixed::format(std::max<std::int64_t>(lots, 1) * lot));
  }
  SentNumber near(Symbol s, double distance) {
    const auto tick = contract_defaults()[s.id()].tick_size;
    const double p = core.last(s).to_double() * (1.0 + distance * (random.uniform() - 0.5));
    return SentNumber::parse(
        Price::from_double(p, Rounding::nearest).to_step(tick, Rounding::down).text());
  }
  void count(bool ok) { ++(ok ? placed : refused); }

  void act() {
    const Symbol s = any_symbol();
    const PositionSide side = kSides[random.below(2)];
    switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: {
      NewOrder o;
      o.symbol = s;
      o.position = side;
      o.opens = random.chance(0.55);
      o.market = random.chance(0.4);
      o.tif = static_cast<TimeInForce>(random.below(4));
      o.size = size_of(s);
      o.price = o.market ? SentNumber{} : near(s, 0.004);
      if (o.opens && random.chance(0.3)) {
        o.preset_stop_loss = near(s, 0.04);
        o.preset_take_profit = near(s, 0.04);
      }
      count(core.place(account, o, wall).has_value());
      break;
    }
    case 5: {
      NewTrigger t;
      t.symbol = s;
      t.position = side;
      t.opens = random.chance(0.3);
      t.size = size_of(s);
      t.trigger_price = near(s, 0.02);
      t.execute_price = random.chance(0.3) ? near(s, 0.02) : SentNumber{};
      t.origin = t.opens || random.chance(0.5) ? OrderOrigin::conditional : OrderOrigin::stop_loss;
      count(core.place_trigger(account, t, wall).has_value());
      break;
    }
    case 6:
      core.cancel_all(account, s, random.chance(0.5), wall);
      break;
    case 7:
      if (random.chance(0.2)) {
        core.close_positions(account, s, wall);
      }
      break;
    case 8:
      if (random.chance(0.1)) {
        const CashChange cash{
            account, static_cast<CashMove>(random.below(4)),
            Notional::from_raw(static_cast<std::int64_t>(random.below(1000)) * kFixedScale / 10 +
                               1)};
        static_cast<void>(core.apply(cash));
      } else if (random.chance(0.1)) {
        ContractChange change;
        change.symbol = s;
        change.taker_fee = Ratio{0.0001 * static_cast<double>(random.below(12))};
        change.status = random.chance(0.8) ? ContractStatus::trading
                                           : static_cast<ContractStatus>(random.below(3));
        static_cast<void>(core.apply(change));
      }
      break;
    default:
      static_cast<void>(core.set_leverage(
          account, s, core.account(account).ledger.margin_mode(s),
          (5 + static_cast<std::int64_t>(random.below(40))) * kFixedScale, 20 * kFixedScale));
      static_cast<void>(
          core.set_modes(account, s, random.chance(0.5) ? MarginMode::isolated : MarginMode::cross,
                         random.chance(0.4)));
      break;
    }
  }
};

/// Cash by the tape: deposits − bought + sold − fees + funding (+ what the venue's fund paid).
void check_by_tape(const ExchangeCore& core, AccountIndex a) {
  const Account& acc = core.account(a);
  Notional cash;
  std::map<std::pair<int, int>, Quantity> held;
  for (const FillRow& f : acc.fills) {
    cash += f.side() == Side::buy ? -f.value : f.value;
    cash -= f.fee + f.liquidation_fee;
    Quantity& q = held[{f.symbol.id(), static_cast<int>(f.position)}];
    q += f.opens ? f.size : -f.size;
    REQUIRE(!q.is_negative());
    REQUIRE(f.value == multiply(f.price, f.size, Rounding::down)); // exact on the grid
    REQUIRE(multiply(f.price, f.size, Rounding::up) == multiply(f.price, f.size, Rounding::down));
  }
  Notional last_balance;
  for (const Bill& b : acc.bills) {
    if (b.kind == BillKind::deposit || b.kind == BillKind::withdraw ||
        b.kind == BillKind::transfer_in || b.kind == BillKind::transfer_out ||
        b.kind == BillKind::funding || b.kind == BillKind::liquidation_end) {
      cash += b.amount;
    }
    last_balance = b.balance;
  }
  Notional holds = acc.ledger.collateral();
  acc.ledger.each_open([&](const PositionRow& p) {
    Quantity& left = held[{p.symbol.id(), static_cast<int>(p.side)}];
    left -= p.size;
    holds += p.isolated_margin;
    // What longs paid has left the cash, what shorts received is in it: neither touched the
    // collateral.
    holds += p.side == PositionSide::long_side ? -p.open_value : p.open_value;
    REQUIRE(p.open_value.is_positive());
  });
  for (const auto& [pair_and_side, left] : held) {
    REQUIRE(left.is_zero());
  }
  REQUIRE(holds == cash);
  core.check();
}

} // namespace

TEST_CASE("accounting balances to the last unit under random trading",
          "[unit][exchange][property]") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    CAPTURE(seed);
    SyntheticOptions market;
    market.seed = seed;
    market.history_minutes = 60;
    CoreOptions options;
    options.seed = seed;
    options.liquidation_fee_units = seed % 2 == 0 ? 500'000 : 0;
    options.attached_exits_persist = seed % 3 != 0;
    ExchangeCore core(options, std::make_unique<SyntheticMarket>(market), FaultPlan{});
    std::vector<Trader> traders;
    for (std::uint64_t t = 0; t < 3; ++t) {
      // The third is poor, so that liquidations happen.
      const AccountIndex a =
          core.add_account(Notional::from_raw((t == 2 ? 300 : 20'000) * kFixedScale));
      traders.push_back({core, a, RandomStream(seed, t)});
    }
    for (int step = 0; step < 3000; ++step) { // 12.5 hours: one funding inside
      for (Trader& t : traders) {
        if (t.random.chance(0.5)) {
          t.act();
        }
        t.wall = t.wall + 100ms;
      }
      REQUIRE(core.step(traders[0].wall));
      if (step % 100 == 0) {
        for (const Trader& t : traders) {
          check_by_tape(core, t.account);
        }
      }
    }
    std::size_t fills = 0;
    for (const Trader& t : traders) {
      check_by_tape(core, t.account);
      fills += core.account(t.account).fills.size();
      CHECK(t.placed > 100);
    }
    CHECK(fills > 500);
  }
}

TEST_CASE("the same seed and the same calls give the same exchange", "[unit][exchange]") {
  const auto digest = [] {
    SyntheticOptions market;
    market.seed = 11;
    market.history_minutes = 60;
    ExchangeCore core({}, std::make_unique<SyntheticMarket>(market), FaultPlan{});
    Trader t{core, core.add_account(Notional::from_raw(20'000 * kFixedScale)), RandomStream(11, 0)};
    for (int step = 0; step < 500; ++step) {
      t.act();
      static_cast<void>(core.step(t.wall));
    }
    std::uint64_t hash = 0;
    for (const FillRow& f : core.account(t.account).fills) {
      hash = hash64(hash, f.id ^ static_cast<std::uint64_t>(f.price.raw()) ^
                              static_cast<std::uint64_t>(f.size.raw()));
    }
    for (const CoreEvent& e : core.take_events()) {
      hash = hash64(hash, e.version * 4 + e.what.index());
    }
    return hash;
  };
  CHECK(digest() == digest());
}
