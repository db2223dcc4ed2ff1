// Order endpoints of v2 (weex-api §10, §11).

#include "infra/exchange/v2_call.hpp"

#include <algorithm>
#include <charconv>

namespace rg::exchange::v2 {

namespace {

constexpr std::size_t kMaxBatch = 20;
constexpr std::size_t kMaxCancelBatch = 50;
constexpr std::size_t kMaxClientId = 40;
constexpr std::size_t kMaxExplanation = 1000; // characters, not bytes

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

bool resting(const Order& o) {
  return o.status == OrderStatus::open || o.status == OrderStatus::pending;
}

/// An order that acted as a normal one: trigger orders do so only once they fired.
bool normal(const Order& o) {
  return !o.conditional || o.trigger_time > Timestamp{};
}

/// What current and history filter on; data time.
struct OrderFilter {
  std::optional<Symbol> symbol;
  std::optional<OrderId> id;
  std::optional<Timestamp> from, to;

  [[nodiscard]] bool takes(const Order& o) const {
    return (!symbol || o.symbol == *symbol) && (!id || o.id == *id) &&
           (!from || o.created >= *from) && (!to || o.created <= *to);
  }
};

std::size_t utf8_length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

} // namespace

void write_order_row(JsonWriter& out, const Order& o) {
  const int sizes = size_places(o.symbol);
  const std::int64_t lot = contract_defaults()[o.symbol.id()].lot_size.raw();
  const auto average = [&] {
    return o.filled.is_zero() ? std::int64_t{0}
                              : fixed::mul_div(o.filled_value.raw(), kFixedScale, o.filled.raw(),
                                               Rounding::nearest);
  };
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
  out.key("price_avg").decimal(average());
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
    const Parameters in = Parameters::from_object(object);
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
  const auto read = [&](std::string_view name, bool ids) {
    const auto list = call.in.element(name);
    simdjson::dom::array array;
    if (!list) {
      return;
    }
    if (list->get(array) != simdjson::SUCCESS) {
      throw parameter_invalid(name);
    }
    for (const simdjson::dom::element e : array) {
      std::string text;
      std::uint64_t number = 0;
      std::string_view view;
      if (e.get(view) == simdjson::SUCCESS) {
        text = view;
      } else if (e.get(number) == simdjson::SUCCESS) {
        text = std::to_string(number);
      } else {
        throw parameter_invalid(name);
      }
      if (!ids) {
        const Order* found = call.acc().find_live(text);
        rows.push_back({found == nullptr ? 0 : found->id, text, ""});
        continue;
      }
      OrderId id = 0; // what is no id is no order either
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
      const bool whole = problem == std::errc{} && end == text.data() + text.size();
      rows.push_back({whole ? id : 0, "", ""});
    }
  };
  read("ids", true);
  read("cids", false);
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

void get_detail(Call& call) {
  const auto id = call.in.id("orderId");
  if (!id) {
    throw parameter_empty();
  }
  const Order* order = call.acc().find(*id);
  if (order == nullptr) {
    throw from_refusal({RefusalKind::order_not_found, ""});
  }
  write_order_row(call.out, *order);
}

void get_current(Call& call) {
  const OrderFilter filter{call.in.symbol(call.core), call.in.id("orderId"),
                           call.in.stamp("startTime"), call.in.stamp("endTime")};
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100));
  auto skip = static_cast<std::size_t>(call.in.integer("page", 0, 1'000'000).value_or(0)) * limit;
  std::size_t written = 0;
  call.out.begin_array();
  const auto& live = call.acc().live;
  for (auto it = live.rbegin(); it != live.rend() && written < limit; ++it) {
    if (!resting(it->second) || !filter.takes(it->second)) {
      continue;
    }
    if (skip > 0) {
      --skip;
      continue;
    }
    write_order_row(call.out, it->second);
    ++written;
  }
  call.out.end_array();
}

void get_history(Call& call) {
  const OrderFilter filter{call.in.symbol(call.core), std::nullopt, call.in.stamp("createDate"),
                           call.in.stamp("endCreateDate")};
  const auto asked = call.in.integer("pageSize", 1, 100);
  const auto limit =
      static_cast<std::size_t>(asked ? *asked : call.in.integer("limit", 1, 100).value_or(100));
  std::vector<const Order*> rows;
  for (const Order& o : call.acc().done) {
    if (normal(o) && filter.takes(o)) {
      rows.push_back(&o);
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Order* a, const Order* b) { return a->id > b->id; });
  call.out.begin_array();
  for (std::size_t i = 0; i < std::min(rows.size(), limit); ++i) {
    write_order_row(call.out, *rows[i]);
  }
  call.out.end_array();
}

void get_fills(Call& call) {
  const auto symbol = call.in.symbol(call.core);
  const auto order = call.in.id("orderId");
  const auto from = call.in.stamp("startTime"), to = call.in.stamp("endTime");
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100));
  std::vector<const FillRow*> rows;
  std::size_t total = 0;
  const auto& fills = call.acc().fills;
  std::for_each(fills.rbegin(), fills.rend(), [&](const FillRow& f) {
    if ((!symbol || f.symbol == *symbol) && (!order || f.order_id == *order) &&
        (!from || f.time >= *from) && (!to || f.time <= *to)) {
      ++total;
      if (rows.size() < limit) {
        rows.push_back(&f);
      }
    }
  });
  call.out.begin_object().key("list").begin_array();
  for (const FillRow* f : rows) {
    call.out.begin_object()
        .integer("tradeId", f->id)
        .integer("orderId", f->order_id)
        .text("symbol", f->symbol.name())
        .text("marginMode", margin_mode(f->margin_mode))
        .text("separatedMode", "COMBINED")
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
      .boolean("nextFlag", total > rows.size())
      .integer("totals", total)
      .end_object();
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

void post_upload_ai_log(Call& call) {
  if (!call.flags->ai_log_allowed) {
    throw Error{400, "40021", "check openapi permission is error", ""};
  }
  AiLog log;
  log.order = call.in.id("orderId").value_or(0);
  log.stage = call.in.required("stage");
  log.model = call.in.required("model");
  const auto object = [&](std::string_view name) {
    const auto e = call.in.element(name);
    if (!e) {
      throw parameter_empty();
    }
    if (!e->is_object()) {
      throw parameter_invalid(name);
    }
    return simdjson::minify(*e);
  };
  log.input_json = object("input");
  log.output_json = object("output");
  log.explanation = call.in.required("explanation");
  if (utf8_length(log.explanation) > kMaxExplanation) {
    throw parameter_invalid("explanation");
  }
  log.wall_time = call.wall;
  call.acc().ai_logs.push_back(std::move(log));
  write_ack_00000(call, "upload success");
}

} // namespace rg::exchange::v2
