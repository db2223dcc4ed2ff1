#pragma once

#include "actors/engine_context.hpp"

#include <algorithm>

namespace rg {

/// How a decision names model and config: by the first bytes of their SHA-256.
[[nodiscard]] inline std::array<std::uint8_t, 8>
first_bytes(const std::array<std::uint8_t, 32>& hash) {
  std::array<std::uint8_t, 8> out{};
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

/// Owns the portfolio model: steps in, decisions to the journal and approved intents to the order
/// desk out; fills in, position updates to their group out.
class PortfolioActor final : public HotShell<PortfolioHandle> {
public:
  /// @param start  what a restart brings back; empty on a fresh account.
  PortfolioActor(caf::actor_config& config, EngineContext& context, Notional initial_equity,
                 const std::optional<PortfolioState>& start);
  behavior_type make_behavior() override;

private:
  void remember_positions(const PortfolioState& start);
  void on_step(const PipelineStep& step);
  void set_warm(Symbol symbol, bool warm);
  void decide(const OrderIntent& intent);
  void hand_to_desk(const ApprovedIntent& approved);
  void hold_guard(Symbol symbol);
  void take_over_guard(Symbol symbol);
  void watch_flatten(Symbol symbol);
  void on_fill(const AttributedFill& filled);
  void on_cash_flow(const CashFlow& flow);
  void on_publish(const PublishStamp& stamp);
  void on_guard(const GuardChange& change);
  void on_news(const GroupNews& news);
  void on_operator(const OperatorCommand& command);
  void on_settings();
  void on_condition(const ConditionNews& news);
  struct VenueSides {
    Position ours, others;
  };
  [[nodiscard]] VenueSides sides_at_venue(Symbol symbol, const VenueBook& book) const;
  void on_venue_book(const VenueBook& book);
  void take_history(const HistoryBars& history);
  void tell_group(PositionUpdate update);
  void complete_from_ledger(PositionUpdate& update) const;
  void send_context(Symbol symbol);
  void record_decision(const Decision& decision);
  void record_equity(const PortfolioView& view);
  void watch_tier();
  void pump();
  void refresh_status();
  void refresh_book(Symbol symbol);
  void refresh_pair(Symbol symbol);
  void add_market_reasons(PairStatus& pair) const;

  PortfolioModel model_;
  std::array<PositionUpdate, Symbol::kCount> last_update_; ///< what a restarted group is told
  std::array<std::vector<PipelineBar>, Symbol::kCount> history_;
  std::uint32_t history_seen_ = 0; ///< bit per symbol
  bool history_folded_ = false;
  HaltTier tier_ = HaltTier::none;
  Timestamp halted_until_;
  bool daily_loss_hit_ = false;
};

} // namespace rg
