#include "actors/engine.hpp"

#include <algorithm>

namespace rg {

namespace {

// Beyond this many waiting inputs, ticks of one pair are merged into its newest.
constexpr std::size_t kBacklog = 64;
constexpr Duration kPulse = 1s;            // wall
constexpr Duration kAskAgain = 5s;         // wall: while the books are not known to agree
constexpr Duration kPositionPatience = 2s; // wall: a position may be told before the fill behind it

template <std::size_t... I>
std::array<RestartPolicy, sizeof...(I)> policies(const SupervisionSettings& settings,
                                                 std::uint64_t seed, std::index_sequence<I...>) {
  return {RestartPolicy(settings, seed + I)...};
}

} // namespace

Engine::Engine(caf::actor_system& system, const EngineSettings& settings,
               std::shared_ptr<const ModelParameters> model, const EngineOptions& options,
               EnginePorts ports, Ledger past)
    : ports_(std::move(ports)),
      context_(system, settings, std::move(model), options, ports_.gateway, ports_.market,
               ports_.journal, ports_.arm, std::move(past)),
      group_policy_(
          policies(settings.supervision, options.seed, std::make_index_sequence<Symbol::kCount>{})),
      portfolio_policy_(settings.supervision, options.seed + 100),
      order_policy_(settings.supervision, options.seed + 101), clock_gate_(settings.venue_clock) {
  context_.observer = ports_.observer;
  context_.input = [this](EngineInput input) { process(std::move(input)); };
  EngineStatus& board = context_.board;
  board.run_id = options.run_id;
  board.version = options.version;
  board.mode = options.mode;
  board.model_sha256 = options.model_sha256;
  board.config_sha256 = options.config_sha256;
  board.tier = "none";
  board.pairs.resize(Symbol::kCount);
  for (const Symbol symbol : Symbol::all()) {
    PairStatus& pair = board.pairs[symbol.id()];
    pair.symbol = symbol;
    pair.regime.symbol = symbol;
    pair.guard.symbol = symbol;
    pair.position.symbol = symbol;
    pair.enabled = settings.pairs[symbol.id()].enabled;
    pair.paused = context_.ledger.is_paused(symbol);
    pair.quarantined = context_.ledger.is_quarantined(symbol);
    pair.kill_latched = context_.ledger.pair_latch(symbol) != HaltTier::none;
    pair.contract_changed = context_.ledger.is_contract_changed(symbol);
  }
}

const EngineStatus& Engine::status() {
  if (!processing_ && context_.portfolio.is_up()) {
    context_.unit.deliver(context_.portfolio.actor(), RefreshStatus{});
    settle();
  }
  return context_.board;
}

// ---- the door ----

void Engine::process_at(EngineInput input, Timestamp wall_now) {
  if (processing_) {
    enqueue(std::move(input));
    return;
  }
  processing_ = true;
  enter(input, wall_now);
  while (!nested_.empty()) {
    const EngineInput next = std::move(nested_.front());
    nested_.pop_front();
    enter(next, ports_.wall.now());
  }
  processing_ = false;
}

/// A backlog is conflated, never dropped: the newest tick of the pair takes over what was traded.
void Engine::enqueue(EngineInput input) {
  if (auto* tick = std::get_if<Tick>(&input); tick != nullptr && nested_.size() > kBacklog) {
    for (auto it = nested_.rbegin(); it != nested_.rend(); ++it) {
      if (auto* waiting = std::get_if<Tick>(&*it);
          waiting != nullptr && waiting->symbol == tick->symbol) {
        tick->traded += waiting->traded;
        *waiting = *tick;
        ++conflated_;
        return;
      }
    }
  }
  nested_.push_back(std::move(input));
}

void Engine::enter(const EngineInput& input, Timestamp wall_now) {
  if (const auto* timer = std::get_if<TimerFired>(&input);
      timer != nullptr && !context_.timers.wants(timer->token)) {
    return;
  }
  context_.clock.set(wall_now);
  context_.board.wall_time = wall_now;
  if (ports_.recorder) {
    ports_.recorder(RecordedInput{sequence_, wall_now, input});
  }
  ++sequence_;
  watch_stall(wall_now);
  dispatch(input);
  settle();
  run_closed_bars(false);
  context_.flush_records();
}

void Engine::settle() {
  context_.unit.run();
}

void Engine::settle_with_nested() {
  settle();
  context_.flush_records();
  while (!nested_.empty()) {
    const EngineInput next = std::move(nested_.front());
    nested_.pop_front();
    context_.clock.set(ports_.wall.now());
    dispatch(next);
    settle();
    context_.flush_records();
  }
}

void Engine::process_stamp(std::span<const Bar> bars) {
  RG_ASSERT(!processing_);
  processing_ = true;
  context_.clock.set(ports_.wall.now());
  context_.board.wall_time = context_.clock.now();
  for (const Bar& bar : bars) {
    context_.advance_data_time(bar.close_time());
  }
  for (const Bar& bar : bars) {
    if (const GroupHandles& group = context_.groups[bar.symbol.id()]; group.is_up()) {
      context_.unit.deliver(group.feed, bar);
      settle_with_nested();
    }
  }
  run_closed_bars(true);
  settle_with_nested();
  processing_ = false;
}

/// Canonical order within one stamp (design §12): the marks are in; now publication, guards, bars.
void Engine::run_closed_bars(bool nested) {
  if (context_.closed_bars.empty()) {
    return;
  }
  const auto quiet = [&] { nested ? settle_with_nested() : settle(); };
  auto closed = std::exchange(context_.closed_bars, {});
  std::sort(closed.begin(), closed.end(),
            [](const auto& a, const auto& b) { return a.symbol < b.symbol; });
  Timestamp stamp;
  for (const auto& bars : closed) {
    stamp = std::max(stamp, bars.stamp);
  }
  if (context_.order.is_up()) {
    context_.unit.deliver(context_.order.actor(), DataTime{context_.data_now});
    quiet();
  }
  if (stamp > published_ && context_.portfolio.is_up()) {
    published_ = stamp;
    context_.unit.deliver(context_.portfolio.actor(), PublishStamp{context_.data_now, true});
    quiet();
  }
  for (const auto& bars : closed) {
    if (const GroupHandles& group = context_.groups[bars.symbol.id()]; group.is_up()) {
      context_.unit.deliver(group.feed, GuardBars{});
      quiet();
    }
  }
  for (const auto& bars : closed) {
    if (const GroupHandles& group = context_.groups[bars.symbol.id()]; group.is_up()) {
      context_.unit.deliver(group.feed, StepBars{});
      quiet();
    }
  }
}

// ---- dispatch ----

void Engine::dispatch(const EngineInput& input) {
  std::visit(
      [this](const auto& in) {
        using In = std::decay_t<decltype(in)>;
        if constexpr (std::is_same_v<In, VenueOrderUpdate>) {
          watch_strangers(in.order);
          context_.order.send(in);
        } else if constexpr (std::is_same_v<In, ChangeAnswer>) {
          if (in.outcome == RequestOutcome::rejected) {
            last_contracts_wall_ = {}; // a change of the rules may be the reason: read them again
          }
          context_.order.send(in);
        } else if constexpr (std::is_same_v<In, Fill>) {
          context_.advance_data_time(in.exchange_time);
          if (!ignored_[in.symbol.id()]) {
            context_.order.send(in);
          }
        } else {
          on(in);
        }
      },
      input);
}

void Engine::on(const Tick& tick) {
  context_.advance_data_time(tick.exchange_time);
  if (book_undated_ && started_) {
    date_first_book();
  }
  if (const GroupHandles& group = context_.groups[tick.symbol.id()]; group.is_up()) {
    context_.unit.deliver(group.feed, tick);
  }
}

void Engine::on(const CandleRow& row) {
  context_.advance_data_time(row.open_time);
  if (const GroupHandles& group = context_.groups[row.symbol.id()]; group.is_up()) {
    context_.unit.deliver(group.feed, row);
  }
}

void Engine::on(const CandleAnswer& answer) {
  if (const GroupHandles& group = context_.groups[answer.symbol.id()]; group.is_up()) {
    context_.unit.deliver(group.feed, answer);
  }
}

void Engine::on(const FeedGap& gap) {
  if (const GroupHandles& group = context_.groups[gap.symbol.id()]; group.is_up()) {
    context_.unit.deliver(group.feed, gap);
  }
}

void Engine::on(const LinkEvent& link) {
  if (link.link == Link::public_stream) {
    context_.board.public_link = link.up;
    for (const GroupHandles& group : context_.groups) {
      if (group.is_up()) {
        context_.unit.deliver(group.feed, link);
      }
    }
  } else if (link.link == Link::private_stream) {
    const bool came_back = link.up && !context_.board.private_link;
    context_.board.private_link = link.up;
    if (started_ && context_.options.survey && !link.up) {
      set_reconciled(false); // what happens meanwhile is not told to us
    } else if (context_.options.survey && came_back) {
      // Also at the start: what happened between the first answers and this moment was not told.
      started_ ? survey(false) : static_cast<void>(survey_again_ = true);
    }
  }
  context_.order.send(link);
}

void Engine::on(const AccountSnapshot& account) {
  context_.last_account = account;
}

/// Fills tell the same, sooner or later. What still differs after a while is looked into.
void Engine::on(const Position& position) {
  if (ignored_[position.symbol.id()]) {
    return;
  }
  venue_quantity_[position.symbol.id()] = position.quantity;
  if (!started_ || !context_.options.survey || position_check_armed_ ||
      position.quantity == context_.pair(position.symbol).position.quantity) {
    return;
  }
  position_check_armed_ = true;
  context_.timers.after(kPositionPatience, [this] {
    position_check_armed_ = false;
    for (const PairStatus& pair : context_.board.pairs) {
      const auto& told = venue_quantity_[pair.symbol.id()];
      if (told && *told != pair.position.quantity && context_.desk_idle) {
        survey(false);
        return;
      }
    }
  });
}

/// What moved before the balance that this journal began with is in it.
void Engine::on(const CashFlow& flow) {
  const Ledger& ledger = context_.ledger;
  if (context_.options.survey &&
      (!ledger.knows_wallet() || flow.exchange_time < ledger.opened_with_bills_until())) {
    return;
  }
  context_.advance_data_time(flow.exchange_time);
  context_.portfolio.send(flow);
}

void Engine::on(const TimerFired& timer) {
  context_.timers.fire(timer.token);
}

void Engine::on(const JournalAck& ack) {
  if (!ack.durable) {
    if (!journal_down_) {
      journal_down_ = true;
      set_reconciled(false);
      ++context_.board.restarts;
      context_.record_supervision("journal_down", "journal", ack.error);
    }
    return;
  }
  context_.order.send(Durable{ack.submission});
  if (journal_down_) {
    journal_down_ = false;
    context_.record_supervision("restart", "journal", "records are durable again");
    survey(false);
  }
}

void Engine::on(const AiLogNews& news) {
  context_.record({AiLogRecord{news.decision, news.client_id, news.venue_id, context_.clock.now(),
                               news.head_hash, news.status}});
}

void Engine::on(const RefitNews& news) {
  static constexpr std::array<const char*, 3> kKinds{"refit_promoted", "refit_refused",
                                                     "refit_failed"};
  context_.record_supervision(kKinds[static_cast<std::size_t>(news.outcome)], "model", news.detail);
}

/// Once a second of wall time: silence, expiry, the portfolio's watch between bars, reconciliation.
void Engine::pulse() {
  context_.timers.after(kPulse, [this] { pulse(); });
  for (const GroupHandles& group : context_.groups) {
    if (group.is_up()) {
      context_.unit.deliver(group.feed, CheckSilence{});
    }
  }
  if (started_ && started_data_ == Timestamp{}) {
    started_data_ = context_.data_now;
  }
  if (started_ && context_.order.is_up()) {
    context_.unit.deliver(context_.order.actor(), DataTime{context_.data_now});
  }
  if (started_ && context_.portfolio.is_up()) {
    context_.unit.deliver(context_.portfolio.actor(), PublishStamp{context_.data_now, false});
  }
  if (started_ && context_.options.survey &&
      context_.clock.now() - last_survey_wall_ >=
          (context_.board.reconciled ? context_.options.reconcile_every
                                     : std::min(context_.options.reconcile_every, kAskAgain))) {
    survey(false);
  }
  ask_clock();
  watch_clock();
  wind_down_groups();
  watch_flatten();
  watch_sight();
  watch_shutdown();
}

} // namespace rg
