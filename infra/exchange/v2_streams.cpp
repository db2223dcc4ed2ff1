#include "infra/exchange/v2_streams.hpp"

#include "infra/exchange/v2_push.hpp"
#include "infra/exchange/v2_words.hpp"

#include <algorithm>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

enum class ChannelKind : std::uint8_t { ticker, kline, depth, trades, private_events };

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

struct V2Streams::Channel {
  ChannelKind kind = ChannelKind::ticker;
  std::string name;
  Symbol symbol;
  CandleInterval interval = CandleInterval::m1;
  CandlePrice price = CandlePrice::last;
  std::size_t levels = 15;
  // What this subscriber has seen.
  Timestamp pushed_wall;
  std::uint64_t pushed_step = 0;
  Timestamp pushed_slot;
  std::uint64_t pushed_version = 0;
  std::vector<BookLevel> asks, bids;
};

struct V2Streams::Session {
  explicit Session(std::uint32_t operations) : operation_limit(operations, 1h) {}
  std::uint64_t id = 0;
  std::shared_ptr<net::WsSession> socket;
  std::string address;
  bool is_private = false, closed = false;
  AccountIndex account = 0;
  std::vector<std::unique_ptr<Channel>> channels;
  EventLimit operation_limit;
  Timestamp next_ping, mute_until;
  std::uint32_t unanswered = 0;
};

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

void V2Streams::push_market(Session& session, Channel& c, Timestamp wall, bool first) {
  if (c.kind == ChannelKind::kline) {
    push_kline(session, c, wall, first);
    return;
  }
  if (!first && wall - c.pushed_wall < options_.push_every) {
    return;
  }
  if (c.kind == ChannelKind::depth) {
    push_depth(session, c, wall, first);
    return;
  }
  if (!first && c.pushed_step == core_.steps()) {
    return;
  }
  writer_.clear();
  if (c.kind == ChannelKind::ticker) {
    v2::push_ticker(writer_, c.name, core_, c.symbol);
  } else {
    const auto prints = core_.prints(c.symbol, c.pushed_step, first ? 10 : 1000);
    c.pushed_step = core_.steps();
    if (prints.empty()) {
      return;
    }
    v2::push_trades(writer_, c.name, c.symbol, prints);
  }
  c.pushed_step = core_.steps();
  c.pushed_wall = wall;
  deliver(session, c.name, writer_.str());
}

void V2Streams::push_kline(Session& session, Channel& c, Timestamp wall, bool first) {
  const CandleStore& candles = core_.candles(c.symbol);
  if (candles.minutes().empty() || (!first && c.pushed_step == core_.steps())) {
    return;
  }
  const Timestamp newest = slot_of(c.interval, candles.minutes().back().open_time);
  const bool rolled = newest > c.pushed_slot;
  if (!first && !rolled && wall - c.pushed_wall < options_.push_every) {
    return;
  }
  if (first) {
    rows_ = candles.rows(c.interval, c.price, options_.snapshot_klines, {}, newest);
  } else {
    candles.recent(c.interval, c.price, c.pushed_slot, rows_);
  }
  c.pushed_slot = newest;
  c.pushed_step = core_.steps();
  c.pushed_wall = wall;
  writer_.clear();
  v2::push_klines(writer_, c.name, c.symbol, first ? "snapshot" : "change", rows_);
  deliver(session, c.name, writer_.str());
}

void V2Streams::push_depth(Session& session, Channel& c, Timestamp wall, bool first) {
  const std::uint64_t version = core_.book_version(c.symbol);
  if (!first && version == c.pushed_version) {
    return;
  }
  auto asks = core_.depth(c.symbol, Side::sell, c.levels);
  auto bids = core_.depth(c.symbol, Side::buy, c.levels);
  v2::DepthUpdate update;
  update.start_version = first ? version - 1 : c.pushed_version;
  update.end_version = version;
  update.levels = c.levels;
  update.snapshot = first;
  if (first) {
    asks_ = asks;
    bids_ = bids;
  } else {
    v2::depth_difference(Side::sell, c.asks, asks, asks_);
    v2::depth_difference(Side::buy, c.bids, bids, bids_);
  }
  c.pushed_version = version;
  c.pushed_wall = wall;
  FaultPlan& faults = core_.faults();
  const bool skipped = !first && faults.strikes(FaultKind::depth_skip, c.name);
  if (!skipped && !first && !asks.empty() && faults.strikes(FaultKind::depth_crossed, c.name)) {
    bids_.insert(bids_.begin(), {asks.front().price, asks.front().size});
  }
  c.asks = std::move(asks);
  c.bids = std::move(bids);
  if (skipped || (!first && asks_.empty() && bids_.empty())) {
    if (!skipped) {
      c.pushed_version = update.start_version; // nothing changed: keep the chain whole
    }
    return;
  }
  update.asks = asks_;
  update.bids = bids_;
  writer_.clear();
  v2::push_depth(writer_, c.name, c.symbol, update);
  deliver(session, c.name, writer_.str());
}

void V2Streams::publish(const std::vector<CoreEvent>& events, Timestamp wall) {
  for (const CoreEvent& event : events) {
    const auto* order = std::get_if<Order>(&event.what);
    if (order != nullptr && order->status == OrderStatus::untriggered &&
        order->listed_from_wall > wall) {
      // Attached exits show up late here too; what happens to them before is told at once.
      late_.push_back({order->listed_from_wall, 0, "", event.account, order->id});
      continue;
    }
    push_to_account(event);
  }
}

void V2Streams::push_to_account(const CoreEvent& event) {
  const std::string_view name = v2::private_channel(event);
  bool written = false;
  for (auto& [id, session] : sessions_) {
    if (!session->is_private || session->closed || session->account != event.account) {
      continue;
    }
    const bool wanted = std::any_of(session->channels.begin(), session->channels.end(),
                                    [&](const auto& c) { return c->name == name; });
    if (!wanted) {
      continue;
    }
    if (!written) {
      writer_.clear();
      v2::push_private(writer_, event, core_);
      written = true;
    }
    deliver(*session, name, writer_.str());
  }
}

void V2Streams::ping(Session& session, Timestamp wall) {
  if (wall < session.next_ping) {
    return;
  }
  session.next_ping = session.next_ping + options_.ping_every;
  if (session.unanswered >= options_.unanswered_pings) {
    session.closed = true;
    session.socket->close("no pong");
    return;
  }
  ++session.unanswered;
  deliver(session, "ping", "{\"event\":\"ping\",\"time\":\"" + std::to_string(wall.ms()) + "\"}");
}

void V2Streams::flush(Timestamp wall) {
  send_late(wall);
  for (auto& [id, session] : sessions_) {
    if (session->closed) {
      continue;
    }
    ping(*session, wall);
    if (session->is_private || session->socket->queued_bytes() > options_.max_queued_bytes) {
      continue;
    }
    for (std::size_t i = 0; i < session->channels.size() && !session->closed; ++i) {
      push_market(*session, *session->channels[i], wall, false);
    }
  }
  forget_closed();
}

void V2Streams::send_late(Timestamp wall) {
  if (late_.empty()) {
    return;
  }
  std::vector<Late> due;
  std::erase_if(late_, [&](Late& l) {
    if (l.due > wall) {
      return false;
    }
    due.push_back(std::move(l));
    return true;
  });
  for (Late& l : due) {
    if (l.session != 0) {
      if (const auto it = sessions_.find(l.session); it != sessions_.end() && !it->second->closed) {
        ++messages_sent_;
        it->second->socket->send(std::move(l.text));
      }
      continue;
    }
    const Account& acc = core_.account(l.account);
    if (const auto it = acc.live.find(l.order);
        it != acc.live.end() && it->second.status == OrderStatus::untriggered) {
      push_to_account(
          {l.account, acc.version, CoreEvent::Cause::order, core_.data_now(), it->second});
    }
  }
}

/// Every message leaves through here, where faults strike.
void V2Streams::deliver(Session& session, std::string_view subject, std::string text) {
  FaultPlan& faults = core_.faults();
  if (faults.any()) {
    const Timestamp wall = wall_clock_();
    if (wall < session.mute_until) {
      return;
    }
    if (faults.strikes(FaultKind::ws_mute, subject)) {
      session.mute_until =
          wall + std::chrono::milliseconds{faults.rule(FaultKind::ws_mute).delay_ms};
      return;
    }
    if (faults.strikes(FaultKind::ws_drop, subject)) {
      session.closed = true;
      session.socket->drop();
      return;
    }
    if (faults.strikes(FaultKind::ws_lose, subject)) {
      return;
    }
    if (faults.strikes(FaultKind::ws_corrupt, subject)) {
      text[faults.pick(FaultKind::ws_corrupt, text.size())] = '#';
      text.resize(text.size() - faults.pick(FaultKind::ws_corrupt, text.size() / 2 + 1));
    }
    if (faults.strikes(FaultKind::ws_delay, subject)) {
      const auto delay = std::chrono::milliseconds{faults.rule(FaultKind::ws_delay).delay_ms};
      late_.push_back({wall + delay, session.id, std::move(text), 0, 0});
      return;
    }
    if (faults.strikes(FaultKind::ws_duplicate, subject)) {
      ++messages_sent_;
      session.socket->send(text);
    }
  }
  ++messages_sent_;
  session.socket->send(std::move(text));
}

void V2Streams::forget_closed() {
  std::erase_if(sessions_, [](const auto& s) { return s.second->closed; });
}

} // namespace rg::exchange
