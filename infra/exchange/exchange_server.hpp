#pragma once
// The embedded exchange over real sockets: core, protocol and market clock on a thread of their
// own.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/request_auth.hpp"
#include "infra/exchange/rest_api.hpp"
#include "infra/exchange/streams.hpp"
#include "infra/market/synthetic_regimes.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rg::exchange {

struct ExchangeServerOptions {
  std::uint16_t port = 0; ///< 0 = any free one
  bool plain = false;     ///< http and ws instead of https and wss
  double speed = 1.0;     ///< data time per wall time, > 0
  bool paused = false;    ///< data time stands still until resume()
  std::string
      ca_file; ///< where to write the certificate; empty = a temporary file, removed at the end
  CoreOptions core;
  ProtocolOptions protocol;
  StreamOptions streams;
  FaultPlan faults;
  std::vector<Credentials> accounts; ///< one account each
  std::uint32_t random_accounts = 1; ///< used when `accounts` is empty: fresh credentials
  Notional deposit = Notional::from_raw(10'000 * kFixedScale); ///< USDT, per account
  /// Told of each order request, on the exchange's thread, in the order of arrival; may be empty.
  RestApi::OrderObserver on_order_request;
};

/// The exchange's own counts.
struct ExchangeStats {
  std::uint64_t requests = 0;
  std::uint64_t order_requests = 0; ///< all accounts
  std::uint32_t max_requests_per_second =
      0;                                ///< order requests of one account in any sliding second
  std::uint64_t rejected_429 = 0;       ///< order requests refused for the order limit
  std::uint64_t too_many = 0;           ///< 429 answers of all kinds
  std::uint64_t signature_failures = 0; ///< REST and websocket
  std::uint64_t repeated_client_oids = 0;
  std::uint64_t private_calls = 0; ///< that needed a key: REST and private handshakes
  std::uint64_t orders = 0, fills = 0, ai_logs = 0;
  std::uint64_t steps = 0, messages_sent = 0, sessions = 0;
  Timestamp data_time;
  double market_seconds = 0.0;   ///< data time since the start
  double longest_stall_ms = 0.0; ///< worst lateness of the market clock, wall
  bool market_ended = false;
  std::uint64_t changes_refused = 0; ///< of the schedule
  std::vector<Notional> equity;      ///< per account
};

/// Data time runs `speed` times wall time, in whole market steps; when the thread was held up it
/// catches up, so no step is ever skipped. Data stamps are in everything about the market, orders
/// and money; wall stamps in /market/time, requestTime, signature windows, rate limits and pings.
class ExchangeServer {
public:
  /// Listens and serves at once. Throws std::runtime_error when the port is taken or the
  /// certificate cannot be written.
  ExchangeServer(ExchangeServerOptions options, std::unique_ptr<MarketProcess> market);
  ~ExchangeServer(); ///< stops
  ExchangeServer(const ExchangeServer&) = delete;
  ExchangeServer& operator=(const ExchangeServer&) = delete;

  [[nodiscard]] const std::string& rest_url() const;
  [[nodiscard]] const std::string& ws_public_url() const;
  [[nodiscard]] const std::string& ws_private_url() const;
  /// The REST address serves both generations; websockets of v3 have paths of their own.
  [[nodiscard]] const std::string& ws_v3_public_url() const;
  [[nodiscard]] const std::string& ws_v3_private_url() const;
  [[nodiscard]] const std::string& ca_file() const; ///< empty when plain
  [[nodiscard]] const Credentials& credentials(std::size_t account = 0) const;

  /// By hand what a schedule does by time; the refusal's text, or nothing.
  [[nodiscard]] std::optional<std::string> apply(const VenueChange& change);
  void resume(); ///< starts a paused market clock
  void stop();   ///< closes all connections and joins the thread; stats stay readable
  [[nodiscard]] ExchangeStats stats();
  /// True regimes of a synthetic market since the start of its history; empty for a replay.
  [[nodiscard]] std::vector<RegimeSwitch> truth();
  /// Runs on the exchange's thread and waits for it: tests look and tamper here.
  void with_core(const std::function<void(ExchangeCore&)>& action);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace rg::exchange
