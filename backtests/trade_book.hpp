#pragma once
// Joins a baseline's fills to trades from flat to flat, as the portfolio does for the guarded run.

#include "actors/portfolio/portfolio_model.hpp"
#include "messages/account/account_snapshot.hpp"
#include "messages/orders/order_event.hpp"

#include <array>
#include <vector>

namespace rg {

class TradeBook {
public:
  /// @param reason  of a closing fill; ignored for opening ones.
  void on_fill(const Fill& fill, ExitReason reason);
  void on_cash_flow(const CashFlow& flow);
  /// The signal that the pair's next trade belongs to.
  void set_decision(Symbol symbol, const DecisionId& id) { open_[symbol.id()].decision = id; }
  [[nodiscard]] const std::vector<Trade>& trades() const { return trades_; }

private:
  struct Open {
    Quantity opened, closed;
    Notional opened_value, closed_value, fees, funding;
    Timestamp entry_time;
    DecisionId decision;
  };
  std::array<Open, Symbol::kCount> open_{};
  std::vector<Trade> trades_;
};

} // namespace rg
