#include "infra/exchange/streams.hpp"

#include "infra/exchange/streams_internals.hpp"

#include <algorithm>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

net::HttpResponse refusal(const RestProtocol& protocol, const ApiError& error, int status,
                          Timestamp wall) {
  JsonWriter out;
  protocol.write_error(out, error, error.message, wall);
  return {status, {{"Content-Type", "application/json;charset=UTF-8"}}, out.take()};
}

/// The generation whose path this is; v2 for paths of none.
const StreamProtocol& protocol_of(std::string_view path) {
  return path.starts_with("/v3/") ? v3::stream_protocol() : v2::stream_protocol();
}

} // namespace

Streams::Streams(ExchangeCore& core, const KeyRing& keys, const StreamOptions& options,
                 std::function<Timestamp()> wall_clock)
    : core_(core), keys_(keys), options_(options), wall_clock_(std::move(wall_clock)) {}
Streams::~Streams() = default;

std::optional<net::HttpResponse> Streams::open(const net::ServerRequest& request,
                                               std::shared_ptr<net::WsSession> socket,
                                               net::WsHandler& handler) {
  const Timestamp wall = wall_clock_();
  const std::string_view path =
      std::string_view(request.http.target).substr(0, request.http.target.find('?'));
  const StreamProtocol& protocol = protocol_of(path);
  const auto door = [&](DoorRefusal why) {
    const ApiError error = protocol.rest().door(why, "GET");
    return refusal(protocol.rest(), error, error.http, wall);
  };
  const bool is_private = path == protocol.private_path();
  if (!is_private && path != protocol.public_path()) {
    return door(DoorRefusal::no_such_path);
  }
  if (core_.in_maintenance()) {
    return door(DoorRefusal::server_fault);
  }
  auto& connects =
      connects_
          .try_emplace(request.remote_address, options_.connects_per_five_minutes, Duration{5min})
          .first->second;
  const auto open_now = std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& s) {
    return !s.second->closed && s.second->address == request.remote_address;
  });
  if (!connects.take(wall) || static_cast<std::size_t>(open_now) >= options_.sessions_per_address) {
    return door(DoorRefusal::too_many_requests);
  }
  if (header_of(request.http, "User-Agent").empty()) {
    return door(DoorRefusal::no_user_agent);
  }
  auto session = std::make_unique<Session>(options_.operations_per_hour);
  session->protocol = &protocol;
  if (is_private) {
    const auto outcome =
        keys_.check(request.http, {std::string(protocol.private_path())}, wall, KeyRing::Part::all);
    if (outcome.key == nullptr) {
      signature_failures_ += outcome.failure == AuthFailure::wrong_signature ? 1 : 0;
      return refusal(protocol.rest(), protocol.rest().auth(outcome.failure), 401, wall);
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

void Streams::on_text(std::uint64_t id, std::string_view text) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || it->second->closed) {
    return;
  }
  Session& session = *it->second;
  const Timestamp wall = wall_clock_();
  simdjson::dom::element root;
  const StreamRequest request =
      parser_.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS
          ? session.protocol->read(root)
          : StreamRequest{};
  using Kind = StreamRequest::Kind;
  switch (request.kind) {
  case Kind::malformed:
    refuse(session, request, "", StreamRefusal::malformed);
    return;
  case Kind::pong:
    session.unanswered = 0;
    [[fallthrough]];
  case Kind::ping: {
    JsonWriter out;
    session.protocol->answer(out, request, session.is_private, wall);
    if (!out.str().empty()) {
      deliver(session, "pong", out.take());
    }
    return;
  }
  case Kind::subscribe:
  case Kind::unsubscribe:
    break;
  }
  if (!session.operation_limit.take(wall)) {
    refuse(session, request, request.channels.front(), StreamRefusal::too_many_operations);
    session.closed = true;
    session.socket->close("too many operations");
    return;
  }
  request.kind == Kind::subscribe ? subscribe(session, request, wall)
                                  : unsubscribe(session, request);
}

/// All channels of a request or none. One that is subscribed already is acknowledged again.
void Streams::subscribe(Session& session, const StreamRequest& request, Timestamp wall) {
  std::vector<std::unique_ptr<Channel>> fresh;
  for (const std::string& name : request.channels) {
    const bool known = std::any_of(session.channels.begin(), session.channels.end(),
                                   [&](const auto& c) { return c->spec.name == name; }) ||
                       std::any_of(fresh.begin(), fresh.end(),
                                   [&](const auto& c) { return c->spec.name == name; });
    if (known) {
      continue;
    }
    if (session.channels.size() + fresh.size() >= options_.channels_per_session) {
      refuse(session, request, name, StreamRefusal::too_many_channels);
      return;
    }
    auto spec = session.protocol->channel(name, session.is_private);
    if (!spec || (!session.is_private && !core_.listed(spec->symbol))) {
      refuse(session, request, name, StreamRefusal::unknown_channel);
      return;
    }
    fresh.push_back(std::make_unique<Channel>());
    fresh.back()->spec = std::move(*spec);
  }
  acknowledge(session, request);
  for (auto& channel : fresh) {
    session.channels.push_back(std::move(channel));
    if (!session.is_private && !session.closed) {
      push_market(session, *session.channels.back(), wall, true);
    }
  }
}

void Streams::unsubscribe(Session& session, const StreamRequest& request) {
  for (const std::string& name : request.channels) {
    const auto removed =
        std::erase_if(session.channels, [&](const auto& c) { return c->spec.name == name; });
    if (removed == 0) {
      refuse(session, request, name, StreamRefusal::not_subscribed);
      return;
    }
  }
  acknowledge(session, request);
}

void Streams::refuse(Session& session, const StreamRequest& request, std::string_view channel,
                     StreamRefusal why) {
  JsonWriter out;
  session.protocol->refuse(out, request, channel, why);
  deliver(session, "error", out.take());
}

void Streams::acknowledge(Session& session, const StreamRequest& request) {
  JsonWriter out;
  session.protocol->acknowledge(out, request);
  const bool on = request.kind == StreamRequest::Kind::subscribe;
  deliver(session, on ? "subscribed" : "unsubscribed", out.take());
}

void Streams::forget_closed() {
  std::erase_if(sessions_, [](const auto& s) { return s.second->closed; });
}

} // namespace rg::exchange
