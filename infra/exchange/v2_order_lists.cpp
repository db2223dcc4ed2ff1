// Orders and fills as v2 lists them (weex-api §10).

#include "infra/exchange/account_lists.hpp"
#include "infra/exchange/v2_endpoints.hpp"

namespace rg::exchange::v2 {

namespace {

void write_order_row(Call& call, const Order& o) {
  JsonWriter& out = call.out;
  const int sizes = size_places(o.symbol);
  const std::int64_t lot = call.core.rules(o.symbol).lot_size.raw();
  out.begin_object()
      .text("symbol", o.symbol.name())
      .decimal("size", o.size, sizes)
      .text("client_oid", o.client_oid)
      .stamp_text("createTime", o.created)
      .decimal("filled_qty", o.filled)
      .decimal("fee", o.fee)
      .id_text("order_id", o.id);
  if (o.market) {
    out.text("price", "0.0");
  } else {
    out.decimal("price", o.price, price_places(o.symbol));
  }
  out.decimal("price_avg", average_price(o));
  out.text("status", order_status(o.status))
      .text("type", order_type(o))
      .text("order_type", execution(o))
      .decimal("totalProfits", o.realised)
      .integer("contracts", o.size.raw() / lot)
      .integer("filledQtyContracts", o.filled.raw() / lot);
  const auto preset = [&](std::string_view name, Price price) {
    if (price.is_positive()) {
      out.decimal(name, price, price_places(o.symbol));
    } else {
      out.null(name);
    }
  };
  preset("presetTakeProfitPrice", o.preset_take_profit);
  preset("presetStopLossPrice", o.preset_stop_loss);
  out.end_object();
}

} // namespace

void get_detail(Call& call) {
  const auto id = call.in.id("orderId");
  if (!id) {
    throw parameter_empty();
  }
  const Order* order = call.acc().find(*id);
  if (order == nullptr) {
    throw from_refusal({RefusalKind::order_not_found, ""});
  }
  write_order_row(call, *order);
}

void get_current(Call& call) {
  const ListFilter filter{call.in.symbol(call.core), call.in.id("orderId"),
                          call.in.stamp("startTime"), call.in.stamp("endTime")};
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100));
  const auto page = static_cast<std::size_t>(call.in.integer("page", 0, 1'000'000).value_or(0));
  call.out.begin_array();
  for (const Order* o : resting_orders(call.acc(), filter, {page * limit, limit}).rows) {
    write_order_row(call, *o);
  }
  call.out.end_array();
}

void get_history(Call& call) {
  const ListFilter filter{call.in.symbol(call.core), std::nullopt, call.in.stamp("createDate"),
                          call.in.stamp("endCreateDate")};
  const auto asked = call.in.integer("pageSize", 1, 100);
  const auto limit =
      static_cast<std::size_t>(asked ? *asked : call.in.integer("limit", 1, 100).value_or(100));
  call.out.begin_array();
  for (const Order* o : ended_orders(call.acc(), filter, Ended::normal, {0, limit}).rows) {
    write_order_row(call, *o);
  }
  call.out.end_array();
}

void get_fills(Call& call) {
  const ListFilter filter{call.in.symbol(call.core), call.in.id("orderId"),
                          call.in.stamp("startTime"), call.in.stamp("endTime")};
  const Page page{0, static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100))};
  const Rows<FillRow> found = fills(call.acc(), filter, page);
  call.out.begin_object().key("list").begin_array();
  for (const FillRow* f : found.rows) {
    call.out.begin_object()
        .integer("tradeId", f->id)
        .integer("orderId", f->order_id)
        .text("symbol", f->symbol.name())
        .text("marginMode", margin_mode(f->margin_mode))
        .text("separatedMode", separated_mode(f->opened_by != 0))
        .text("positionSide", position_side(f->position))
        .text("orderSide", order_side(f->side()))
        .decimal("fillSize", f->size, size_places(f->symbol))
        .decimal("fillValue", f->value)
        .decimal("fillFee", f->fee)
        .decimal("liquidateFee", f->liquidation_fee)
        .decimal("realizePnl", f->realised)
        .text("direction", f->maker ? "MAKER" : "TAKER")
        .text("liquidateType", f->liquidation ? "FORCE_LIQUIDATE" : "UNKNOWN_LIQUIDATE_TYPE")
        .text("legacyOrdeDirection", direction(f->position, f->opens, f->liquidation))
        .integer("createdTime", f->time.ms())
        .end_object();
  }
  call.out.end_array()
      .boolean("nextFlag", found.more(page))
      .integer("totals", found.total)
      .end_object();
}

} // namespace rg::exchange::v2
