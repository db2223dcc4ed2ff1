#pragma once
// The console's live stream: a snapshot, then ordered updates with sequence numbers. A browser that
// reads slowly gets fewer, newer statuses (coalesced) and is dropped when even that piles up; it
// never slows anything down.

#include "infra/net/http_server.hpp"
#include "infra/ports/console_source.hpp"

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace rg::http {

class StreamHub {
public:
  explicit StreamHub(const ConsoleSource& source) : source_(source) {}

  using MayRead = std::function<bool(std::string_view token)>;

  /// Takes a fresh session; the handler it fills in belongs to the session's life.
  /// @param may_read  asked once, with the token of the client's first message (may be empty).
  void accept(std::shared_ptr<net::WsSession> session, net::WsHandler& handler, MayRead may_read);

  /// Called a few times a second: sends what is new to everybody who keeps up.
  void tick();

  [[nodiscard]] std::size_t sessions() const { return clients_.size(); }

private:
  struct Client {
    std::shared_ptr<net::WsSession> session;
    std::uint64_t sent = 0; ///< last sequence number sent
    bool greeted = false;   ///< has told where it wants to resume
    MayRead may_read;
  };
  struct Update {
    std::uint64_t sequence = 0;
    std::string text;
  };

  void greet(Client& client, std::string_view text);
  void send_snapshot(Client& client);
  void push(std::string text);

  const ConsoleSource& source_;
  std::list<Client> clients_;
  std::deque<Update> recent_; ///< decisions of late, for resuming
  std::uint64_t sequence_ = 0;
  std::uint64_t seen_version_ = 0;
  std::string last_decision_; ///< newest decision already streamed
};

} // namespace rg::http
