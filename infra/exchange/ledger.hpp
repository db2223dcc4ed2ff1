#pragma once
// The money of one account: collateral, positions of both sides, margin, fees, funding. Exact to
// the last unit of 1e-8; orders and matching know nothing of it beyond these calls.

#include "infra/exchange/venue_types.hpp"

#include <array>
#include <map>
#include <utility>

namespace rg::exchange {

using Marks = std::array<Price, Symbol::kCount>;

/// Money moved for every purpose since the account exists; the bookkeeping identity of check() is
/// made of these. All >= 0 except `funding` and `realised`.
struct Totals {
  Notional transferred_in, transferred_out, deposited, withdrawn;
  Notional margin_moved_in, margin_moved_out;                    ///< from / to isolated positions
  Notional opened_long, opened_short, closed_long, closed_short; ///< fill values
  Notional fees, liquidation_fees, funding, realised;
  Notional insurance; ///< shortfalls the venue took over after liquidations
};

class Ledger {
public:
  Ledger();

  // ---- movements ----

  void transfer(Notional amount); ///< between the owner's accounts; > 0 in, < 0 out
  void deposit(Notional amount);  ///< from or to outside; > 0 in, < 0 out (a withdrawal)
  /// Adds to a position. In isolated mode its margin, fill value / leverage rounded up, moves out
  /// of the collateral.
  void open(PositionSide side, const FillRow& fill, std::uint64_t position_id,
            std::uint64_t sequence);
  /// Reduces a position by fill.size <= its size; returns the realised profit: fill value minus the
  /// proportional open value for longs, the negative for shorts. The last close takes all that is
  /// left.
  Notional close(PositionSide side, const FillRow& fill, std::uint64_t sequence);
  /// −rate × mark value for a long, + for a short (weex-api §15.16); returns what the account
  /// received.
  Notional settle_funding(PositionRow& position, Price mark, std::int64_t rate_units,
                          Timestamp now);
  /// Moves collateral into an isolated position's margin (> 0) or out of it (< 0).
  void adjust_isolated(PositionRow& position, Notional amount);
  /// The venue's fund pays what a liquidation left below zero; returns the amount.
  Notional cover_shortfall();

  // ---- state ----

  [[nodiscard]] Notional collateral() const { return collateral_; }
  [[nodiscard]] const Totals& totals() const { return totals_; }
  /// Of combined mode.
  [[nodiscard]] PositionRow& position(Symbol s, PositionSide side) {
    return positions_[s.id()][static_cast<std::size_t>(side)];
  }
  [[nodiscard]] const PositionRow& position(Symbol s, PositionSide side) const {
    return positions_[s.id()][static_cast<std::size_t>(side)];
  }
  /// The position that an order or a fill works on: `opened_by` 0 = the combined one.
  [[nodiscard]] PositionRow& position(Symbol s, PositionSide side, OrderId opened_by);
  /// Size open on this side in all its positions.
  [[nodiscard]] Quantity held(Symbol s, PositionSide side) const;
  [[nodiscard]] LeverageRow& leverage(Symbol s) { return leverage_[s.id()]; }
  [[nodiscard]] const LeverageRow& leverage(Symbol s) const { return leverage_[s.id()]; }
  [[nodiscard]] MarginMode margin_mode(Symbol s) const { return mode_[s.id()]; }
  void set_margin_mode(Symbol s, MarginMode mode) { mode_[s.id()] = mode; }
  /// Each opening order gets a position of its own.
  [[nodiscard]] bool is_separated(Symbol s) const { return separated_mode_[s.id()]; }
  void set_separated(Symbol s, bool separated) { separated_mode_[s.id()] = separated; }
  [[nodiscard]] bool flat() const;
  /// Open positions: the combined ones by contract, the long one first; then separated ones by age.
  template <class Action> void each_open(Action&& action) const {
    for (const auto& sides : positions_) {
      for (const PositionRow& p : sides) {
        if (!p.size.is_zero()) {
          action(p);
        }
      }
    }
    for (const auto& [order, p] : separated_) {
      if (!p.size.is_zero()) {
        action(p);
      }
    }
  }
  template <class Action> void each_open(Action&& action) {
    std::as_const(*this).each_open(
        [&](const PositionRow& p) { action(const_cast<PositionRow&>(p)); });
  }

  // ---- valuation ----

  [[nodiscard]] static Notional mark_value(const PositionRow& p, Price mark);
  [[nodiscard]] static Notional unrealised(const PositionRow& p, Price mark);
  /// Mark value / leverage for a cross position, rounded up; the isolated margin otherwise.
  [[nodiscard]] Notional position_margin(const PositionRow& p, Price mark) const;
  [[nodiscard]] Notional unrealised(const Marks& marks) const;
  /// Collateral + isolated margins + unrealised profit.
  [[nodiscard]] Notional equity(const Marks& marks) const;
  /// Collateral + unrealised profit of cross positions: what cross positions are liquidated on.
  [[nodiscard]] Notional cross_equity(const Marks& marks) const;
  /// Cross equity − cross margins − frozen, not below 0.
  [[nodiscard]] Notional available(const Marks& marks, Notional frozen) const;
  [[nodiscard]] Notional cross_mark_value(const Marks& marks) const;
  /// Mark price at which this position would be liquidated, others held fixed; 0 = none.
  [[nodiscard]] Price liquidation_price(const PositionRow& p, const Marks& marks,
                                        std::int64_t maintenance_units) const;

  /// Asserts collateral + isolated margins = transfers + realised − fees + funding + insurance.
  void check() const;

private:
  Notional collateral_;
  Totals totals_;
  std::array<std::array<PositionRow, 2>, Symbol::kCount> positions_{};
  std::array<LeverageRow, Symbol::kCount> leverage_{};
  std::map<OrderId, PositionRow> separated_; ///< by opening order; flat ones until the next opening
  std::array<MarginMode, Symbol::kCount> mode_{};
  std::array<bool, Symbol::kCount> separated_mode_{};
};

/// amount / leverage, rounded up (a margin is never underestimated).
[[nodiscard]] Notional margin_of(Notional amount, std::int64_t leverage_units);
/// Fee on a fill value with a rate in units of 1e-8, rounded up.
[[nodiscard]] Notional exact_fee(Notional value, std::int64_t rate_units);

} // namespace rg::exchange
