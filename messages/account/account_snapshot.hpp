#pragma once

#include "messages/decision/signal.hpp"
#include "messages/units/ids.hpp"
#include "messages/units/notional.hpp"
#include "messages/units/side.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>

namespace rg {

/// The account as the venue reports it.
struct AccountSnapshot {
  Timestamp wall_time;
  Notional wallet_balance; ///< without unrealised profit and loss
  Notional available;
  Notional unrealised_pnl;
  Notional frozen;
};

/// One open position as the venue, or our own bookkeeping, has it.
struct Position {
  Symbol symbol;
  PositionSide side = PositionSide::long_side;
  Quantity quantity; ///< > 0; 0 = flat
  Notional
      open_value;   ///< Σ price × quantity of what is open; average entry = open_value / quantity
  Timestamp opened; ///< data time of the first fill
  [[nodiscard]] bool is_flat() const { return quantity.is_zero(); }
};

/// Cash moved by the venue without an order: funding, deposits, withdrawals.
enum class CashFlowKind : std::uint8_t { funding, deposit, withdrawal, other };
struct CashFlow {
  CashFlowKind kind = CashFlowKind::funding;
  Symbol symbol;   ///< funding only
  Notional amount; ///< > 0 = received
  Timestamp exchange_time;
  std::uint64_t venue_bill_id = 0;
};

/// What the portfolio publishes once per data stamp; the risk stages use the last published one.
struct PortfolioView {
  Timestamp as_of;
  Notional equity; ///< at mark, unrealised included
  Notional high_water_mark;
  double drawdown = 0.0; ///< 1 − equity / high-water mark, >= 0
  double gross_leverage = 0.0;
  bool entries_halted = false;
  /// Share of the cluster cap that is in use for a new long / short of each pair, >= 0; 1 = full.
  std::array<double, Symbol::kCount> cluster_share_long{};
  std::array<double, Symbol::kCount> cluster_share_short{};
};

/// What a pair group is told about its own position after each fill or stop change.
struct PositionUpdate {
  Position position;         ///< flat after the last closing fill
  DecisionId entry_decision; ///< the signal that opened it; zero stamp for adopted positions
  Rule entry_rule = Rule::none;
  Regime entry_regime = Regime::unknown;
  Price stop_price; ///< resting at the venue; 0 = none known
  Price target;     ///< reversion: the mean at entry; 0 = none
  Timestamp data_time;
  bool just_opened = false;                  ///< first fill of a trade
  bool just_closed = false;                  ///< back to flat with this update
  ExitReason exit_reason = ExitReason::rule; ///< valid with just_closed
  Notional trade_pnl;                        ///< net of fees and funding, valid with just_closed
};

} // namespace rg
