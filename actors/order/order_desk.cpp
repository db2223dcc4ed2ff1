#include "actors/order/order_desk.hpp"

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

OrderDesk::State::State(const OrderSettings& s, const ContractTable& c, std::uint32_t i)
    : settings(s), contracts(c), instance(i), checks(s),
      budget(s.requests_per_second, s.reserved_for_protection) {
  for (const Symbol symbol : Symbol::all()) {
    guard(symbol).position.symbol = symbol;
  }
}

/// The desk's own wall time never steps back: when the clock does, it goes on from where it was. A
/// budget or a time-out would otherwise stand still until the clock has caught up.
void OrderDesk::State::see_wall(Timestamp now) {
  if (now + wall_offset < wall_now) {
    wall_offset = wall_now - now;
  }
  wall_now = now + wall_offset;
  if (!started) {
    started = true;
    budget.start(wall_now);
  }
}

void OrderDesk::State::settle() {
  apply_early_fills();
  pump();
  orders.remove_if([this](const Order& o) {
    const bool done =
        !o.is_live() && !o.lacks_fills() && o.search.stage == OrderSearch::Stage::idle;
    if (done) {
      finished.push_back({o.id, o.venue_id, o.decision, o.role, o.symbol, o.exit_reason});
    }
    return done;
  });
  constexpr std::size_t kRemembered = 512;
  while (finished.size() > kRemembered) {
    finished.pop_front();
  }
  plan_expiry();
  next_wall = compute_next_wall();
}

// ---- approvals ----

DeskSituation OrderDesk::State::situation(Symbol s) const {
  DeskSituation now;
  now.data_now = data_now;
  now.mark = marks[s.id()];
  now.mark_time = mark_times[s.id()];
  now.clock_uncertain = clock_uncertain;
  now.public_link_down = public_down;
  now.private_link_down = private_down || rest_down;
  for (const Order& o : orders) {
    if (o.symbol != s || !o.is_live() || o.is_stop()) {
      continue;
    }
    now.entry_live = now.entry_live || o.is_entry();
    now.entry_unknown = now.entry_unknown || (o.is_entry() && o.state == OrderState::unknown);
    Price& best = o.side == Side::sell ? now.own_best_ask : now.own_best_bid;
    const bool better = o.side == Side::sell ? o.price < best : o.price > best;
    if (!o.price.is_zero() && (best.is_zero() || better)) {
      best = o.price;
    }
  }
  return now;
}

void OrderDesk::State::refuse(const OrderIntent& intent, Refusal reason) {
  Decision d = intent.decision;
  d.outcome = Outcome::refused;
  d.refusal = reason;
  d.quantity = Quantity::zero();
  commands.emplace_back(DeskRefusal{d});
}

void OrderDesk::State::open_entry(const OrderIntent& intent) {
  const Symbol s = intent.decision.id.symbol;
  const Refusal refusal = checks.check(intent, contracts[s.id()], situation(s));
  if (refusal != Refusal::none) {
    refuse(intent, refusal);
    return;
  }
  checks.accepted(intent, data_now);
  Order o;
  o.decision = intent.decision.id;
  o.role = OrderRole::entry;
  o.id = derive_client_order_id(instance, o.decision, o.role, o.attempt);
  o.symbol = s;
  o.side = intent.side;
  o.position = position_side(intent.side);
  o.quantity = intent.quantity;
  o.price = intent.limit;
  o.preset_stop = intent.stop_price;
  o.post_only = intent.post_only && !intent.limit.is_zero();
  o.rule = intent.decision.signal.rule;
  o.expires = intent.expires;
  o.created_data = data_now;
  o.request = next_request();
  last_entry[s.id()] = {o.decision, o.preset_stop};
  Order& order = orders.emplace_back(o);
  commands.emplace_back(
      make_event(order, OrderState::intended, OrderState::intended, data_now, clock_time(), {}));
  commands.emplace_back(WriteIntent{order.id, order.request, place_request(order)});
}

void OrderDesk::State::open_close(const OrderIntent& intent) {
  const Symbol s = intent.decision.id.symbol;
  // The pair's own resting entry goes first: it must neither trade against the close nor open
  // again.
  for (Order& o : orders) {
    if (o.symbol == s && o.is_entry() && o.is_live()) {
      want_cancel(o, true, false, "the position is being closed");
    }
  }
  const Position& p = guard(s).position;
  const PositionSide closed = position_side(opposite(intent.side));
  // What others hold on the other side is the portfolio's to know: this desk guards our own.
  const Quantity held = intent.opposite ? intent.quantity : p.quantity;
  const Quantity busy = closing_outstanding(s, closed);
  const Quantity open = held > busy ? held - busy : Quantity::zero();
  const Quantity q = std::min({intent.quantity, open, contracts[s.id()].max_quantity});
  const bool own_side = !p.is_flat() && p.side == closed;
  if (!q.is_positive() || own_side == intent.opposite) {
    refuse(intent, p.is_flat() ? Refusal::stale_decision : Refusal::order_pending);
    return;
  }
  Order o;
  o.decision = intent.decision.id;
  o.role = intent.kind == IntentKind::exit ? OrderRole::exit : OrderRole::reduce;
  const auto restored = restored_attempts.find({o.decision, o.role});
  o.attempt = restored == restored_attempts.end()
                  ? std::uint16_t{1}
                  : static_cast<std::uint16_t>(restored->second + 1);
  o.id = derive_client_order_id(instance, o.decision, o.role, o.attempt);
  o.symbol = s;
  o.side = intent.side;
  o.position = closed;
  o.quantity = q;
  o.rule = intent.decision.signal.rule;
  o.exit_reason = intent.decision.exit_reason;
  o.opposite = intent.opposite;
  o.created_data = data_now;
  o.request = next_request();
  Order& order = orders.emplace_back(o);
  commands.emplace_back(
      make_event(order, OrderState::intended, OrderState::intended, data_now, clock_time(), {}));
  queue_place(order);
}

void OrderDesk::on_approved(const ApprovedIntent& approved, Timestamp data_now,
                            Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  s.data_now = std::max(s.data_now, data_now);
  switch (approved.intent().kind) {
  case IntentKind::entry:
    s.open_entry(approved.intent());
    break;
  case IntentKind::exit:
  case IntentKind::reduce:
    s.open_close(approved.intent());
    break;
  case IntentKind::move_stop:
    s.move_stop(approved.intent());
    break;
  }
  s.settle();
}

void OrderDesk::journalled(const ClientOrderId& id, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  Order* o = s.find(id);
  if (o != nullptr && o->state == OrderState::intended) {
    s.move(*o, OrderState::journalled);
    s.queue_place(*o);
  }
  s.settle();
}

// ---- inputs that only pass time ----

void OrderDesk::on_mark(Symbol symbol, Price mark, Timestamp data_now) {
  State& s = *state_;
  s.marks[symbol.id()] = mark;
  s.mark_times[symbol.id()] = data_now;
  s.data_now = std::max(s.data_now, data_now);
  s.expire_entries();
}

void OrderDesk::on_data_time(Timestamp data_now, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  s.data_now = std::max(s.data_now, data_now);
  s.expire_entries();
}

void OrderDesk::on_wall_time(Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  if (s.next_wall == Timestamp{} || s.wall_now < s.next_wall) {
    return;
  }
  s.time_out_requests();
  s.run_searches();
  s.run_stop_timers();
  for (Order& o : s.orders) {
    if (o.next_cancel != Timestamp{} && s.wall_now >= o.next_cancel) {
      o.next_cancel = Timestamp{};
      if (o.is_live() && o.at_venue() && o.cancel_wanted && !o.cancel_acked) {
        s.queue_cancel(o);
      }
    }
  }
  s.settle();
}

// ---- the rest ----

void OrderDesk::set_settings(const OrderSettings& settings) {
  const OrderSettings& before = state_->settings;
  RG_ASSERT(settings.requests_per_second == before.requests_per_second);
  RG_ASSERT(settings.reserved_for_protection == before.reserved_for_protection);
  RG_ASSERT(settings.request_timeout == before.request_timeout);
  RG_ASSERT(settings.unknown_write_off == before.unknown_write_off);
  RG_ASSERT(settings.stop_visibility_lag == before.stop_visibility_lag);
  RG_ASSERT(settings.repeated_window == before.repeated_window); // older executions are forgotten
  state_->settings = settings;
  state_->checks.set_settings(settings);
}

OrderDesk::OrderDesk(const OrderSettings& settings, const ContractTable& contracts,
                     std::uint32_t instance)
    : state_(std::make_unique<State>(settings, contracts, instance)) {}
OrderDesk::~OrderDesk() = default;
OrderDesk::OrderDesk(OrderDesk&&) noexcept = default;
OrderDesk& OrderDesk::operator=(OrderDesk&&) noexcept = default;

void OrderDesk::on_book_taken(Timestamp data_time) {
  state_->book_taken = std::max(state_->book_taken, data_time);
}
void OrderDesk::set_contract(const ContractRules& rules) {
  state_->contracts[rules.symbol.id()] = rules;
}
void OrderDesk::set_clock_uncertain(bool uncertain) {
  state_->clock_uncertain = uncertain;
}
void OrderDesk::set_desired_leverage(int leverage) {
  RG_ASSERT(leverage >= 0 && leverage <= static_cast<int>(kMaxLeverage));
  state_->desired_leverage = leverage;
}
void OrderDesk::set_stop_recheck(Duration period) {
  state_->recheck = period;
}

std::vector<DeskCommand> OrderDesk::take_commands() {
  return std::exchange(state_->commands, {});
}
Timestamp OrderDesk::next_wall_event() const {
  const State& s = *state_;
  return s.next_wall == Timestamp{} ? Timestamp{} : s.next_wall - s.wall_offset;
}

bool OrderDesk::has_unknown(Symbol symbol) const {
  return std::any_of(state_->orders.begin(), state_->orders.end(), [symbol](const Order& o) {
    return o.symbol == symbol && o.is_entry() && o.state == OrderState::unknown;
  });
}

bool OrderDesk::has_live_entry(Symbol symbol) const {
  return std::any_of(state_->orders.begin(), state_->orders.end(), [symbol](const Order& o) {
    return o.symbol == symbol && o.is_entry() && o.is_live();
  });
}

bool OrderDesk::is_idle() const {
  const State& s = *state_;
  const bool orders_settled = std::all_of(s.orders.begin(), s.orders.end(), [](const Order& o) {
    return o.at_venue() && !o.cancel_wanted && o.search.stage == OrderSearch::Stage::idle;
  });
  const bool stops_settled =
      std::all_of(s.protection.begin(), s.protection.end(), [&s](const Protection& p) {
        // A moved stop is on its way until it was seen; without rechecks any look ahead is news to
        // come.
        const bool seen =
            p.confirmed.is_positive() &&
            (p.wanted.is_zero() || at_least_as_tight(p.confirmed, p.wanted, p.position.side));
        const bool looks_ahead = s.recheck == Duration::zero() && p.next_look != Timestamp{};
        return !p.sweeping && p.look == 0 && !looks_ahead && (p.position.is_flat() || seen);
      });
  return s.queue.empty() && s.on_the_way.empty() && orders_settled && stops_settled;
}

Price OrderDesk::stop_price(Symbol symbol) const {
  return state_->guard(symbol).confirmed;
}
std::uint64_t OrderDesk::requests_sent() const {
  return state_->sent_total;
}

} // namespace rg
