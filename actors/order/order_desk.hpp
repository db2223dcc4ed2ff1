#pragma once
// The order desk (design §9): the state machine of every order, the priority queue, the rate budget
// and the pre-trade checks, as one pure object. The order actor and the backtest drive the same
// class.
//
// Nothing here sends: commands come out, answers go in. An entry is written (WriteIntent), sent
// only after journalled(), and never sent twice. Protective requests leave at once.

#include "messages/orders/approved_intent.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"
#include "messages/venue/requests.hpp"

#include <memory>
#include <variant>
#include <vector>

namespace rg {

/// Make the intent durable, then call journalled(client_id).
struct WriteIntent {
  ClientOrderId client_id;
  RequestId request_id = 0;
  PlaceOrder order; ///< so that the shell can prepare() the bytes meanwhile
};
struct SendRequest {
  RequestId id = 0;
  ChangeRequest request;
};
struct AskVenue {
  RequestId id = 0;
  Query query;
};
/// A refusal found at the desk (off tick, collar, duplicate, ...): no order came to be. Comes with
/// the take_commands() after on_approved(); what expires later in the queue is an OrderEvent.
struct DeskRefusal {
  Decision decision;
};
/// The position cannot be protected by a stop: ask the portfolio for an exit.
struct CloseUnprotected {
  Symbol symbol;
  std::string why;
};
/// A fill seen for the first time on whatever channel, with our ids filled in and what a closing
/// one was closed by. Each goes to PortfolioModel::on_fill exactly once, and its result to
/// on_position().
struct AttributedFill {
  Fill fill;
  ExitReason reason_if_closing = ExitReason::rule;
  /// A close that neither an order of ours nor a stop explains: a person, or another program. The
  /// vocabulary has no word of its own for it; it counts as `guard`.
  bool external_close = false;
};
/// Stops that cover the position have been seen at the venue: PortfolioModel::on_stop.
struct StopConfirmed {
  Symbol symbol;
  Price trigger;
};
using DeskCommand = std::variant<WriteIntent, SendRequest, AskVenue, OrderEvent, DeskRefusal,
                                 CloseUnprotected, AttributedFill, StopConfirmed>;

/// What the journal and the portfolio know of the time before a restart.
struct DeskRestore {
  struct OpenPosition {
    Position position;
    DecisionId entry_decision; ///< zero stamp for adopted positions
    Price stop_price;          ///< 0 = none known: the position is closed unless one is found
  };
  struct Execution { ///< a filled entry of the last repeated_window
    Symbol symbol;
    Rule rule = Rule::none;
    Timestamp data_time;
  };
  /// Last journalled event of each order of this instance (finished ones of the last days included,
  /// so that ids and duplicates are known). Entries without an outcome are searched for, never sent
  /// again.
  std::vector<OrderEvent> orders;
  std::vector<Decision> decisions; ///< behind the unfinished ones: stop price, rule, exit reason
  Duration entry_life{};           ///< of a resting entry from its decision's stamp, data time
  std::vector<OpenPosition> positions;
  std::vector<Execution> executions;
  std::vector<VenueFillId> applied_fills; ///< not told again as AttributedFill
  Timestamp fills_since;                  ///< data time; older fills are history of somebody else
  Timestamp data_now, wall_now;
};

class OrderDesk {
public:
  OrderDesk(const OrderSettings& settings, const ContractTable& contracts, std::uint32_t instance);
  ~OrderDesk();
  OrderDesk(OrderDesk&&) noexcept;
  OrderDesk& operator=(OrderDesk&&) noexcept;

  // Every input takes the two clocks where it needs them: data time and wall time, never mixed.
  void on_approved(const ApprovedIntent& approved, Timestamp data_now, Timestamp wall_now);
  void journalled(const ClientOrderId& id, Timestamp wall_now);
  void on_answer(const ChangeAnswer& answer, Timestamp wall_now);
  void on_answer(const QueryAnswer& answer, Timestamp wall_now);
  void on_order(const VenueOrderUpdate& update, Timestamp wall_now);
  void on_fill(const Fill& fill,
               Timestamp wall_now); ///< answers with AttributedFill when it is new
  void on_position(const Position& position,
                   Timestamp wall_now); ///< after fills: what must be protected
  void on_mark(Symbol symbol, Price mark,
               Timestamp data_now);                          ///< collar; expiry of resting entries
  void on_data_time(Timestamp data_now, Timestamp wall_now); ///< expiry of resting entries
  void on_wall_time(Timestamp wall_now); ///< budget refills, time-outs, verifications
  void on_link(const LinkEvent& event);
  /// The venue's own book up to this data time is ours now: older fills of orders that are not ours
  /// are in it already, whoever tells them later.
  void on_book_taken(Timestamp data_time);

  /// An entry of ours that rests at the venue and that no journal knows (it was lost, or is older
  /// than the backup): cancelled, for nobody remembers why it was sent.
  void cancel_stray(Symbol symbol, VenueOrderId id, Timestamp wall_now);
  /// Looks every open position's stops up at the venue now.
  void look_at_stops(Timestamp wall_now);

  void cancel_entries(Symbol symbol, Timestamp wall_now); ///< queued and resting ones of one pair

  /// Cancels every entry and sweeps resting entries; protective orders stay. Goes before all else.
  void kill(Timestamp wall_now);

  /// Before the first input of a restarted engine.
  void restore(const DeskRestore& state);
  /// Collar, staleness, repeated executions and the time within which a stop must be seen, from the
  /// next order on. The others must be as they were: what is under way was reckoned with them.
  void set_settings(const OrderSettings& settings);
  void set_contract(const ContractRules& rules); ///< live rules; untradable refuses entries
  void set_clock_uncertain(bool uncertain);      ///< refuses entries
  /// Leverage each pair must have at the venue before an entry; 0 (default) = not managed here.
  void set_desired_leverage(int leverage);
  /// Period (wall) in which resting stops and orders are looked up at the venue although no news
  /// came; 0 (default) = only on news. Live engines set it: news can be lost.
  void set_stop_recheck(Duration period);

  /// Commands in the order in which they must be carried out; empties the list.
  [[nodiscard]] std::vector<DeskCommand> take_commands();
  /// When on_wall_time wants to be called next; zero = not needed.
  [[nodiscard]] Timestamp next_wall_event() const;

  [[nodiscard]] bool
  has_unknown(Symbol symbol) const; ///< an entry of unknown outcome: blocks the pair
  [[nodiscard]] bool has_live_entry(Symbol symbol) const;
  /// Nothing queued, in flight, searched for or waiting to be verified.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] Price stop_price(Symbol symbol) const; ///< confirmed at the venue; 0 = none
  [[nodiscard]] std::uint64_t requests_sent() const;   ///< all that count against the order limit

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
