#include "infra/exchange/v2_streams.hpp"

#include "infra/exchange/v2_streams_internals.hpp"
#include "infra/exchange/v2_words.hpp"

#include <algorithm>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kPublicPath = "/v2/ws/public";
constexpr std::string_view kPrivatePath = "/v2/ws/private";

net::HttpResponse refusal(int status, std::string_view code, std::string_view text,
                          Timestamp wall) {
  JsonWriter out;
  out.begin_object()
      .text("code", code)
      .text("msg", text)
      .integer("requestTime", wall.ms())
      .null("data")
      .end_object();
  return {status, {{"Content-Type", "application/json;charset=UTF-8"}}, out.take()};
}

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

} // namespace

V2Streams::V2Streams(ExchangeCore& core, const KeyRing& keys, const StreamOptions& options,
                     std::function<Timestamp()> wall_clock)
    : core_(core), keys_(keys), options_(options), wall_clock_(std::move(wall_clock)) {}
V2Streams::~V2Streams() = default;

std::optional<net::HttpResponse> V2Streams::open(const net::ServerRequest& request,
                                                 std::shared_ptr<net::WsSession> socket,
                                                 net::WsHandler& handler) {
  const Timestamp wall = wall_clock_();
  const std::string_view path =
      std::string_view(request.http.target).substr(0, request.http.target.find('?'));
  const bool is_private = path == kPrivatePath;
  if (!is_private && path != kPublicPath) {
    return refusal(404, "404", "Not Found", wall);
  }
  auto& connects =
      connects_
          .try_emplace(request.remote_address, options_.connects_per_five_minutes, Duration{5min})
          .first->second;
  const auto open_now = std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& s) {
    return !s.second->closed && s.second->address == request.remote_address;
  });
  if (!connects.take(wall) || static_cast<std::size_t>(open_now) >= options_.sessions_per_address) {
    return refusal(429, "429", "Too many requests", wall);
  }
  if (header_of(request.http, "User-Agent").empty()) {
    return refusal(403, "40022", "Header \"User-Agent\" is required", wall);
  }
  auto session = std::make_unique<Session>(options_.operations_per_hour);
  if (is_private) {
    const auto outcome =
        keys_.check(request.http, {std::string(kPrivatePath)}, wall, KeyRing::Part::all);
    if (outcome.key == nullptr) {
      signature_failures_ += outcome.failure == AuthFailure::wrong_signature ? 1 : 0;
      const v2::Error error = v2::from_auth(outcome.failure);
      return refusal(401, error.code, error.message, wall);
    }
    session->account = outcome.key->account;
  }
  const std::uint64_t id = next_session_++;
  session->id = id;
  session->socket = std::move(socket);
  session->address = request.remote_address;
  session->is_private = is_private;
  session->next_ping = wall + options_.ping_every;
  handler.on_text = [this, id](std::string_view text) { on_text(id, text); };
  handler.on_close = [this, id] {
    if (const auto it = sessions_.find(id); it != sessions_.end()) {
      it->second->closed = true; // forgotten at the next flush: we may stand inside a send
    }
  };
  sessions_.emplace(id, std::move(session));
  return std::nullopt;
}

void V2Streams::on_text(std::uint64_t id, std::string_view text) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || it->second->closed) {
    return;
  }
  Session& session = *it->second;
  const Timestamp wall = wall_clock_();
  simdjson::dom::element root;
  std::string_view event, channel;
  if (parser_.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS ||
      root["event"].get(event) != simdjson::SUCCESS) {
    refuse(session, "", "Parameter validation failed");
    return;
  }
  if (event == "pong") {
    session.unanswered = 0;
    return;
  }
  if (event == "ping") { // a client may ask too
    deliver(session, "pong", "{\"event\":\"pong\",\"time\":\"" + std::to_string(wall.ms()) + "\"}");
    return;
  }
  if ((event != "subscribe" && event != "unsubscribe") ||
      root["channel"].get(channel) != simdjson::SUCCESS) {
    refuse(session, "", "Parameter validation failed");
    return;
  }
  if (!session.operation_limit.take(wall)) {
    refuse(session, channel, "Too many requests");
    session.closed = true;
    session.socket->close("too many operations");
    return;
  }
  const std::string name(channel); // the parser's buffer is reused by nothing below, but be plain
  event == "subscribe" ? subscribe(session, name, wall) : unsubscribe(session, name, wall);
}

std::unique_ptr<V2Streams::Channel> V2Streams::make_channel(std::string_view name,
                                                            bool is_private) const {
  auto channel = std::make_unique<Channel>();
  channel->name = name;
  if (is_private) {
    channel->kind = ChannelKind::private_events;
    const bool known =
        name == "account" || name == "positions" || name == "fill" || name == "orders";
    return known ? std::move(channel) : nullptr;
  }
  const auto parts = split(name, '.');
  const auto symbol = parts.size() > 1
                          ? v2::symbol_of(parts[parts[0] == "kline" ? 2 % parts.size() : 1])
                          : std::nullopt;
  if (!symbol || !core_.listed(*symbol)) {
    return nullptr;
  }
  channel->symbol = *symbol;
  if (parts.size() == 2 && (parts[0] == "ticker" || parts[0] == "trades")) {
    channel->kind = parts[0] == "ticker" ? ChannelKind::ticker : ChannelKind::trades;
    return channel;
  }
  if (parts.size() == 3 && parts[0] == "depth" && (parts[2] == "15" || parts[2] == "200")) {
    channel->kind = ChannelKind::depth;
    channel->levels = parts[2] == "15" ? 15 : 200;
    return channel;
  }
  if (parts.size() == 4 && parts[0] == "kline") {
    const auto interval = v2::channel_interval_of(parts[3]);
    if (!interval || (parts[1] != "LAST_PRICE" && parts[1] != "MARK_PRICE")) {
      return nullptr;
    }
    channel->kind = ChannelKind::kline;
    channel->interval = *interval;
    channel->price = parts[1] == "LAST_PRICE" ? CandlePrice::last : CandlePrice::mark;
    return channel;
  }
  return nullptr;
}

void V2Streams::subscribe(Session& session, std::string_view name, Timestamp wall) {
  const bool known = std::any_of(session.channels.begin(), session.channels.end(),
                                 [&](const auto& c) { return c->name == name; });
  if (known) {
    acknowledge(session, "subscribed", name);
    return;
  }
  if (session.channels.size() >= options_.channels_per_session) {
    refuse(session, name, "The number of channels exceeds the limit");
    return;
  }
  auto channel = make_channel(name, session.is_private);
  if (!channel) {
    refuse(session, name, "Parameter channel is invalid");
    return;
  }
  acknowledge(session, "subscribed", name);
  session.channels.push_back(std::move(channel));
  if (!session.is_private) {
    push_market(session, *session.channels.back(), wall, true);
  }
}

void V2Streams::unsubscribe(Session& session, std::string_view name, Timestamp) {
  const auto removed =
      std::erase_if(session.channels, [&](const auto& c) { return c->name == name; });
  if (removed == 0) {
    refuse(session, name, "The channel is not subscribed");
    return;
  }
  acknowledge(session, "unsubscribed", name);
}

void V2Streams::refuse(Session& session, std::string_view channel, std::string_view text) {
  JsonWriter out;
  out.begin_object().text("event", "error").text("channel", channel).text("msg", text).end_object();
  deliver(session, "error", out.take());
}

void V2Streams::acknowledge(Session& session, std::string_view event, std::string_view channel) {
  JsonWriter out;
  out.begin_object().text("event", event).text("channel", channel).end_object();
  deliver(session, event, out.take());
}

void V2Streams::forget_closed() {
  std::erase_if(sessions_, [](const auto& s) { return s.second->closed; });
}

} // namespace rg::exchange
