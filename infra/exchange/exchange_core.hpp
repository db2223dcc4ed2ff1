#pragma once
// The embedded exchange without protocol, socket or clock: orders in, market steps in, events out.
// Deterministic: the same calls give the same answers. Data time moves with step(); wall time is
// passed in where the venue reads its own clock (listing lag, rate limits).

#include "infra/exchange/account.hpp"
#include "infra/exchange/candle_store.hpp"
#include "infra/exchange/fault_plan.hpp"
#include "infra/exchange/order_book.hpp"
#include "infra/market/market_process.hpp"
#include "messages/support/result.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <variant>

namespace rg::exchange {

struct CoreOptions {
  std::uint64_t seed = 1;
  Duration step{15'000'000'000};            ///< data time per market step; a divisor of one minute
  Duration listing_lag{2'000'000'000};      ///< wall: attached exits are listed only after it
  bool attached_exits_persist = true;       ///< they outlive the position (weex-api §10.1)
  std::int64_t maintenance_units = 500'000; ///< 0.5 % of the mark value, units of 1e-8
  std::int64_t liquidation_fee_units = 0;   ///< of the value closed by force
  std::uint32_t orders_per_second = 10;
  std::uint32_t weight_per_ten_seconds = 1000;
  double participation = 0.5; ///< share of the market's volume that may fill a resting order
};

/// A normal order as asked for.
struct NewOrder {
  std::string client_oid;
  Symbol symbol;
  PositionSide position = PositionSide::long_side;
  bool opens = true;
  bool market = false;
  TimeInForce tif = TimeInForce::gtc;
  SentNumber size, price;
  SentNumber preset_take_profit, preset_stop_loss; ///< absent() = none
  TriggerSource preset_take_profit_source = TriggerSource::last;
  TriggerSource preset_stop_loss_source = TriggerSource::last;
  std::optional<MarginMode> margin_mode;
  OrderOrigin origin = OrderOrigin::client;
};

/// A trigger order, take-profit or stop-loss as asked for.
struct NewTrigger {
  std::string client_oid; ///< may be empty
  Symbol symbol;
  PositionSide position = PositionSide::long_side;
  bool opens = false;
  SentNumber size, trigger_price;
  SentNumber execute_price; ///< absent or 0 = market
  TriggerSource source = TriggerSource::last;
  OrderOrigin origin = OrderOrigin::conditional;
  bool take_profit_word = false;                   ///< how an opening one is called in lists
  SentNumber preset_take_profit, preset_stop_loss; ///< of an opening one; absent() = none
  TriggerSource preset_take_profit_source = TriggerSource::last;
  TriggerSource preset_stop_loss_source = TriggerSource::last;
  std::optional<MarginMode> margin_mode;
};

struct ClosedPosition {
  std::uint64_t position_id = 0;
  OrderId order = 0; ///< 0 = failed
  std::string error;
};

/// News for the private streams. Consecutive events of one account carry consecutive versions.
struct CoreEvent {
  enum class Cause : std::uint8_t { order, funding, deposit, withdrawal };
  struct Collateral {};
  AccountIndex account = 0;
  std::uint64_t version = 0;
  Cause cause = Cause::order;
  Timestamp time;
  std::variant<Order, FillRow, PositionRow, Collateral> what;
};

/// One print of the public tape.
struct TradePrint {
  std::uint64_t id = 0;
  Timestamp time;
  Price price;
  Quantity size;
  bool buyer_maker = false; ///< the aggressor sold
};

struct FundingSettlement {
  Timestamp time;
  std::int64_t rate_units = 0;
};

class ExchangeCore {
public:
  ExchangeCore(const CoreOptions& options, std::unique_ptr<MarketProcess> market, FaultPlan faults);
  ~ExchangeCore();

  [[nodiscard]] AccountIndex add_account(Notional deposit);

  // ---- time ----
  /// One market step. False when the market's data has ended.
  bool step(Timestamp wall);
  [[nodiscard]] Timestamp data_now() const { return now_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] const CoreOptions& options() const { return options_; }

  // ---- orders; a refusal changes nothing ----
  [[nodiscard]] Result<OrderId, Refusal> place(AccountIndex a, const NewOrder& order,
                                               Timestamp wall);
  [[nodiscard]] Result<OrderId, Refusal> place_trigger(AccountIndex a, const NewTrigger& trigger,
                                                       Timestamp wall);
  [[nodiscard]] Result<OrderId, Refusal> modify_trigger(AccountIndex a, OrderId id,
                                                        const SentNumber& trigger_price,
                                                        const SentNumber& execute_price,
                                                        std::optional<TriggerSource> source,
                                                        Timestamp wall);
  /// `triggers` chooses between resting and waiting orders: an id of the other kind is not found.
  [[nodiscard]] Result<OrderId, Refusal> cancel(AccountIndex a, OrderId id, bool triggers,
                                                Timestamp wall);
  std::vector<OrderId> cancel_all(AccountIndex a, std::optional<Symbol> symbol, bool triggers,
                                  Timestamp wall);
  std::vector<ClosedPosition> close_positions(AccountIndex a, std::optional<Symbol> symbol,
                                              Timestamp wall);

  // ---- account ----
  /// Collateral that came (> 0) or went (< 0) by the account's owner.
  void transfer(AccountIndex a, Notional amount);
  [[nodiscard]] std::optional<Refusal> set_leverage(AccountIndex a, Symbol s, MarginMode mode,
                                                    std::int64_t long_units,
                                                    std::int64_t short_units);
  /// Margin mode and position mode together; neither may change under orders or positions.
  [[nodiscard]] std::optional<Refusal> set_modes(AccountIndex a, Symbol s, MarginMode mode,
                                                 bool separated);
  [[nodiscard]] std::optional<Refusal> adjust_margin(AccountIndex a, std::uint64_t position_id,
                                                     Notional amount);
  [[nodiscard]] std::optional<Refusal> set_auto_append(AccountIndex a, std::uint64_t position_id,
                                                       bool on);

  // ---- what changes at the venue meanwhile ----
  [[nodiscard]] std::optional<Refusal> apply(const VenueChange& change);
  /// Scheduled changes whose time has come (the fault plan's clock). Returns how many were refused.
  std::size_t apply_due_changes();
  [[nodiscard]] bool in_maintenance() const { return maintenance_; }
  [[nodiscard]] const ContractRules& rules(Symbol s) const { return pairs_[s.id()].rules; }
  [[nodiscard]] ContractStatus status(Symbol s) const { return pairs_[s.id()].status; }
  /// Opening orders are taken.
  [[nodiscard]] bool open_for_entries(Symbol s) const {
    return listed(s) && status(s) == ContractStatus::trading;
  }

  // ---- state ----
  [[nodiscard]] std::size_t account_count() const { return accounts_.size(); }
  [[nodiscard]] const Account& account(AccountIndex a) const { return *accounts_[a]; }
  [[nodiscard]] Account& account(AccountIndex a) { return *accounts_[a]; }
  [[nodiscard]] const Marks& marks() const { return marks_; }
  [[nodiscard]] Notional equity(AccountIndex a) const { return account(a).ledger.equity(marks_); }
  [[nodiscard]] Notional available(AccountIndex a) const {
    return account(a).ledger.available(marks_, account(a).frozen);
  }
  [[nodiscard]] Price liquidation_price(AccountIndex a, const PositionRow& p) const {
    return account(a).ledger.liquidation_price(p, marks_, options_.maintenance_units);
  }
  [[nodiscard]] bool listed(Symbol s) const { return pairs_[s.id()].present; }
  [[nodiscard]] const std::vector<Symbol>& symbols() const { return market_->symbols(); }
  [[nodiscard]] Price last(Symbol s) const { return pairs_[s.id()].last; }
  [[nodiscard]] const PairStep& quote(Symbol s) const { return pairs_[s.id()].step; }
  [[nodiscard]] const CandleStore& candles(Symbol s) const { return *pairs_[s.id()].candles; }
  [[nodiscard]] std::vector<BookLevel> depth(Symbol s, Side side, std::size_t n) const;
  /// Changes whenever the book of the symbol may have changed.
  [[nodiscard]] std::uint64_t book_version(Symbol s) const { return pairs_[s.id()].book_version; }
  /// Prints of the steps after `after_step` (step numbers begin with 1), oldest first, at most
  /// `limit` newest; about the last hour of data time is kept.
  [[nodiscard]] std::vector<TradePrint> prints(Symbol s, std::uint64_t after_step,
                                               std::size_t limit) const;
  [[nodiscard]] double funding_rate(Symbol s, Timestamp settlement) const {
    return market_->funding_rate(s, settlement);
  }
  [[nodiscard]] Timestamp next_funding() const;
  [[nodiscard]] const MarketProcess& market() const { return *market_; }
  [[nodiscard]] FaultPlan& faults() { return faults_; }

  /// Events since the last call. With `keep_events(false)` none are kept.
  [[nodiscard]] std::vector<CoreEvent> take_events();
  void keep_events(bool keep) { keep_events_ = keep; }

  /// Asserts every account's bookkeeping identity and that frozen margin matches resting orders.
  void check() const;

private:
  struct Tape {
    Timestamp begin;
    std::uint64_t step = 0;
    std::array<Price, PairStep::kPathPoints> path{};
    Price before;
    Quantity volume;
  };
  struct Pair {
    bool present = false;
    ContractRules rules;
    ContractStatus status = ContractStatus::trading;
    PairStep step;
    Price last;
    std::unique_ptr<OrderBook> book;
    std::unique_ptr<CandleStore> candles;
    std::deque<Tape> tape;
    std::uint64_t book_version = 0;
    std::uint32_t waiting_triggers = 0;
    std::uint64_t silent_until_step = 0; ///< injected candle gap
    double price_scale = 1.0;            ///< injected price gaps
  };
  struct Taken { ///< one level that an aggressor would take
    Price price;
    Quantity size;
    bool client = false;
    Resting resting;
  };

  // core_market.cpp
  void apply_market_faults(Symbol s, PairStep& step);
  [[nodiscard]] bool trades_now(Symbol s) const {
    return !maintenance_ && status(s) != ContractStatus::suspended;
  }
  void put_on_grid(Symbol s, PairStep& step) const;
  [[nodiscard]] bool may_place(Symbol s, bool opens) const {
    return opens ? open_for_entries(s) : listed(s) && status(s) != ContractStatus::suspended;
  }
  void on_point(Symbol s, std::size_t k);
  void fill_resting(Symbol s, Side side, Price printed, Quantity volume);
  void record(Symbol s, const PairStep& step, Timestamp begin);
  // core_order_checks.cpp
  [[nodiscard]] std::optional<Refusal> validate(const Account& acc, const NewOrder& o) const;
  [[nodiscard]] std::optional<Refusal> validate_presets(const NewOrder& o, Price reference) const;
  [[nodiscard]] std::optional<Refusal> validate_close(const Account& acc, const NewOrder& o) const;
  [[nodiscard]] std::optional<Refusal> validate_open(const Account& acc, const NewOrder& o) const;
  [[nodiscard]] Notional margin_needed(const Account& acc, Symbol s, PositionSide side,
                                       Notional value) const;
  // core_orders.cpp
  OrderId accept(AccountIndex a, Order order);
  void enter_market(AccountIndex a, OrderId id);
  [[nodiscard]] std::vector<Taken> walk(const Order& order, Quantity wanted) const;
  void rest(AccountIndex a, Order& order);
  void fill(AccountIndex a, OrderId id, Price price, Quantity size, bool maker);
  void finish(AccountIndex a, OrderId id, OrderStatus status, CancelReason reason);
  // core_triggers.cpp
  void attach_exits(AccountIndex a, OrderId parent, Quantity size, Timestamp wall);
  void fire_triggers(Symbol s, Price last, Price mark);
  void fire(AccountIndex a, OrderId id);
  [[nodiscard]] static bool reached(const Order& order, Price last, Price mark);
  // core_changes.cpp
  [[nodiscard]] std::optional<Refusal> change(const ContractChange& c);
  [[nodiscard]] std::optional<Refusal> change(const MaintenanceChange& c);
  [[nodiscard]] std::optional<Refusal> change(const CashChange& c);
  void move_cash(AccountIndex a, BillKind kind, Notional amount);
  // core_settlement.cpp
  void settle_funding();
  [[nodiscard]] Notional maintenance_margin(Notional mark_value) const;
  [[nodiscard]] bool is_due(AccountIndex a, PositionRow& p);
  void liquidate_where_due();
  void liquidate(AccountIndex a, const std::vector<const PositionRow*>& positions);
  void force_close(AccountIndex a, PositionRow& position);
  // core_people.cpp
  void apply_account_faults(AccountIndex a);
  void outside_close(AccountIndex a);
  void outside_order(AccountIndex a);
  // core_settings.cpp
  [[nodiscard]] PositionRow& position_of(AccountIndex a, const Order& order) {
    return account(a).ledger.position(order.symbol, order.position, order.opened_by);
  }
  [[nodiscard]] PositionRow* find_position(AccountIndex a, std::uint64_t position_id);
  // core_account.cpp
  [[nodiscard]] static Order closing_order(const PositionRow& position, OrderOrigin origin);
  void bill(AccountIndex a, BillKind kind, std::optional<Symbol> symbol, Notional amount,
            Notional fee);

  void emit(AccountIndex a, CoreEvent::Cause cause,
            std::variant<Order, FillRow, PositionRow, CoreEvent::Collateral> what);
  [[nodiscard]] OrderId next_id();
  [[nodiscard]] std::int64_t fee_units(Symbol s, bool maker) const;
  [[nodiscard]] std::int64_t leverage_units(const Account& acc, Symbol s, PositionSide side) const {
    return acc.ledger.leverage(s).of(acc.ledger.margin_mode(s), side);
  }
  [[nodiscard]] static std::int64_t leverage_units(const Account& acc, const PositionRow& p) {
    return acc.ledger.leverage(p.symbol).of(p.margin_mode, p.side);
  }

  CoreOptions options_;
  std::unique_ptr<MarketProcess> market_;
  FaultPlan faults_;
  std::vector<std::unique_ptr<Account>> accounts_;
  std::array<Pair, Symbol::kCount> pairs_;
  Marks marks_{};
  MarketStep frame_;
  Timestamp now_;  // data time
  Timestamp wall_; // of the present call
  std::uint64_t steps_ = 0;
  OrderId last_id_ = 702'345'000'000'000'000ULL;
  std::uint64_t sequence_ = 7'027'745'000ULL;
  std::vector<CoreEvent> events_;
  bool keep_events_ = true, maintenance_ = false;
};

} // namespace rg::exchange
