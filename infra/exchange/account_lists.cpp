#include "infra/exchange/account_lists.hpp"

#include "infra/exchange/venue_words.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {

bool takes(const ListFilter& f, const Order& o) {
  return o.id > f.after && (!f.symbol || o.symbol == *f.symbol) && (!f.order || o.id == *f.order) &&
         (!f.from || o.created >= *f.from) && (!f.to || o.created <= *f.to);
}

template <class T> void add(Rows<T>& out, const T& row, Page page) {
  if (out.total >= page.skip && out.rows.size() < page.limit) {
    out.rows.push_back(&row);
  }
  ++out.total;
}

} // namespace

Rows<Order> resting_orders(const Account& acc, const ListFilter& filter, Page page) {
  Rows<Order> out;
  for (auto it = acc.live.rbegin(); it != acc.live.rend(); ++it) {
    const Order& o = it->second;
    if ((o.status == OrderStatus::open || o.status == OrderStatus::pending) && takes(filter, o)) {
      add(out, o, page);
    }
  }
  return out;
}

Rows<Order> waiting_triggers(const Account& acc, const ListFilter& filter, Page page,
                             Timestamp wall) {
  Rows<Order> out;
  for (auto it = acc.live.rbegin(); it != acc.live.rend(); ++it) {
    const Order& o = it->second;
    if (o.status == OrderStatus::untriggered && o.listed_from_wall <= wall && takes(filter, o)) {
      add(out, o, page);
    }
  }
  return out;
}

Rows<Order> ended_orders(const Account& acc, const ListFilter& filter, Ended which, Page page) {
  std::vector<const Order*> wanted;
  for (const Order& o : acc.done) {
    // A trigger order acts as a normal one only once it fired.
    const bool acted = !o.conditional || o.trigger_time > Timestamp{};
    if ((which == Ended::all || (which == Ended::normal ? acted : o.conditional)) &&
        takes(filter, o)) {
      wanted.push_back(&o);
    }
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const Order* a, const Order* b) { return a->id > b->id; });
  Rows<Order> out;
  for (const Order* o : wanted) {
    add(out, *o, page);
  }
  return out;
}

Rows<FillRow> fills(const Account& acc, const ListFilter& f, Page page) {
  Rows<FillRow> out;
  for (auto it = acc.fills.rbegin(); it != acc.fills.rend(); ++it) {
    if ((!f.symbol || it->symbol == *f.symbol) && (!f.order || it->order_id == *f.order) &&
        (!f.from || it->time >= *f.from) && (!f.to || it->time <= *f.to)) {
      add(out, *it, page);
    }
  }
  return out;
}

Rows<Bill> bills(const Account& acc, const ListFilter& f, std::string_view type, Page page) {
  Rows<Bill> out;
  for (auto it = acc.bills.rbegin(); it != acc.bills.rend(); ++it) {
    if ((!f.symbol || (it->has_symbol && it->symbol == *f.symbol)) &&
        (type.empty() || type == business_type(it->kind)) && (!f.from || it->time >= *f.from) &&
        (!f.to || it->time <= *f.to)) {
      add(out, *it, page);
    }
  }
  return out;
}

Price average_price(const Order& o) {
  return o.filled.is_zero() ? Price{}
                            : Price::from_raw(fixed::mul_div(o.filled_value.raw(), kFixedScale,
                                                             o.filled.raw(), Rounding::nearest));
}

} // namespace rg::exchange
