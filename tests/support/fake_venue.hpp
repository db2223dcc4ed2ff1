#pragma once
// A tiny venue for tests of the order desk: rests entries, fills market closes at once, attaches
// stops that are listed only after a lag and that outlive the position, and counts what arrives. It
// is honest; losing, delaying and doubling messages is the business of whoever stands between.

#include "messages/venue/answers.hpp"
#include "messages/venue/requests.hpp"
#include "tests/support/trading_builders.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace rg::test {

class FakeVenue {
public:
  using News = std::variant<VenueOrderUpdate, Fill>;
  struct Resting {
    VenueOrder order;
    Price preset_stop;
    Timestamp listed_from; ///< wall
  };

  Duration visibility_lag = 2s;
  bool attaches_stops = true;
  bool echoes_client_ids = true;
  bool turns_stops_down = false;
  int leverage = 20;
  Price mark = price("100");
  Timestamp data_now = at(0s);

  // ---- requests ----
  ChangeAnswer execute(RequestId id, const ChangeRequest& request, Timestamp wall) {
    arrivals.push_back(wall);
    ChangeAnswer a;
    a.id = id;
    std::visit([&](const auto& r) { run(r, a, wall); }, request);
    return a;
  }
  /// Arrives and is turned away at the door.
  void refuse_at_the_door(Timestamp wall) { arrivals.push_back(wall); }

  QueryAnswer answer(RequestId id, const Query& query, Timestamp wall) const {
    QueryAnswer a;
    a.id = id;
    a.query = query;
    const auto listed = [&](const std::vector<Resting>& from) {
      std::vector<VenueOrder> out;
      for (const Resting& r : from) {
        if ((query.all_symbols || r.order.symbol == query.symbol) && r.listed_from <= wall) {
          out.push_back(r.order);
        }
      }
      return out;
    };
    switch (query.kind) {
    case QueryKind::open_orders:
      a.payload = listed(orders);
      break;
    case QueryKind::trigger_orders:
      a.payload = listed(triggers);
      break;
    case QueryKind::order_history:
      a.payload = listed(history);
      break;
    case QueryKind::fills: {
      std::vector<Fill> out;
      std::copy_if(fills.begin(), fills.end(), std::back_inserter(out), [&](const Fill& f) {
        return (query.all_symbols || f.symbol == query.symbol) && f.exchange_time >= query.since;
      });
      a.payload = out;
      break;
    }
    case QueryKind::positions: {
      std::vector<Position> out;
      for (const Position& p : positions) {
        if (!p.is_flat() && (query.all_symbols || p.symbol == query.symbol)) {
          out.push_back(p);
        }
      }
      a.payload = out;
      break;
    }
    case QueryKind::leverage: {
      std::vector<LeverageSetting> out;
      for (const Symbol s : Symbol::all()) {
        out.push_back({s, leverage, leverage});
      }
      a.payload = out;
      break;
    }
    default:
      break;
    }
    return a;
  }

  // ---- the market ----
  /// Fills up to `q` of the pair's resting entry at its limit.
  void fill_entry(Symbol s, Quantity q, Timestamp wall) {
    const auto it = std::find_if(orders.begin(), orders.end(),
                                 [s](const Resting& r) { return r.order.symbol == s; });
    if (it == orders.end()) {
      return;
    }
    Resting r = *it;
    const Quantity done = std::min(q, r.order.quantity - r.order.filled);
    r.order.filled += done;
    const bool full = r.order.filled == r.order.quantity;
    r.order.state = full ? OrderState::filled : OrderState::partially_filled;
    *it = r;
    if (full) {
      orders.erase(it);
      history.push_back(r);
    }
    tell(r.order);
    book(r.order.symbol, r.order.position, true, done,
         r.order.price.is_zero() ? mark : r.order.price, r.order.venue_id, r.order.client_id);
    if (attaches_stops && r.preset_stop.is_positive()) {
      add_trigger(s, r.order.position, done, r.preset_stop, {}, wall + visibility_lag);
    }
  }
  /// The price crosses every stop of the pair.
  void fire_stops(Symbol s) {
    for (std::size_t i = 0; i < triggers.size();) {
      const VenueOrder t = triggers[i].order;
      if (t.symbol != s) {
        ++i;
        continue;
      }
      triggers.erase(triggers.begin() + static_cast<std::ptrdiff_t>(i));
      const Position& p = held(s);
      const bool closes = !p.is_flat() && p.side == t.position;
      VenueOrder end = t;
      end.state = closes ? OrderState::filled : OrderState::cancelled;
      end.filled = closes ? std::min(t.quantity, p.quantity) : Quantity::zero();
      if (closes) {
        // The order that the trigger becomes is a new one of the venue's own making.
        book(s, t.position, false, end.filled, t.trigger_price, next_id++, {});
      }
      history.push_back({end, {}, {}});
      tell(end);
    }
  }
  void lose_triggers(Symbol s, bool with_news) {
    for (const Resting& r : triggers) {
      if (r.order.symbol == s && with_news) {
        VenueOrder o = r.order;
        o.state = OrderState::cancelled;
        tell(o);
      }
    }
    std::erase_if(triggers, [s](const Resting& r) { return r.order.symbol == s; });
  }
  /// A person, or a liquidation, closes the position.
  void close_outside(Symbol s, bool liquidation) {
    const Position p = held(s);
    if (!p.is_flat()) {
      book(s, p.side, false, p.quantity, mark, next_id++, {}, liquidation);
    }
  }

  [[nodiscard]] std::vector<News> take_news() { return std::exchange(news, {}); }
  [[nodiscard]] const Position& held(Symbol s) const { return positions[s.id()]; }
  [[nodiscard]] Quantity stop_quantity(Symbol s) const {
    Quantity sum;
    for (const Resting& r : triggers) {
      if (r.order.symbol == s && r.order.position == held(s).side) {
        sum += r.order.quantity;
      }
    }
    return sum;
  }
  /// Most requests in any half-open second, as this venue counts them.
  [[nodiscard]] std::size_t most_in_a_second() const {
    std::vector<Timestamp> sorted = arrivals;
    std::sort(sorted.begin(), sorted.end());
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < sorted.size(); ++last) {
      while (sorted[last] - sorted[first] >= Duration{1s}) {
        ++first;
      }
      most = std::max(most, last - first + 1);
    }
    return most;
  }

  std::vector<Resting> orders, triggers, history;
  std::vector<Fill> fills;
  std::array<Position, Symbol::kCount> positions{};
  std::vector<Timestamp> arrivals;
  std::vector<std::string> entries_accepted; ///< client ids
  Quantity most_closed_beyond;               ///< closes asked for more than was open

private:
  void run(const PlaceOrder& r, ChangeAnswer& a, Timestamp wall) {
    const std::string id(r.client_id.text());
    const bool taken =
        std::any_of(used_ids.begin(), used_ids.end(), [&](const auto& u) { return u == id; });
    const Position& p = held(r.symbol);
    if (taken || (!r.opens && (p.is_flat() || p.side != r.position))) {
      a.outcome = RequestOutcome::rejected;
      a.message = taken ? "duplicate client id" : "no position to close";
      return;
    }
    if (!r.opens && r.quantity > p.quantity) {
      most_closed_beyond = std::max(most_closed_beyond, r.quantity - p.quantity);
    }
    used_ids.push_back(id);
    Resting order;
    order.order.symbol = r.symbol;
    order.order.venue_id = a.venue_id = next_id++;
    order.order.client_id = echoes_client_ids ? id : std::string();
    order.order.position = r.position;
    order.order.opens = r.opens;
    order.order.quantity = r.quantity;
    order.order.price = r.limit;
    order.order.created = data_now;
    order.preset_stop = r.preset_stop;
    order.listed_from = wall;
    if (r.opens) {
      entries_accepted.push_back(id);
      orders.push_back(order);
      tell(order.order);
      return;
    }
    const Quantity q = std::min(r.quantity, p.quantity);
    order.order.filled = q;
    order.order.state = q == r.quantity ? OrderState::filled : OrderState::cancelled;
    history.push_back(order);
    book(r.symbol, r.position, false, q, mark, order.order.venue_id, order.order.client_id);
    tell(order.order);
  }
  void run(const CancelOrder& r, ChangeAnswer& a, Timestamp) {
    const auto it = std::find_if(orders.begin(), orders.end(), [&](const Resting& o) {
      return o.order.venue_id == r.venue_id || o.order.client_id == r.client_id.text();
    });
    if (it == orders.end()) {
      a.outcome = RequestOutcome::rejected;
      return;
    }
    end_resting(static_cast<std::size_t>(it - orders.begin()));
  }
  void run(const PlaceStop& r, ChangeAnswer& a, Timestamp wall) {
    const Position& p = held(r.symbol);
    if (turns_stops_down || p.is_flat() || p.side != r.position) {
      a.outcome = RequestOutcome::rejected;
      return;
    }
    a.venue_id = add_trigger(r.symbol, r.position, r.quantity, r.trigger,
                             std::string(r.client_id.text()), wall + visibility_lag);
  }
  void run(const CancelStop& r, ChangeAnswer& a, Timestamp) {
    const auto n =
        std::erase_if(triggers, [&](const Resting& t) { return t.order.venue_id == r.venue_id; });
    a.outcome = n > 0 ? RequestOutcome::ok : RequestOutcome::rejected;
  }
  void run(const CancelAll& r, ChangeAnswer&, Timestamp) {
    const auto hit = [&](const Resting& o) { return r.all_symbols || o.order.symbol == r.symbol; };
    if (r.triggers) {
      std::erase_if(triggers, hit);
      return;
    }
    for (std::size_t i = 0; i < orders.size();) {
      hit(orders[i]) ? end_resting(i) : static_cast<void>(++i);
    }
  }
  void run(const SetLeverage& r, ChangeAnswer& a, Timestamp) {
    const bool rests = std::any_of(orders.begin(), orders.end(),
                                   [&](const Resting& o) { return o.order.symbol == r.symbol; }) ||
                       std::any_of(triggers.begin(), triggers.end(),
                                   [&](const Resting& o) { return o.order.symbol == r.symbol; });
    if (rests) {
      a.outcome = RequestOutcome::rejected;
      return;
    }
    leverage = r.leverage;
  }

  void end_resting(std::size_t i) {
    Resting r = orders[i];
    orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(i));
    r.order.state = OrderState::cancelled;
    history.push_back(r);
    tell(r.order);
  }
  VenueOrderId add_trigger(Symbol s, PositionSide side, Quantity q, Price trigger, std::string id,
                           Timestamp listed_from) {
    Resting t;
    t.order.symbol = s;
    t.order.venue_id = next_id++;
    t.order.client_id = std::move(id);
    t.order.position = side;
    t.order.opens = false;
    t.order.trigger = true;
    t.order.quantity = q;
    t.order.trigger_price = trigger;
    t.order.created = data_now;
    t.listed_from = listed_from;
    triggers.push_back(t);
    return t.order.venue_id;
  }
  void tell(const VenueOrder& o) { news.push_back(VenueOrderUpdate{o}); }
  void book(Symbol s, PositionSide side, bool opens, Quantity q, Price p, VenueOrderId order,
            const std::string& client_id, bool liquidation = false) {
    Fill f = fill(next_id++, s, side, opens, q, p,
                  fee_on(multiply(p, q, Rounding::up), Ratio{8e-4}), data_now);
    f.venue_order_id = order;
    f.client_id = ClientOrderId::parse(client_id).value_or(ClientOrderId{});
    f.liquidation = liquidation;
    fills.push_back(f);
    news.push_back(f);
    Position& pos = positions[s.id()];
    if (pos.is_flat()) {
      pos = Position{s, side, {}, {}, data_now};
    }
    RG_ASSERT(pos.side == side); // the engine keeps one position per pair
    if (opens) {
      pos.quantity += q;
      pos.open_value += f.value;
    } else {
      pos.open_value -= Notional::from_raw(
          fixed::mul_div(pos.open_value.raw(), q.raw(), pos.quantity.raw(), Rounding::nearest));
      pos.quantity -= q;
    }
  }

  std::vector<News> news;
  std::vector<std::string> used_ids;
  std::uint64_t next_id = 600'000'000'000'000'001;
};

} // namespace rg::test
