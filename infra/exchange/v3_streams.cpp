// Websockets of v3: its requests and channel names (weex-api §16). The messages: v3_push.cpp.

#include "infra/exchange/v3_push.hpp"
#include "infra/exchange/v3_words.hpp"

namespace rg::exchange::v3 {

namespace {

std::string refusal_text(std::string_view channel, StreamRefusal why) {
  switch (why) {
  case StreamRefusal::malformed:
    return "INVALID_ARGUMENT: invalid request";
  case StreamRefusal::unknown_channel: {
    const auto at = channel.find('@');
    const std::string_view symbol = channel.substr(0, at);
    return at != std::string_view::npos && !symbol_of(symbol)
               ? "INVALID_ARGUMENT: invalid symbol : " + std::string(symbol)
               : "INVALID_ARGUMENT: invalid channel : " + std::string(channel);
  }
  case StreamRefusal::not_subscribed:
    return "INVALID_ARGUMENT: not subscribed : " + std::string(channel);
  case StreamRefusal::too_many_channels:
    return "FAILED_PRECONDITION: too many channels";
  case StreamRefusal::too_many_operations:
    break;
  }
  return "FAILED_PRECONDITION: too many requests";
}

/// An id of digits comes back as a number, whichever type it was sent in.
std::string id_json(simdjson::dom::element message) {
  simdjson::dom::element id;
  if (message["id"].get(id) != simdjson::SUCCESS || id.is_null()) {
    return "";
  }
  std::string_view text;
  if (id.get(text) != simdjson::SUCCESS) {
    return simdjson::minify(id);
  }
  const bool digits = !text.empty() && text.size() <= 18 && (text[0] != '0' || text.size() == 1) &&
                      text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? std::string(text) : simdjson::minify(id);
}

void write_result(JsonWriter& out, bool result, const StreamRequest& request,
                  std::string_view text) {
  out.begin_object().boolean("result", result);
  if (request.id.empty()) {
    out.null("id");
  } else {
    out.key("id").raw(request.id);
  }
  if (!text.empty()) {
    out.text("msg", text);
  }
  out.end_object();
}

class Protocol final : public StreamProtocol {
public:
  const RestProtocol& rest() const override { return rest_protocol(); }
  std::string_view public_path() const override { return "/v3/ws/public"; }
  std::string_view private_path() const override { return "/v3/ws/private"; }

  StreamRequest read(simdjson::dom::element message) const override {
    using Kind = StreamRequest::Kind;
    StreamRequest request;
    std::string_view method;
    if (message["method"].get(method) != simdjson::SUCCESS) {
      return request;
    }
    request.id = id_json(message);
    if (method == "PONG" || method == "PING") {
      request.kind = method == "PONG" ? Kind::pong : Kind::ping;
      return request;
    }
    simdjson::dom::array channels;
    if ((method != "SUBSCRIBE" && method != "UNSUBSCRIBE") ||
        message["params"].get(channels) != simdjson::SUCCESS || channels.size() == 0) {
      return request;
    }
    for (const simdjson::dom::element e : channels) {
      std::string_view name;
      if (e.get(name) != simdjson::SUCCESS) {
        return request;
      }
      request.channels.emplace_back(name);
    }
    request.kind = method == "SUBSCRIBE" ? Kind::subscribe : Kind::unsubscribe;
    return request;
  }

  std::optional<ChannelSpec> channel(std::string_view name, bool is_private) const override {
    ChannelSpec spec;
    spec.name = name;
    if (is_private) { // some notes name two of the channels in the singular
      const auto topic = private_topic(name == "order"      ? "orders"
                                       : name == "position" ? "positions"
                                                            : name);
      spec.kind = ChannelKind::private_events;
      spec.topic = topic.value_or(0);
      return topic ? std::optional<ChannelSpec>(std::move(spec)) : std::nullopt;
    }
    const auto at = name.find('@');
    const auto symbol = symbol_of(name.substr(0, at));
    if (at == std::string_view::npos || !symbol) {
      return std::nullopt;
    }
    spec.symbol = *symbol;
    std::string_view topic = name.substr(at + 1);
    if (topic == "ticker" || topic == "trade") {
      spec.kind = topic == "ticker" ? ChannelKind::ticker : ChannelKind::trades;
      return spec;
    }
    if (topic == "depth15" || topic == "depth200") {
      spec.kind = ChannelKind::depth;
      spec.levels = topic == "depth15" ? 15 : 200;
      return spec;
    }
    if (!topic.starts_with("kline_")) {
      return std::nullopt;
    }
    topic.remove_prefix(6);
    const auto under = topic.find('_');
    const auto interval = interval_of(topic.substr(0, under));
    const std::string_view price =
        under == std::string_view::npos ? std::string_view{} : topic.substr(under + 1);
    if (!interval || (price != "LAST_PRICE" && price != "MARK_PRICE")) {
      return std::nullopt;
    }
    spec.kind = ChannelKind::kline;
    spec.interval = *interval;
    spec.price = price == "LAST_PRICE" ? CandlePrice::last : CandlePrice::mark;
    return spec;
  }

  void acknowledge(JsonWriter& out, const StreamRequest& request) const override {
    write_result(out, true, request, "");
  }
  void refuse(JsonWriter& out, const StreamRequest& request, std::string_view channel,
              StreamRefusal why) const override {
    write_result(out, false, request, refusal_text(channel, why));
  }
  /// The private socket names the kind under another key.
  void ping(JsonWriter& out, bool is_private, Timestamp wall) const override {
    out.begin_object()
        .text(is_private ? "type" : "event", "ping")
        .stamp_text("time", wall)
        .end_object();
  }
  /// The public socket answers pongs in their own form; the private one is silent.
  void answer(JsonWriter& out, const StreamRequest& request, bool is_private,
              Timestamp) const override {
    if (is_private && request.kind == StreamRequest::Kind::pong) {
      return;
    }
    out.begin_object();
    if (!request.id.empty()) {
      const bool quoted = request.id.starts_with('"');
      out.key("id").raw(quoted ? request.id : '"' + request.id + '"');
    }
    out.text("method", "PONG").end_object();
  }

  void ticker(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core) const override {
    push_ticker(out, c, core);
  }
  void klines(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core, bool snapshot,
              std::span<const Candle> rows) const override {
    push_klines(out, c, core, snapshot, rows);
  }
  void depth(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core,
             const DepthUpdate& update) const override {
    push_depth(out, c, core, update);
  }
  void trades(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core, bool snapshot,
              std::span<const TradePrint> prints) const override {
    push_trades(out, c, core, snapshot, prints);
  }
  void account_event(JsonWriter& out, const CoreEvent& event,
                     const ExchangeCore& core) const override {
    push_private(out, event, core);
  }
};

} // namespace

const StreamProtocol& stream_protocol() {
  static const Protocol kProtocol;
  return kProtocol;
}

} // namespace rg::exchange::v3
