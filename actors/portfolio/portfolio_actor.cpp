#include "actors/portfolio/portfolio_actor.hpp"

#include "actors/guard/guard_levels.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr std::array<const char*, 5> kNames{"none", "warn", "reduce_only", "flatten", "latched"};

PortfolioOptions options_of(const EngineSettings& settings) {
  PortfolioOptions options;
  options.stale_decision = settings.order.stale_decision;
  options.close_opposite = settings.foreign == ForeignPolicy::adopt;
  return options;
}

} // namespace

PortfolioActor::PortfolioActor(caf::actor_config& config, EngineContext& context,
                               Notional initial_equity, const std::optional<PortfolioState>& start)
    : HotShell(config, context, "portfolio"), model_(context.settings.portfolio, context.contracts,
                                                     initial_equity, options_of(context.settings)) {
  model_.set_hashes(first_bytes(context.model->sha256),
                    first_bytes(context.settings.config_sha256));
  model_.set_disk_low(context_.conditions.contains(Refusal::disk_low));
  model_.set_ai_log_stuck(context_.conditions.contains(Refusal::ai_log_stuck));
  if (start) {
    model_.restore(*start);
  }
  halted_until_ = model_.halted_until();
  daily_loss_hit_ = model_.daily_loss_hit();
  model_.see_wall(context.clock.now());
  tier_ = model_.tier();
  context_.board.tier = kNames[static_cast<std::size_t>(tier_)]; // a latch shows from the start
  for (const Symbol symbol : Symbol::all()) {
    PairStatus& pair = context_.pair(symbol);
    model_.set_enabled(symbol, pair.enabled);
    model_.pause(symbol, pair.paused);
    model_.wind_down(symbol, pair.winding_down);
    model_.set_warm(symbol, pair.warm);
    model_.set_contract_changed(symbol, pair.contract_changed);
    if (pair.quarantined) {
      model_.quarantine(symbol, true);
    }
    if (const HaltTier latch = context.ledger.pair_latch(symbol); latch != HaltTier::none) {
      model_.latch_pair(symbol, latch);
      pair.kill_latched = true;
    }
    if (pair.mark_price.is_positive()) {
      model_.on_mark(symbol, pair.mark_price, context_.data_now);
    }
    PositionUpdate& update = last_update_[symbol.id()];
    update.position.symbol = symbol;
    update.data_time = context_.data_now;
  }
  if (start) {
    remember_positions(*start);
  }
  for (const Symbol symbol : Symbol::all()) {
    hold_guard(symbol);
  }
  refresh_status();
}

/// Halts and kills of a guard outlive guard, portfolio and process until their own rule, or a
/// person, ends them.
void PortfolioActor::hold_guard(Symbol symbol) {
  const GuardState& last = context_.ledger.guard(symbol);
  if (last.level >= GuardLevel::halt) {
    model_.hold_guard(symbol, last.level,
                      last.stamp + hold_of(last.level, context_.settings.guard));
  }
}

void PortfolioActor::remember_positions(const PortfolioState& start) {
  for (const PortfolioState::OpenPosition& open : start.positions) {
    PositionUpdate& update = last_update_[open.position.symbol.id()];
    update.position = open.position;
    update.entry_decision = open.entry_decision;
    update.entry_rule = open.entry_rule;
    update.entry_regime = open.entry_regime;
    update.stop_price = open.stop_price;
    update.target = open.target;
  }
}

PortfolioHandle::behavior_type PortfolioActor::make_behavior() {
  auto& slot = context_.portfolio;
  return {
      [&, this](const PipelineStep& step) { slot.handle([&] { on_step(step); }); },
      [&, this](const HistoryBars& history) { slot.handle([&] { take_history(history); }); },
      [&, this](const AttributedFill& filled) { slot.handle([&] { on_fill(filled); }); },
      [&, this](const OrderEvent& event) {
        slot.handle([&] {
          model_.on_order_event(event);
          pump();
        });
      },
      [&, this](const UnknownOutcome& news) {
        slot.handle([&] { model_.set_unknown_outcome(news.symbol, news.unknown); });
      },
      [&, this](const StopConfirmed& stop) {
        slot.handle([&] {
          if (const auto update = model_.on_stop(stop.symbol, stop.trigger, context_.data_now)) {
            tell_group(*update);
          }
        });
      },
      [&, this](const DeskRefusal& refusal) {
        slot.handle([&] {
          model_.on_desk_refusal(refusal.decision);
          record_decision(refusal.decision);
        });
      },
      [&, this](const CloseUnprotected& close) {
        slot.handle([&] {
          context_.record_supervision("unprotected", std::string(close.symbol.name()), close.why);
          model_.flatten(close.symbol, ExitReason::guard, context_.data_now);
          pump();
        });
      },
      [&, this](const CashFlow& flow) { slot.handle([&] { on_cash_flow(flow); }); },
      [&, this](const GuardChange& change) { slot.handle([&] { on_guard(change); }); },
      [this](const MarkUpdate& mark) { model_.on_mark(mark.symbol, mark.mark, mark.data_time); },
      [this](const PublishStamp& stamp) { on_publish(stamp); },
      [this](const RefreshStatus&) { refresh_status(); },
      [&, this](const GroupNews& news) { slot.handle([&] { on_news(news); }); },
      [&, this](const Reconciled& reconciled) {
        slot.handle([&] {
          model_.set_reconciled(reconciled.yes);
          context_.board.reconciled = reconciled.yes;
          refresh_status();
        });
      },
      [&, this](const ContractRules& rules) {
        slot.handle([&] {
          model_.set_contract(rules);
          model_.set_contract_changed(rules.symbol, context_.pair(rules.symbol).contract_changed);
        });
      },
      [&, this](const OperatorCommand& command) { slot.handle([&] { on_operator(command); }); },
      [&, this](const VenueBook& book) { slot.handle([&] { on_venue_book(book); }); },
      [&, this](const ClockQuality& clock) {
        slot.handle([&] { model_.set_clock_uncertain(clock.uncertain); });
      },
      [&, this](const SettingsNews&) { slot.handle([&] { on_settings(); }); },
      [&, this](const ConditionNews& news) { slot.handle([&] { on_condition(news); }); },
      [&, this](const TestTrade& trade) {
        slot.handle([&] {
          set_warm(trade.intent.decision.id.symbol, true); // no model has a say in it
          decide(trade.intent);
        });
      }};
}

// ---- a pair's step ----

void PortfolioActor::on_step(const PipelineStep& step) {
  model_.on_regime(step.regime);
  model_.on_bar_return(step.regime.symbol, step.bar);
  set_warm(step.regime.symbol, step.warm);
  // Exits and tighter stops do not wait for a warm-up: a position may be older than the gap.
  if (step.exit) {
    decide(*step.exit);
  }
  if (step.stop) {
    decide(*step.stop);
  }
  if (step.hand_over) {
    record_decision(model_.complete_hand_over(*step.hand_over));
  }
  if (step.warm && step.verdict) {
    if (const auto* refused = std::get_if<Decision>(&*step.verdict)) {
      record_decision(*refused);
    } else {
      decide(std::get<OrderIntent>(*step.verdict));
    }
  }
}

void PortfolioActor::set_warm(Symbol symbol, bool warm) {
  if (PairStatus& pair = context_.pair(symbol); pair.warm != warm) {
    pair.warm = warm;
    model_.set_warm(symbol, warm);
  }
}

void PortfolioActor::decide(const OrderIntent& intent) {
  const Verdict verdict = model_.review(intent, context_.data_now);
  if (const auto* approved = std::get_if<ApprovedIntent>(&verdict)) {
    hand_to_desk(*approved);
  } else if (intent.kind == IntentKind::entry) {
    record_decision(std::get<Decision>(verdict));
  } // an exit that finds nothing left to close is no decision
  pump();
}

/// The decision is recorded first; a moved stop is housekeeping of a trade and no decision.
void PortfolioActor::hand_to_desk(const ApprovedIntent& approved) {
  if (approved.intent().kind != IntentKind::move_stop) {
    record_decision(approved.decision());
  }
  context_.order.send(approved);
}

/// What the model wants done by itself: exits of the ladder, the guard, the operator;
/// cancellations.
void PortfolioActor::pump() {
  for (const Symbol symbol : model_.take_entry_cancellations()) {
    context_.order.send(CancelEntries{symbol});
  }
  for (const ApprovedIntent& action : model_.take_actions()) {
    watch_flatten(action.decision().id.symbol);
    hand_to_desk(action);
  }
}

/// A flatten that does not get through becomes louder: from the third close on everything that
/// rests at the venue is swept first, since it may hold the position.
void PortfolioActor::watch_flatten(Symbol symbol) {
  constexpr std::uint32_t kSweepFrom = 3;
  const std::uint32_t tries = model_.flatten_tries(symbol);
  context_.pair(symbol).flatten_tries = tries;
  if (tries < 2) {
    return;
  }
  if (tries >= kSweepFrom) {
    context_.order.send(KillOrders{});
  }
  context_.record_supervision("flatten_retry", std::string(symbol.name()),
                              "close number " + std::to_string(tries) + ", " +
                                  model_.position(symbol).quantity.text() + " still open" +
                                  (tries >= kSweepFrom ? "; resting orders are swept first" : ""));
}

// ---- fills and what follows ----

void PortfolioActor::on_fill(const AttributedFill& filled) {
  const Fill& fill = filled.fill;
  if (fill.venue_fill_id == 0 || !context_.ledger.knows_fill(fill.venue_fill_id)) {
    context_.record({fill}); // before the model: a restart in between finds it in the ledger
    if (filled.external_close) {
      context_.record_supervision("external_close", std::string(fill.symbol.name()),
                                  "closed by somebody else at " + fill.price.text() +
                                      "; counts as exit reason guard");
    }
  }
  if (const auto update = model_.on_fill(fill, filled.reason_if_closing)) {
    tell_group(*update);
    context_.order.send(update->position);
  }
  pump();
  refresh_book(fill.symbol);
}

/// On record before the model, like a fill: the funding of an open trade, and the bill that counts
/// once, survive a restart.
void PortfolioActor::on_cash_flow(const CashFlow& flow) {
  if (flow.venue_bill_id == 0 || !context_.ledger.knows_bill(flow.venue_bill_id)) {
    const bool of_pair = flow.kind == CashFlowKind::funding;
    context_.record_supervision(supervision::kCashFlow,
                                of_pair ? std::string(flow.symbol.name()) : std::string("account"),
                                cash_flow_text(flow));
  }
  model_.on_cash_flow(flow);
  context_.board.wallet_balance = model_.cash();
}

void PortfolioActor::tell_group(PositionUpdate update) {
  const Symbol symbol = update.position.symbol;
  complete_from_ledger(update);
  PositionUpdate& last = last_update_[symbol.id()];
  last = update;
  last.just_opened = false;
  last.just_closed = false;
  const GroupHandles& group = context_.groups[symbol.id()];
  tell(group.strategy, update);
  tell(group.risk, update);
  refresh_book(symbol);
}

/// An entry sent before a restart and filled after it: the model no longer knows its rule, the
/// ledger does.
void PortfolioActor::complete_from_ledger(PositionUpdate& update) const {
  const PortfolioState::OpenPosition& known = context_.ledger.open(update.position.symbol);
  if (update.position.is_flat() || update.entry_rule != Rule::none ||
      known.entry_rule == Rule::none || known.position.side != update.position.side) {
    return;
  }
  update.entry_decision = known.entry_decision;
  update.entry_rule = known.entry_rule;
  update.entry_regime = known.entry_regime;
  update.target = known.target;
  if (update.stop_price.is_zero()) {
    update.stop_price = known.stop_price;
  }
}

/// A group that came up again is told where it stands before its first bar.
void PortfolioActor::send_context(Symbol symbol) {
  const GroupHandles& group = context_.groups[symbol.id()];
  tell(group.strategy, last_update_[symbol.id()]);
  tell(group.risk, last_update_[symbol.id()]);
}

// ---- once per stamp ----

void PortfolioActor::on_publish(const PublishStamp& stamp) {
  model_.see_wall(context_.clock.now());
  const PortfolioView& view = model_.publish(stamp.data_time);
  context_.view = view;
  EngineStatus& board = context_.board;
  board.max_gross_leverage = std::max(board.max_gross_leverage, view.gross_leverage);
  board.max_drawdown = std::max(board.max_drawdown, view.drawdown);
  if (stamp.record) {
    record_equity(view);
  } else { // once a second, so that the engine sees even a flatten that was over at once
    for (const Symbol symbol : Symbol::all()) {
      context_.pair(symbol).flatten_tries = model_.flatten_tries(symbol);
    }
  }
  pump();
  watch_tier();
}

void PortfolioActor::record_equity(const PortfolioView& view) {
  context_.record({EquityRecord{view.as_of, view.equity, view.high_water_mark, model_.cash(),
                                view.drawdown, view.gross_leverage, model_.net_leverage()}});
}

void PortfolioActor::watch_tier() {
  if (const HaltTier now = model_.tier(); now != tier_) {
    context_.record_supervision("tier", "portfolio",
                                std::string(kNames[static_cast<std::size_t>(tier_)]) + " -> " +
                                    kNames[static_cast<std::size_t>(now)]);
    tier_ = now;
  }
  context_.board.tier = kNames[static_cast<std::size_t>(tier_)];
  if (const bool hit = model_.daily_loss_hit(); hit != daily_loss_hit_) {
    daily_loss_hit_ = hit;
    context_.record_supervision(hit ? supervision::kDailyLoss : "daily_loss_over", "portfolio",
                                hit ? "flat and no new risk until the next UTC day of data time"
                                    : "a new day has begun");
  }
  if (const Timestamp until = model_.halted_until(); until != halted_until_) {
    const bool halted = until > halted_until_;
    context_.record_supervision(halted ? supervision::kLadderHalted : supervision::kLadderResumed,
                                "portfolio",
                                halted ? "until " + std::to_string(until.ms()) +
                                             " of data time: the hard "
                                             "rung of the drawdown ladder was reached"
                                       : "the halt has ended");
    halted_until_ = until;
  }
}

} // namespace rg
