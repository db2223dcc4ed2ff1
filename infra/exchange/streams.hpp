#pragma once
// The websocket side of the exchange, free of transport: sessions, subscriptions, pings, coalesced
// pushes. The path of the handshake decides which generation of the protocol a session speaks.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/json_writer.hpp"
#include "infra/exchange/request_auth.hpp"
#include "infra/exchange/stream_protocol.hpp"
#include "infra/net/http_server.hpp"

#include <simdjson.h>

#include <map>
#include <memory>
#include <vector>

namespace rg::exchange {

struct StreamOptions {
  Duration push_every{
      50'000'000}; ///< wall: least distance of ticker, depth, trade and forming-kline pushes
  Duration ping_every{30'000'000'000};
  std::uint32_t unanswered_pings = 6; ///< the connection closes when the next one is due
  std::size_t channels_per_session = 100;
  std::uint32_t operations_per_hour = 240;
  std::uint32_t connects_per_five_minutes = 300; ///< per address
  std::size_t sessions_per_address = 100;
  std::size_t max_queued_bytes = std::size_t{4}
                                 << 20; ///< public pushes wait while a client lags by more
  std::size_t snapshot_klines = 10;
};

/// All calls on one thread. The row of a minute that has ended is never skipped, whatever is
/// coalesced: each kline push carries every row since the last one.
class Streams {
public:
  /// @param wall_clock  the venue's clock, for messages that arrive between calls.
  Streams(ExchangeCore& core, const KeyRing& keys, const StreamOptions& options,
          std::function<Timestamp()> wall_clock);
  ~Streams();

  /// A handshake. An answer refuses it: 403 without User-Agent, 401 with bad credentials, 404, 429.
  [[nodiscard]] std::optional<net::HttpResponse> open(const net::ServerRequest& request,
                                                      std::shared_ptr<net::WsSession> socket,
                                                      net::WsHandler& handler);
  /// Sends what is due: market pushes, delayed messages, pings. Call after steps and every few
  /// milliseconds of wall time.
  void flush(Timestamp wall);
  /// The venue's clock at which something leaves of its own accord: pings, late listings, delayed
  /// messages. Nothing while nobody listens.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  /// Private pushes.
  void publish(const std::vector<CoreEvent>& events, Timestamp wall);

  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }
  [[nodiscard]] std::uint64_t signature_failures() const { return signature_failures_; }
  [[nodiscard]] std::uint64_t messages_sent() const { return messages_sent_; }

private:
  struct Channel;
  struct Session;
  struct Late { ///< a message that leaves later
    Timestamp due;
    std::uint64_t session = 0; ///< 0: an order's first listing, pushed to its account's sessions
    std::string text;
    AccountIndex account = 0;
    OrderId order = 0;
  };

  void on_text(std::uint64_t id, std::string_view text);
  void subscribe(Session& session, const StreamRequest& request, Timestamp wall);
  void unsubscribe(Session& session, const StreamRequest& request);
  void refuse(Session& session, const StreamRequest& request, std::string_view channel,
              StreamRefusal why);
  void acknowledge(Session& session, const StreamRequest& request);

  void push_market(Session& session, Channel& channel, Timestamp wall, bool first);
  void push_kline(Session& session, Channel& channel, Timestamp wall, bool first);
  void push_depth(Session& session, Channel& channel, Timestamp wall, bool first);
  void push_to_account(const CoreEvent& event);
  void ping(Session& session, Timestamp wall);
  void deliver(Session& session, std::string_view subject, std::string text);
  void send_late(Timestamp wall);
  void forget_closed();

  ExchangeCore& core_;
  const KeyRing& keys_;
  StreamOptions options_;
  std::function<Timestamp()> wall_clock_;
  std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::map<std::string, EventLimit> connects_;
  std::vector<Late> late_;
  JsonWriter writer_;
  simdjson::dom::parser parser_;
  std::vector<Candle> rows_;
  std::vector<BookLevel> asks_, bids_;
  std::uint64_t next_session_ = 1;
  std::uint64_t signature_failures_ = 0, messages_sent_ = 0;
};

} // namespace rg::exchange
