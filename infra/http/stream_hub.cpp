#include "infra/http/stream_hub.hpp"

#include "infra/http/status_json.hpp"
#include "infra/http/view_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rg::http {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxClients = 64;
constexpr std::size_t kRecentKept = 512;
constexpr std::size_t kSlowBytes = 256U << 10; // more than this unread: statuses are skipped
constexpr std::size_t kLostBytes = 4U << 20;   // more than this unread: the client is dropped

} // namespace

void StreamHub::accept(std::shared_ptr<net::WsSession> session, net::WsHandler& handler,
                       MayRead may_read) {
  if (clients_.size() >= kMaxClients) {
    session->close("too many consoles");
    return;
  }
  clients_.push_back({std::move(session), 0, false, std::move(may_read)});
  const auto client = std::prev(clients_.end());
  handler.on_text = [this, client](std::string_view text) { greet(*client, text); };
  handler.on_close = [this, client] { clients_.erase(client); };
}

// The client's first word is {"since": N}, with "token" where reads need one. When everything after
// N is still here it is sent; else, and for N = 0 or an N of another run, the snapshot starts
// afresh.
void StreamHub::greet(Client& client, std::string_view text) {
  if (client.greeted) {
    return;
  }
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("since") || !json["since"].is_number_unsigned()) {
    client.session->close("expected {\"since\": N}");
    return;
  }
  const auto token = json.find("token");
  const bool carries = token != json.end() && token->is_string();
  if (!client.may_read(carries ? token->get_ref<const std::string&>() : std::string())) {
    client.session->close("the stream needs the operator token");
    return;
  }
  client.greeted = true;
  const auto since = json["since"].get<std::uint64_t>();
  const bool known =
      since > 0 && since <= sequence_ && !recent_.empty() && recent_.front().sequence <= since + 1;
  if (!known) {
    send_snapshot(client);
    return;
  }
  for (const Update& update : recent_) {
    if (update.sequence > since) {
      client.session->send(update.text);
    }
  }
  send_snapshot(client);
}

void StreamHub::send_snapshot(Client& client) {
  client.sent = sequence_;
  client.session->send(Json{{"seq", sequence_},
                            {"kind", "snapshot"},
                            {"status", status_to_json(source_.status())},
                            {"limits", limit_list_to_json(source_.limits())}}
                           .dump());
}

void StreamHub::push(std::string text) {
  recent_.push_back({sequence_, std::move(text)});
  if (recent_.size() > kRecentKept) {
    recent_.pop_front();
  }
}

void StreamHub::tick() {
  const std::uint64_t version = source_.version();
  if (version == seen_version_) {
    return;
  }
  seen_version_ = version;
  const EngineStatus status = source_.status();

  // Decisions are never skipped; those after the last streamed one go out in order.
  const auto& decisions = status.last_decisions;
  auto fresh = decisions.begin();
  for (auto it = decisions.begin(); it != decisions.end(); ++it) {
    if (it->id.text() == last_decision_) {
      fresh = std::next(it);
    }
  }
  for (auto it = fresh; it != decisions.end(); ++it) {
    ++sequence_;
    push(
        Json{{"seq", sequence_}, {"kind", "decision"}, {"decision", decision_to_json(*it)}}.dump());
    last_decision_ = it->id.text();
  }
  ++sequence_;
  Json figures = status_to_json(status);
  figures.erase("last_decisions"); // they came one by one
  const std::string text = Json{{"seq", sequence_},
                                {"kind", "status"},
                                {"status", std::move(figures)},
                                {"limits", limit_list_to_json(source_.limits())}}
                               .dump();

  // Sessions are collected first: dropping one calls back into clients_.
  std::vector<std::shared_ptr<net::WsSession>> lost;
  for (Client& client : clients_) {
    if (!client.greeted) {
      continue;
    }
    const std::size_t waiting = client.session->queued_bytes();
    if (waiting > kLostBytes) {
      lost.push_back(client.session);
      continue;
    }
    for (const Update& update : recent_) {
      if (update.sequence > client.sent) {
        client.session->send(update.text);
      }
    }
    client.sent = sequence_;
    if (waiting <= kSlowBytes) {
      client.session->send(text);
    }
  }
  for (const auto& session : lost) {
    session->drop();
  }
}

} // namespace rg::http
