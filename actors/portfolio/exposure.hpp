#pragma once
// Orders on their way: what each entry still may add, at its worst price, and what each exit still
// will take away. Together with the positions at mark they are the exposure that the caps look at.

#include "messages/orders/order_event.hpp"
#include "messages/orders/order_intent.hpp"
#include "messages/settings/contract_rules.hpp"

#include <array>
#include <optional>
#include <vector>

namespace rg {

/// One approved intent whose order has not ended, or has ended with fills still to be told.
struct InFlight {
  Symbol symbol;
  DecisionId decision;
  ClientOrderId client_id; ///< known from the first OrderEvent on
  IntentKind kind = IntentKind::entry;
  PositionSide side = PositionSide::long_side; ///< of the position that it opens or closes
  Quantity quantity, filled;                   ///< `filled` counts booked fills
  Quantity final_filled;                       ///< what the venue says was filled, once ended
  bool ended = false;
  Price worst;      ///< entries: price that counts; see worst_price()
  Notional adverse; ///< entries: loss at mark if it fills there at once, plus taker fee
  Rule rule = Rule::none;
  Regime regime = Regime::unknown;
  Price stop_price, target;

  /// What may still be filled.
  [[nodiscard]] Quantity open_quantity() const;
};

class OrdersInFlight {
public:
  void add(const InFlight& order);
  void on_event(const OrderEvent& event);
  /// Counts a booked fill against its order; returns the order as it was, if it is one of ours (for
  /// an entry also when it has ended already).
  std::optional<InFlight> on_fill(const Fill& fill);
  void drop(const DecisionId& decision); ///< refused at the desk: there is no order
  void drop_ended(Symbol symbol);        ///< the position was re-read: nothing more will be told
  void drop_ended_closes(Symbol symbol); ///< the pair is flat: nothing is left to close

  [[nodiscard]] bool knows(const DecisionId& decision) const;
  [[nodiscard]] bool has_entry(Symbol symbol) const;
  /// Σ open quantity of exits and reduces of this side's position.
  [[nodiscard]] Quantity closing(Symbol symbol, PositionSide side) const;
  [[nodiscard]] bool is_closing(Symbol symbol) const; ///< either side
  [[nodiscard]] bool empty() const { return orders_.empty(); }
  [[nodiscard]] const std::vector<InFlight>& all() const { return orders_; }

private:
  void erase_done();
  std::vector<InFlight> orders_;
  /// Each pair's last entry, kept after its end: a fill that is told late still belongs to it.
  std::array<InFlight, Symbol::kCount> last_entries_{};
};

/// Price at which an unfilled entry counts: a buy at its limit; a sell at its limit or the mark,
/// whichever is higher (a sell may fill above its limit, and a short's exposure grows with price);
/// a market order at the mark moved by the venue's price band.
[[nodiscard]] Price worst_price(const OrderIntent& entry, Price mark, const ContractRules& rules);
/// What equity may lose at once when the entry fills there: distance to mark plus taker fee.
[[nodiscard]] Notional adverse_cost(const OrderIntent& entry, Price worst, Price mark,
                                    const ContractRules& rules);

} // namespace rg
