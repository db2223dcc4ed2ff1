#include "infra/weex/lists.hpp"

#include "infra/weex/rows.hpp"

#include <algorithm>

namespace rg::weex::wire {

namespace {

using json::Value;

/// What the rows of an ack said, taken together.
struct Ack {
  VenueOrderId id = 0;
  VenueError error;
  std::int64_t leverage = 0; ///< in force now, 1e-8 grid; 0 = not told
  bool has_verdict = false;  ///< result or success stood there
};

int code_of_row(std::string_view code, std::string_view message, const RowCodes& codes) {
  const int number = code.empty() ? 0 : code_number(code);
  if (number != 0 && number != -1) {
    return number;
  }
  const auto says = [&](std::string_view words) {
    return message.find(words) != std::string_view::npos;
  };
  if (says("not exist") || says("NOT_FOUND")) {
    return codes.gone;
  }
  return says("INVALID_ARGUMENT") || says("FAILED_PRECONDITION") ? codes.engine : codes.other;
}

/// Rows and single objects alike: {order_id | orderId, result | success, err_msg | errorMessage,
/// …}.
bool read_ack(Value object, Ack& out, const RowCodes& codes) {
  bool said_no = false, says_something = false;
  std::string code, message;
  const bool whole = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "order_info" || key == "cancelOrderResultList") { // of batches: rows like any other
      return json::each_element(v, [&](Value row) { return read_ack(row, out, codes); });
    }
    if (key == "order_id" || key == "orderId" || key == "successOrderId") {
      // 0 or null where the order failed
      says_something = true;
      out.id = 0;
      return json::is_null(v) || json::assign(out.id, json::unsigned_number(json::scalar(v)));
    }
    if (key == "result" || key == "success") {
      bool good = false;
      if (v.get_bool().get(good) != simdjson::SUCCESS) {
        return false;
      }
      out.has_verdict = says_something = true;
      said_no = !good;
    } else if (key == "err_msg" || key == "errorMessage" || key == "error_message") {
      message = json::is_null(v) ? std::string() : message_text(v);
    } else if (key == "error_code" || key == "errorCode") {
      code = json::scalar(v);
    } else if (key == "crossLeverage" || key == "isolatedLongLeverage") { // the other one is 0
      const auto told = json::decimal(json::scalar(v));
      says_something = true;
      out.leverage = std::max(out.leverage, told.value_or(0));
      return told.has_value();
    }
    return true;
  });
  if (whole && said_no) {
    const int number = code_of_row(code, message, codes);
    out.error = {number, std::move(message)};
  }
  return whole && says_something;
}

} // namespace

ChangeResult read_change(json::Parser& parser, const ChangeRequest& request, std::string_view text,
                         const RowCodes& codes) {
  const bool places =
      std::holds_alternative<PlaceOrder>(request) || std::holds_alternative<PlaceStop>(request);
  const bool cancels =
      std::holds_alternative<CancelOrder>(request) || std::holds_alternative<CancelStop>(request);
  const bool one = places || cancels;
  Ack ack;
  bool read = false;
  Envelope envelope = open_envelope(parser, text, [&](Value payload) {
    read = true;
    simdjson::ondemand::json_type type{};
    if (payload.type().get(type) != simdjson::SUCCESS) {
      return ParseError::malformed;
    }
    bool whole = true; // "data": "" or null
    if (type == simdjson::ondemand::json_type::array) {
      whole = json::each_element(payload, [&](Value row) { return read_ack(row, ack, codes); });
    } else if (type == simdjson::ondemand::json_type::object) {
      whole = read_ack(payload, ack, codes);
    }
    return whole ? ParseError::none : ParseError::malformed;
  });
  ChangeResult result;
  if (envelope.error.code != 0) {
    result.error = std::move(envelope.error);
    result.understood = true;
    return result;
  }
  result.understood = envelope.problem == ParseError::none && (read || envelope.wrapped);
  if (!result.understood) {
    return result;
  }
  result.error = std::move(ack.error);
  result.venue_id = one ? ack.id : 0; // of the last of many rows it would mean nothing
  if (one && (!read || (places && result.error.code == 0 && result.venue_id == 0))) {
    result.understood = false; // an accepted order has an id
  }
  if (cancels && !ack.has_verdict) {
    result.understood = false; // neither yes nor no
  }
  if (const auto* set = std::get_if<SetLeverage>(&request)) {
    if (ack.leverage != 0 && ack.leverage != set->leverage * kFixedScale) {
      result.error = {codes.other, "the leverage in force is another than the one asked for"};
    }
    result.understood = envelope.wrapped || ack.leverage != 0;
  }
  return result;
}

namespace {

/// The next page ends where this one begins; foreign rows may tell no time.
void note_time(Timestamp time, PageState& page) {
  if (time > Timestamp{}) {
    page.until = page.until > Timestamp{} ? std::min(page.until, time) : time;
  }
}

} // namespace

ParseError read_orders(Value value, bool triggers, std::vector<VenueOrder>& out, PageState& page) {
  ParseError problem = ParseError::none;
  std::size_t rows_on_page = 0;
  bool fresh = false;
  const auto take_row = [&](Value row) {
    VenueOrder order;
    RowUse use = RowUse::take;
    problem = read_order(row, triggers, order, use);
    if (problem != ParseError::none) {
      return false;
    }
    ++rows_on_page;
    if (page.seen.insert(order.venue_id).second) {
      fresh = true;
      note_time(order.created, page);
      if (use == RowUse::take) {
        out.push_back(std::move(order));
      }
    }
    return true;
  };
  simdjson::ondemand::json_type type{};
  bool has_list = true, next = false, next_told = false;
  bool shaped = value.type().get(type) == simdjson::SUCCESS;
  if (shaped && type == simdjson::ondemand::json_type::object) { // history of trigger orders
    has_list = false;
    shaped = json::each_field(value, [&](std::string_view key, Value v) {
      if (key == "nextPage" || key == "hasMore") {
        next_told = true;
        return v.get_bool().get(next) == simdjson::SUCCESS;
      }
      const bool is_list = key == "list" || key == "orders";
      has_list = has_list || is_list;
      return !is_list || json::each_element(v, take_row);
    });
  } else {
    shaped = shaped && json::each_element(value, take_row);
  }
  page.more = fresh && (next_told ? next : rows_on_page >= kPageRows);
  if (!shaped) {
    return problem != ParseError::none ? problem : ParseError::malformed;
  }
  return has_list ? ParseError::none : ParseError::missing_field;
}

ParseError take_fill(Value row, std::vector<Fill>& out, PageState& page, bool& fresh) {
  Fill fill;
  RowUse use = RowUse::take;
  const ParseError problem = read_fill(row, fill, use);
  if (problem == ParseError::none && page.seen.insert(fill.venue_fill_id).second) {
    fresh = true;
    note_time(fill.exchange_time, page);
    if (use == RowUse::take) {
      out.push_back(fill);
    }
  }
  return problem;
}

ParseError read_positions(Value rows, std::vector<Position>& out) {
  ParseError problem = ParseError::none;
  const auto add = [&](const Position& row) {
    for (Position& known : out) {
      if (known.symbol == row.symbol && known.side == row.side) {
        known.quantity += row.quantity;
        known.open_value += row.open_value;
        known.opened = std::min(known.opened, row.opened);
        return;
      }
    }
    out.push_back(row);
  };
  const bool shaped = json::each_element(rows, [&](Value row) {
    Position position;
    RowUse use = RowUse::take;
    problem = read_position(row, position, use);
    if (problem == ParseError::none && use == RowUse::take && !position.is_flat()) {
      add(position);
    }
    return problem == ParseError::none;
  });
  std::sort(out.begin(), out.end(), [](const Position& a, const Position& b) {
    return std::pair(a.symbol, a.side) < std::pair(b.symbol, b.side);
  });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

namespace {

/// v2: seven elements, the last the turnover. v3: eleven, the seventh the close time; a row of v3
/// that lost an element in front would show the turnover there.
ParseError read_candle_row(Value row, CandleRow& candle) {
  constexpr std::size_t kLeast = 7;
  std::size_t index = 0;
  bool seventh_is_stamp = false;
  bool good = true;
  const bool whole = json::each_element(row, [&](Value v) {
    const std::string_view text = json::scalar(v);
    switch (index++) {
    case 0:
      good = json::assign(candle.open_time, json::stamp(text));
      break;
    case 1:
      good = json::assign(candle.open, json::price(text));
      break;
    case 2:
      good = json::assign(candle.high, json::price(text));
      break;
    case 3:
      good = json::assign(candle.low, json::price(text));
      break;
    case 4:
      good = json::assign(candle.close, json::price(text));
      break;
    case 5:
      good = json::assign(candle.volume, json::quantity(text));
      break;
    case 6:
      seventh_is_stamp = json::stamp(text).has_value();
      break;
    default:
      break;
    }
    return good;
  });
  if (!good) {
    return ParseError::bad_value;
  }
  if (!whole || index < kLeast || (index > kLeast && !seventh_is_stamp)) {
    return whole ? ParseError::missing_field : ParseError::malformed;
  }
  const bool sane = candle.low <= candle.open && candle.low <= candle.close &&
                    candle.high >= candle.open && candle.high >= candle.close;
  return sane ? ParseError::none : ParseError::bad_value;
}

} // namespace

ParseError read_candles(json::Parser& parser, Symbol symbol, std::string_view text,
                        std::vector<CandleRow>& rows, VenueError& error) {
  rows.clear();
  Envelope envelope = open_envelope(parser, text, [&](Value payload) {
    ParseError problem = ParseError::none;
    const bool shaped = json::each_element(payload, [&](Value row) {
      CandleRow candle;
      candle.symbol = symbol;
      problem = read_candle_row(row, candle);
      rows.push_back(candle);
      return problem == ParseError::none;
    });
    return shaped || problem != ParseError::none ? problem : ParseError::malformed;
  });
  error = std::move(envelope.error);
  if (envelope.problem != ParseError::none) {
    rows.clear();
    return envelope.problem;
  }
  const auto by_time = [](const CandleRow& a, const CandleRow& b) {
    return a.open_time < b.open_time;
  };
  std::stable_sort(rows.begin(), rows.end(), by_time); // the venue's order is not documented
  const auto same = [](const CandleRow& a, const CandleRow& b) {
    return a.open_time == b.open_time;
  };
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  return ParseError::none;
}

} // namespace rg::weex::wire
