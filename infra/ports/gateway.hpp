#pragma once
// The way to the exchange. Requests go out through Gateway, which only the order desk's shell
// holds; everything that comes back goes to one GatewayListener, on the hot thread.
// Implementations: the WEEX client, the in-process exchange, the backtest's fill model. All calls
// return at once.

#include "messages/venue/answers.hpp"
#include "messages/venue/requests.hpp"

namespace rg {

/// Receives all answers and private-stream events, on the hot thread.
class GatewayListener {
public:
  virtual ~GatewayListener() = default;
  virtual void on_answer(const ChangeAnswer& answer) = 0;
  virtual void on_answer(const QueryAnswer& answer) = 0;
  virtual void on_order(const VenueOrderUpdate& update) = 0;
  virtual void on_fill(const Fill& fill) = 0;
  virtual void on_account(const AccountSnapshot& account) = 0;
  virtual void on_position(const Position& position) = 0;
  virtual void on_cash_flow(const CashFlow& flow) = 0;
  virtual void on_link(const LinkEvent& event) = 0;
};

class Gateway {
public:
  virtual ~Gateway() = default;
  virtual void set_listener(GatewayListener* listener) = 0;
  /// Builds and signs the request without sending it (work done while the journal commits).
  /// Optional: implementations without wire bytes do nothing.
  virtual void prepare(RequestId id, const ChangeRequest& request) = 0;
  /// Sends. Exactly one ChangeAnswer with this id follows, unless the process ends.
  virtual void send(RequestId id, const ChangeRequest& request) = 0;
  virtual void ask(RequestId id, const Query& query) = 0;
};

} // namespace rg
