// Orders that shall go: cancels one by one, at the end of their life, and all at once.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

void OrderDesk::State::want_cancel(Order& o, bool urgent, bool expire, std::string_view why) {
  RG_ASSERT(o.is_live());
  o.expire = expire && (!o.cancel_wanted || o.expire);
  switch (o.state) {
  case OrderState::intended:
  case OrderState::journalled:
  case OrderState::queued: // not sent yet: it ends here
    move(o, expire ? OrderState::expired : OrderState::cancelled, why);
    return;
  default:
    break;
  }
  const bool more_urgent = urgent && !o.cancel_urgent;
  o.cancel_wanted = true;
  o.cancel_urgent = o.cancel_urgent || urgent;
  if (!o.at_venue() || o.cancel_acked) {
    return; // the cancel follows the ack, or has been taken
  }
  if (more_urgent && o.cancel_busy) { // lift a waiting cancel to the front
    const ClientOrderId id = o.id;
    const auto waiting = [&id](const QueuedRequest& q) {
      return q.purpose == Purpose::cancel && q.order == id;
    };
    if (queue.contains(waiting)) {
      queue.remove(waiting);
      o.cancel_busy = false;
    }
  }
  queue_cancel(o);
}

void OrderDesk::State::expire_entries() {
  if (next_expiry == Timestamp{} || data_now < next_expiry) {
    return;
  }
  for (Order& o : orders) {
    if (o.is_entry() && o.is_live() && !o.cancel_wanted && data_now >= o.expires) {
      want_cancel(o, false, true, "entry life over");
    }
  }
  settle();
}

void OrderDesk::State::plan_expiry() {
  next_expiry = Timestamp{};
  for (const Order& o : orders) {
    const bool counts = o.is_entry() && o.is_live() && !o.cancel_wanted;
    if (counts && (next_expiry == Timestamp{} || o.expires < next_expiry)) {
      next_expiry = o.expires;
    }
  }
}

void OrderDesk::cancel_entries(Symbol symbol, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  for (Order& o : s.orders) {
    if (o.symbol == symbol && o.is_entry() && o.is_live()) {
      s.want_cancel(o, true, false, "entries of the pair cancelled");
    }
  }
  s.settle();
}

void OrderDesk::cancel_stray(Symbol symbol, VenueOrderId id, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  const auto same = [id](const QueuedRequest& q) {
    const auto* cancel = std::get_if<CancelOrder>(&q.request);
    return cancel != nullptr && cancel->venue_id == id;
  };
  const bool under_way = s.queue.contains(same) ||
                         std::any_of(s.on_the_way.begin(), s.on_the_way.end(),
                                     [&](const RequestOnTheWay& r) { return same(r.queued); });
  if (under_way || s.find_venue(id) != nullptr) {
    return;
  }
  QueuedRequest q;
  q.id = s.next_request();
  q.purpose = Purpose::stray;
  q.symbol = symbol;
  q.request = CancelOrder{ClientOrderId{}, symbol, id};
  s.queue.push(Priority::cancel, std::move(q));
  s.settle();
}

void OrderDesk::kill(Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  // One request sweeps everything that rests, also what this desk does not know of. What is on its
  // way right now is cancelled one by one as its answers come.
  QueuedRequest sweep;
  sweep.id = s.next_request();
  sweep.purpose = Purpose::kill;
  sweep.request = CancelAll{true, Symbol{}, false};
  for (Order& o : s.orders) {
    if (!o.is_entry() || !o.is_live()) {
      continue;
    }
    if (o.at_venue() && !o.cancel_acked) {
      const ClientOrderId id = o.id;
      s.queue.remove(
          [&id](const QueuedRequest& q) { return q.purpose == Purpose::cancel && q.order == id; });
      o.cancel_wanted = true;
      o.cancel_urgent = true;
      o.cancel_busy = true; // until the sweep's answer
    } else {
      s.want_cancel(o, true, false, "kill switch");
    }
  }
  s.queue.push_front(Priority::close, sweep);
  s.settle();
}

} // namespace rg
