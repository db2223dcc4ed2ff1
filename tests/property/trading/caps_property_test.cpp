// Exposure: no sequence of approvals, fills, marks and flows makes the portfolio approve an entry
// that would stand above a cap, and nothing that it approves has another side than the signal.

#include "tests/support/trading_builders.hpp"

#include <algorithm>
#include <map>
#include <random>

using namespace rg;
using namespace rg::test;

namespace {

struct Live {
  ApprovedIntent approved;
  Quantity filled;
};

/// The market and the venue around one portfolio, all random.
class World {
public:
  explicit World(std::uint64_t seed)
      : rng_(seed), settings_(random_settings()), m_(ready_portfolio(settings_, usd("10000"))) {
    marks_.fill(100.0);
    tell_marks();
  }

  void step() {
    now_ = now_ + 1min;
    move_marks();
    m_.publish(now_);
    take_actions();
    for (int i = 0; i < 3; ++i) {
      propose();
    }
    fill_some();
    end_some();
    check_book();
  }

  int approvals = 0, refusals = 0, ladder_exits = 0;

private:
  PortfolioSettings random_settings() {
    PortfolioSettings s;
    const auto pick = [this](double low, double high) {
      return low + (high - low) * static_cast<double>(rng_() % 1000) / 1000.0;
    };
    s.max_gross_leverage = pick(0.5, 4.0);
    s.max_net_leverage = pick(0.3, s.max_gross_leverage);
    s.max_pair_leverage = pick(0.2, 1.5);
    s.max_cluster_leverage = pick(0.3, 2.0);
    s.leverage = pick(1.0, 6.0);
    s.max_drawdown = pick(0.1, 0.5);
    s.max_daily_loss = pick(0.05, 0.3);
    s.resume_after = 1h;
    return s;
  }

  void move_marks() {
    for (double& p : marks_) {
      p *= 1.0 + 0.02 * (static_cast<double>(rng_() % 2001) / 1000.0 - 1.0);
    }
    tell_marks();
  }
  void tell_marks() {
    for (const Symbol s : Symbol::all()) {
      m_.on_mark(s, mark(s), now_);
    }
  }
  Price mark(Symbol s) const {
    return Price::from_double(marks_[s.id()], Rounding::nearest)
        .to_step(contract_defaults()[s.id()].tick_size, Rounding::nearest);
  }

  /// Gross, net and pair exposure should everything in flight fill, at mark or worst price,
  /// computed here from scratch.
  void check_caps_with(const OrderIntent& newest) {
    double gross = 0.0;
    double longs = 0.0;
    double shorts = 0.0;
    double longs_held = 0.0;
    double shorts_held = 0.0;
    std::array<double, Symbol::kCount> pair{};
    double equity = m_.cash().to_double();
    const auto add = [&](Symbol s, PositionSide side, double value) {
      gross += value;
      pair[s.id()] += value;
      (side == PositionSide::long_side ? longs : shorts) += value;
    };
    for (const Symbol s : Symbol::all()) {
      const Position p = m_.position(s);
      if (!p.is_flat()) {
        const double value = mark(s).to_double() * p.quantity.to_double();
        equity += sign_of(p.side) * (value - p.open_value.to_double());
        add(s, p.side, value);
        (p.side == PositionSide::long_side ? longs_held : shorts_held) += value;
      }
    }
    for (const auto& [id, live] : live_) {
      const OrderIntent& i = live.approved.intent();
      if (i.kind == IntentKind::entry) {
        const double left = (i.quantity - live.filled).to_double();
        add(id.symbol, position_side(i.side), i.limit.to_double() * left);
      }
    }
    constexpr double kRounding = 1e-6;
    const bool is_long = newest.side == Side::buy;
    const double net = is_long ? longs - shorts_held : shorts - longs_held;
    REQUIRE(gross <= settings_.max_gross_leverage * equity + kRounding);
    REQUIRE(net <= settings_.max_net_leverage * equity + kRounding);
    REQUIRE(gross <= settings_.leverage * equity + kRounding);
    REQUIRE(pair[newest.decision.id.symbol.id()] <=
            settings_.max_pair_leverage * equity + kRounding);
  }

  void propose() {
    const Symbol s = Symbol::from_id(static_cast<std::uint8_t>(rng_() % Symbol::kCount));
    const ContractRules& r = contract_defaults()[s.id()];
    const Side side = rng_() % 2 == 0 ? Side::buy : Side::sell;
    const double value = 10'000.0 * static_cast<double>(1 + rng_() % 1500) / 1000.0;
    const Quantity q = Quantity::from_double(value / marks_[s.id()], Rounding::down)
                           .to_step(r.lot_size, Rounding::down);
    if (!q.is_positive()) {
      return;
    }
    const Price limit = mark(s);
    OrderIntent i = entry(s, side, q, limit, limit, now_);
    const Verdict v = m_.review(i, now_);
    if (const auto* a = std::get_if<ApprovedIntent>(&v)) {
      ++approvals;
      REQUIRE(a->intent().side == side);
      REQUIRE(a->intent().side == a->decision().signal.side);
      REQUIRE(a->intent().quantity == q);
      REQUIRE(m_.position(s).is_flat());
      REQUIRE(m_.tier() < HaltTier::reduce_only);
      REQUIRE(live_.find(a->decision().id) == live_.end());
      live_.emplace(a->decision().id, Live{*a, {}});
      check_caps_with(i);
      REQUIRE_FALSE(is_approved(m_.review(i, now_))); // one decision, one entry
    } else {
      ++refusals;
      REQUIRE(std::get<Decision>(v).quantity.is_zero());
    }
  }

  void take_actions() {
    for (const ApprovedIntent& a : m_.take_actions()) {
      ++ladder_exits;
      const Position p = m_.position(a.decision().id.symbol);
      REQUIRE(a.intent().side == exit_side(p.side));
      REQUIRE(a.intent().quantity <= p.quantity);
      live_.emplace(a.decision().id, Live{a, {}});
    }
    static_cast<void>(m_.take_entry_cancellations());
  }

  void fill_some() {
    for (auto& [id, live] : live_) {
      const OrderIntent& i = live.approved.intent();
      const bool opens = i.kind == IntentKind::entry;
      if (rng_() % 3 != 0) {
        continue;
      }
      const Quantity left = i.quantity - live.filled;
      const Quantity q =
          rng_() % 2 == 0
              ? left
              : Quantity::from_raw(left.raw() / 2)
                    .to_step(contract_defaults()[id.symbol.id()].lot_size, Rounding::down);
      if (!q.is_positive()) {
        continue;
      }
      const PositionSide held = opens ? position_side(i.side) : position_side(opposite(i.side));
      Fill f = fill(++fill_id_, id.symbol, held, opens, q, opens ? i.limit : mark(id.symbol),
                    usd("0"), now_);
      f.client_id = derive_client_order_id(1, id, opens ? OrderRole::entry : OrderRole::exit, 1);
      OrderEvent told = ended(live.approved, OrderState::partially_filled, live.filled + q);
      m_.on_order_event(told);
      REQUIRE(m_.on_fill(f, live.approved.decision().exit_reason));
      live.filled += q;
    }
  }

  void end_some() {
    for (auto it = live_.begin(); it != live_.end();) {
      const Quantity q = it->second.approved.intent().quantity;
      const bool full = it->second.filled == q;
      if (full || rng_() % 6 == 0) {
        m_.on_order_event(ended(it->second.approved,
                                full ? OrderState::filled : OrderState::cancelled,
                                it->second.filled));
        it = live_.erase(it);
      } else {
        ++it;
      }
    }
  }

  void check_book() {
    REQUIRE(m_.view().drawdown >= 0.0);
    REQUIRE(m_.view().high_water_mark >= m_.view().equity);
    for (const Symbol s : Symbol::all()) {
      REQUIRE(m_.view().cluster_share_long[s.id()] >= 0.0);
    }
  }

  std::mt19937_64 rng_;
  PortfolioSettings settings_;
  PortfolioModel m_;
  Timestamp now_ = at(1min);
  std::array<double, Symbol::kCount> marks_{};
  std::map<DecisionId, Live> live_;
  VenueFillId fill_id_ = 0;
};

} // namespace

TEST_CASE("approved exposure never stands above a cap, orders in flight counted",
          "[property][portfolio]") {
  int approvals = 0;
  int refusals = 0;
  int exits = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    World w(seed);
    for (int i = 0; i < 200; ++i) {
      w.step();
    }
    approvals += w.approvals;
    refusals += w.refusals;
    exits += w.ladder_exits;
  }
  // The worlds must be lively, or the property would hold for want of anything happening.
  REQUIRE(approvals > 1000);
  REQUIRE(refusals > 2000);
  REQUIRE(exits > 500);
}
