#pragma once
// What OrderDesk holds. Shared by its source files only:
//   order_desk.cpp    approvals, kill, time
//   desk_queue.cpp    what leaves, when, and in which order
//   desk_answers.cpp  answers of the venue          desk_news.cpp  what it tells unasked
//   desk_recovery.cpp coming back after a restart
//   desk_search.cpp   looking orders up whose state is not known
//   desk_stops.cpp    each position's stop: verified, moved, swept

#include "actors/order/order_desk.hpp"
#include "actors/order/order_lifecycle.hpp"
#include "actors/order/pre_trade_checks.hpp"
#include "actors/order/rate_budget.hpp"
#include "actors/order/request_queue.hpp"
#include "actors/order/stop_keeper.hpp"

#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>

namespace rg {

/// A request on its way whose answer is still to come.
struct RequestOnTheWay {
  QueuedRequest queued;
  Priority priority = Priority::entry;
  Timestamp sent; ///< wall
};

/// What is left of a finished order: enough to know late fills by.
struct FinishedOrder {
  ClientOrderId id;
  VenueOrderId venue_id = 0;
  DecisionId decision;
  OrderRole role = OrderRole::entry;
  Symbol symbol;
  ExitReason exit_reason = ExitReason::rule;
};

/// One pair's position and the stops that protect it.
struct Protection {
  Position position;               ///< quantity 0 = flat
  DecisionId decision;             ///< of the entry; stops derive their ids from it
  std::uint16_t attempt = 0;       ///< of the last stop placed for this decision
  Price wanted;                    ///< trigger that the position must have; 0 = whatever is found
  Price confirmed;                 ///< seen at the venue; 0 = none
  RequestId look = 0;              ///< question under way
  Timestamp look_asked, next_look; ///< wall; zero = none
  Timestamp deadline;     ///< wall: seen by then, or the position is closed; zero = it is covered
  Timestamp attach_grace; ///< wall: until then attached stops may still appear by themselves
  Timestamp last_entry_fill; ///< wall
  bool alarmed = false;      ///< CloseUnprotected has been said
  bool turned_down = false;  ///< the venue refused the last stop; the next look decides
  bool may_have_triggers = false;
  bool sweeping = false;   ///< after a close, until the venue lists no trigger orders
  bool sweep_busy = false; ///< its request is queued or on its way
};

struct LeverageState {
  int known = 0; ///< 0 = not told yet
  RequestId query = 0;
  Timestamp asked;
  bool set_busy = false;
  Timestamp next_try; ///< wall
};

struct OrderDesk::State {
  State(const OrderSettings& s, const ContractTable& c, std::uint32_t i);

  OrderSettings settings;
  ContractTable contracts;
  std::uint32_t instance;
  PreTradeChecks checks;
  RateBudget budget;
  BackOff back_off;
  RequestQueue queue;
  std::vector<RequestOnTheWay> on_the_way;
  std::list<Order> orders; ///< live ones, and finished ones whose fills have not all been told
  std::deque<FinishedOrder> finished;
  std::array<Protection, Symbol::kCount> protection{};
  std::array<LeverageState, Symbol::kCount> leverage{};
  std::array<Price, Symbol::kCount> marks{};
  std::array<Timestamp, Symbol::kCount> mark_times{};
  /// Stop price and decision of each pair's last entry, for the position that it opens.
  struct LastEntry {
    DecisionId decision;
    Price stop;
  };
  std::array<LastEntry, Symbol::kCount> last_entry{};
  std::map<std::pair<DecisionId, OrderRole>, std::uint16_t> restored_attempts;
  /// Without our id, while an order whose venue id is not known yet may be theirs.
  std::vector<Fill> early_fills;
  std::unordered_set<VenueFillId> fills_seen;          // looked up only, never iterated
  std::unordered_set<VenueFillId> fills_booked_before; // ... a restart, and not told again since
  std::vector<DeskCommand> commands;
  RequestId last_request = 0;
  std::uint64_t sent_total = 0;
  Timestamp data_now, wall_now, fills_since;
  Timestamp book_taken;   ///< data time up to which the venue's own book was taken; zero = never
  Duration wall_offset{}; ///< of our wall time against the clock; grows when the clock steps back
  Timestamp next_expiry;  ///< data time of the first resting entry to expire; zero = none
  Timestamp next_wall;    ///< cached next_wall_event()
  bool started = false;   ///< the wall clock has been seen: the budget runs
  bool clock_uncertain = false;
  bool public_down = false, private_down = false, rest_down = false;
  int desired_leverage = 0;
  Duration recheck{};

  // ---- order_desk.cpp
  void see_wall(Timestamp now);
  [[nodiscard]] Timestamp clock_time() const { return wall_now - wall_offset; }
  void
  settle(); ///< end of every input: sends what may go, forgets what is done, plans the next wake
  void open_entry(const OrderIntent& intent);
  void open_close(const OrderIntent& intent);
  void move_stop(const OrderIntent& intent);
  void refuse(const OrderIntent& intent, Refusal reason);
  [[nodiscard]] DeskSituation situation(Symbol s) const;
  void want_cancel(Order& order, bool urgent, bool expire, std::string_view why);
  void expire_entries();
  void plan_expiry();

  // ---- desk_recovery.cpp
  void restore_order(const OrderEvent& last, const Decision* decision, Duration entry_life);

  // ---- desk_queue.cpp
  RequestId next_request() { return ++last_request; }
  void move(Order& order, OrderState to, std::string_view note = {});
  void ended(Order& order);
  void queue_place(Order& order, Timestamp not_before = {});
  void queue_cancel(Order& order);
  void pump();
  enum class Fate : std::uint8_t { send, wait, drop };
  [[nodiscard]] Fate fate_of(QueuedRequest& q);
  [[nodiscard]] Fate fate_of_entry(const QueuedRequest& q);
  [[nodiscard]] Fate fate_of_close(QueuedRequest& q);
  [[nodiscard]] Fate fate_of_stop(QueuedRequest& q);
  [[nodiscard]] bool leverage_is_set(Symbol s);
  void send(QueuedRequest q, Priority p);
  void ask(RequestId id, QueryKind kind, Symbol symbol, Timestamp since = {});
  [[nodiscard]] bool rests_at_venue(Symbol s) const;
  void time_out_requests();
  [[nodiscard]] Timestamp compute_next_wall() const;

  // ---- desk_answers.cpp
  [[nodiscard]] Order* find(const ClientOrderId& id);
  [[nodiscard]] Order* find_venue(VenueOrderId id);
  void handle(const RequestOnTheWay& request, const ChangeAnswer& answer);
  void placed(const RequestOnTheWay& request, const ChangeAnswer& answer);
  void late_answer(const ChangeAnswer& answer);
  void cancel_answered(const RequestOnTheWay& request, const ChangeAnswer& answer);
  void kill_answered(const ChangeAnswer& answer);
  void requeue(const RequestOnTheWay& request, const ChangeAnswer& answer);
  [[nodiscard]] Quantity closing_outstanding(Symbol s, PositionSide side) const;
  void retry_close(Order& order, Quantity at_most);

  // ---- desk_news.cpp
  void apply(Order& order, const VenueOrder& news, std::string_view note = {});
  void apply_fill(const Fill& fill);
  [[nodiscard]] bool comes_early(const Fill& fill) const;
  void apply_early_fills();
  [[nodiscard]] bool is_in_taken_book(const Fill& fill);
  [[nodiscard]] std::optional<ExitReason> closing_reason(const Fill& fill, const Order* order,
                                                         const FinishedOrder* done) const;
  [[nodiscard]] Order* order_of(const Fill& fill);
  void count_fill(Order& order, Quantity quantity);

  // ---- desk_search.cpp
  [[nodiscard]] bool needs_search(const Order& order) const;
  void plan_search(Order& order, Duration delay);
  void run_searches();
  void begin_round(Order& order);
  void next_stage(Order& order, OrderSearch::Stage stage);
  void search_answer(Order& order, const QueryAnswer& answer);
  void end_round(Order& order);
  void judge_unknown_entry(Order& order);
  void judge_unknown_close(Order& order);
  [[nodiscard]] bool is_same(const Order& order, const VenueOrder& listed);

  // ---- desk_stops.cpp
  [[nodiscard]] Protection& guard(Symbol s) { return protection[s.id()]; }
  void set_position(Symbol s, const Position& p);
  void opened(Symbol s, const Position& p);
  void closed(Symbol s);
  void start_sweep(Symbol s);
  void run_stop_timers();
  void look(Symbol s);
  void look_answer(Symbol s, const QueryAnswer& answer);
  void judge_stops(Symbol s, const std::vector<RestingStop>& resting);
  [[nodiscard]] bool stop_still_appearing(Symbol s, const std::vector<RestingStop>& resting);
  void place_stop(Symbol s, Quantity quantity);
  void stop_placed(Order& order, RequestOutcome outcome);
  void alarm(Symbol s, std::string why);
  void cancel_surplus(Symbol s, const std::vector<VenueOrderId>& surplus);
  void finish_stops(Symbol s);
};

} // namespace rg
