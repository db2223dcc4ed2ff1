// Time, the engine that works and dies in it, and what must hold meanwhile.

#include "tests/property/trading/chaos_run.hpp"

#include <algorithm>

namespace rg::test {

void ChaosRun::check_settled() {
  for (const Symbol s : Symbol::all()) {
    INFO("pair " << s.name());
    REQUIRE_FALSE(desk_->has_unknown(s));
    const Position ours = portfolio_->position(s);
    const Position& theirs = venue.held(s);
    REQUIRE(ours.quantity.text() == theirs.quantity.text());
    REQUIRE_FALSE(portfolio_->has_held_fills(s));
    if (theirs.is_flat()) {
      REQUIRE(venue.stop_quantity(s).is_zero());
      const auto left = std::count_if(venue.triggers.begin(), venue.triggers.end(),
                                      [s](const auto& t) { return t.order.symbol == s; });
      REQUIRE(left == 0);
    } else {
      REQUIRE(ours.side == theirs.side);
      REQUIRE(venue.stop_quantity(s) >= theirs.quantity);
      REQUIRE(venue.stop_quantity(s) <= theirs.quantity + still_opening(s));
      REQUIRE_FALSE(desk_->stop_price(s).is_zero());
    }
  }
  // Every fill of the venue is in the books, once: the venue's cash says the same as ours.
  Notional cash = usd("1000000");
  for (const Fill& f : venue.fills) {
    cash += (f.side == Side::buy ? -f.value : f.value) - f.fee;
  }
  for (const Symbol s : Symbol::all()) {
    const Position p = portfolio_->position(s);
    cash += p.side == PositionSide::long_side ? p.open_value : -p.open_value;
  }
  REQUIRE(portfolio_->cash().text() == cash.text());
}

void ChaosRun::advance(Duration d) {
  const Timestamp until = wall + d;
  for (;;) {
    const Timestamp wake = desk_->next_wall_event();
    const Timestamp next_action = queue_.empty() ? until : queue_.begin()->first;
    Timestamp next = std::min(until, next_action);
    if (wake != Timestamp{}) {
      next = std::min(next, std::max(wake, wall));
    }
    RG_ASSERT(next > wall || ++idle_steps_ < 100'000);
    idle_steps_ = next > wall ? 0 : idle_steps_;
    wall = std::max(wall, next);
    venue.data_now = data();
    if (!queue_.empty() && queue_.begin()->first <= wall) {
      const Action a = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      a();
      spread_news();
    } else if (wake != Timestamp{} && wake <= wall) {
      desk_->on_wall_time(wall);
      desk_->on_data_time(data(), wall);
    } else if (wall >= until) {
      break;
    }
    work();
  }
  for (const Symbol s : Symbol::all()) {
    portfolio_->on_mark(s, venue.mark, data());
    desk_->on_mark(s, venue.mark, data());
  }
  desk_->on_wall_time(wall);
  desk_->on_data_time(data(), wall);
  portfolio_->publish(data());
  work();
  reconcile_sometimes();
}

void ChaosRun::crash() {
  ++crashes;
  say("crash");
  ++incarnation_;
  pending_.clear(); // not acknowledged: gone
  closing_seen_.clear();
  const PortfolioState saved = durable_book_;
  *portfolio_ = fresh_portfolio();
  portfolio_->restore(saved);
  start_desk();
  DeskRestore r;
  for (const auto& [id, e] : durable_) {
    r.orders.push_back(e);
    Decision d;
    d.id = e.decision;
    d.stop_price = stops_[e.decision];
    d.signal.rule = Rule::trend;
    r.decisions.push_back(d);
  }
  r.entry_life = 15min;
  for (const PortfolioState::OpenPosition& p : saved.positions) {
    r.positions.push_back({p.position, p.entry_decision, stops_[p.entry_decision]});
  }
  r.applied_fills = saved.applied_fills;
  r.data_now = data();
  r.wall_now = wall;
  desk_->restore(r);
  // Start-up reconciliation: all fills since the last journalled one. Not lost: it is repeated
  // until it succeeds before anything else happens.
  Query q;
  q.kind = QueryKind::fills;
  desk_->on_answer(venue.answer(0, q, wall), wall);
}

void ChaosRun::work() {
  bool died = false;
  for (bool moved = true; moved && !died;) {
    moved = false;
    for (const DeskCommand& c : desk_->take_commands()) {
      moved = true;
      if (chance(weather_.crash_per_command)) {
        died = true;
        break;
      }
      std::visit([this](const auto& x) { carry_out(x); }, c);
    }
    for (const ApprovedIntent& a : portfolio_->take_actions()) {
      moved = true;
      desk_->on_approved(a, data(), wall);
    }
  }
  if (died) {
    crash();
    work();
  }
}

void ChaosRun::check_always() {
  REQUIRE(venue.most_in_a_second() <= 10);
  const std::set<std::string> once(venue.entries_accepted.begin(), venue.entries_accepted.end());
  REQUIRE(once.size() == venue.entries_accepted.size());
  for (const Symbol s : Symbol::all()) {
    check_protected(s);
  }
}

void ChaosRun::check_protected(Symbol s) {
  const Position& p = venue.held(s);
  const bool known = !portfolio_->position(s).is_flat();
  Timestamp& since = unprotected_[s.id()];
  if (p.is_flat() || !known || venue.stop_quantity(s) >= p.quantity || run_ != incarnation_) {
    since = Timestamp{};
    run_ = incarnation_;
    return;
  }
  if (since == Timestamp{}) {
    since = wall;
  }
  INFO(s.name() << " unprotected for " << (wall - since).count() / 1'000'000 << " ms");
  REQUIRE(wall - since <= Duration{45s});
}

} // namespace rg::test
