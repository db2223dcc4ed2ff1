#pragma once
// One pair at a simulated venue, minute bars written as four prices.

#include "backtests/fill_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fixed_point.hpp"

#include <map>

namespace rg::test {

/// Costs that leave hand-worked numbers round: no spread, no impact.
inline FillParameters plain_costs() {
  FillParameters costs;
  costs.half_spread = 0.0;
  costs.impact = 0.0;
  return costs;
}

/// Fees 0.02 % maker and 0.08 % taker, tick 0.1, lot 0.0001 (BTC's rules).
class VenueFixture {
public:
  explicit VenueFixture(const FillParameters& costs = plain_costs(), double wallet = 10'000.0)
      : costs_(costs), funding_(costs.funding_interval, costs.default_funding_rate),
        venue_(costs, contract_defaults(), funding_, usdt(wallet)) {}

  FillModel& venue() { return venue_; }
  Symbol btc() const { return *Symbol::parse("BTC"); }

  /// The next minute of BTC.
  void bar(double open, double high, double low, double close, double volume = 1000.0,
           bool last = false) {
    const Bar b = make(btc(), open, high, low, close, volume);
    const VenueBar v{&b, last};
    now_ = now_ + std::chrono::minutes{1};
    venue_.advance(now_, std::span(&v, 1));
    collect();
  }
  void last_bar(double open, double high, double low, double close) {
    bar(open, high, low, close, 1000.0, true);
  }
  Bar make(Symbol s, double open, double high, double low, double close, double volume) const {
    Bar b;
    b.symbol = s;
    b.open_time = now_;
    b.length = std::chrono::minutes{1};
    b.open = price(open);
    b.high = price(high);
    b.low = price(low);
    b.close = price(close);
    b.volume = quantity(volume);
    return b;
  }
  void set_now(Timestamp t) { now_ = t; }
  [[nodiscard]] Timestamp now() const { return now_; }

  VenueOrderId entry(PositionSide side, double units, double limit, double stop = 0.0,
                     bool post_only = true) {
    PlaceOrder o;
    o.symbol = btc();
    o.position = side;
    o.quantity = quantity(units);
    o.limit = price(limit);
    o.post_only = post_only && limit > 0.0;
    o.preset_stop = price(stop);
    return accept(venue_.execute(1, o));
  }
  VenueOrderId close(PositionSide side, double units, double limit = 0.0) {
    PlaceOrder o;
    o.symbol = btc();
    o.position = side;
    o.opens = false;
    o.quantity = quantity(units);
    o.limit = price(limit);
    o.post_only = limit > 0.0;
    return accept(venue_.execute(2, o));
  }
  ChangeAnswer send(const ChangeRequest& request) {
    const ChangeAnswer a = venue_.execute(3, request);
    collect();
    return a;
  }

  [[nodiscard]] const std::vector<Fill>& fills() const { return fills_; }
  [[nodiscard]] const std::vector<CashFlow>& flows() const { return flows_; }
  /// Last state told of an order; acked when nothing was told.
  [[nodiscard]] OrderState state(VenueOrderId id) const {
    const auto found = states_.find(id);
    return found == states_.end() ? OrderState::acked : found->second;
  }
  [[nodiscard]] bool flat() const {
    return venue_.position(btc(), PositionSide::long_side).is_flat() &&
           venue_.position(btc(), PositionSide::short_side).is_flat();
  }

private:
  VenueOrderId accept(const ChangeAnswer& answer) {
    collect();
    REQUIRE(answer.outcome == RequestOutcome::ok);
    return answer.venue_id;
  }
  void collect() {
    for (const VenueEvent& e : venue_.events()) {
      if (const auto* f = std::get_if<Fill>(&e)) {
        fills_.push_back(*f);
      } else if (const auto* c = std::get_if<CashFlow>(&e)) {
        flows_.push_back(*c);
      } else if (const auto* u = std::get_if<VenueOrderUpdate>(&e)) {
        states_[u->order.venue_id] = u->order.state;
      }
    }
    venue_.clear_events();
  }

  FillParameters costs_;
  FundingSchedule funding_;
  FillModel venue_;
  Timestamp now_ = Timestamp::from_ms(1735689600000 + 3600000); // 2025-01-01 01:00
  std::vector<Fill> fills_;
  std::vector<CashFlow> flows_;
  std::map<VenueOrderId, OrderState> states_;
};

constexpr PositionSide kLong = PositionSide::long_side;
constexpr PositionSide kShort = PositionSide::short_side;

} // namespace rg::test
