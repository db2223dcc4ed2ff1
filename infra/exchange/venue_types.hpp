#pragma once
// What the embedded exchange keeps, in its own words. No protocol spelling here: the codecs
// (v2_*.cpp) translate. Stamps are data time unless they say wall.

#include "messages/settings/contract_rules.hpp"
#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/side.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rg::exchange {

using AccountIndex = std::uint32_t;
using OrderId = std::uint64_t; ///< 18 digits, increasing

enum class TimeInForce : std::uint8_t { gtc, post_only, fok, ioc };
enum class OrderStatus : std::uint8_t {
  untriggered, ///< waits for its trigger
  pending,     ///< accepted, not matched yet
  open,        ///< resting, maybe partly filled
  canceled,
  filled,
};
[[nodiscard]] constexpr bool is_final(OrderStatus s) {
  return s == OrderStatus::canceled || s == OrderStatus::filled;
}
enum class OrderOrigin : std::uint8_t {
  client,      ///< placed as a normal order
  conditional, ///< trigger order
  take_profit, ///< placed as take-profit, or attached to an entry
  stop_loss,
  close_all, ///< close-positions call
  liquidation,
  outside, ///< a person or a programme other than the account's API client
};
enum class CancelReason : std::uint8_t {
  none,
  user,
  could_not_fill, ///< IOC remainder, FOK, post-only that would take
  reduce_only,    ///< nothing left to close
  margin,         ///< not enough margin when the trigger fired
  liquidation,
  sibling_fired, ///< the other half of an attached pair
  vanished,      ///< injected fault
  venue,         ///< the contract is no longer open for entries
};
/// What may be done with a contract. The documents name no such field: clients see a contract
/// missing from a list, or an order refused.
enum class ContractStatus : std::uint8_t {
  trading,
  reduce_only, ///< to be delisted: opening orders are refused
  suspended,   ///< not listed, no order is taken, nothing trades; cancels still work
};
[[nodiscard]] std::string_view to_string(ContractStatus s); ///< "trading" …

enum class TriggerSource : std::uint8_t { last, mark };
enum class MarginMode : std::uint8_t { cross, isolated };

/// A number as the client wrote it: refusals quote the text.
struct SentNumber {
  std::int64_t units = 0;
  bool valid = false; ///< a plain decimal with at most eight places
  std::string text;

  [[nodiscard]] static SentNumber parse(std::string text);
  [[nodiscard]] bool absent() const { return text.empty(); }
};

struct Order {
  OrderId id = 0;
  std::string client_oid;
  Symbol symbol;
  PositionSide position = PositionSide::long_side;
  bool opens = true;
  bool market = false;
  TimeInForce tif = TimeInForce::gtc;
  MarginMode margin_mode = MarginMode::cross;
  OrderId opened_by = 0; ///< separated mode: the opening order of its position; 0 = combined
  Quantity size;
  Price price; ///< limit; 0 = market
  OrderOrigin origin = OrderOrigin::client;

  // Attached exits that its fills will create; 0 = none.
  Price preset_take_profit, preset_stop_loss;
  TriggerSource preset_take_profit_source = TriggerSource::last;
  TriggerSource preset_stop_loss_source = TriggerSource::last;

  // Trigger orders.
  bool conditional = false;      ///< was or is a trigger order
  bool take_profit_word = false; ///< an opening one placed under a take-profit type (v3)
  Price trigger_price;
  TriggerSource trigger_source = TriggerSource::last;
  bool fires_above = false; ///< fires at or above the trigger; else at or below
  Timestamp trigger_time;   ///< when it fired
  OrderId parent = 0, sibling = 0;
  Timestamp listed_from_wall; ///< not listed before (wall time)

  OrderStatus status = OrderStatus::pending;
  CancelReason cancel_reason = CancelReason::none;
  Quantity filled;
  Notional filled_value, fee, realised, liquidation_fee;
  Price latest_fill, max_fill, min_fill;
  Quantity queue_ahead;                                  ///< size that stood before it at its level
  Notional frozen;                                       ///< margin held for it while it rests
  std::int64_t maker_fee_units = 0, taker_fee_units = 0; ///< rates when it was accepted
  Timestamp created, updated;

  [[nodiscard]] Side side() const { return opens ? entry_side(position) : exit_side(position); }
  [[nodiscard]] Quantity remaining() const { return size - filled; }
};

struct FillRow {
  std::uint64_t id = 0;
  OrderId order_id = 0;
  std::string client_oid;
  Symbol symbol;
  PositionSide position = PositionSide::long_side;
  bool opens = true;
  bool maker = false;
  bool liquidation = false;
  MarginMode margin_mode = MarginMode::cross;
  OrderId opened_by = 0; ///< as in Order
  Quantity size;
  Price price;
  Notional value, fee, realised, liquidation_fee;
  Timestamp time;

  [[nodiscard]] Side side() const { return opens ? entry_side(position) : exit_side(position); }
};

/// One position: in combined mode of one symbol and side, in separated mode of one opening order.
/// Kept after it went flat (size 0) until the next opening.
struct PositionRow {
  std::uint64_t id = 0; ///< 0 = never opened
  Symbol symbol;
  PositionSide side = PositionSide::long_side;
  MarginMode margin_mode = MarginMode::cross;
  OrderId opened_by = 0; ///< as in Order
  Quantity size;
  Notional open_value;        ///< Σ price × size of what is open
  Notional open_fee, funding; ///< of the present position; funding > 0 = received
  Notional isolated_margin;
  bool auto_append = false;
  Quantity cum_open_size, cum_close_size;
  Notional cum_open_value, cum_open_fee, cum_close_value, cum_close_fee, cum_funding,
      cum_liquidation_fee;
  std::uint64_t created_sequence = 0, updated_sequence = 0;
  Timestamp created, updated;
};

enum class BillKind : std::uint8_t {
  deposit,
  withdraw,
  transfer_in,
  transfer_out,
  margin_in,
  margin_out,
  open_long,
  open_short,
  close_long,
  close_short,
  funding,
  liquidation_start,
  liquidation_end,
};
struct Bill {
  std::uint64_t id = 0;
  BillKind kind = BillKind::transfer_in;
  bool has_symbol = false;
  Symbol symbol;
  Notional amount; ///< change of the collateral, fee included
  Notional fee;
  Notional balance; ///< collateral after it
  Timestamp time;
};

/// Leverages of one symbol, as units of 1e-8.
struct LeverageRow {
  std::int64_t cross = 20 * kFixedScale;
  std::int64_t isolated_long = 20 * kFixedScale, isolated_short = 20 * kFixedScale;

  [[nodiscard]] std::int64_t of(MarginMode mode, PositionSide side) const {
    if (mode == MarginMode::cross) {
      return cross;
    }
    return side == PositionSide::long_side ? isolated_long : isolated_short;
  }
};

/// Why the engine of the exchange said no. The codecs choose codes; the text is the venue's own.
enum class RefusalKind : std::uint8_t {
  engine, ///< INVALID_ARGUMENT / FAILED_PRECONDITION texts
  order_not_found,
  too_large, ///< beyond the largest quantity of an order
  leverage_limit,
  not_tradable,
  not_found, ///< position and the like
};
struct Refusal {
  RefusalKind kind = RefusalKind::engine;
  std::string message;
};

} // namespace rg::exchange
