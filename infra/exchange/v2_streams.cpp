// Websockets of v2: its requests and channel names (weex-api §12). The messages: v2_push.cpp.

#include "infra/exchange/v2_push.hpp"
#include "infra/exchange/v2_words.hpp"

namespace rg::exchange::v2 {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(at + 1);
  }
}

std::string_view refusal_text(StreamRefusal why) {
  switch (why) {
  case StreamRefusal::malformed:
    return "Parameter validation failed";
  case StreamRefusal::unknown_channel:
    return "Parameter channel is invalid";
  case StreamRefusal::not_subscribed:
    return "The channel is not subscribed";
  case StreamRefusal::too_many_channels:
    return "The number of channels exceeds the limit";
  case StreamRefusal::too_many_operations:
    break;
  }
  return "Too many requests";
}

void write_beat(JsonWriter& out, std::string_view event, Timestamp wall) {
  out.begin_object().text("event", event).stamp_text("time", wall).end_object();
}

class Protocol final : public StreamProtocol {
public:
  const RestProtocol& rest() const override { return rest_protocol(); }
  std::string_view public_path() const override { return "/v2/ws/public"; }
  std::string_view private_path() const override { return "/v2/ws/private"; }

  StreamRequest read(simdjson::dom::element message) const override {
    using Kind = StreamRequest::Kind;
    StreamRequest request;
    std::string_view event, channel;
    if (message["event"].get(event) != simdjson::SUCCESS) {
      return request;
    }
    if (event == "pong" || event == "ping") { // a client may ask too
      request.kind = event == "pong" ? Kind::pong : Kind::ping;
      return request;
    }
    if ((event == "subscribe" || event == "unsubscribe") &&
        message["channel"].get(channel) == simdjson::SUCCESS) {
      request.kind = event == "subscribe" ? Kind::subscribe : Kind::unsubscribe;
      request.channels.emplace_back(channel);
    }
    return request;
  }

  std::optional<ChannelSpec> channel(std::string_view name, bool is_private) const override {
    ChannelSpec spec;
    spec.name = name;
    if (is_private) {
      const auto topic = private_topic(name);
      spec.kind = ChannelKind::private_events;
      spec.topic = topic.value_or(0);
      return topic ? std::optional<ChannelSpec>(std::move(spec)) : std::nullopt;
    }
    const auto parts = split(name, '.');
    const auto symbol = parts.size() > 1
                            ? symbol_of(parts[parts[0] == "kline" ? 2 % parts.size() : 1])
                            : std::nullopt;
    if (!symbol) {
      return std::nullopt;
    }
    spec.symbol = *symbol;
    if (parts.size() == 2 && (parts[0] == "ticker" || parts[0] == "trades")) {
      spec.kind = parts[0] == "ticker" ? ChannelKind::ticker : ChannelKind::trades;
      return spec;
    }
    if (parts.size() == 3 && parts[0] == "depth" && (parts[2] == "15" || parts[2] == "200")) {
      spec.kind = ChannelKind::depth;
      spec.levels = parts[2] == "15" ? 15 : 200;
      return spec;
    }
    if (parts.size() == 4 && parts[0] == "kline") {
      const auto interval = channel_interval_of(parts[3]);
      if (!interval || (parts[1] != "LAST_PRICE" && parts[1] != "MARK_PRICE")) {
        return std::nullopt;
      }
      spec.kind = ChannelKind::kline;
      spec.interval = *interval;
      spec.price = parts[1] == "LAST_PRICE" ? CandlePrice::last : CandlePrice::mark;
      return spec;
    }
    return std::nullopt;
  }

  void acknowledge(JsonWriter& out, const StreamRequest& request) const override {
    const bool on = request.kind == StreamRequest::Kind::subscribe;
    out.begin_object()
        .text("event", on ? "subscribed" : "unsubscribed")
        .text("channel", request.channels.front())
        .end_object();
  }
  void refuse(JsonWriter& out, const StreamRequest&, std::string_view channel,
              StreamRefusal why) const override {
    out.begin_object()
        .text("event", "error")
        .text("channel", channel)
        .text("msg", refusal_text(why))
        .end_object();
  }
  void ping(JsonWriter& out, bool, Timestamp wall) const override { write_beat(out, "ping", wall); }
  void answer(JsonWriter& out, const StreamRequest& request, bool, Timestamp wall) const override {
    if (request.kind == StreamRequest::Kind::ping) {
      write_beat(out, "pong", wall);
    }
  }

  void ticker(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core) const override {
    push_ticker(out, c.name, core, c.symbol);
  }
  void klines(JsonWriter& out, const ChannelSpec& c, const ExchangeCore&, bool snapshot,
              std::span<const Candle> rows) const override {
    push_klines(out, c.name, c.symbol, snapshot ? "snapshot" : "change", rows);
  }
  void depth(JsonWriter& out, const ChannelSpec& c, const ExchangeCore&,
             const DepthUpdate& update) const override {
    push_depth(out, c.name, c.symbol, update);
  }
  void trades(JsonWriter& out, const ChannelSpec& c, const ExchangeCore&, bool,
              std::span<const TradePrint> prints) const override {
    push_trades(out, c.name, c.symbol, prints);
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

} // namespace rg::exchange::v2
