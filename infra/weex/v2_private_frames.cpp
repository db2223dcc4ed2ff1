// Private websocket frames of v2 (weex-api §12.5).

#include "infra/weex/v2_codec.hpp"
#include "infra/weex/v2_rows.hpp"

namespace rg::weex {

namespace {

using json::Value;

void clear(PrivateFrame& frame) {
  frame.kind = FrameKind::ignored;
  frame.channel = frame.ping_time = frame.note = {};
  frame.cause = AccountCause::other;
  frame.version = 0;
  frame.positions.clear();
  frame.fills.clear();
  frame.orders.clear();
  frame.foreign_rows = 0;
}

AccountCause cause_of(std::string_view word) {
  if (word == "OrderUpdate") {
    return AccountCause::order;
  }
  if (word == "PositionFundingSettle") {
    return AccountCause::funding;
  }
  return word == "DepositUpdate" || word == "WithdrawUpdate" || word.starts_with("Transfer")
             ? AccountCause::transfer
             : AccountCause::other;
}

/// Reads the list under msg.data whatever the channel: its name tells what it holds.
struct ListReader {
  PrivateFrame& frame;
  ParseError problem = ParseError::none;
  bool has_list = false;

  template <class Row, class Read> bool rows(Value list, std::vector<Row>& out, Read read) {
    has_list = true;
    return json::each_element(list, [&](Value element) {
      Row row;
      v2::RowUse use = v2::RowUse::take;
      problem = read(element, row, use);
      if (problem != ParseError::none) {
        return false;
      }
      if (use == v2::RowUse::take) {
        out.push_back(std::move(row));
      } else {
        ++frame.foreign_rows;
      }
      return true;
    });
  }
  bool on_list(std::string_view key, Value v) {
    if (key == "order") {
      frame.kind = FrameKind::orders;
      return rows(v, frame.orders, [](Value r, VenueOrder& o, v2::RowUse& use) {
        return v2::read_order(r, false, o, use);
      });
    }
    if (key == "orderFillTransaction") {
      frame.kind = FrameKind::fills;
      return rows(v, frame.fills, v2::read_fill);
    }
    if (key == "position") {
      frame.kind = FrameKind::positions;
      return rows(v, frame.positions, v2::read_position);
    }
    if (key == "collateral") { // sums since ever, in another accounting: the balances come by REST
      frame.kind = FrameKind::account;
      has_list = true;
      return json::each_element(v, [](Value) { return true; });
    }
    return true;
  }
  bool on_message(std::string_view key, Value v) {
    if (key == "msgEvent") {
      frame.cause = cause_of(json::scalar(v));
    } else if (key == "version") {
      frame.version = json::unsigned_number(json::scalar(v)).value_or(0);
    } else if (key == "data") {
      return json::each_field(
          v, [&](std::string_view name, Value list) { return on_list(name, list); });
    }
    return true;
  }
};

} // namespace

ParseError V2Codec::decode(std::string_view text, PrivateFrame& frame) {
  clear(frame);
  json::Document document;
  json::Object root;
  if (!json::open(parser_, text, document) ||
      document.get_object().get(root) != simdjson::SUCCESS) {
    return ParseError::malformed;
  }
  ListReader reader{frame};
  std::string_view event, type, note, time;
  bool has_message = false;
  const bool whole = json::each_field(root, [&](std::string_view key, Value v) {
    if (key == "msg") {
      simdjson::ondemand::json_type kind{};
      if (v.type().get(kind) == simdjson::SUCCESS &&
          kind == simdjson::ondemand::json_type::object) {
        has_message = true;
        return json::each_field(
            v, [&](std::string_view k, Value m) { return reader.on_message(k, m); });
      }
      note = json::scalar(v);
    } else if (key == "channel") {
      frame.channel = json::scalar(v);
    } else if (key == "event") {
      event = json::scalar(v);
    } else if (key == "type") {
      type = json::scalar(v);
    } else if (key == "time") {
      time = json::scalar(v);
    }
    return true;
  });
  if (!whole || !json::at_end(document)) {
    const ParseError problem =
        reader.problem != ParseError::none ? reader.problem : ParseError::malformed;
    clear(frame);
    return problem;
  }
  if (has_message) {
    if (!reader.has_list) {
      clear(frame);
      return ParseError::missing_field;
    }
    return ParseError::none;
  }
  const std::string_view word = event.empty() ? type : event;
  frame.ping_time = time;
  frame.note = note;
  frame.kind = word == "ping"           ? FrameKind::ping
               : word == "subscribed"   ? FrameKind::subscribed
               : word == "unsubscribed" ? FrameKind::unsubscribed
               : word == "error"        ? FrameKind::refused
                                        : FrameKind::ignored;
  return ParseError::none;
}

} // namespace rg::weex
