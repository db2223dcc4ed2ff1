#pragma once
// The backtest's venue: takes the order desk's requests, answers questions, and fills orders from
// base bars under conservative rules (design §15, docs/simulation.md). Cross margin, one wallet,
// exact fixed-point money. Deterministic; no clock, no I/O.

#include "actors/trading_core.hpp"
#include "backtests/execution_rules.hpp"
#include "backtests/funding_schedule.hpp"
#include "backtests/metrics.hpp"
#include "messages/venue/answers.hpp"

#include <array>
#include <span>
#include <vector>

namespace rg {

/// One pair's base bar, and whether the pair's data end with it.
struct VenueBar {
  const Bar* bar = nullptr;
  bool last = false;
};

class FillModel final : public Venue {
public:
  /// @param keep_history  false: order_history, fills and bills stay empty (baselines never ask).
  FillModel(const FillParameters& costs, const ContractTable& contracts, FundingSchedule funding,
            Notional wallet, bool keep_history = true);

  // ---- requests; what they cause beyond the answer is in take_events() ----
  ChangeAnswer execute(RequestId id, const ChangeRequest& request) override;
  QueryAnswer answer(RequestId id, const Query& query) override;

  /// A venue that goes on where an earlier one stopped (paper trading): the positions held then,
  /// and ids above all that it gave. Before the first bar.
  void restore(const std::vector<Position>& positions, std::uint64_t first_id);
  void set_contract(const ContractRules& rules) { contracts_[rules.symbol.id()] = rules; }

  /// Everything that happened up to data stamp `stamp`, the close of these bars (by symbol id):
  /// settlements before it, fills bar by bar, liquidation, the settlement at it, and the closes of
  /// pairs that end here. New requests count from the next bar on.
  void advance(Timestamp stamp, std::span<const VenueBar> bars);

  /// Fills, order updates, positions and cash flows since the last call, in order. Valid until the
  /// next call of a non-const member.
  [[nodiscard]] std::span<const VenueEvent> events() const { return events_; }
  void clear_events() { events_.clear(); }

  [[nodiscard]] Notional wallet() const { return wallet_; }
  [[nodiscard]] Notional equity() const; ///< wallet plus unrealised, at the last closes
  [[nodiscard]] const Position& position(Symbol symbol, PositionSide side) const {
    return books_[symbol.id()].positions[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] Price mark(Symbol symbol) const { return books_[symbol.id()].mark; }
  /// One pair at the last close, quote currency.
  struct PairState {
    double gross_notional = 0.0, net_notional = 0.0;
    double result = 0.0; ///< realised and unrealised, net of fees and funding, since the start
  };
  [[nodiscard]] PairState pair_state(Symbol symbol) const;
  /// The account at the last closes, quote currency.
  struct Exposure {
    double equity = 0.0, gross = 0.0, net = 0.0;
  };
  [[nodiscard]] Exposure exposure() const;
  [[nodiscard]] TradingSums pair_sums(Symbol symbol) const;
  [[nodiscard]] TradingSums sums() const; ///< over all pairs
  [[nodiscard]] std::uint64_t liquidations() const { return liquidations_; }
  /// Nothing held and nothing resting anywhere: advance() then only moves the marks.
  [[nodiscard]] bool idle() const { return live_ == 0; }

private:
  struct Resting { // an order that has not filled yet
    VenueOrderId venue_id = 0;
    PlaceOrder order;
    Timestamp created;
  };
  struct Trigger { // a stop that waits for its price
    VenueOrderId venue_id = 0;
    PlaceStop stop;
    Timestamp created;
  };
  struct Book {
    std::vector<Resting> orders;
    std::vector<Trigger> triggers;
    std::array<Position, 2> positions; // by PositionSide
    Price mark;                        // last close; 0 = no bar yet
    Price previous_mark;               // the close before the bar being worked on
    const Bar* bar = nullptr;          // the bar that closes at this stamp; only inside advance()
    int leverage = 20;
    Notional realised, fees, funding, traded; // sums since the start; funding > 0 = paid
  };
  struct Execution {           // one fill as the rules decided it, before it is booked
    VenueOrderId venue_id = 0; // of the order or trigger that filled; 0 = the venue's own act
    ClientOrderId client_id;
    Symbol symbol;
    PositionSide position = PositionSide::long_side;
    bool opens = true, maker = false, liquidation = false;
    Quantity quantity;
    Price price;
    Timestamp time;
  };

  ChangeAnswer place(RequestId id, const PlaceOrder& order);
  ChangeAnswer place_stop(RequestId id, const PlaceStop& stop);
  ChangeAnswer cancel(RequestId id, const CancelOrder& order);
  ChangeAnswer cancel_stop(RequestId id, const CancelStop& stop);
  ChangeAnswer cancel_all(RequestId id, const CancelAll& request);
  [[nodiscard]] const char* refusal(const PlaceOrder& order) const;
  [[nodiscard]] Notional margin_in_use() const;
  [[nodiscard]] AccountSnapshot account() const;
  [[nodiscard]] std::vector<Position> open_positions() const;
  [[nodiscard]] std::vector<VenueOrder> working_orders() const;
  [[nodiscard]] std::vector<VenueOrder> waiting_triggers() const;
  [[nodiscard]] static VenueOrder listed(const Resting& order, OrderState state);
  [[nodiscard]] static VenueOrder listed(const Trigger& trigger, OrderState state);

  void work_bar(Book& book, const Bar& bar);
  void fill_market_orders(Book& book, const Bar& bar);
  void fill_limits(Book& book, const Bar& bar, bool opens);
  void trigger_stops(Book& book, const Bar& bar, bool at_open);
  void settle_funding(Timestamp before, bool inclusive);
  [[nodiscard]] bool may_fail() const;
  void check_liquidation(Timestamp stamp);
  void end_pair(Book& book, const Bar& bar);

  void fill(Book& book, const Execution& execution);
  void drop_order(Book& book, std::size_t index, OrderState state);
  void drop_trigger(Book& book, std::size_t index, OrderState state);
  void tell(const VenueOrder& order);
  [[nodiscard]] static Notional value_at(const Position& position, Price mark);
  [[nodiscard]] static Notional unrealised(const Position& position, Notional value);
  void count_live();
  /// Calls f(book, position) for every open position, by symbol id, long before short.
  template <class F> void for_each_open(F f) const {
    for (std::uint32_t rest = open_mask_; rest != 0; rest &= rest - 1) {
      const auto bit = static_cast<std::size_t>(__builtin_ctz(rest));
      const Book& book = books_[bit / 2];
      f(book, book.positions[bit % 2]);
    }
  }

  FillParameters costs_;
  ContractTable contracts_;
  FundingSchedule funding_;
  std::array<Book, Symbol::kCount> books_{};
  Notional wallet_;
  Timestamp now_;
  Timestamp next_settlement_; // zero until the first bar
  VenueOrderId next_order_ = 1;
  VenueFillId next_fill_ = 1;
  std::uint64_t next_bill_ = 1;
  std::uint64_t liquidations_ = 0;
  std::size_t live_ = 0;        // resting orders, triggers and open positions
  std::uint32_t open_mask_ = 0; // bit 2 · symbol id + side per open position
  bool keep_history_;           // for questions about the past
  std::vector<VenueEvent> events_;
  std::vector<Fill> fills_;         // history, for queries
  std::vector<VenueOrder> history_; // orders in a terminal state
  std::vector<CashFlow> bills_;
};

} // namespace rg
