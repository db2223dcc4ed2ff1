// Private websocket frames of v3 (weex-api §16): rows as in v2's, straight under "d".

#include "infra/weex/private_rows.hpp"
#include "infra/weex/v3_channels.hpp"
#include "infra/weex/v3_codec.hpp"

namespace rg::weex {

namespace {

using json::Value;

FrameKind kind_of(std::string_view name) {
  return name == "orders" || name == "order"         ? FrameKind::orders
         : name == "fill"                            ? FrameKind::fills
         : name == "positions" || name == "position" ? FrameKind::positions
         : name == "account"                         ? FrameKind::account
                                                     : FrameKind::ignored;
}

} // namespace

ParseError V3Codec::decode(std::string_view text, PrivateFrame& frame) {
  wire::clear(frame);
  if (text == "connected") { // a greeting
    return ParseError::none;
  }
  json::Document document;
  json::Object root;
  if (!json::open(parser_, text, document) ||
      document.get_object().get(root) != simdjson::SUCCESS) {
    return ParseError::malformed;
  }
  v3::Control control;
  ParseError problem = ParseError::none;
  std::string_view name;
  bool rows_read = false, has_rows = false;
  const auto take = [&](bool good) {
    problem = good ? problem : ParseError::bad_value;
    return good;
  };
  const auto run = [&] {
    return json::each_field(root, [&](std::string_view key, Value v) {
      if (key == "d") {
        has_rows = true;
        if (frame.kind == FrameKind::ignored) {
          return true; // before its name, or of a channel that is not ours
        }
        rows_read = true;
        problem = wire::read_private_rows(frame.kind, v, frame);
        return problem == ParseError::none;
      }
      if (key == "e") {
        name = json::scalar(v);
        frame.kind = kind_of(name);
      } else if (key == "v") {
        return take(wire::read_version(v, frame));
      } else if (key == "msgEvent") {
        return take(wire::read_cause(v, frame));
      } else {
        return control.take(key, v);
      }
      return true;
    });
  };
  bool whole = run();
  if (whole && has_rows && !rows_read && frame.kind != FrameKind::ignored) {
    whole = root.reset().error() == simdjson::SUCCESS && run();
  }
  if (!whole || !json::at_end(document)) {
    wire::clear(frame);
    return problem != ParseError::none ? problem : ParseError::malformed;
  }
  // Rows without a name, or a name without rows: news of nobody knows what.
  if (name.empty() ? has_rows : frame.kind != FrameKind::ignored && !has_rows) {
    wire::clear(frame);
    return ParseError::missing_field;
  }
  if (name.empty()) {
    frame.kind = control.kind();
    frame.channel = control.channel();
    frame.ping_time = control.time;
    frame.note = control.note;
  } else {
    frame.channel = name;
  }
  return ParseError::none;
}

} // namespace rg::weex
