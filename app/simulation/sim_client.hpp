#pragma once
// The engine's gateway in a simulated run: the live one, on simulated wires, with an ear for what
// the engine asks of it.

#include "app/simulation/sim_transport.hpp"
#include "infra/ports/gateway.hpp"
#include "infra/weex/gateway.hpp"

namespace rg::sim {

/// Sees what the engine asks for, before it leaves the process.
class RequestWatch {
public:
  virtual ~RequestWatch() = default;
  virtual void on_request(const ChangeRequest& request) = 0;
  /// Requests are failing, or the private stream is down, until then at least (wall).
  virtual void on_impaired(Timestamp until) = 0;
};

class SimClient final : public Gateway, private WireWatch {
public:
  /// @param api  "v2" or "v3"
  SimClient(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults, const std::string& api,
            std::uint64_t seed, RequestWatch& watch);

  void start() { gateway_.start(); }
  /// The process ends: nothing that is on its way reaches anybody.
  void stop();
  [[nodiscard]] bool stream_up() const { return gateway_.stats().private_up; }

  void set_listener(GatewayListener* listener) override { gateway_.set_listener(listener); }
  void prepare(RequestId id, const ChangeRequest& request) override {
    gateway_.prepare(id, request);
  }
  void send(RequestId id, const ChangeRequest& request) override {
    watch_.on_request(request);
    gateway_.send(id, request);
  }
  void ask(RequestId id, const Query& query) override { gateway_.ask(id, query); }

private:
  void on_failing(Timestamp sent) override;
  void on_delivered() override;

  SimAgenda& agenda_;
  RequestWatch& watch_;
  SimTransport transport_;
  weex::WeexGateway gateway_;
  bool was_up_ = false;
  std::uint64_t clock_refusals_ = 0;
};

} // namespace rg::sim
