// Orders of v3 that wait for a price: conditional orders, take-profits and stop-losses
// (weex-api §16).

#include "infra/exchange/v3_endpoints.hpp"

namespace rg::exchange::v3 {

namespace {

OrderId place(Call& call, NewTrigger& t) {
  t.symbol = call.in.trading_symbol(call.core);
  const auto placed = call.core.place_trigger(call.account, t, call.wall);
  if (!placed) {
    throw from_refusal(placed.error());
  }
  return *placed;
}

/// An absent or zero execution price means execution at the market.
SentNumber execution_price(const Parameters& in, std::string_view name) {
  SentNumber price = in.number(name);
  if (!price.absent() && (!price.valid || price.units < 0)) {
    throw parameter_invalid(name);
  }
  return price;
}

} // namespace

/// A closing one is a stop-loss or a take-profit by its type; an opening one fires when the price
/// reaches the trigger from the side it stood on. One trigger source for the order itself: that of
/// its type's side.
void post_algo_order(Call& call) {
  const Parameters& in = call.in;
  const Sides s = sides(in);
  const std::string type = in.required("type");
  const bool take_profit = type == "TAKE_PROFIT" || type == "TAKE_PROFIT_MARKET";
  const bool market = type == "STOP_MARKET" || type == "TAKE_PROFIT_MARKET";
  if (!take_profit && type != "STOP" && type != "STOP_MARKET") {
    throw ApiError{400, "-1116", "Invalid order type", ""};
  }
  NewTrigger t;
  t.position = s.position;
  t.opens = s.opens;
  t.size = SentNumber::parse(in.required("quantity"));
  t.trigger_price = SentNumber::parse(in.required("triggerPrice"));
  t.client_oid = client_id(in, "clientAlgoId");
  if (!market) {
    t.execute_price = SentNumber::parse(in.required("price"));
    if (!t.execute_price.valid || t.execute_price.units <= 0) {
      throw parameter_invalid("price");
    }
  }
  t.preset_take_profit_source = working_type(in, "TpWorkingType");
  t.preset_stop_loss_source = working_type(in, "SlWorkingType");
  if (s.opens) {
    t.take_profit_word = take_profit;
    t.preset_take_profit = in.number("presetTakeProfitPrice");
    t.preset_stop_loss = in.number("presetStopLossPrice");
  } else {
    t.origin = take_profit ? OrderOrigin::take_profit : OrderOrigin::stop_loss;
    t.source = take_profit ? t.preset_take_profit_source : t.preset_stop_loss_source;
  }
  const OrderId id = place(call, t);
  write_order_ack(call.out, id, "clientOrderId", t.client_oid, nullptr);
}

void delete_algo_order(Call& call) {
  const auto id = call.in.id("orderId");
  if (!id) {
    throw validation_failed();
  }
  const Order* known = call.acc().find(*id);
  const std::string name = known == nullptr ? "" : known->client_oid;
  const auto canceled = call.core.cancel(call.account, *id, true, call.wall);
  if (canceled) {
    write_order_ack(call.out, *id, "origClientOrderId", name, nullptr);
    return;
  }
  ApiError error = from_refusal(canceled.error());
  if (!call.options.cancel_unknown_as_row) {
    throw error;
  }
  error.message = kOrderNotFound;
  write_order_ack(call.out, *id, "origClientOrderId", name, &error);
}

void post_place_tpsl(Call& call) {
  const Parameters& in = call.in;
  NewTrigger t;
  const std::string plan = in.required("planType");
  if (plan != "TAKE_PROFIT" && plan != "STOP_LOSS") {
    throw parameter_invalid("planType");
  }
  t.origin = plan == "TAKE_PROFIT" ? OrderOrigin::take_profit : OrderOrigin::stop_loss;
  const std::string position = in.required("positionSide");
  if (position != "LONG" && position != "SHORT") {
    throw parameter_invalid("positionSide");
  }
  t.position = position == "LONG" ? PositionSide::long_side : PositionSide::short_side;
  t.size = SentNumber::parse(in.required("quantity"));
  t.trigger_price = SentNumber::parse(in.required("triggerPrice"));
  t.execute_price = execution_price(in, "executePrice");
  t.source = working_type(in, "triggerPriceType");
  t.client_oid = client_id(in, "clientAlgoId");
  const OrderId id = place(call, t);
  call.out.begin_array()
      .begin_object()
      .boolean("success", true)
      .integer("orderId", id)
      .text("errorCode", "")
      .text("errorMessage", "")
      .end_object()
      .end_array();
}

void post_modify_tpsl(Call& call) {
  const auto id = call.in.id("orderId");
  if (!id) {
    throw parameter_empty();
  }
  const SentNumber trigger = SentNumber::parse(call.in.required("triggerPrice"));
  SentNumber execute = execution_price(call.in, "executePrice");
  if (execute.absent()) { // v3: leaving it out switches to execution at the market
    execute = SentNumber::parse("0");
  }
  const TriggerSource source = working_type(call.in, "triggerPriceType");
  const auto changed =
      call.core.modify_trigger(call.account, *id, trigger, execute, source, call.wall);
  if (!changed) {
    throw from_refusal(changed.error());
  }
  call.out.begin_object().boolean("success", true).end_object();
}

} // namespace rg::exchange::v3
