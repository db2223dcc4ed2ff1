// What the portfolio's shell hears from elsewhere than a pair's step: guards, groups, the operator,
// the venue's own book, histories.

#include "actors/portfolio/portfolio_actor.hpp"

#include <algorithm>

namespace rg {

void PortfolioActor::on_guard(const GuardChange& change) {
  context_.record({GuardRecord{change.state, change.previous}});
  model_.on_guard(change.state);
  pump();
}

void PortfolioActor::on_news(const GroupNews& news) {
  PairStatus& pair = context_.pair(news.symbol);
  switch (news.kind) {
  case GroupNews::Kind::up:
    take_over_guard(news.symbol);
    send_context(news.symbol);
    break;
  case GroupNews::Kind::down:
    set_warm(news.symbol, false);
    // What was approved a moment ago rests on a history that is gone. A missed entry is no loss.
    context_.order.send(CancelEntries{news.symbol});
    break;
  case GroupNews::Kind::quarantined:
    pair.quarantined = true;
    model_.quarantine(news.symbol, true);
    pump();
    break;
  case GroupNews::Kind::stopped:
    set_warm(news.symbol, false);
    model_.set_enabled(news.symbol, false);
    break;
  }
  refresh_book(news.symbol);
}

/// A fresh group's guard begins at normal, and would never take back what its predecessor said:
/// that holds on by its own rule. Under a fresh portfolio the guard still stands where it stood.
void PortfolioActor::take_over_guard(Symbol symbol) {
  hold_guard(symbol);
  model_.on_guard(context_.pair(symbol).guard);
  pump();
}

void PortfolioActor::on_operator(const OperatorCommand& command) {
  PairStatus& pair = context_.pair(command.symbol);
  model_.see_wall(context_.clock.now());
  switch (command.action) {
  case OperatorAction::kill_flatten:
    model_.latch(HaltTier::flatten);
    model_.flatten_all(ExitReason::guard, context_.data_now);
    break;
  case OperatorAction::kill_freeze:
    model_.latch(HaltTier::reduce_only);
    break;
  case OperatorAction::kill_pair_flatten:
    pair.kill_latched = true;
    model_.latch_pair(command.symbol, HaltTier::flatten);
    model_.flatten(command.symbol, ExitReason::guard, context_.data_now);
    break;
  case OperatorAction::kill_pair_freeze:
    pair.kill_latched = true;
    model_.latch_pair(command.symbol, HaltTier::reduce_only);
    break;
  case OperatorAction::pause_pair:
  case OperatorAction::resume_pair:
    pair.paused = command.action == OperatorAction::pause_pair;
    model_.pause(command.symbol, pair.paused);
    if (!pair.paused && pair.kill_latched) {
      pair.kill_latched = false;
      model_.release_pair(command.symbol);
    }
    if (!pair.paused && pair.contract_changed) {
      pair.contract_changed = false;
      model_.set_contract_changed(command.symbol, false);
    }
    if (!pair.paused && pair.quarantined) {
      pair.quarantined = false;
      model_.quarantine(command.symbol, false);
    }
    break;
  case OperatorAction::resume_all:
    model_.release_latch();
    break;
  case OperatorAction::enable_pair:
  case OperatorAction::disable_pair:
    pair.winding_down = command.action == OperatorAction::disable_pair;
    pair.enabled = !pair.winding_down || pair.enabled; // stays on until its group has stopped
    model_.wind_down(command.symbol, pair.winding_down);
    model_.set_enabled(command.symbol, true);
    break;
  case OperatorAction::shutdown:
    for (const Symbol symbol : Symbol::all()) {
      model_.wind_down(symbol, true); // no new risk; cancels resting entries
    }
    if (context_.settings.order.flatten_on_shutdown) {
      model_.flatten_all(ExitReason::guard, context_.data_now); // a person's word, not a rule's
    }
    break;
  case OperatorAction::test_trade:
    break; // comes as an intent
  }
  pump();
  watch_tier();
  refresh_status();
}

void PortfolioActor::on_settings() {
  model_.set_settings(context_.settings.portfolio);
  model_.set_stale_decision(context_.settings.order.stale_decision);
  model_.set_hashes(first_bytes(context_.model->sha256),
                    first_bytes(context_.settings.config_sha256));
  refresh_status();
}

void PortfolioActor::on_condition(const ConditionNews& news) {
  if (news.condition == Refusal::disk_low) {
    model_.set_disk_low(news.stands);
  } else if (news.condition == Refusal::ai_log_stuck) {
    model_.set_ai_log_stuck(news.stands);
  }
  pump();
  refresh_status();
}

/// Which of the pair's two sides at the venue is the engine's position, and which is somebody
/// else's: ours stays what it was; of two strange ones the larger is taken over.
PortfolioActor::VenueSides PortfolioActor::sides_at_venue(Symbol symbol,
                                                          const VenueBook& book) const {
  VenueSides sides;
  sides.ours.symbol = sides.others.symbol = symbol;
  const Position ours = model_.position(symbol);
  const Position others = model_.opposite(symbol);
  for (const Position& p : book.positions) {
    if (p.symbol != symbol || p.is_flat()) {
      continue;
    }
    const bool is_others =
        ours.is_flat() ? !others.is_flat() && others.side == p.side : ours.side != p.side;
    Position& into = is_others ? sides.others : sides.ours;
    if (into.is_flat()) {
      into = p;
    } else if (p.quantity > into.quantity) {
      sides.others = std::exchange(into, p);
    } else {
      sides.others = p;
    }
  }
  return sides;
}

/// The venue's own book, all orders of ours at rest: what differs from ours is booked and recorded.
void PortfolioActor::on_venue_book(const VenueBook& book) {
  bool corrected = false;
  for (const Symbol symbol : Symbol::all()) {
    const VenueSides venue = sides_at_venue(symbol, book);
    const Position ours = model_.position(symbol);
    const Position others = model_.opposite(symbol);
    if (const auto update = model_.reconcile(symbol, venue.ours, context_.data_now)) {
      corrected = true;
      context_.record_supervision(supervision::kPositionCorrected, std::string(symbol.name()),
                                  position_correction_text(update->position, ours));
      tell_group(*update);
      context_.order.send(update->position);
    }
    if (model_.reconcile_opposite(symbol, venue.others)) {
      corrected = true;
      context_.record_supervision(supervision::kOppositeCorrected, std::string(symbol.name()),
                                  position_correction_text(venue.others, others));
    }
  }
  if (const Notional difference = model_.reconcile_cash(book.account.wallet_balance);
      corrected || !difference.is_zero()) {
    context_.record_supervision(supervision::kWalletCorrected, "portfolio",
                                wallet_correction_text(difference, model_.cash()));
  }
  pump();
  refresh_status();
}

// ---- warm-up ----

/// The pairs' histories arrive one by one, but correlations are of one stamp: they are taken in
/// together, stamp by stamp, when all have come. Until then unknown correlations count as 1, the
/// careful value.
void PortfolioActor::take_history(const HistoryBars& history) {
  set_warm(history.symbol, history.warm);
  history_seen_ |= 1U << history.symbol.id();
  if (history_folded_) {
    return; // a restarted group's history is known already
  }
  history_[history.symbol.id()] = history.bars;
  if ((history_seen_ & context_.history_expected) != context_.history_expected) {
    return;
  }
  std::vector<PipelineBar> merged;
  for (auto& bars : history_) {
    merged.insert(merged.end(), bars.begin(), bars.end());
    bars = {};
  }
  std::stable_sort(merged.begin(), merged.end(), [](const PipelineBar& a, const PipelineBar& b) {
    return a.bar.open_time < b.bar.open_time;
  });
  for (const PipelineBar& bar : merged) {
    model_.on_bar_return(bar.bar.symbol, bar);
  }
  history_folded_ = true;
}

} // namespace rg
