// Answers to changes, order lists, fills and candles of v2 (weex-api §6, §8.6, §10).

#include "infra/weex/v2_codec.hpp"
#include "infra/weex/v2_rows.hpp"

#include <algorithm>
#include <charconv>

namespace rg::weex {

namespace v2 {

namespace {

using json::Value;

constexpr std::size_t kMessageLength = 240;
constexpr std::size_t kPageRows = 100;

int code_number(std::string_view text) {
  int code = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  return error == std::errc{} && end == text.data() + text.size() ? code : -1;
}

bool is_success(int code) {
  return code == 0 || code == 200;
} // "00000", "0", "200"

/// Order ids of acks: 0 where the order failed.
bool take_id(VenueOrderId& out, Value v) {
  return json::assign(out, json::unsigned_number(json::scalar(v)));
}

/// Rows and single objects alike: {order_id | orderId | successOrderId, result | success, err_msg |
/// …}.
bool read_ack(Value object, ChangeResult& out) {
  bool said_no = false;
  std::string_view message, code;
  const bool whole = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "order_id" || key == "orderId") {
      return take_id(out.venue_id, v);
    }
    if (key == "result" || key == "success") {
      bool good = false;
      if (v.get_bool().get(good) != simdjson::SUCCESS) {
        return false;
      }
      said_no = !good;
    } else if (key == "err_msg" || key == "errorMessage" || key == "error_message") {
      message = json::is_null(v) ? std::string_view{} : json::text(v);
    } else if (key == "error_code" || key == "errorCode") {
      code = json::scalar(v);
    }
    return true;
  });
  if (whole && said_no) {
    const int number = code_number(code);
    // Row-level refusals without a code: an unknown order is the only one seen (weex-api §10.3).
    out.error = {number > 0 ? number : 50005, std::string(message.substr(0, kMessageLength))};
    if (number <= 0 && message.find("not exist") == std::string_view::npos) {
      out.error.code = 40017;
    }
  }
  return whole;
}

} // namespace

CodeField read_code(json::Object& root, VenueError& error) {
  Value code;
  const simdjson::error_code found = root.find_field_unordered("code").get(code);
  if (found != simdjson::SUCCESS) {
    return found == simdjson::NO_SUCH_FIELD ? CodeField::absent : CodeField::broken;
  }
  const int number = code_number(json::scalar(code));
  if (is_success(number)) {
    return CodeField::success;
  }
  error.code = number;
  Value message;
  if (root.find_field_unordered("msg").get(message) == simdjson::SUCCESS) {
    error.message = std::string(json::text(message).substr(0, kMessageLength));
  }
  return CodeField::failure;
}

ParseError read_orders(Value rows, bool triggers, std::vector<VenueOrder>& out, PageState& page,
                       std::size_t& rows_on_page) {
  ParseError problem = ParseError::none;
  bool fresh = false;
  const auto row_reader = [&](Value row) {
    VenueOrder order;
    RowUse use = RowUse::take;
    problem = read_order(row, triggers, order, use);
    if (problem != ParseError::none) {
      return false;
    }
    ++rows_on_page;
    if (page.seen.insert(order.venue_id).second) {
      fresh = true;
      page.until = page.until > Timestamp{} ? std::min(page.until, order.created) : order.created;
      if (use == RowUse::take) {
        out.push_back(std::move(order));
      }
    }
    return true;
  };
  const bool shaped = json::each_element(rows, row_reader);
  page.more = rows_on_page >= kPageRows && fresh;
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

ParseError read_fills(Value object, std::vector<Fill>& out, PageState& page) {
  ParseError problem = ParseError::none;
  bool next = false, fresh = false, has_list = false;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "nextFlag") {
      return v.get_bool().get(next) == simdjson::SUCCESS;
    }
    if (key != "list") {
      return true;
    }
    has_list = true;
    return json::each_element(v, [&](Value row) {
      Fill fill;
      RowUse use = RowUse::take;
      problem = read_fill(row, fill, use);
      if (problem != ParseError::none) {
        return false;
      }
      if (page.seen.insert(fill.venue_fill_id).second) {
        fresh = true;
        page.until = page.until > Timestamp{} ? std::min(page.until, fill.exchange_time)
                                              : fill.exchange_time;
        if (use == RowUse::take) {
          out.push_back(fill);
        }
      }
      return true;
    });
  });
  page.more = next && fresh;
  if (!shaped) {
    return problem != ParseError::none ? problem : ParseError::malformed;
  }
  return has_list ? ParseError::none : ParseError::missing_field;
}

} // namespace v2

namespace {

using json::Value;

ParseError read_candle_row(Value row, CandleRow& candle, bool& sane) {
  std::size_t index = 0;
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
    default:
      break;
    }
    return good;
  });
  if (!good) {
    return ParseError::bad_value;
  }
  if (!whole || index < 6) {
    return whole ? ParseError::missing_field : ParseError::malformed;
  }
  sane = candle.low <= candle.open && candle.low <= candle.close && candle.high >= candle.open &&
         candle.high >= candle.close;
  return sane ? ParseError::none : ParseError::bad_value;
}

} // namespace

ParseError V2Codec::decode_candles(Symbol symbol, std::string_view text,
                                   std::vector<CandleRow>& rows, VenueError& error) {
  rows.clear();
  v2::Envelope envelope = v2::open_envelope(parser_, text, [&](Value payload) {
    ParseError problem = ParseError::none;
    const bool shaped = json::each_element(payload, [&](Value row) {
      CandleRow candle;
      candle.symbol = symbol;
      bool sane = true;
      problem = read_candle_row(row, candle, sane);
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

ChangeResult V2Codec::decode_change(const ChangeRequest& request, std::string_view text) {
  ChangeResult result;
  const bool places =
      std::holds_alternative<PlaceOrder>(request) || std::holds_alternative<PlaceStop>(request);
  const bool one = places || std::holds_alternative<CancelOrder>(request) ||
                   std::holds_alternative<CancelStop>(request);
  bool read = false;
  v2::Envelope envelope = v2::open_envelope(parser_, text, [&](Value payload) {
    read = true;
    simdjson::ondemand::json_type type{};
    if (payload.type().get(type) != simdjson::SUCCESS) {
      return ParseError::malformed;
    }
    if (type == simdjson::ondemand::json_type::array) {
      return json::each_element(payload, [&](Value row) { return v2::read_ack(row, result); })
                 ? ParseError::none
                 : ParseError::malformed;
    }
    if (type == simdjson::ondemand::json_type::object) {
      return v2::read_ack(payload, result) ? ParseError::none : ParseError::malformed;
    }
    return ParseError::none; // "data": "" or null
  });
  if (envelope.error.code != 0) {
    result.error = std::move(envelope.error);
    result.understood = true;
    return result;
  }
  result.understood = envelope.problem == ParseError::none && (read || envelope.wrapped);
  if (places && result.error.code == 0 && result.venue_id == 0) {
    result.understood = false; // an accepted order has an id
  }
  if (one && !read) {
    result.understood = false;
  }
  if (!one) {
    result.venue_id = 0; // of the last row: means nothing
  }
  return result;
}

namespace {

template <class T> T& ensure(QueryPayload& payload) {
  if (!std::holds_alternative<T>(payload)) {
    payload = T{};
  }
  return std::get<T>(payload);
}

void order_orders(std::vector<VenueOrder>& rows) {
  std::sort(rows.begin(), rows.end(), [](const VenueOrder& a, const VenueOrder& b) {
    return std::pair(a.created, a.venue_id) < std::pair(b.created, b.venue_id);
  });
}

} // namespace

ParseError V2Codec::decode_page(const Query& query, std::string_view text, PageState& page,
                                QueryPayload& payload, VenueError& error) {
  page.more = false;
  bool read = false;
  v2::Envelope envelope = v2::open_envelope(parser_, text, [&](Value value) {
    read = true;
    std::size_t rows = 0;
    switch (query.kind) {
    case QueryKind::contracts:
      return v2::read_contracts(value, ensure<std::vector<ContractRules>>(payload));
    case QueryKind::account:
      return v2::read_assets(value, ensure<AccountSnapshot>(payload));
    case QueryKind::positions:
      return v2::read_positions(value, ensure<std::vector<Position>>(payload));
    case QueryKind::open_orders:
    case QueryKind::trigger_orders:
    case QueryKind::order_history: {
      auto& orders = ensure<std::vector<VenueOrder>>(payload);
      const ParseError problem =
          v2::read_orders(value, query.kind == QueryKind::trigger_orders, orders, page, rows);
      order_orders(orders);
      return problem;
    }
    case QueryKind::fills: {
      auto& fills = ensure<std::vector<Fill>>(payload);
      const ParseError problem = v2::read_fills(value, fills, page);
      std::sort(fills.begin(), fills.end(), [](const Fill& a, const Fill& b) {
        return std::pair(a.exchange_time, a.venue_fill_id) <
               std::pair(b.exchange_time, b.venue_fill_id);
      });
      return problem;
    }
    case QueryKind::leverage:
      return v2::read_settings(value, ensure<std::vector<LeverageSetting>>(payload));
    case QueryKind::bills: {
      auto& flows = ensure<std::vector<CashFlow>>(payload);
      const ParseError problem = v2::read_bills(value, flows, page);
      std::sort(flows.begin(), flows.end(), [](const CashFlow& a, const CashFlow& b) {
        return std::pair(a.exchange_time, a.venue_bill_id) <
               std::pair(b.exchange_time, b.venue_bill_id);
      });
      return problem;
    }
    case QueryKind::server_time:
      return v2::read_server_time(value, ensure<ServerTime>(payload));
    }
    return ParseError::malformed;
  });
  ++page.page;
  error = std::move(envelope.error);
  if (envelope.problem == ParseError::none && error.code == 0 && !read) {
    return ParseError::missing_field; // a success envelope without data
  }
  return envelope.problem;
}

VenueError V2Codec::decode_ack(std::string_view text, bool& understood) {
  v2::Envelope envelope = v2::open_envelope(parser_, text, [](Value) { return ParseError::none; });
  understood = envelope.problem == ParseError::none && envelope.wrapped;
  return std::move(envelope.error);
}

} // namespace rg::weex
