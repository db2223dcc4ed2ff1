#pragma once
// The Gateway port on a venue that answers at once, in process: the backtest's fill model and the
// simulation's exchange. Answers enter the engine's door behind what is being processed.

#include "actors/trading_core.hpp"
#include "infra/ports/gateway.hpp"
#include "messages/support/invariant.hpp"

namespace rg {

class VenueGateway final : public Gateway {
public:
  explicit VenueGateway(Venue& venue) : venue_(venue) {}

  void set_listener(GatewayListener* listener) override { listener_ = listener; }
  void prepare(RequestId, const ChangeRequest&) override {} // there are no bytes to build
  void send(RequestId id, const ChangeRequest& request) override {
    RG_ASSERT(listener_ != nullptr);
    listener_->on_answer(venue_.execute(id, request));
  }
  void ask(RequestId id, const Query& query) override {
    RG_ASSERT(listener_ != nullptr);
    listener_->on_answer(venue_.answer(id, query));
  }

private:
  Venue& venue_;
  GatewayListener* listener_ = nullptr;
};

} // namespace rg
