// What the simulated venue answers.

#include "backtests/fill_model.hpp"

#include <algorithm>

namespace rg {

namespace {

/// The venue's refusals carry codes of its own kind; the desk only needs that they are final.
constexpr int kRefusedCode = 40'000;

ChangeAnswer accepted(RequestId id, VenueOrderId venue_id = 0) {
  ChangeAnswer a;
  a.id = id;
  a.venue_id = venue_id;
  return a;
}

ChangeAnswer rejected(RequestId id, const char* why) {
  ChangeAnswer a;
  a.id = id;
  a.outcome = RequestOutcome::rejected;
  a.code = kRefusedCode;
  a.message = why;
  return a;
}

bool on_step(std::int64_t raw, std::int64_t step) {
  return raw % step == 0;
}

} // namespace

ChangeAnswer FillModel::execute(RequestId id, const ChangeRequest& request) {
  struct Visitor {
    FillModel& m;
    RequestId id;
    ChangeAnswer operator()(const PlaceOrder& r) const { return m.place(id, r); }
    ChangeAnswer operator()(const PlaceStop& r) const { return m.place_stop(id, r); }
    ChangeAnswer operator()(const CancelOrder& r) const { return m.cancel(id, r); }
    ChangeAnswer operator()(const CancelStop& r) const { return m.cancel_stop(id, r); }
    ChangeAnswer operator()(const CancelAll& r) const { return m.cancel_all(id, r); }
    ChangeAnswer operator()(const SetLeverage& r) const {
      if (r.leverage < 1 || r.leverage > static_cast<int>(kMaxLeverage)) {
        return rejected(id, "leverage out of range");
      }
      m.books_[r.symbol.id()].leverage = r.leverage;
      return accepted(id);
    }
  };
  ChangeAnswer answer = std::visit(Visitor{*this, id}, request);
  count_live();
  return answer;
}

/// Why the venue would not take the order; nullptr = it would.
const char* FillModel::refusal(const PlaceOrder& order) const {
  const Book& book = books_[order.symbol.id()];
  const ContractRules& rules = contracts_[order.symbol.id()];
  if (book.mark.is_zero()) {
    return "the market is not open";
  }
  if (order.quantity < rules.min_quantity || !on_step(order.quantity.raw(), rules.lot_size.raw())) {
    return "quantity below the minimum or off the lot";
  }
  if (!on_step(order.limit.raw(), rules.tick_size.raw()) ||
      !on_step(order.preset_stop.raw(), rules.tick_size.raw())) {
    return "price off the tick";
  }
  if (!order.opens) {
    const Position& p = book.positions[static_cast<std::size_t>(order.position)];
    return p.is_flat() ? "no position to close" : nullptr;
  }
  const Price price = order.limit.is_zero() ? book.mark : order.limit;
  const Notional value = multiply(price, order.quantity, Rounding::up);
  const Notional margin = Notional::from_raw(value.raw() / book.leverage);
  if (margin > equity() - margin_in_use()) {
    return "insufficient margin";
  }
  return nullptr;
}

ChangeAnswer FillModel::place(RequestId id, const PlaceOrder& order) {
  if (const char* why = refusal(order)) {
    return rejected(id, why);
  }
  Book& book = books_[order.symbol.id()];
  book.orders.push_back({next_order_++, order, now_});
  const VenueOrderId venue_id = book.orders.back().venue_id;
  const Side side = order.opens ? entry_side(order.position) : exit_side(order.position);
  if (order.post_only && crosses_quote(costs_, side, order.limit, book.mark)) {
    drop_order(book, book.orders.size() - 1, OrderState::cancelled);
  }
  return accepted(id, venue_id);
}

ChangeAnswer FillModel::place_stop(RequestId id, const PlaceStop& stop) {
  Book& book = books_[stop.symbol.id()];
  if (book.positions[static_cast<std::size_t>(stop.position)].is_flat()) {
    return rejected(id, "no position to protect");
  }
  if (!stop.trigger.is_positive() ||
      !on_step(stop.trigger.raw(), contracts_[stop.symbol.id()].tick_size.raw())) {
    return rejected(id, "trigger off the tick");
  }
  book.triggers.push_back({next_order_++, stop, now_});
  return accepted(id, book.triggers.back().venue_id);
}

ChangeAnswer FillModel::cancel(RequestId id, const CancelOrder& order) {
  Book& book = books_[order.symbol.id()];
  for (std::size_t i = 0; i < book.orders.size(); ++i) {
    const Resting& r = book.orders[i];
    const bool named =
        order.venue_id != 0 ? r.venue_id == order.venue_id : r.order.client_id == order.client_id;
    if (named) {
      const VenueOrderId venue_id = r.venue_id;
      drop_order(book, i, OrderState::cancelled);
      return accepted(id, venue_id);
    }
  }
  return rejected(id, "order not found");
}

ChangeAnswer FillModel::cancel_stop(RequestId id, const CancelStop& stop) {
  Book& book = books_[stop.symbol.id()];
  for (std::size_t i = 0; i < book.triggers.size(); ++i) {
    if (book.triggers[i].venue_id == stop.venue_id) {
      drop_trigger(book, i, OrderState::cancelled);
      return accepted(id, stop.venue_id);
    }
  }
  return rejected(id, "trigger order not found");
}

ChangeAnswer FillModel::cancel_all(RequestId id, const CancelAll& request) {
  for (const Symbol s : Symbol::all()) {
    if (!request.all_symbols && s != request.symbol) {
      continue;
    }
    Book& book = books_[s.id()];
    while (request.triggers && !book.triggers.empty()) {
      drop_trigger(book, 0, OrderState::cancelled);
    }
    while (!request.triggers && !book.orders.empty()) {
      drop_order(book, 0, OrderState::cancelled);
    }
  }
  return accepted(id);
}

Notional FillModel::margin_in_use() const {
  Notional used;
  for (const Book& book : books_) {
    for (const Position& p : book.positions) {
      if (!p.is_flat()) {
        used +=
            Notional::from_raw(multiply(book.mark, p.quantity, Rounding::up).raw() / book.leverage);
      }
    }
    for (const Resting& r : book.orders) {
      if (r.order.opens) {
        const Price price = r.order.limit.is_zero() ? book.mark : r.order.limit;
        used += Notional::from_raw(multiply(price, r.order.quantity, Rounding::up).raw() /
                                   book.leverage);
      }
    }
  }
  return used;
}

// ---- questions ----

namespace {

template <class T, class TimeOf>
std::vector<T> since(const std::vector<T>& all, Timestamp from, TimeOf time_of) {
  std::vector<T> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const T& x) { return time_of(x) >= from; });
  return out;
}

template <class T> std::vector<T> only(std::vector<T> all, const Query& query) {
  if (!query.all_symbols) {
    std::erase_if(all, [&](const T& x) { return x.symbol != query.symbol; });
  }
  return all;
}

} // namespace

QueryAnswer FillModel::answer(RequestId id, const Query& query) {
  QueryAnswer a;
  a.id = id;
  a.query = query;
  switch (query.kind) {
  case QueryKind::contracts:
    a.payload = only(std::vector<ContractRules>(contracts_.begin(), contracts_.end()), query);
    break;
  case QueryKind::account:
    a.payload = account();
    break;
  case QueryKind::positions:
    a.payload = only(open_positions(), query);
    break;
  case QueryKind::open_orders:
    a.payload = only(working_orders(), query);
    break;
  case QueryKind::trigger_orders:
    a.payload = only(waiting_triggers(), query);
    break;
  case QueryKind::order_history:
    a.payload =
        only(since(history_, query.since, [](const VenueOrder& o) { return o.created; }), query);
    break;
  case QueryKind::fills:
    a.payload =
        only(since(fills_, query.since, [](const Fill& f) { return f.exchange_time; }), query);
    break;
  case QueryKind::leverage: {
    std::vector<LeverageSetting> all;
    for (const Symbol s : Symbol::all()) {
      all.push_back({s, books_[s.id()].leverage, books_[s.id()].leverage});
    }
    a.payload = only(std::move(all), query);
    break;
  }
  case QueryKind::bills:
    a.payload =
        only(since(bills_, query.since, [](const CashFlow& c) { return c.exchange_time; }), query);
    break;
  case QueryKind::server_time:
    a.payload = ServerTime{now_, now_, now_};
    break;
  }
  return a;
}

AccountSnapshot FillModel::account() const {
  AccountSnapshot a;
  a.wall_time = now_;
  a.wallet_balance = wallet_;
  const Notional total = equity();
  a.unrealised_pnl = total - wallet_;
  a.frozen = margin_in_use();
  a.available = total - a.frozen;
  return a;
}

std::vector<Position> FillModel::open_positions() const {
  std::vector<Position> open;
  for (const Book& book : books_) {
    std::copy_if(book.positions.begin(), book.positions.end(), std::back_inserter(open),
                 [](const Position& p) { return !p.is_flat(); });
  }
  return open;
}

std::vector<VenueOrder> FillModel::working_orders() const {
  std::vector<VenueOrder> all;
  for (const Book& book : books_) {
    for (const Resting& r : book.orders) {
      all.push_back(listed(r, OrderState::acked));
    }
  }
  return all;
}

std::vector<VenueOrder> FillModel::waiting_triggers() const {
  std::vector<VenueOrder> all;
  for (const Book& book : books_) {
    for (const Trigger& t : book.triggers) {
      all.push_back(listed(t, OrderState::acked));
    }
  }
  return all;
}

} // namespace rg
