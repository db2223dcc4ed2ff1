// Orders and fills as v2 lists them (weex-api §10).

#include "infra/exchange/v2_call.hpp"

#include <algorithm>

namespace rg::exchange::v2 {

namespace {

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

} // namespace rg::exchange::v2
