// Private websocket frames of v2 (weex-api §12.5).

#include "infra/weex/private_rows.hpp"
#include "infra/weex/v2_codec.hpp"

namespace rg::weex {

namespace {

using json::Value;

/// Reads the list under msg.data whatever the channel: its name tells what it holds.
struct ListReader {
  PrivateFrame& frame;
  ParseError problem = ParseError::none;
  bool has_list = false;

  bool on_list(std::string_view key, Value v) {
    const FrameKind kind = key == "order"                  ? FrameKind::orders
                           : key == "orderFillTransaction" ? FrameKind::fills
                           : key == "position"             ? FrameKind::positions
                           : key == "collateral"           ? FrameKind::account
                                                           : FrameKind::ignored;
    if (kind != FrameKind::ignored) {
      has_list = true;
      problem = wire::read_private_rows(kind, v, frame);
    }
    return problem == ParseError::none;
  }
  bool take(bool good) {
    problem = good ? problem : ParseError::bad_value;
    return good;
  }
  bool on_message(std::string_view key, Value v) {
    if (key == "msgEvent") {
      return take(wire::read_cause(v, frame));
    } else if (key == "version") {
      return take(wire::read_version(v, frame));
    } else if (key == "data") {
      return json::each_field(
          v, [&](std::string_view name, Value list) { return on_list(name, list); });
    }
    return true;
  }
};

} // namespace

ParseError V2Codec::decode(std::string_view text, PrivateFrame& frame) {
  wire::clear(frame);
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
    wire::clear(frame);
    return problem;
  }
  if (has_message) {
    if (!reader.has_list) {
      wire::clear(frame);
      return ParseError::missing_field;
    }
    return ParseError::none;
  }
  if (event == "payload") {
    wire::clear(frame); // news of nobody knows what
    return ParseError::missing_field;
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
