// Trigger orders, take-profits and stop-losses of v2 (weex-api §10.10 … §10.15).

#include "infra/exchange/account_lists.hpp"
#include "infra/exchange/v2_endpoints.hpp"

#include <algorithm>
#include <limits>

namespace rg::exchange::v2 {

namespace {

constexpr std::size_t kMaxClientId = 40;

std::optional<MarginMode> optional_mode(const Parameters& in) {
  const auto number = in.integer("marginMode", 0, 9);
  if (!number) {
    return std::nullopt;
  }
  const auto mode = margin_mode_of(*number);
  if (!mode) {
    throw parameter_invalid("marginMode");
  }
  return mode;
}

std::string client_id(std::string id, std::string_view name) {
  const bool plain = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == ':' || c == '/';
  });
  if (id.size() > kMaxClientId || !plain) {
    throw parameter_invalid(name);
  }
  return id;
}

/// Documented rows speak in digits, live ones in words (weex-api §10.12).
std::string plan_status(const Order& o, bool live_style) {
  if (live_style) {
    return std::string(push_status(o.status));
  }
  switch (o.status) {
  case OrderStatus::untriggered:
    return "0";
  case OrderStatus::canceled:
    return "-1";
  case OrderStatus::filled:
    return "2";
  case OrderStatus::pending:
  case OrderStatus::open:
    break;
  }
  return o.filled.is_positive() ? "1" : "0";
}

std::string plan_type(const Order& o, bool live_style) {
  if (live_style) {
    return std::string(direction(o.position, o.opens, false));
  }
  const bool is_long = o.position == PositionSide::long_side;
  return o.opens ? (is_long ? "1" : "2") : (is_long ? "3" : "4");
}

void write_plan_row(Call& call, const Order& o) {
  const bool live_style = call.options.live_style_plans;
  const int prices = price_places(o.symbol);
  call.out.begin_object()
      .text("symbol", o.symbol.name())
      .decimal("size", o.size, size_places(o.symbol))
      .text("client_oid", o.client_oid)
      .stamp_text("createTime", o.created)
      .decimal("filled_qty", o.filled)
      .decimal("fee", o.fee)
      .id_text("order_id", o.id);
  if (o.market) {
    call.out.text("price", "0");
  } else {
    call.out.decimal("price", o.price, prices);
  }
  call.out.decimal("price_avg", average_price(o));
  call.out.text("status", plan_status(o, live_style))
      .text("type", plan_type(o, live_style))
      .text("order_type", live_style ? execution(o) : (o.market ? "3" : "0"))
      .decimal("totalProfits", o.realised)
      .decimal("triggerPrice", o.trigger_price, prices)
      .text("triggerPriceType", trigger_source(o))
      .stamp_text("triggerTime", o.trigger_time)
      .null("presetTakeProfitPrice")
      .null("presetStopLossPrice")
      .end_object();
}

} // namespace

void post_plan_order(Call& call) {
  NewTrigger t;
  t.client_oid = client_id(call.in.text("client_oid").value_or(""), "client_oid");
  t.size = SentNumber::parse(call.in.required("size"));
  const std::string type = call.in.required("type");
  const std::string match = call.in.required("match_type");
  if (type.size() != 1 || type[0] < '1' || type[0] > '4') {
    throw parameter_invalid("type");
  }
  if (match != "0" && match != "1") {
    throw parameter_invalid("match_type");
  }
  t.opens = type[0] <= '2';
  t.position =
      type[0] == '1' || type[0] == '3' ? PositionSide::long_side : PositionSide::short_side;
  t.execute_price = SentNumber::parse(call.in.required("execute_price"));
  t.trigger_price = SentNumber::parse(call.in.required("trigger_price"));
  if (match == "1") {
    t.execute_price = {};
  } else if (!t.execute_price.valid || t.execute_price.units <= 0) {
    throw parameter_invalid("execute_price");
  }
  t.margin_mode = optional_mode(call.in);
  t.symbol = call.in.trading_symbol(call.core);
  const auto placed = call.core.place_trigger(call.account, t, call.wall);
  if (!placed) {
    throw from_refusal(placed.error());
  }
  call.out.begin_object();
  if (call.echo() && !t.client_oid.empty()) {
    call.out.text("client_oid", t.client_oid);
  } else {
    call.out.null("client_oid");
  }
  call.out.id_text("order_id", *placed).end_object();
}

void post_cancel_plan(Call& call) {
  const auto id = call.in.id("orderId");
  if (!id) { // the venue's answer to the key "order_id" (weex-api §10.11)
    throw validation_failed();
  }
  const auto canceled = call.core.cancel(call.account, *id, true, call.wall);
  if (!canceled && !call.options.cancel_unknown_as_row) {
    throw from_refusal(canceled.error());
  }
  call.out.begin_object()
      .id_text("order_id", *id)
      .null("client_oid")
      .boolean("result", canceled.has_value());
  if (canceled) {
    call.out.null("err_msg");
  } else {
    call.out.text("err_msg", canceled.error().message);
  }
  call.out.end_object();
}

void get_current_plan(Call& call) {
  const ListFilter filter{call.in.symbol(call.core), call.in.id("orderId"),
                          call.in.stamp("startTime"), call.in.stamp("endTime")};
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100));
  const auto page = static_cast<std::size_t>(call.in.integer("page", 0, 1'000'000).value_or(0));
  call.out.begin_array();
  for (const Order* o :
       waiting_triggers(call.acc(), filter, {page * limit, limit}, call.wall).rows) {
    write_plan_row(call, *o);
  }
  call.out.end_array();
}

void get_history_plan(Call& call) {
  const ListFilter filter{call.in.required_symbol(call.core), std::nullopt,
                          call.in.stamp("startTime"), call.in.stamp("endTime")};
  const auto type = call.in.integer("delegateType", 1, 4);
  const auto limit = static_cast<std::size_t>(call.in.integer("pageSize", 1, 100).value_or(100));
  constexpr Page kAll{0, std::numeric_limits<std::size_t>::max()};
  auto rows = ended_orders(call.acc(), filter, Ended::triggers, kAll).rows;
  std::erase_if(
      rows, [&](const Order* o) { return type && plan_type(*o, false) != std::to_string(*type); });
  call.out.begin_object().key("list").begin_array();
  for (std::size_t i = 0; i < std::min(rows.size(), limit); ++i) {
    write_plan_row(call, *rows[i]);
  }
  call.out.end_array().boolean("nextPage", rows.size() > limit).end_object();
}

void post_place_tpsl(Call& call) {
  NewTrigger t;
  t.client_oid = client_id(call.in.required("clientOrderId"), "clientOrderId");
  const std::string plan = call.in.required("planType");
  if (plan != "profit_plan" && plan != "loss_plan") {
    throw parameter_invalid("planType");
  }
  t.origin = plan == "profit_plan" ? OrderOrigin::take_profit : OrderOrigin::stop_loss;
  t.trigger_price = SentNumber::parse(call.in.required("triggerPrice"));
  t.size = SentNumber::parse(call.in.required("size"));
  t.execute_price = call.in.number("executePrice");
  const std::string side = call.in.required("positionSide");
  if (side != "long" && side != "short") {
    throw parameter_invalid("positionSide");
  }
  t.position = side == "long" ? PositionSide::long_side : PositionSide::short_side;
  t.margin_mode = optional_mode(call.in);
  t.symbol = call.in.trading_symbol(call.core);
  const auto placed = call.core.place_trigger(call.account, t, call.wall);
  if (!placed) {
    throw from_refusal(placed.error());
  }
  call.out.begin_array()
      .begin_object()
      .integer("orderId", *placed)
      .boolean("success", true)
      .end_object()
      .end_array();
}

void post_modify_tpsl(Call& call) {
  const auto id = call.in.id("orderId");
  if (!id) {
    throw parameter_empty();
  }
  const SentNumber trigger = SentNumber::parse(call.in.required("triggerPrice"));
  std::optional<TriggerSource> source;
  if (const auto type = call.in.integer("triggerPriceType", 0, 9)) {
    if (*type != 1 && *type != 3) {
      throw parameter_invalid("triggerPriceType");
    }
    source = *type == 1 ? TriggerSource::last : TriggerSource::mark;
  }
  const auto changed = call.core.modify_trigger(call.account, *id, trigger,
                                                call.in.number("executePrice"), source, call.wall);
  if (!changed) {
    throw from_refusal(changed.error());
  }
  write_ack_00000(call, "");
}

} // namespace rg::exchange::v2
