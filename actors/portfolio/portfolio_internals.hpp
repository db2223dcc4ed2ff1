#pragma once
// What PortfolioModel holds. Shared by its source files only: portfolio_model.cpp (events and
// publishing), review.cpp (intents), actions.cpp (exits of its own), switches.cpp, recovery.cpp.

#include "actors/portfolio/accounting.hpp"
#include "actors/portfolio/caps.hpp"
#include "actors/portfolio/correlation.hpp"
#include "actors/portfolio/drawdown_ladder.hpp"
#include "actors/portfolio/exposure.hpp"
#include "actors/portfolio/portfolio_model.hpp"

namespace rg {

/// Switches and memory of one pair.
struct PairControl {
  bool enabled = true, warm = false, paused = false, winding_down = false, quarantined = false;
  bool unknown_outcome = false, contract_changed = false;
  HaltTier latch = HaltTier::none; ///< of this pair alone, by a person
  GuardState guard;
  RegimeEstimate regime;
  Price mark;
  std::optional<ExitReason> flatten; ///< close the pair, and keep trying until it is flat
  std::uint32_t flatten_tries = 0;
  Timestamp next_flatten_try;                 ///< State::pace()
  Timestamp next_opposite_try;                ///< the same, for what others hold on the other side
  GuardLevel held_guard = GuardLevel::normal; ///< of before a restart
  Timestamp held_until;                       ///< data time
  std::int64_t last_entry_ms = -1; ///< stamp of the last approved signal: each counts once
  std::int64_t last_exit_ms = -1;
  std::uint8_t next_exit_ordinal = 0;

  [[nodiscard]] GuardLevel guard_level(Timestamp data_now) const {
    return data_now < held_until ? std::max(guard.level, held_guard) : guard.level;
  }
  void calm() { ///< flat: nothing to pursue
    flatten.reset();
    flatten_tries = 0;
    next_flatten_try = Timestamp{};
  }
};

struct PortfolioModel::State {
  State(const PortfolioSettings& s, const ContractTable& c, Notional initial,
        const PortfolioOptions& o);

  PortfolioSettings settings;
  PortfolioOptions options;
  ContractTable contracts;
  Accounting accounting;
  OrdersInFlight in_flight;
  CorrelationTracker correlation;
  Caps caps;
  DrawdownLadder ladder;
  DailyLoss daily_loss;
  std::array<PairControl, Symbol::kCount> pairs{};
  PortfolioView view;
  Timestamp data_now; ///< newest that was told
  Timestamp wall_now; ///< zero = never told
  double net_leverage = 0.0;
  HaltTier latch = HaltTier::none;
  bool reconciled = false, clock_uncertain = false, ai_log_stuck = false, disk_low = false;
  bool passive_breach = false;
  bool exposure_changed = false; ///< a fill or an order since the factors were last published
  std::uint32_t orders_today = 0;
  std::array<std::uint8_t, 8> model_hash{}, config_hash{};
  std::vector<ApprovedIntent> actions;
  std::uint32_t cancel_mask = 0; ///< pairs whose resting entries must go

  PairControl& pair(Symbol s) { return pairs[s.id()]; }
  [[nodiscard]] const PairControl& pair(Symbol s) const { return pairs[s.id()]; }

  // portfolio_model.cpp
  [[nodiscard]] Notional equity() const;
  [[nodiscard]] ExposureTable exposure() const;
  [[nodiscard]] PositionUpdate update_of(Symbol s, Timestamp data_time) const;
  PositionUpdate book_difference(Symbol s, Quantity q, PositionSide side, bool opens,
                                 Notional value, Timestamp data_time);
  [[nodiscard]] Timestamp pace() const { return wall_now != Timestamp{} ? wall_now : data_now; }
  [[nodiscard]] bool has_positions() const {
    return (accounting.open_mask() | accounting.opposite_mask()) != 0;
  }
  [[nodiscard]] HaltTier tier() const;
  [[nodiscard]] bool entries_halted() const;
  void adopt_order(const OrderEvent& event);
  void publish_leverage();
  void publish_correlation();
  void watch_limits(Timestamp now);
  void check_passive_breach(Timestamp now);

  // review.cpp
  [[nodiscard]] Refusal standing_refusal(Symbol s) const;
  [[nodiscard]] Refusal entry_refusal(const OrderIntent& intent, const ExposureTable& now,
                                      Timestamp data_time) const;
  [[nodiscard]] Verdict review_entry(const OrderIntent& intent, Timestamp data_time);
  [[nodiscard]] Verdict review_close(const OrderIntent& intent, Timestamp data_time);
  [[nodiscard]] Verdict review_stop_move(const OrderIntent& intent);
  void complete(Decision& decision) const;
  [[nodiscard]] Verdict refuse(const OrderIntent& intent, Refusal reason) const;
  void number_exit(Decision& decision);
  ApprovedIntent approve_close(OrderIntent intent);

  // actions.cpp
  void want_flat(Symbol s, ExitReason reason);
  void want_all_flat(ExitReason reason);
  void cancel_entries(Symbol s) { cancel_mask |= 1U << s.id(); }
  void cancel_all_entries() { cancel_mask = (1U << Symbol::kCount) - 1; }
  [[nodiscard]] std::optional<ExitReason> standing_flatten(Symbol s) const;
  void pursue_flat(Timestamp now);
  void pursue_opposite(Timestamp now);
  void reduce(Symbol s, double keep, Timestamp now);
  [[nodiscard]] OrderIntent close_intent(const Position& position, IntentKind kind,
                                         Quantity quantity, ExitReason reason, Timestamp now) const;
};

} // namespace rg
