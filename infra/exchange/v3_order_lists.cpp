// Orders, trigger orders and fills as v3 lists them (weex-api §16).

#include "infra/exchange/v3_endpoints.hpp"

#include <algorithm>
#include <chrono>

namespace rg::exchange::v3 {

using namespace std::chrono_literals;

namespace {

constexpr int kHistoryDays = 90, kTradeDays = 7;

void write_order(Call& call, const Order& o) {
  const int prices = price_places(o.symbol), sizes = size_places(o.symbol);
  call.out.begin_object()
      .decimal("avgPrice", average_price(o), prices)
      .text("clientOrderId", o.client_oid)
      .decimal("cumQuote", o.filled_value)
      .decimal("executedQty", o.filled, o.filled.is_zero() ? 0 : sizes)
      .integer("orderId", o.id)
      .decimal("origQty", o.size, sizes)
      .decimal("price", o.price, prices)
      .boolean("reduceOnly", !o.opens)
      .text("side", order_side(o.side()))
      .text("positionSide", position_side(o.position))
      .text("status", order_status(o.status))
      .decimal("stopPrice", o.trigger_price, o.conditional ? prices : 0)
      .text("symbol", symbol_name(o.symbol, call.demo))
      .integer("time", o.created.ms())
      .text("timeInForce", time_in_force(o.tif))
      .text("type", order_type(o))
      .integer("updateTime", o.updated.ms())
      .text("workingType", trigger_source(o))
      .end_object();
}

void write_algo_order(Call& call, const Order& o) {
  const int prices = price_places(o.symbol);
  const auto price_or_null = [&](std::string_view name, Price p) {
    p.is_positive() ? call.out.decimal(name, p, prices) : call.out.null(name);
  };
  const bool fired = o.trigger_time > Timestamp{};
  call.out.begin_object()
      .integer("algoId", o.id)
      .text("clientAlgoId", o.client_oid)
      .text("algoType", "CONDITIONAL")
      .text("orderType", order_type(o))
      .text("symbol", symbol_name(o.symbol, call.demo))
      .text("side", order_side(o.side()))
      .text("positionSide", position_side(o.position))
      .text("timeInForce", time_in_force(o.tif))
      .decimal("quantity", o.size, size_places(o.symbol))
      .text("algoStatus", order_status(o.status));
  // An attached exit names the order that it belongs to; others the order that they became.
  if (o.parent != 0 || fired) {
    call.out.integer("actualOrderId", o.parent != 0 ? o.parent : o.id);
  } else {
    call.out.null("actualOrderId");
  }
  call.out.decimal("actualPrice", average_price(o), prices)
      .decimal("triggerPrice", o.trigger_price, prices)
      .decimal("price", o.price, prices);
  price_or_null("tpTriggerPrice", o.preset_take_profit);
  call.out.null("tpPrice");
  price_or_null("slTriggerPrice", o.preset_stop_loss);
  call.out.null("slPrice");
  if (o.preset_take_profit.is_positive()) {
    call.out.text("tpOrderType", source_word(o.preset_take_profit_source));
  } else {
    call.out.null("tpOrderType");
  }
  call.out.text("workingType", trigger_source(o))
      .boolean("closePosition", false)
      .boolean("reduceOnly", !o.opens)
      .integer("createTime", o.created.ms())
      .integer("updateTime", o.updated.ms())
      .integer("triggerTime", o.trigger_time.ms())
      .end_object();
}

Page page_of(const Call& call, std::int64_t most, std::int64_t normal, std::int64_t first_page) {
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, most).value_or(normal));
  const auto page = call.in.integer("page", 0, 1'000'000).value_or(first_page);
  return {static_cast<std::size_t>(std::max<std::int64_t>(page - first_page, 0)) * limit, limit};
}

const Order* find_order(const Account& acc, std::string_view client) {
  if (const Order* live = acc.find_live(client)) {
    return live;
  }
  const auto at = std::find_if(acc.done.rbegin(), acc.done.rend(),
                               [&](const Order& o) { return o.client_oid == client; });
  return at == acc.done.rend() ? nullptr : &*at;
}

} // namespace

ListFilter list_filter(Call& call, int days) {
  ListFilter filter{call.in.symbol(call.core), std::nullopt, call.in.stamp("startTime"),
                    call.in.stamp("endTime")};
  if (filter.from && filter.to) {
    if (*filter.from > *filter.to) {
      throw start_after_end();
    }
    if (days > 0 && *filter.to - *filter.from > std::chrono::days{days}) {
      throw range_too_long(days);
    }
  }
  return filter;
}

/// By the venue's id, or, as cancels, by the client's.
void get_order(Call& call) {
  const auto id = call.in.id("orderId");
  const auto client = call.in.text("origClientOrderId");
  if (!id && !client) {
    throw no_order_named();
  }
  const Order* order = id ? call.acc().find(*id) : find_order(call.acc(), *client);
  if (order == nullptr || order->listed_from_wall > call.wall) {
    throw from_refusal({RefusalKind::order_not_found, ""});
  }
  write_order(call, *order);
}

/// `orderId` asks for orders with a greater id.
void get_open_orders(Call& call) {
  ListFilter filter = list_filter(call, 0);
  filter.after = call.in.id("orderId").value_or(0);
  const Page page = page_of(call, 100, 100, 0);
  call.out.begin_array();
  for (const Order* o : resting_orders(call.acc(), filter, page).rows) {
    write_order(call, *o);
  }
  call.out.end_array();
}

/// Final orders of all types, those that never fired included.
void get_order_history(Call& call) {
  const ListFilter filter = list_filter(call, kHistoryDays);
  const Page page = page_of(call, 1000, 500, 0);
  call.out.begin_array();
  for (const Order* o : ended_orders(call.acc(), filter, Ended::all, page).rows) {
    write_order(call, *o);
  }
  call.out.end_array();
}

void get_user_trades(Call& call) {
  ListFilter filter = list_filter(call, kTradeDays);
  filter.order = call.in.id("orderId");
  const Page page = page_of(call, 100, 100, 0);
  call.out.begin_array();
  for (const FillRow* f : fills(call.acc(), filter, page).rows) {
    call.out.begin_object()
        .integer("id", f->id)
        .integer("orderId", f->order_id)
        .text("symbol", f->symbol.compact())
        .boolean("buyer", f->side() == Side::buy)
        .decimal("commission", f->fee, 8)
        .text("commissionAsset", "USDT")
        .boolean("maker", f->maker)
        .decimal("price", f->price, price_places(f->symbol))
        .decimal("qty", f->size, size_places(f->symbol))
        .decimal("quoteQty", f->value)
        .decimal("realizedPnl", f->realised)
        .text("side", order_side(f->side()))
        .text("positionSide", position_side(f->position))
        .integer("time", f->time.ms())
        .end_object();
  }
  call.out.end_array();
}

/// Pages of this list begin with 1.
void get_open_algo_orders(Call& call) {
  const ListFilter filter = list_filter(call, 0);
  const Page page = page_of(call, 100, 100, 1);
  call.out.begin_array();
  for (const Order* o : waiting_triggers(call.acc(), filter, page, call.wall).rows) {
    write_algo_order(call, *o);
  }
  call.out.end_array();
}

void get_all_algo_orders(Call& call) {
  const ListFilter filter = list_filter(call, kHistoryDays);
  const Page page = page_of(call, 1000, 500, 0);
  const Rows<Order> found = ended_orders(call.acc(), filter, Ended::triggers, page);
  call.out.begin_object().key("orders").begin_array();
  for (const Order* o : found.rows) {
    write_algo_order(call, *o);
  }
  call.out.end_array().boolean("hasMore", found.more(page)).end_object();
}

} // namespace rg::exchange::v3
