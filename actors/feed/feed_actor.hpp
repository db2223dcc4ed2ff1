#pragma once

#include "actors/engine_context.hpp"
#include "actors/feed/book_monitor.hpp"
#include "actors/feed/candle_closer.hpp"

namespace rg {

/// Rows and ticks of one pair in; ticks to the guard at once. Closed base bars wait for the
/// engine's word: first to the guard (GuardBars), then into slots and on to the regime (StepBars).
class FeedActor final : public HotShell<FeedHandle> {
public:
  FeedActor(caf::actor_config& config, EngineContext& context, Symbol symbol);
  behavior_type make_behavior() override;

private:
  void on_tick(const Tick& tick);
  void on_row(const CandleRow& row);
  void on_candles(const CandleAnswer& answer);
  void take_history(const CandleAnswer& answer);
  void apply(const CandleStep& step);
  void take_closed(const Bar& bar);
  void guard_bars();
  void step_bars();
  void on_gap(const FeedGap& gap);
  void check_silence();
  void hand_on(const PipelineBar& bar, bool history);
  [[nodiscard]] bool is_warm() const {
    return slots_.slots_seen() > context_.options.warm_up_slots;
  }
  void mark(Price price, Timestamp data_time);

  Symbol symbol_;
  SlotBuilder slots_;
  CandleCloser closer_;
  BookMonitor book_;
  std::vector<Bar> waiting_; // closed base bars whose turn has not come
  bool awaiting_history_;
  bool ticks_seen_ = false; // then the guard lives on ticks, and marks come from them
  Timestamp last_frame_wall_;
};

} // namespace rg
