// Looking orders up whose state is not known: after a time-out, after a cancel, when fills are
// missing, and from time to time although no news came. An entry is searched for and never sent
// again; a close is sent again only after the position has been read.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr Duration kLongestPause = 10s;
// An order whose fills the venue never tells is given up after this many looks (about ten minutes).
constexpr std::uint32_t kMaxFillLooks = 60;
// Orders are stamped by the venue; ours are stamped with the newest data time we had.
constexpr Duration kStampMargin = 60s;

} // namespace

bool OrderDesk::State::needs_search(const Order& o) const {
  if (o.state == OrderState::unknown) {
    return !o.is_stop();
  }
  if (o.lacks_fills()) {
    return true;
  }
  return o.at_venue() && !o.is_stop() &&
         (o.cancel_wanted || o.search.wanted || recheck > Duration::zero());
}

void OrderDesk::State::plan_search(Order& o, Duration delay) {
  if (o.search.stage != OrderSearch::Stage::idle) {
    return; // one is under way and will plan the next
  }
  const Timestamp at = wall_now + delay;
  o.search.next_round = o.search.next_round == Timestamp{} ? at : std::min(o.search.next_round, at);
}

void OrderDesk::State::run_searches() {
  for (Order& o : orders) {
    OrderSearch& s = o.search;
    if (s.stage != OrderSearch::Stage::idle) {
      if (wall_now - s.asked >= settings.request_timeout + 1s) {
        s.stage = OrderSearch::Stage::idle; // no answer: the round does not count
        s.next_round = wall_now + 2s;
      }
      continue;
    }
    if (s.next_round == Timestamp{} || wall_now < s.next_round) {
      continue;
    }
    s.next_round = Timestamp{};
    if (needs_search(o)) {
      begin_round(o);
    }
  }
}

void OrderDesk::State::begin_round(Order& o) {
  o.search.round_started = wall_now;
  o.search.seen = false;
  o.search.venue_position.reset();
  next_stage(o, OrderSearch::Stage::open_orders);
}

void OrderDesk::State::next_stage(Order& o, OrderSearch::Stage stage) {
  using Stage = OrderSearch::Stage;
  o.search.stage = stage;
  o.search.query = next_request();
  o.search.asked = wall_now;
  const Timestamp since = o.created_data - kStampMargin;
  switch (stage) {
  case Stage::open_orders:
    ask(o.search.query, QueryKind::open_orders, o.symbol);
    return;
  case Stage::history:
    ask(o.search.query, QueryKind::order_history, o.symbol, since);
    return;
  case Stage::fills:
    ask(o.search.query, QueryKind::fills, o.symbol, since);
    return;
  case Stage::position:
    ask(o.search.query, QueryKind::positions, o.symbol);
    return;
  case Stage::idle:
    return;
  }
}

/// By our id where the venue gives it; else by its own id; else by what the order is.
bool OrderDesk::State::is_same(const Order& o, const VenueOrder& v) {
  if (v.symbol != o.symbol || v.trigger) {
    return false;
  }
  if (!v.client_id.empty()) {
    return v.client_id == o.id.text();
  }
  if (o.venue_id != 0) {
    return v.venue_id == o.venue_id;
  }
  const bool same_content = v.position == o.position && v.opens == o.is_entry() &&
                            v.quantity == o.quantity && v.price == o.price &&
                            v.created >= o.created_data - kStampMargin;
  const bool taken = find_venue(v.venue_id) != nullptr ||
                     std::any_of(finished.begin(), finished.end(), [&](const FinishedOrder& f) {
                       return f.venue_id != 0 && f.venue_id == v.venue_id;
                     });
  return same_content && !taken;
}

void OrderDesk::State::search_answer(Order& o, const QueryAnswer& answer) {
  using Stage = OrderSearch::Stage;
  if (answer.outcome != RequestOutcome::ok) {
    o.search.stage = Stage::idle;
    o.search.next_round = wall_now + 2s;
    return;
  }
  if (const auto* listed = std::get_if<std::vector<VenueOrder>>(&answer.payload)) {
    for (const VenueOrder& v : *listed) {
      if (is_same(o, v)) {
        o.search.seen = true;
        apply(o, v, "found at the venue");
      }
    }
  }
  if (const auto* positions = std::get_if<std::vector<Position>>(&answer.payload)) {
    Quantity sum;
    for (const Position& p : *positions) {
      if (p.symbol == o.symbol && p.side == o.position) {
        sum += p.quantity;
      }
    }
    o.search.venue_position = sum;
  }
  o.search.seen = o.search.seen || o.fills_sum.is_positive();
  switch (o.search.stage) {
  case Stage::open_orders:
    next_stage(o, Stage::history);
    return;
  case Stage::history:
    next_stage(o, Stage::fills);
    return;
  case Stage::fills:
    if (o.state == OrderState::unknown) {
      next_stage(o, Stage::position);
      return;
    }
    break;
  case Stage::position:
  case Stage::idle:
    break;
  }
  end_round(o);
}

void OrderDesk::State::end_round(Order& o) {
  o.search.stage = OrderSearch::Stage::idle;
  o.search.wanted = false;
  ++o.search.rounds;
  if (o.state == OrderState::unknown) {
    o.is_entry() ? judge_unknown_entry(o) : judge_unknown_close(o);
  } else if (o.at_venue() && o.cancel_acked && !o.search.seen) {
    // Cancelled, and neither open nor in the history: venues drop unfilled orders from it.
    move(o, o.end_by_cancel(), "no longer listed");
  } else if (o.lacks_fills() && !o.is_live() && o.search.rounds >= kMaxFillLooks) {
    o.filled = o.fills_sum; // forget it; reconciliation compares the positions
  }
  if (!needs_search(o)) {
    return;
  }
  const bool waits_for_news = o.at_venue() && !o.cancel_wanted;
  const Duration pause =
      waits_for_news
          ? recheck
          : std::min<Duration>(1s * (1U << std::min(o.search.rounds, 4U)), kLongestPause);
  plan_search(o, pause);
}

/// Written off once nothing can be pending any more: the round that found nothing began after the
/// signature window and the visibility lag, and the venue's position is the one we know.
void OrderDesk::State::judge_unknown_entry(Order& o) {
  const bool late_enough = o.search.round_started - o.unknown_since >= settings.unknown_write_off;
  const Position& p = guard(o.symbol).position;
  const Quantity ours = p.side == o.position ? p.quantity : Quantity::zero();
  if (late_enough && !o.search.seen && o.search.venue_position == ours) {
    move(o, OrderState::written_off, "never seen at the venue");
  }
}

void OrderDesk::State::judge_unknown_close(Order& o) {
  const bool listed_by_now =
      o.search.round_started - o.unknown_since >= settings.stop_visibility_lag;
  if (!listed_by_now || o.search.seen) {
    return;
  }
  RG_ASSERT(o.search.venue_position.has_value());
  retry_close(o, std::min(o.remaining(), *o.search.venue_position));
  move(o, OrderState::written_off, "never seen at the venue");
}

} // namespace rg
