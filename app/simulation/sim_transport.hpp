#pragma once
// The wires of a simulated run: bytes between the engine's client and the exchange, with latency
// and faults in between, on virtual time. Everything above is the live client (infra/weex): budget,
// signatures, clock offset, paging, subscriptions, reconnection.

#include "app/simulation/sim_agenda.hpp"
#include "app/simulation/sim_faults.hpp"
#include "app/simulation/sim_venue.hpp"
#include "infra/market/random_stream.hpp"
#include "infra/net/transport.hpp"

#include <memory>
#include <set>

namespace rg::sim {

/// Hears of everything that goes wrong on the wires, and of what arrives.
class WireWatch {
public:
  virtual ~WireWatch() = default;
  /// A request that left at `sent` fails.
  virtual void on_failing(Timestamp sent) = 0;
  /// Bytes reached the client and were worked off.
  virtual void on_delivered() = 0;
};

/// What all wires of one process share.
struct SimLine {
  SimAgenda& agenda;
  SimVenue& venue;
  FaultInjector& faults;
  RandomStream random;
  WireWatch& watch;
  bool running = true; ///< false: the process is gone, nothing reaches it any more

  /// One way.
  [[nodiscard]] Duration latency();
};

class SimTimer final : public Timer {
public:
  explicit SimTimer(std::shared_ptr<SimLine> line) : line_(std::move(line)) {}
  Token after(Duration delay, std::function<void()> action) override;
  void cancel(Token token) override { pending_->erase(token); }

private:
  std::shared_ptr<SimLine> line_;
  std::shared_ptr<std::set<Token>> pending_ = std::make_shared<std::set<Token>>();
  Token last_ = 0;
};

class SimTransport final : public net::Transport {
public:
  SimTransport(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults, std::uint64_t seed,
               WireWatch& watch);
  /// The process ends: what it sent still arrives, nothing reaches it.
  void stop() { line_->running = false; }

  [[nodiscard]] Timer& timer() override { return timer_; }
  [[nodiscard]] Timestamp steady_now() const override { return line_->agenda.now(); }
  [[nodiscard]] std::unique_ptr<net::HttpLink>
  http(const std::string& base_url, const net::TlsTrust& trust, int connections) override;
  [[nodiscard]] std::unique_ptr<net::WsLink> websocket(const net::TlsTrust& trust) override;

private:
  std::shared_ptr<SimLine> line_;
  SimTimer timer_;
};

/// Requests on their own ways: latency, faults, and an exchange that hears them whether or not
/// their sender still lives.
class SimHttp final : public net::HttpLink {
public:
  explicit SimHttp(std::shared_ptr<SimLine> line) : line_(std::move(line)) {}
  void send(net::HttpRequest request, Duration timeout,
            std::function<void(net::HttpResult)> done) override;
  void warm_up() override {}

private:
  std::shared_ptr<SimLine> line_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// A websocket: frames in order, but for faults.
class SimSocket final : public net::WsLink {
public:
  struct Connection;
  explicit SimSocket(std::shared_ptr<SimLine> line) : line_(std::move(line)) {}
  ~SimSocket() override { abandon(); }
  SimSocket(const SimSocket&) = delete;
  SimSocket& operator=(const SimSocket&) = delete;

  void set_time_limits(Duration, Duration) override {} // control frames are not simulated
  void connect(const std::string& url, std::vector<net::Header> handshake_headers,
               Callbacks callbacks) override;
  void send(std::string text) override;
  void close() override;
  void abandon() override;
  [[nodiscard]] bool is_open() const override;
  [[nodiscard]] std::size_t bytes_waiting() const override { return 0; }

private:
  std::shared_ptr<SimLine> line_;
  std::shared_ptr<Connection> connection_;
};

} // namespace rg::sim
