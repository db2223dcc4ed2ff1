#pragma once
// Global caps (design §8): equity, high-water mark, exposure with orders in flight, correlation,
// drawdown ladder, daily loss. The only maker of ApprovedIntents.

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/market/bar.hpp"
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
  Notional fees, funding, pnl; ///< funding > 0 = paid; pnl = gross − fees − funding
  ExitReason exit_reason = ExitReason::rule;
  DecisionId entry_decision;
};

/// What a run decides about the portfolio beside its settings.
struct PortfolioOptions {
  bool ladder = true;             ///< false: no hard rung (`without_ladder` of a backtest)
  Duration stale_decision = 2min; ///< data time; OrderSettings::stale_decision
  /// What others open on the other side of a pair is closed; false: it is left alone, and the pair
  /// opens nothing while it stands.
  bool close_opposite = false;
};

/// Everything a restart must bring back; snapshot() gives it, restore() takes it.
struct PortfolioState {
  struct OpenPosition {
    Position position;
    DecisionId entry_decision; ///< zero stamp for adopted positions
    Rule entry_rule = Rule::none;
    Regime entry_regime = Regime::unknown;
    Price stop_price, target;
    // The open trade so far.
    Quantity opened, closed;
    Notional opened_value, closed_value, fees, funding;
  };
  Notional cash, high_water_mark;
  Timestamp halted_until; ///< ladder, data time; zero = not halted
  Timestamp day;          ///< start of the UTC day of `day_opening_equity`; zero = none yet
  Notional day_opening_equity;
  bool daily_loss_hit = false;
  std::uint32_t orders_today = 0;
  HaltTier latch = HaltTier::none;
  std::vector<OpenPosition> positions;
  std::vector<Position> opposites;        ///< held by others on the other side of a pair
  std::vector<VenueFillId> applied_fills; ///< of fills that the venue may tell again
  std::vector<std::uint64_t> applied_bills;
};

/// Sums of one pair since the start of the run (or since restore).
struct PairAccount {
  Notional realised, fees, funding; ///< realised before fees and funding; funding > 0 = paid
  Notional unrealised;              ///< at mark
  std::uint64_t fills = 0, trades = 0;
};

/// How much of one limit is used, in the limit's own unit; a warning is due from 80 % on.
struct LimitUse {
  const char* name = ""; ///< stable word: gross_leverage, net_leverage, pair_leverage, ...
  double used = 0.0, limit = 0.0;
  [[nodiscard]] bool is_near() const { return used >= 0.8 * limit; }
};

class PortfolioModel {
public:
  PortfolioModel(const PortfolioSettings& settings, const ContractTable& contracts,
                 Notional initial_equity, const PortfolioOptions& options = {});
  ~PortfolioModel();
  PortfolioModel(PortfolioModel&&) noexcept;
  PortfolioModel& operator=(PortfolioModel&&) noexcept;

  // ---- what happened (canonical order: these first within a stamp) ----
  /// Applies a fill once (by venue_fill_id); returns the pair's new position for its group.
  [[nodiscard]] std::optional<PositionUpdate> on_fill(const Fill& fill,
                                                      ExitReason reason_if_closing);
  void
  on_cash_flow(const CashFlow& flow); ///< funding changes pnl; deposits move the high-water mark
  void on_order_event(const OrderEvent& event); ///< frees or keeps what an order in flight reserves
  void on_mark(Symbol symbol, Price mark, Timestamp data_time);
  void on_bar_return(Symbol symbol, const PipelineBar& bar); ///< EWMA correlation
  /// A stop rests at the venue (DeskCommand StopConfirmed); the update goes to the pair's group.
  [[nodiscard]] std::optional<PositionUpdate> on_stop(Symbol symbol, Price trigger,
                                                      Timestamp data_time);
  /// The desk refused what was approved here (DeskCommand DeskRefusal): frees its reservation.
  void on_desk_refusal(const Decision& decision);
  /// Last regime estimate of the pair: goes into the decisions of exits made here.
  void on_regime(const RegimeEstimate& regime);
  /// The venue's position where it differs from ours and no fill explains it (start-up, external
  /// changes): books the difference at mark. Empty when nothing differs.
  [[nodiscard]] std::optional<PositionUpdate> reconcile(Symbol symbol, const Position& venue,
                                                        Timestamp data_time);
  /// The same for what others hold on the other side; true when it differed.
  bool reconcile_opposite(Symbol symbol, const Position& venue);
  /// Takes the venue's wallet balance for ours; returns venue − ours. Moves the high-water mark
  /// along.
  Notional reconcile_cash(Notional venue_wallet_balance);

  // ---- once per data stamp, after all fills and marks of it ----
  /// Equity, drawdown, ladder, correlation factors. What it finds (soft rung, hard rung, passive
  /// breach, daily loss, resume) is in take_actions().
  const PortfolioView& publish(Timestamp data_time);

  // ---- intents ----
  [[nodiscard]] Verdict review(const OrderIntent& intent, Timestamp data_time);
  /// A position passed from one rule to the other needs no order, but it is a decision like an
  /// exit: completed here, and numbered with the pair's exits of its stamp.
  [[nodiscard]] Decision complete_hand_over(Decision decision);

  /// Exits the portfolio itself orders: ladder, daily loss, guard kill, passive breach, operator.
  /// Already approved; empties the list.
  [[nodiscard]] std::vector<ApprovedIntent> take_actions();
  void on_guard(const GuardState& guard); ///< kill → flatten the pair
  /// After a restart: what the guard had said before holds until then (data time), whatever the
  /// fresh guard says. A kill goes on flattening.
  void hold_guard(Symbol symbol, GuardLevel level, Timestamp until);
  /// Wall time for the pace of repeated closes: data time may stand still in a dying market. Never
  /// told (backtests): data time.
  void see_wall(Timestamp wall_now);
  /// Closes ordered so far for the flatten that goes on; 0 = none.
  [[nodiscard]] std::uint32_t flatten_tries(Symbol symbol) const;
  void flatten_all(ExitReason reason, Timestamp data_time);
  /// Closes one pair and keeps trying until it is flat (desk's CloseUnprotected, operator).
  void flatten(Symbol symbol, ExitReason reason, Timestamp data_time);
  /// Pairs whose resting entries must be cancelled now (desk's cancel_entries); empties the list.
  [[nodiscard]] std::vector<Symbol> take_entry_cancellations();

  // ---- switches; a pair starts cold and the book unreconciled, so both must be told ----
  void pause(Symbol symbol, bool paused);
  void wind_down(Symbol symbol,
                 bool winding_down);             ///< reduce-only; the position leaves by its rules
  void set_enabled(Symbol symbol, bool enabled); ///< default true
  void quarantine(Symbol symbol, bool quarantined); ///< its group is dead: flattens
  void set_warm(Symbol symbol, bool warm);
  void set_reconciled(bool reconciled);
  void set_unknown_outcome(Symbol symbol, bool unknown); ///< desk's has_unknown()
  void set_contract(const ContractRules& rules);         ///< live rules; untradable blocks entries
  void set_contract_changed(Symbol symbol, bool changed);
  void set_clock_uncertain(bool uncertain);
  void set_ai_log_stuck(bool stuck);
  void set_disk_low(bool low);
  /// Caps, ladder and daily limits from the next review and publication on. What was latched,
  /// halted or hit stays so.
  void set_settings(const PortfolioSettings& settings);
  void set_stale_decision(Duration age); ///< PortfolioOptions::stale_decision, from the next review
  void set_hashes(const std::array<std::uint8_t, 8>& model,
                  const std::array<std::uint8_t, 8>& config);
  void latch(HaltTier tier); ///< reduce_only: no new risk; flatten: also closes all; never lowers
  /// The same for one pair.
  void latch_pair(Symbol symbol, HaltTier tier);
  void release_pair(Symbol symbol);
  [[nodiscard]] HaltTier pair_latch(Symbol symbol) const;
  void release_latch(); ///< also ends a ladder halt, from the present equity

  // ---- restart ----
  [[nodiscard]] PortfolioState snapshot() const;
  void restore(const PortfolioState& state);

  [[nodiscard]] const PortfolioView& view() const;
  [[nodiscard]] Position position(Symbol symbol) const;
  /// What others hold on the other side of the pair.
  [[nodiscard]] Position opposite(Symbol symbol) const;
  [[nodiscard]] HaltTier tier() const;
  [[nodiscard]] Notional cash() const; ///< wallet balance: initial + pnl − fees − funding + flows
  [[nodiscard]] double net_leverage() const;
  [[nodiscard]] const std::vector<Trade>& trades() const;
  [[nodiscard]] PairAccount pair_account(Symbol symbol) const;
  [[nodiscard]] Price mark(Symbol symbol) const; ///< last on_mark; 0 = none
  [[nodiscard]] double
  gross_leverage_in_flight() const;             ///< orders in flight counted at worst price
  [[nodiscard]] Timestamp halted_until() const; ///< ladder; zero = not halted
  [[nodiscard]] bool daily_loss_hit() const;
  /// Every cap with its present use (positions and orders in flight), for console and metrics.
  [[nodiscard]] std::vector<LimitUse> limits() const;
  /// A fill that fits no position yet (news out of order) is held back until it does.
  [[nodiscard]] bool has_held_fills(Symbol symbol) const;
  /// Why the pair may not open now, apart from caps: machine words for `status`.
  [[nodiscard]] std::vector<Refusal> blocked_by(Symbol symbol, Timestamp data_time) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
