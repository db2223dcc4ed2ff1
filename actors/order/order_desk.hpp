#pragma once
// The order desk (design §9): the state machine of every order, the priority queue, the rate budget
// and the pre-trade checks, as one pure object. The order actor and the backtest drive the same class.
//
// Nothing here sends: commands come out, answers go in. An entry is written (WriteIntent), sent only
// after journalled(), and never sent twice. Protective requests leave at once.

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
  PlaceOrder order;        ///< so that the shell can prepare() the bytes meanwhile
};
struct SendRequest {
  RequestId id = 0;
  ChangeRequest request;
};
struct AskVenue {
  RequestId id = 0;
  Query query;
};
/// A refusal found at the desk (off tick, collar, duplicate, expired in the queue, ...).
struct DeskRefusal {
  Decision decision;
};
/// The position cannot be protected by a stop: ask the portfolio for an exit.
struct CloseUnprotected {
  Symbol symbol;
  std::string why;
};
using DeskCommand = std::variant<WriteIntent, SendRequest, AskVenue, OrderEvent, DeskRefusal, CloseUnprotected>;

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
  void on_fill(const Fill& fill, Timestamp wall_now);
  void on_position(const Position& position, Timestamp wall_now); ///< after fills: what must be protected
  void on_mark(Symbol symbol, Price mark, Timestamp data_now);    ///< collar; expiry of resting entries
  void on_data_time(Timestamp data_now, Timestamp wall_now);      ///< expiry of resting entries
  void on_wall_time(Timestamp wall_now);                          ///< budget refills, time-outs, verifications
  void on_link(const LinkEvent& event);

  /// Cancels every entry and sweeps resting entries; protective orders stay. Goes before all else.
  void kill(Timestamp wall_now);

  /// Commands in the order in which they must be carried out; empties the list.
  [[nodiscard]] std::vector<DeskCommand> take_commands();
  /// When on_wall_time wants to be called next; zero = not needed.
  [[nodiscard]] Timestamp next_wall_event() const;

  [[nodiscard]] bool has_unknown(Symbol symbol) const;  ///< an entry of unknown outcome: blocks the pair
  [[nodiscard]] bool has_live_entry(Symbol symbol) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
