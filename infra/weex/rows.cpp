#include "infra/weex/rows.hpp"

namespace rg::weex::wire {

namespace {

using json::Value;

/// Which fields a row must have had.
class Needs {
public:
  /// True, so that the walk goes on: the name of a foreign contract may come last.
  bool set(unsigned bit, bool good) {
    have_ |= bit;
    good_ = good_ && good;
    return true;
  }
  /// What another contract's row holds does not matter: its numbers need not fit our grid.
  [[nodiscard]] ParseError verdict(bool shaped, unsigned all, RowUse use) const {
    if (!shaped) {
      return ParseError::malformed;
    }
    if (use == RowUse::foreign) {
      return ParseError::none;
    }
    if (!good_) {
      return ParseError::bad_value;
    }
    return (have_ & all) == all ? ParseError::none : ParseError::missing_field;
  }

private:
  unsigned have_ = 0;
  bool good_ = true;
};

/// False when there is no name; else the row is ours or foreign.
bool take_symbol(Value v, Symbol& out, RowUse& use) {
  const std::string_view name = json::scalar(v);
  if (const auto symbol = symbol_of(name)) {
    out = *symbol;
    use = RowUse::take;
  } else {
    use = name.empty() ? RowUse::take : RowUse::foreign;
  }
  return !name.empty();
}

bool forced_word(std::string_view word) {
  const auto type = order_type(word);
  return type && type->forced;
}

} // namespace

Price price_of(Notional value, Quantity size) {
  return Price::from_raw(fixed::mul_div(value.raw(), kFixedScale, size.raw(), Rounding::nearest));
}

ParseError read_fill(Value row, Fill& out, RowUse& use) {
  enum : unsigned {
    kId = 1,
    kOrder = 2,
    kSymbol = 4,
    kPosition = 8,
    kSide = 16,
    kSize = 32,
    kValue = 64,
    kFee = 128,
    kTime = 256,
    kAll = 511
  };
  Needs needs;
  out = Fill{};
  const bool shaped = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "tradeId" || key == "id") {
      return needs.set(kId, json::assign(out.venue_fill_id, json::unsigned_number(text)));
    }
    if (key == "orderId") {
      return needs.set(kOrder, json::assign(out.venue_order_id, json::unsigned_number(text)));
    }
    if (key == "symbol" || key == "contractId") {
      return needs.set(kSymbol, take_symbol(v, out.symbol, use));
    }
    if (key == "positionSide") {
      return needs.set(kPosition, json::assign(out.position, position_side(text)));
    }
    if (key == "orderSide" || key == "side") {
      return needs.set(kSide, json::assign(out.side, side(text)));
    }
    if (key == "fillSize" || key == "qty") {
      return needs.set(kSize, json::assign(out.quantity, json::quantity(text)) &&
                                  out.quantity.is_positive());
    }
    if (key == "fillValue" || key == "quoteQty") {
      return needs.set(kValue,
                       json::assign(out.value, json::notional(text)) && out.value.is_positive());
    }
    if (key == "fillFee" || key == "commission") {
      return needs.set(kFee, json::assign(out.fee, json::notional(text)));
    }
    if (key == "createdTime" || key == "time") {
      return needs.set(kTime, json::assign(out.exchange_time, json::stamp(text)));
    }
    if (key == "realizePnl" || key == "realizedPnl") {
      return needs.set(0, json::assign(out.realised_pnl, json::notional(text)));
    }
    if (key == "direction") {
      out.maker = json::same_word(text, "maker");
    } else if (key == "maker") {
      return needs.set(0, v.get_bool().get(out.maker) == simdjson::SUCCESS);
    } else if (key == "liquidateFee") { // may hold a word (weex-api §10.9)
      const auto fee = json::notional(text);
      out.liquidation = out.liquidation || (fee && fee->is_positive());
    } else if (key == "liquidateType") {
      out.liquidation = out.liquidation || text.starts_with("FORCE");
    } else if (key == "legacyOrdeDirection" || key == "legacyOrderDirection") {
      out.liquidation = out.liquidation || forced_word(text);
    }
    return true;
  });
  const ParseError verdict = needs.verdict(shaped, kAll, use);
  if (verdict != ParseError::none || use == RowUse::foreign) {
    return verdict;
  }
  out.opens = opens(out.position, out.side);
  // The quotient must fit: a value of milliards over the smallest size would not.
  if (out.value.raw() / out.quantity.raw() > 90'000'000'000) {
    return ParseError::bad_value;
  }
  out.price = price_of(out.value, out.quantity);
  return out.price.is_positive() ? ParseError::none : ParseError::bad_value;
}

ParseError read_position(Value row, Position& out, RowUse& use) {
  enum : unsigned { kSymbol = 1, kSide = 2, kSize = 4, kValue = 8, kAll = 14 };
  Needs needs; // of every row, flat ones included
  bool has_symbol = false;
  out = Position{};
  const bool shaped = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "symbol" || key == "contractId") {
      has_symbol = true;
      return needs.set(kSymbol, take_symbol(v, out.symbol, use));
    }
    if (key == "side") {
      return needs.set(kSide, json::assign(out.side, position_side(text)));
    }
    if (key == "size") {
      return needs.set(kSize, json::assign(out.quantity, json::quantity(text)));
    }
    if (key == "open_value" || key == "openValue") {
      return needs.set(kValue, json::assign(out.open_value, json::notional(text)) &&
                                   !out.open_value.is_negative());
    }
    if (key == "created_time" || key == "createdTime") { // flat rows may tell none
      return needs.set(0, json::assign(out.opened, json::stamp_or_none(v)));
    }
    return true;
  });
  const ParseError verdict = needs.verdict(shaped, kAll, use);
  if (verdict == ParseError::none && !has_symbol) { // older rows name no symbol
    use = RowUse::foreign;
    return out.is_flat() ? ParseError::none : ParseError::missing_field;
  }
  if (verdict == ParseError::none && use == RowUse::take &&
      !out.is_flat()) { // its price and its age must be known
    return !out.open_value.is_positive() ? ParseError::bad_value
           : out.opened == Timestamp{}   ? ParseError::missing_field
                                         : ParseError::none;
  }
  return verdict;
}

ParseError read_order(Value row, bool trigger, VenueOrder& out, RowUse& use) {
  enum : unsigned {
    kId = 1,
    kSymbol = 2,
    kSize = 4,
    kStatus = 8,
    kDirection = 16,
    kPosition = 32,
    kSide = 64,
    kFilled = 128,
    kTrigger = 256,
    kCreated = 512
  };
  Needs needs;
  std::string_view status;
  std::optional<OrderType> type;
  std::optional<Side> order_side;
  std::optional<PositionSide> position;
  out = VenueOrder{};
  out.trigger = trigger;
  const bool shaped = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "order_id" || key == "id" || key == "orderId" || key == "algoId") {
      return needs.set(kId, json::assign(out.venue_id, json::unsigned_number(text)));
    }
    if (key == "symbol" || key == "contractId") {
      return needs.set(kSymbol, take_symbol(v, out.symbol, use));
    }
    if (key == "size" || key == "origQty" || key == "quantity") {
      return needs.set(kSize, json::assign(out.quantity, json::quantity(text)));
    }
    if (key == "status" || key == "algoStatus") {
      status = text;
      return needs.set(kStatus, !text.empty());
    }
    if (key == "type" || key == "orderType") { // v2 REST: direction; else MARKET, STOP_MARKET, …
      type = order_type(text);
      out.trigger = out.trigger || text.starts_with("STOP") || text.starts_with("TAKE_PROFIT");
      return needs.set(type ? kDirection : 0U, !text.empty());
    }
    if (key == "positionSide") {
      position = position_side(text);
      return needs.set(kPosition, position.has_value());
    }
    if (key == "orderSide" || key == "side") {
      order_side = side(text);
      return needs.set(kSide, order_side.has_value());
    }
    if (key == "client_oid" || key == "clientOrderId" || key == "clientAlgoId") {
      out.client_id = std::string(text);
    } else if (key == "filled_qty" || key == "cumFillSize" || key == "executedQty") {
      return needs.set(kFilled, json::assign(out.filled, json::quantity(text)));
    } else if (key == "price") { // none: at market
      return needs.set(0, json::is_blank(v) || json::assign(out.price, json::price_or_zero(text)));
    } else if (key == "triggerPrice" || key == "stopPrice") {
      return needs.set(kTrigger, json::is_blank(v) ||
                                     json::assign(out.trigger_price, json::price_or_zero(text)));
    } else if (key == "createTime" || key == "createdTime" || key == "time") {
      return needs.set(kCreated, json::assign(out.created, json::stamp(text)));
    }
    return true;
  });
  const bool by_sides = position && order_side;
  out.trigger = out.trigger || is_untriggered(status);
  const unsigned all = kId | kSymbol | kSize | kStatus | kCreated |
                       (by_sides ? 0U : static_cast<unsigned>(kDirection)) |
                       (out.trigger ? 0U : static_cast<unsigned>(kFilled)) |
                       (trigger ? static_cast<unsigned>(kTrigger) : 0U);
  const ParseError verdict = needs.verdict(shaped, all, use);
  if (verdict != ParseError::none || use == RowUse::foreign) {
    return verdict;
  }
  if (trigger && !out.trigger_price.is_positive()) {
    return ParseError::bad_value; // it waits for nothing
  }
  out.position = by_sides ? *position : type->position;
  out.opens = by_sides ? opens(*position, *order_side) : type->opens;
  out.state = order_state(status, out.filled);
  return ParseError::none;
}

} // namespace rg::weex::wire
