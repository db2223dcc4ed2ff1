// Placing and cancelling orders in v2 (weex-api §10). Their lists: v2_order_lists.cpp.

#include "infra/exchange/rest_pieces.hpp"
#include "infra/exchange/v2_endpoints.hpp"

#include <algorithm>

namespace rg::exchange::v2 {

namespace {

constexpr std::size_t kMaxBatch = 20;
constexpr std::size_t kMaxCancelBatch = 50;
constexpr std::size_t kMaxClientId = 40;

std::string client_id(const Parameters& in, std::string_view name) {
  std::string id = in.required(name);
  if (id.size() > kMaxClientId) {
    throw parameter_invalid(name);
  }
  return id;
}

NewOrder read_order(const Parameters& in, Symbol symbol) {
  NewOrder o;
  o.symbol = symbol;
  o.client_oid = client_id(in, "client_oid");
  o.size = SentNumber::parse(in.required("size"));
  const std::string type = in.required("type");
  const std::string execution = in.required("order_type");
  const std::string match = in.required("match_price");
  if (type.size() != 1 || type[0] < '1' || type[0] > '4') {
    throw parameter_invalid("type");
  }
  o.opens = type[0] <= '2';
  o.position =
      type[0] == '1' || type[0] == '3' ? PositionSide::long_side : PositionSide::short_side;
  if (execution.size() != 1 || execution[0] < '0' || execution[0] > '3') {
    throw parameter_invalid("order_type");
  }
  o.tif = static_cast<TimeInForce>(execution[0] - '0');
  if (match != "0" && match != "1") {
    throw parameter_invalid("match_price");
  }
  o.market = match == "1";
  o.price = o.market ? SentNumber{} : SentNumber::parse(in.required("price"));
  o.preset_take_profit = in.number("presetTakeProfitPrice");
  o.preset_stop_loss = in.number("presetStopLossPrice");
  if (const auto mode = in.integer("marginMode", 0, 9)) {
    o.margin_mode = margin_mode_of(*mode);
    if (!o.margin_mode) {
      throw parameter_invalid("marginMode");
    }
  }
  return o;
}

void write_client_oid(Call& call, std::string_view name, std::string_view id) {
  if (call.echo() && !id.empty()) {
    call.out.text(name, id);
  } else {
    call.out.null(name);
  }
}

void write_batch_row(Call& call, OrderId id, std::string_view client_oid, const Error* error) {
  call.out.begin_object().id_text("order_id", id);
  call.out.text("client_oid", client_oid)
      .boolean("result", error == nullptr)
      .text("error_code", error == nullptr ? "" : error->code)
      .text("error_message", error == nullptr ? "" : error->message)
      .end_object();
}

} // namespace

void post_place_order(Call& call) {
  // Fields first, then whether the pair may be traded, then the engine (weex-api §15.1).
  const NewOrder probe = read_order(call.in, Symbol{});
  NewOrder order = probe;
  order.symbol = call.in.trading_symbol(call.core);
  const auto placed = call.core.place(call.account, order, call.wall);
  if (!placed) {
    throw from_refusal(placed.error());
  }
  call.out.begin_object();
  write_client_oid(call, "client_oid", order.client_oid);
  call.out.id_text("order_id", *placed).end_object();
}

void post_batch_orders(Call& call) {
  const auto list = call.in.element("orderDataList");
  simdjson::dom::array rows;
  if (!list) {
    throw parameter_empty();
  }
  if (list->get(rows) != simdjson::SUCCESS || rows.size() == 0 || rows.size() > kMaxBatch) {
    throw parameter_invalid("orderDataList");
  }
  const Symbol symbol = call.in.trading_symbol(call.core);
  const auto mode = call.in.integer("marginMode", 0, 9);
  call.out.begin_object().key("order_info").begin_array();
  for (const simdjson::dom::element row : rows) {
    simdjson::dom::object object;
    if (row.get(object) != simdjson::SUCCESS) {
      throw validation_failed();
    }
    const Parameters in = Parameters::from_object(object, spelling());
    const std::string name = in.text("client_oid").value_or("");
    try {
      NewOrder order = read_order(in, symbol);
      if (mode) {
        order.margin_mode = margin_mode_of(*mode);
      }
      const auto placed = call.core.place(call.account, order, call.wall);
      if (!placed) {
        throw from_refusal(placed.error());
      }
      write_batch_row(call, *placed, name, nullptr);
    } catch (const Error& error) {
      write_batch_row(call, 0, name, &error);
    }
  }
  call.out.end_array().boolean("result", true).end_object();
}

void post_cancel_order(Call& call) {
  const auto id = call.in.id("orderId");
  const auto client = call.in.text("clientOid");
  if (!id && !client) {
    throw Error{400, "40913", "Either orderId or clientOid is required", ""};
  }
  OrderId target = id.value_or(0);
  if (!id) {
    const Order* found = call.acc().find_live(*client);
    target = found == nullptr ? 0 : found->id;
  }
  const auto canceled = call.core.cancel(call.account, target, false, call.wall);
  if (!canceled && !call.options.cancel_unknown_as_row) {
    throw from_refusal(canceled.error());
  }
  call.out.begin_object().id_text("order_id", target);
  write_client_oid(call, "client_oid", client.value_or(""));
  call.out.boolean("result", canceled.has_value());
  if (canceled) {
    call.out.null("err_msg");
  } else {
    call.out.text("err_msg", canceled.error().message);
  }
  call.out.end_object();
}

void post_cancel_batch(Call& call) {
  struct Row {
    OrderId id = 0;
    std::string client_oid, error;
  };
  std::vector<Row> rows;
  for (NamedOrder& named : named_orders(call, "ids", "cids")) {
    rows.push_back({named.id, std::move(named.client_oid), ""});
  }
  if (rows.empty()) {
    throw parameter_empty();
  }
  if (rows.size() > kMaxCancelBatch) {
    throw Error{400, "40912", "At most 50 orders can be cancelled in one batch", ""};
  }
  bool any = false;
  for (Row& row : rows) {
    if (const auto canceled = call.core.cancel(call.account, row.id, false, call.wall); !canceled) {
      row.error = canceled.error().message;
    } else {
      any = true;
    }
  }
  JsonWriter& out = call.out;
  out.begin_object().boolean("result", any).key("orderIds").begin_array();
  for (const Row& row : rows) {
    if (row.error.empty() && row.client_oid.empty()) {
      out.id_text(row.id);
    }
  }
  out.end_array().key("clientOids").begin_array();
  for (const Row& row : rows) {
    if (row.error.empty() && !row.client_oid.empty()) {
      out.text(row.client_oid);
    }
  }
  const auto write = [&](const Row& row) {
    out.begin_object()
        .text("err_msg", row.error)
        .id_text("order_id", row.id)
        .text("client_oid", row.client_oid)
        .boolean("result", row.error.empty())
        .end_object();
  };
  out.end_array().key("cancelOrderResultList").begin_array();
  std::for_each(rows.begin(), rows.end(), write);
  out.end_array().key("failInfos").begin_array();
  for (const Row& row : rows) {
    if (!row.error.empty()) {
      write(row);
    }
  }
  out.end_array().end_object();
}

void post_cancel_all(Call& call) {
  const std::string kind = call.in.required("cancelOrderType");
  if (kind != "normal" && kind != "plan") {
    throw parameter_invalid("cancelOrderType");
  }
  const auto symbol = call.in.symbol(call.core);
  call.out.begin_array();
  for (const OrderId id : call.core.cancel_all(call.account, symbol, kind == "plan", call.wall)) {
    call.out.begin_object().integer("orderId", id).boolean("success", true).end_object();
  }
  call.out.end_array();
}

void post_close_positions(Call& call) {
  const auto symbol = call.in.symbol(call.core);
  call.out.begin_array();
  for (const ClosedPosition& c : call.core.close_positions(call.account, symbol, call.wall)) {
    call.out.begin_object()
        .integer("positionId", c.position_id)
        .integer("successOrderId", c.order)
        .text("errorMessage", c.error)
        .boolean("success", c.order != 0)
        .end_object();
  }
  call.out.end_array();
}

} // namespace rg::exchange::v2
