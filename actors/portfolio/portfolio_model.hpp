#pragma once
// Global caps (design §8): equity, high-water mark, exposure with orders in flight, correlation,
// drawdown ladder, daily loss. The only maker of ApprovedIntents.

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/orders/approved_intent.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace rg {

/// An approved intent (its decision is complete), or the refusal.
using Verdict = std::variant<ApprovedIntent, Decision>;

/// What stands against new risk, for `status` and the console.
enum class HaltTier : std::uint8_t { none, warn, reduce_only, flatten, latched };

/// A closed trade, flat to flat (design §4).
struct Trade {
  Symbol symbol;
  PositionSide side = PositionSide::long_side;
  Timestamp entry_time, exit_time;
  double entry_price = 0.0, exit_price = 0.0; ///< size-weighted, unrounded
  Quantity quantity;                          ///< total opened
  Notional fees, funding, pnl;                ///< funding > 0 = paid; pnl = gross − fees − funding
  ExitReason exit_reason = ExitReason::rule;
  DecisionId entry_decision;
};

class PortfolioModel {
public:
  PortfolioModel(const PortfolioSettings& settings, const ContractTable& contracts, Notional initial_equity);
  ~PortfolioModel();
  PortfolioModel(PortfolioModel&&) noexcept;
  PortfolioModel& operator=(PortfolioModel&&) noexcept;

  // ---- what happened (canonical order: these first within a stamp) ----
  /// Applies a fill once (by venue_fill_id); returns the pair's new position for its group.
  [[nodiscard]] std::optional<PositionUpdate> on_fill(const Fill& fill, ExitReason reason_if_closing);
  void on_cash_flow(const CashFlow& flow); ///< funding changes pnl; deposits move the high-water mark
  void on_order_event(const OrderEvent& event); ///< frees or keeps what an order in flight reserves
  void on_mark(Symbol symbol, Price mark, Timestamp data_time);
  void on_bar_return(Symbol symbol, const PipelineBar& bar); ///< EWMA correlation

  // ---- once per data stamp, after all fills and marks of it ----
  /// Equity, drawdown, ladder, correlation factors. What it finds (soft rung, hard rung, passive
  /// breach, daily loss, resume) is in take_actions().
  const PortfolioView& publish(Timestamp data_time);

  // ---- intents ----
  [[nodiscard]] Verdict review(const OrderIntent& intent, Timestamp data_time);

  /// Exits the portfolio itself orders: ladder, daily loss, guard kill, passive breach, operator.
  /// Already approved; empties the list.
  [[nodiscard]] std::vector<ApprovedIntent> take_actions();
  void on_guard(const GuardState& guard); ///< kill → flatten the pair
  void flatten_all(ExitReason reason, Timestamp data_time);
  void pause(Symbol symbol, bool paused);
  void wind_down(Symbol symbol, bool winding_down);
  void set_warm(Symbol symbol, bool warm);
  void set_reconciled(bool reconciled);
  void latch(HaltTier tier);
  void release_latch();

  [[nodiscard]] const PortfolioView& view() const;
  [[nodiscard]] Position position(Symbol symbol) const;
  [[nodiscard]] HaltTier tier() const;
  [[nodiscard]] Notional cash() const;        ///< wallet balance: initial + pnl − fees − funding + flows
  [[nodiscard]] double net_leverage() const;
  [[nodiscard]] const std::vector<Trade>& trades() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
