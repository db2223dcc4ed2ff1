// Placing and cancelling orders in v3 (weex-api §16). Their lists: v3_order_lists.cpp.

#include "infra/exchange/rest_pieces.hpp"
#include "infra/exchange/v3_endpoints.hpp"

#include <algorithm>
#include <cctype>

namespace rg::exchange::v3 {

namespace {

constexpr std::size_t kMaxBatch = 10;
constexpr std::size_t kMaxClientId = 36;

bool plain_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxClientId &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view(".:/_-").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

/// Everything but the symbol.
NewOrder read_order(const Parameters& in) {
  NewOrder o;
  const Sides s = sides(in);
  o.position = s.position;
  o.opens = s.opens;
  const std::string type = in.required("type");
  if (type != "LIMIT" && type != "MARKET") {
    throw ApiError{400, "-1116", "Invalid order type", ""};
  }
  o.market = type == "MARKET";
  if (!o.market) {
    const auto tif = time_in_force_of(in.required("timeInForce"));
    if (!tif) {
      throw ApiError{400, "-1115", "Invalid timeInForce", ""};
    }
    o.tif = *tif;
    o.price = SentNumber::parse(in.required("price"));
  }
  o.size = SentNumber::parse(in.required("quantity"));
  o.client_oid = client_id(in, "newClientOrderId");
  o.preset_take_profit = in.number("tpTriggerPrice");
  o.preset_stop_loss = in.number("slTriggerPrice");
  o.preset_take_profit_source = working_type(in, "TpWorkingType");
  o.preset_stop_loss_source = working_type(in, "SlWorkingType");
  return o;
}

OrderId place(Call& call, const Parameters& in, NewOrder order) {
  order.symbol = in.trading_symbol(call.core);
  const auto placed = call.core.place(call.account, order, call.wall);
  if (!placed) {
    throw from_refusal(placed.error());
  }
  return *placed;
}

void write_cancelled(Call& call, const std::vector<OrderId>& ids) {
  call.out.begin_array();
  for (const OrderId id : ids) {
    call.out.begin_object()
        .integer("orderId", id)
        .boolean("success", true)
        .text("errorCode", "")
        .text("errorMessage", "")
        .end_object();
  }
  call.out.end_array();
}

OrderId live_id(const Call& call, std::string_view client) {
  const Order* found = call.acc().find_live(client);
  return found == nullptr ? 0 : found->id;
}

} // namespace

std::string client_id(const Parameters& in, std::string_view name) {
  std::string id = in.required(name);
  if (!plain_id(id)) {
    throw bad_client_id();
  }
  return id;
}

Sides sides(const Parameters& in) {
  const std::string side = in.required("side"), position = in.required("positionSide");
  if (side != "BUY" && side != "SELL") {
    throw ApiError{400, "-1117", "Invalid side", ""};
  }
  if (position != "LONG" && position != "SHORT") {
    throw parameter_invalid("positionSide");
  }
  return {position == "LONG" ? PositionSide::long_side : PositionSide::short_side,
          (side == "BUY") == (position == "LONG")};
}

void write_order_ack(JsonWriter& out, OrderId id, std::string_view client_key,
                     std::string_view client, const ApiError* error) {
  out.begin_object()
      .id_text("orderId", id)
      .text(client_key, client)
      .boolean("success", error == nullptr)
      .text("errorCode", error == nullptr ? "" : error->code)
      .text("errorMessage", error == nullptr ? "" : error->message)
      .end_object();
}

void post_order(Call& call) {
  const NewOrder order = read_order(call.in);
  const OrderId id = place(call, call.in, order);
  write_order_ack(call.out, id, "clientOrderId", order.client_oid, nullptr);
}

void post_batch_orders(Call& call) {
  if (!call.options.batch_orders) { // what the venue answered in spring 2026
    throw from_door(DoorRefusal::wrong_method, "POST");
  }
  const auto list = call.in.element("batchOrders");
  simdjson::dom::array rows;
  if (!list) {
    throw parameter_empty();
  }
  if (list->get(rows) != simdjson::SUCCESS || rows.size() == 0 || rows.size() > kMaxBatch) {
    throw parameter_invalid("batchOrders");
  }
  call.out.begin_array();
  for (const simdjson::dom::element row : rows) {
    simdjson::dom::object object;
    if (row.get(object) != simdjson::SUCCESS) {
      throw validation_failed();
    }
    const Parameters in = Parameters::from_object(object, call.in.spelling());
    const std::string client = in.text("newClientOrderId").value_or("");
    try {
      const OrderId id = place(call, in, read_order(in));
      write_order_ack(call.out, id, "clientOrderId", client, nullptr);
    } catch (const ApiError& error) {
      write_order_ack(call.out, 0, "clientOrderId", client, &error);
    }
  }
  call.out.end_array();
}

void delete_order(Call& call) {
  const auto id = call.in.id("orderId");
  const auto client = call.in.text("origClientOrderId");
  if (!id && !client) {
    throw no_order_named();
  }
  const OrderId target = id ? *id : live_id(call, *client);
  const Order* known = call.acc().find(target);
  const std::string name = client ? *client : known == nullptr ? "" : known->client_oid;
  const auto canceled = call.core.cancel(call.account, target, false, call.wall);
  if (canceled) {
    write_order_ack(call.out, target, "origClientOrderId", name, nullptr);
    return;
  }
  ApiError error = from_refusal(canceled.error());
  if (!call.options.cancel_unknown_as_row) {
    throw error;
  }
  error.message = kOrderNotFound;
  write_order_ack(call.out, target, "origClientOrderId", name, &error);
}

/// The rows stand under `orderList`, where the one client that reads them looks.
void delete_batch_orders(Call& call) {
  const std::vector<NamedOrder> rows = named_orders(call, "orderIdList", "origClientOrderIdList");
  if (rows.empty()) {
    throw parameter_empty();
  }
  if (rows.size() > kMaxBatch) {
    throw validation_failed();
  }
  call.out.begin_object().key("orderList").begin_array();
  for (const NamedOrder& row : rows) {
    const auto canceled = call.core.cancel(call.account, row.id, false, call.wall);
    ApiError error;
    if (!canceled) {
      error = from_refusal(canceled.error());
      error.message = kOrderNotFound;
    }
    write_order_ack(call.out, row.id, "origClientOrderId", row.client_oid,
                    canceled ? nullptr : &error);
  }
  call.out.end_array().end_object();
}

void delete_all_open_orders(Call& call) {
  const auto symbol = call.in.symbol(call.core);
  write_cancelled(call, call.core.cancel_all(call.account, symbol, false, call.wall));
}

void delete_algo_open_orders(Call& call) {
  const auto symbol = call.in.symbol(call.core);
  write_cancelled(call, call.core.cancel_all(call.account, symbol, true, call.wall));
}

void post_close_positions(Call& call) {
  const auto symbol = call.in.symbol(call.core);
  call.out.begin_array();
  for (const ClosedPosition& c : call.core.close_positions(call.account, symbol, call.wall)) {
    call.out.begin_object()
        .integer("positionId", c.position_id)
        .boolean("success", c.order != 0)
        .integer("successOrderId", c.order)
        .text("errorMessage", c.error)
        .end_object();
  }
  call.out.end_array();
}

} // namespace rg::exchange::v3
