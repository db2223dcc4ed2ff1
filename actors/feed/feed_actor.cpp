#include "actors/feed/feed_actor.hpp"

namespace rg {

namespace {
constexpr Duration kRetryAfter = 1s; // wall time before a failed candle question is asked again
constexpr int kHistoryRows = 1000;   // the most one call gives, the forming row included
} // namespace

FeedActor::FeedActor(caf::actor_config& config, EngineContext& context, Symbol symbol)
    : HotShell(config, context, "feed"), symbol_(symbol),
      slots_(symbol, context.settings.bars, context.settings.bars.base),
      closer_(symbol, context.settings.bars.base), awaiting_history_(context.options.history),
      last_frame_wall_(context.clock.now()) {}

FeedHandle::behavior_type FeedActor::make_behavior() {
  return {[this](const Tick& tick) { on_tick(tick); },
          [this](const CandleRow& row) { on_row(row); },
          [this](const Bar& closed) { take_closed(closed); },
          [this](const FeedGap& gap) { on_gap(gap); },
          [this](const CandleAnswer& answer) { on_candles(answer); },
          [this](const LinkEvent& link) {
            if (link.link == Link::public_stream && !link.up) {
              closer_.on_interruption();
            }
          },
          [this](const StartFeed&) {
            if (awaiting_history_) {
              context_.ask_candles(symbol_, context_.settings.bars.interval, kHistoryRows);
            }
          },
          [this](const GuardBars&) { guard_bars(); },
          [this](const StepBars&) { step_bars(); },
          [this](const CheckSilence&) { check_silence(); }};
}

void FeedActor::on_tick(const Tick& tick) {
  last_frame_wall_ = context_.clock.now();
  ticks_seen_ = true;
  book_.on_tick(tick);
  PairStatus& status = context_.pair(symbol_);
  if (tick.last.is_positive()) {
    status.last_price = tick.last;
  }
  tell(context_.groups[symbol_.id()].guard, tick);
  const Price price = tick.mark.is_positive() ? tick.mark : tick.last;
  if (price.is_positive()) {
    mark(price, tick.exchange_time);
  }
}

void FeedActor::mark(Price price, Timestamp data_time) {
  context_.pair(symbol_).mark_price = price;
  const MarkUpdate update{symbol_, price, data_time};
  tell(context_.portfolio.actor(), update);
  tell(context_.order.actor(), update);
}

void FeedActor::on_row(const CandleRow& row) {
  last_frame_wall_ = context_.clock.now();
  if (!awaiting_history_) {
    apply(closer_.on_row(row));
  } // before history is in, rows have no place yet; what closes meanwhile is back-filled
}

void FeedActor::on_candles(const CandleAnswer& answer) {
  if (answer.interval == context_.settings.bars.interval && awaiting_history_) {
    take_history(answer);
    return;
  }
  if (answer.interval != context_.settings.bars.base || !closer_.back_filling()) {
    return; // late, or asked for by a predecessor of this actor
  }
  if (answer.outcome != RequestOutcome::ok) {
    context_.ask_candles_later(symbol_, answer.interval, closer_.rows_wanted(), kRetryAfter);
    return;
  }
  apply(closer_.on_back_fill(answer));
}

void FeedActor::take_history(const CandleAnswer& answer) {
  const Duration interval = context_.settings.bars.interval;
  if (answer.outcome != RequestOutcome::ok || answer.rows.empty()) {
    context_.ask_candles_later(symbol_, interval, kHistoryRows, kRetryAfter);
    return;
  }
  awaiting_history_ = false;
  HistoryBars history;
  history.symbol = symbol_;
  for (std::size_t i = 0; i + 1 < answer.rows.size(); ++i) { // the last row is still forming
    const CandleRow& r = answer.rows[i];
    const Bar bar{symbol_, r.open_time, interval, r.open, r.high, r.low, r.close, r.volume};
    const PipelineBar closed = slots_.on_history_bar(bar);
    history.bars.push_back(closed);
    tell(context_.groups[symbol_.id()].guard, GuardWarmUp{closed});
    hand_on(closed, true);
  }
  closer_.start_after(answer.rows.back().open_time);
  context_.advance_data_time(answer.rows.back().open_time);
  if (!ticks_seen_) {
    mark(answer.rows.back().close, answer.rows.back().open_time);
  }
  history.warm = is_warm();
  context_.portfolio.send(std::move(history));
}

void FeedActor::apply(const CandleStep& step) {
  if (step.gap) {
    on_gap(*step.gap);
  }
  if (step.back_fill) {
    context_.ask_candles(symbol_, context_.settings.bars.base, step.rows_wanted);
  }
  for (const Bar& bar : step.closed) {
    take_closed(bar);
  }
}

/// A base bar that is final: it marks the pair at once and waits for its stamp's turn.
void FeedActor::take_closed(const Bar& bar) {
  waiting_.push_back(bar);
  context_.advance_data_time(bar.close_time());
  if (!ticks_seen_) {
    mark(bar.close, bar.close_time());
  }
  if (waiting_.size() == 1) {
    context_.closed_bars.push_back({symbol_, bar.close_time()});
  } else {
    context_.closed_bars.back().stamp = bar.close_time();
  }
}

void FeedActor::guard_bars() {
  if (!ticks_seen_) {
    for (const Bar& base : waiting_) {
      tell(context_.groups[symbol_.id()].guard, base);
    }
  }
}

void FeedActor::step_bars() {
  for (const Bar& base : waiting_) {
    if (const auto bar = slots_.on_base_bar(base)) {
      ++context_.pair(symbol_).bars;
      hand_on(*bar, false);
    }
  }
  waiting_.clear();
}

void FeedActor::hand_on(const PipelineBar& bar, bool history) {
  if (const auto spread = book_.relative_spread(); spread && !history) {
    tell(context_.groups[symbol_.id()].risk, BookState{*spread, book_.depth_ratio()});
  }
  tell(context_.groups[symbol_.id()].regime, FeedBar{bar, history, is_warm()});
}

void FeedActor::on_gap(const FeedGap& gap) {
  if (gap.kind == GapKind::link_lost) {
    closer_.on_interruption();
  }
  tell(context_.groups[symbol_.id()].guard, gap);
  context_.record_supervision("feed_gap", std::string(symbol_.name()),
                              std::string(to_string(gap.kind)) + " from " +
                                  std::to_string(gap.from.ms()) + " to " +
                                  std::to_string(gap.to.ms()));
}

void FeedActor::check_silence() {
  const Duration silent_for = context_.clock.now() - last_frame_wall_;
  if (silent_for >= context_.settings.guard.silence_halt) {
    tell(context_.groups[symbol_.id()].guard, Silence{context_.data_now, silent_for});
  }
}

} // namespace rg
