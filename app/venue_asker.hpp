#pragma once
// A command's own way to the configured venue, without an engine: one question after the other. It
// can ask and set the leverage; it has no way to place an order.

#include "infra/clock/system_clock.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/ports/gateway.hpp"
#include "infra/weex/credentials.hpp"
#include "infra/weex/gateway.hpp"
#include "messages/settings/settings.hpp"

#include <stdexcept>
#include <string>
#include <variant>

namespace rg::app {

class VenueAsker final : private GatewayListener {
public:
  VenueAsker(const ExchangeSettings& exchange, const weex::Credentials& credentials);

  [[nodiscard]] QueryAnswer answer(const Query& query);
  /// @throws std::runtime_error with the venue's or the transport's words.
  template <class Payload> [[nodiscard]] Payload ask(QueryKind kind) {
    Query query;
    query.kind = kind;
    const QueryAnswer told = answer(query);
    if (told.outcome != RequestOutcome::ok) {
      throw std::runtime_error(why(told.outcome, told.message));
    }
    const auto* payload = std::get_if<Payload>(&told.payload);
    return payload != nullptr ? *payload : Payload{};
  }
  /// @param leverage  1 … kMaxLeverage.
  [[nodiscard]] ChangeAnswer set_leverage(Symbol symbol, int leverage);
  /// The venue's clock minus ours from a few round trips. @throws std::runtime_error.
  [[nodiscard]] weex::ClockEstimate clock_offset(int round_trips);

  [[nodiscard]] static std::string why(RequestOutcome outcome, const std::string& message);

private:
  void on_answer(const QueryAnswer& answer) override;
  void on_answer(const ChangeAnswer& answer) override;
  void on_order(const VenueOrderUpdate&) override {}
  void on_fill(const Fill&) override {}
  void on_account(const AccountSnapshot&) override {}
  void on_position(const Position&) override {}
  void on_cash_flow(const CashFlow&) override {}
  void on_link(const LinkEvent&) override {}

  SystemClock clock_;
  net::IoLoop loop_;
  weex::WeexGateway gateway_;
  QueryAnswer answer_;
  ChangeAnswer change_;
};

} // namespace rg::app
