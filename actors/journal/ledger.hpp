#pragma once
// What the journal says about the time before: the state a restarted portfolio and order desk begin
// with. Pure: journal records in (the old ones at start, each new one as it is submitted), restart
// states out. Start-up after a crash of the process and restart of a crashed actor take the same
// path.

#include "actors/journal/ledger_text.hpp"
#include "actors/order/order_desk.hpp"
#include "actors/portfolio/portfolio_model.hpp"
#include "infra/ports/journal_store.hpp"

#include <array>
#include <deque>
#include <map>
#include <set>
#include <string>

namespace rg {

/// Words that SupervisionRecord::kind uses for what must survive a restart.
namespace supervision {
inline constexpr const char* kRefit = "refit_";         ///< begins each outcome of a refit
inline constexpr const char* kLatched = "kill_latched"; ///< detail begins with the tier's word
/// Of one pair (subject); detail begins with the tier's word. `resumed` of the pair releases it.
inline constexpr const char* kPairLatched = "pair_kill_latched";
inline constexpr const char* kReleased = "latch_released";
inline constexpr const char* kPaused = "paused"; ///< subject: pair
inline constexpr const char* kResumed = "resumed";
inline constexpr const char* kQuarantined = "quarantined";
inline constexpr const char* kLadderHalted = "ladder_halted"; ///< detail: "until <ms> ..."
inline constexpr const char* kLadderResumed = "ladder_resumed";
inline constexpr const char* kDailyLoss = "daily_loss_hit";         ///< data time says of which day
inline constexpr const char* kContractChanged = "contract_changed"; ///< subject: pair
/// What the journal begins with; detail: opening_balance_text()
inline constexpr const char* kOpeningBalance = "opening_balance";
inline constexpr const char* kCashFlow = "cash_flow"; ///< detail: cash_flow_text(); subject: pair
inline constexpr const char* kPositionCorrected =
    "position_corrected"; ///< detail: position_correction_text(); subject: pair
inline constexpr const char* kOppositeCorrected =
    "opposite_corrected"; ///< the same, of what others hold on the other side
inline constexpr const char* kWalletCorrected =
    "wallet_corrected"; ///< detail: wallet_correction_text()
} // namespace supervision

class Ledger {
public:
  explicit Ledger(std::uint32_t instance) : instance_(instance) {}

  void apply(const JournalRecord& record);

  /// Has this account been traded before? False = the first run on this journal.
  [[nodiscard]] bool has_history() const {
    return wallet_known_ || !orders_.empty() || latch_ != HaltTier::none;
  }
  /// False: the balance to begin with has to be asked for.
  [[nodiscard]] bool knows_wallet() const { return wallet_known_; }
  /// Data time: cash flows before then, and those of then that are known, are in the balance that
  /// the journal began with; zero = the account had none.
  [[nodiscard]] Timestamp opened_with_bills_until() const { return opening_bills_; }
  [[nodiscard]] bool knows_fill(VenueFillId id) const { return fill_ids_.contains(id); }
  [[nodiscard]] bool knows_bill(std::uint64_t id) const { return bill_ids_.contains(id); }
  [[nodiscard]] bool knows_order(const ClientOrderId& id) const { return orders_.contains(id); }
  /// Our ids of the orders whose venue ids are known, by these.
  [[nodiscard]] std::map<VenueOrderId, ClientOrderId> ids_at_venue() const;
  /// Something of ours is at the venue, or may be: a position, or an order without an outcome.
  [[nodiscard]] bool anything_open() const;
  /// Data time of the newest fill; zero = none.
  [[nodiscard]] Timestamp last_fill_time() const { return last_fill_; }
  /// News from here on may be unknown to us: the oldest live order, else the newest fill, else the
  /// newest record; zero = nothing was ever recorded.
  [[nodiscard]] Timestamp news_wanted_since() const;
  [[nodiscard]] Timestamp last_data_time() const { return last_data_; }
  /// Wall time of the last refit's outcome, of the first run where there was none; 0 = no run.
  [[nodiscard]] Timestamp last_refit() const { return last_refit_; }
  [[nodiscard]] Notional day_opening_equity() const { return day_opening_equity_; }
  [[nodiscard]] std::uint32_t orders_today() const { return orders_today_; }
  [[nodiscard]] bool is_paused(Symbol symbol) const { return paused_[symbol.id()]; }
  [[nodiscard]] bool is_quarantined(Symbol symbol) const { return quarantined_[symbol.id()]; }
  [[nodiscard]] bool is_contract_changed(Symbol symbol) const {
    return contract_changed_[symbol.id()];
  }
  [[nodiscard]] HaltTier latch() const { return latch_; }
  [[nodiscard]] HaltTier pair_latch(Symbol symbol) const { return pair_latches_[symbol.id()]; }
  /// What the pair's guard last said; a release by a person takes a kill back.
  [[nodiscard]] const GuardState& guard(Symbol symbol) const { return guards_[symbol.id()]; }
  /// Data time of the first record: what happened before is not ours.
  [[nodiscard]] Timestamp first_data_time() const { return first_data_; }
  [[nodiscard]] const PortfolioState::OpenPosition& open(Symbol symbol) const {
    return open_[symbol.id()];
  }

  /// @param wallet  the balance to start from when the journal knows none.
  [[nodiscard]] PortfolioState portfolio_state(Notional wallet) const;
  /// @param entry_life  of a resting entry, data time.
  [[nodiscard]] DeskRestore desk_restore(Duration repeated_window, Duration entry_life,
                                         Timestamp data_now, Timestamp wall_now) const;

private:
  using OpenPosition = PortfolioState::OpenPosition;

  void see(Timestamp data_time);
  void apply_decision(const Decision& decision);
  void apply_order(const OrderEvent& event);
  void apply_fill(const Fill& fill);
  void open_with(OpenPosition& open, const Fill& fill);
  void close_with(OpenPosition& open, const Fill& fill);
  void apply_equity(const EquityRecord& equity);
  void apply_supervision(const SupervisionRecord& record);
  void end_ladder_halt();
  void apply_opening(const SupervisionRecord& record);
  void apply_cash_flow(const SupervisionRecord& record);
  void apply_correction(OpenPosition& open, Symbol symbol, const SupervisionRecord& record);
  void forget_old();

  std::uint32_t instance_;
  std::map<DecisionId, Decision> ordered_;          // approved entries and exits
  std::map<ClientOrderId, OrderEvent> orders_;      // last event of each
  std::array<OpenPosition, Symbol::kCount> open_{}; // flat = quantity zero
  std::array<OpenPosition, Symbol::kCount> opposite_{};
  std::deque<DeskRestore::Execution> executions_;
  std::set<ClientOrderId> executed_; // entries that filled, wholly or in part
  std::deque<std::pair<VenueFillId, Timestamp>> fills_;
  std::set<VenueFillId> fill_ids_;
  std::deque<std::pair<std::uint64_t, Timestamp>> bills_;
  std::set<std::uint64_t> bill_ids_;
  std::array<bool, Symbol::kCount> paused_{}, quarantined_{}, contract_changed_{};
  std::array<GuardState, Symbol::kCount> guards_{};
  std::array<HaltTier, Symbol::kCount> pair_latches_{};
  Timestamp daily_loss_hit_; // data time
  HaltTier latch_ = HaltTier::none;
  Timestamp last_fill_, first_data_, last_data_, halted_until_, day_, last_refit_;
  Timestamp opening_bills_; // data time
  Notional wallet_, equity_, high_water_mark_, day_opening_equity_;
  std::uint32_t orders_today_ = 0;
  bool wallet_known_ = false;
};

} // namespace rg
