// Who is running, who fell, who comes up again (design §5, supervision).

#include "actors/engine.hpp"
#include "actors/engine_supervisor_actor.hpp"
#include "actors/order/order_actor.hpp"
#include "actors/portfolio/portfolio_actor.hpp"

#include <algorithm>

namespace rg {

namespace {

std::string pair_name(Symbol symbol) {
  return std::string(symbol.name());
}

} // namespace

Engine::~Engine() {
  // Handles first: an actor lives as long as somebody holds it.
  for (const Symbol symbol : Symbol::all()) {
    end_group(symbol);
  }
  if (context_.portfolio.is_up()) {
    context_.unit.end(context_.portfolio.actor(), caf::exit_reason::user_shutdown);
  }
  if (context_.order.is_up()) {
    context_.unit.end(context_.order.actor(), caf::exit_reason::user_shutdown);
  }
  if (supervisor_) {
    context_.unit.end(supervisor_, caf::exit_reason::user_shutdown);
  }
  context_.unit.run();
}

void Engine::start() {
  RG_ASSERT(!supervisor_);
  context_.clock.set(ports_.wall.now());
  context_.board.started = context_.clock.now();
  supervisor_ =
      context_.unit.spawn<SupervisorActor>([this](const caf::actor_addr& who) { on_down(who); });
  if (context_.options.heartbeat) {
    context_.timers.after(1s, [this] { pulse(); });
  }
  if (context_.options.survey) {
    survey(true);
  } else {
    initial_equity_ = context_.options.initial_equity;
    context_.board.initial_equity = initial_equity_;
    start_portfolio();
    start_order();
    for (const Symbol symbol : Symbol::all()) {
      start_group(symbol);
    }
    started_ = true;
    context_.board.starting = false;
    set_reconciled(true);
  }
  settle();
  context_.flush_records();
}

// ---- pair groups ----

void Engine::start_group(Symbol symbol) {
  const PairStatus& pair = context_.pair(symbol);
  if (!pair.enabled || pair.quarantined || context_.groups[symbol.id()].is_up()) {
    return;
  }
  if (context_.options.history) {
    context_.history_expected |= 1U << symbol.id();
  }
  context_.portfolio.send(GroupNews{symbol, GroupNews::Kind::up});
  start_pair_group(context_, symbol, supervisor_);
}

void Engine::end_group(Symbol symbol) {
  context_.history_expected &= ~(1U << symbol.id());
  end_pair_group(context_, symbol);
}

/// The pair was disabled and is flat: its group goes.
void Engine::stop_group(Symbol symbol) {
  end_group(symbol);
  context_.pair(symbol).enabled = false;
  context_.portfolio.send(GroupNews{symbol, GroupNews::Kind::stopped});
  context_.record_supervision("stopped", pair_name(symbol), "disabled and flat");
}

void Engine::wind_down_groups() {
  for (const Symbol symbol : Symbol::all()) {
    const PairStatus& pair = context_.pair(symbol);
    if (pair.enabled && pair.winding_down && pair.position.is_flat() && context_.desk_idle &&
        context_.groups[symbol.id()].is_up()) {
      stop_group(symbol);
    }
  }
}

void Engine::on_group_down(Symbol symbol) {
  PairStatus& pair = context_.pair(symbol);
  end_group(symbol);
  ++pair.restarts;
  ++context_.board.restarts;
  context_.portfolio.send(GroupNews{symbol, GroupNews::Kind::down});
  context_.record_supervision("crash", pair_name(symbol), std::exchange(context_.last_crash, {}));
  const RestartVerdict verdict = group_policy_[symbol.id()].on_crash(context_.clock.now());
  if (verdict.give_up) {
    context_.portfolio.send(GroupNews{symbol, GroupNews::Kind::quarantined});
    context_.record_supervision(supervision::kQuarantined, pair_name(symbol),
                                "more than " +
                                    std::to_string(context_.settings.supervision.max_restarts) +
                                    " crashes within the window; the pair is wound down");
    return;
  }
  restarting_[symbol.id()] = true;
  context_.timers.after(verdict.delay, [this, symbol] {
    restarting_[symbol.id()] = false;
    context_.record_supervision("restart", pair_name(symbol), "the group warms up again");
    start_group(symbol);
  });
}

// ---- portfolio and order desk ----

void Engine::start_portfolio() {
  std::optional<PortfolioState> past;
  if (context_.ledger.has_history()) {
    past = context_.ledger.portfolio_state(initial_equity_);
  }
  const auto portfolio = context_.unit.spawn<PortfolioActor>(context_, initial_equity_, past);
  SupervisorActor::watch(supervisor_, portfolio);
  context_.portfolio.up(portfolio);
  context_.portfolio.send(ClockQuality{clock_verdict_ != ClockVerdict::open});
  for (const Symbol symbol : Symbol::all()) {
    if (context_.groups[symbol.id()].is_up()) {
      context_.portfolio.send(GroupNews{symbol, GroupNews::Kind::up});
    }
  }
}

void Engine::start_order() {
  ++order_incarnation_;
  std::optional<DeskRestore> past;
  if (context_.ledger.has_history()) {
    const Duration entry_life =
        context_.settings.strategy.entry_life_bars * context_.settings.bars.interval;
    past = context_.ledger.desk_restore(context_.settings.order.repeated_window, entry_life,
                                        context_.data_now, context_.clock.now());
  }
  const auto order = context_.unit.spawn<OrderActor>(context_, order_incarnation_, past);
  SupervisorActor::watch(supervisor_, order);
  context_.order.up(order);
  context_.order.send(ClockQuality{clock_verdict_ != ClockVerdict::open});
  if (book_taken_ != Timestamp{}) {
    context_.order.send(BookTaken{book_taken_});
  }
}

/// No new risk anywhere while it is down; then restart, reconcile, resume.
void Engine::on_core_down(const char* who, RestartPolicy& policy, void (Engine::*restart)()) {
  ++context_.board.restarts;
  set_reconciled(false); // entries that wait at the desk go: nobody watches the caps
  context_.record_supervision("crash", who, std::exchange(context_.last_crash, {}));
  const RestartVerdict verdict = policy.on_crash(context_.clock.now());
  if (verdict.give_up) {
    stop(std::string("the ") + who + " actor keeps crashing; resting stops stay at the venue");
    return;
  }
  context_.timers.after(verdict.delay, [this, who, restart] {
    context_.record_supervision("restart", who, "from the journal's ledger; reconciling");
    (this->*restart)();
    // The desk that fell may have been about to cancel entries, and nobody remembers which: all go,
    // as at start-up. A missed entry is no loss.
    for (const Symbol symbol : Symbol::all()) {
      context_.order.send(CancelEntries{symbol});
    }
    if (context_.options.survey) {
      survey(false);
    } else {
      set_reconciled(true);
    }
  });
}

void Engine::on_down(const caf::actor_addr& who) {
  if (context_.portfolio.is_up() && context_.portfolio.actor().address() == who) {
    context_.portfolio.down();
    on_core_down("portfolio", portfolio_policy_, &Engine::start_portfolio);
    return;
  }
  if (context_.order.is_up() && context_.order.actor().address() == who) {
    context_.order.down();
    on_core_down("order", order_policy_, &Engine::start_order);
    return;
  }
  for (const Symbol symbol : Symbol::all()) {
    if (context_.groups[symbol.id()].holds(who)) {
      on_group_down(symbol);
      return;
    }
  } // others were ended on purpose: their handles are gone already
}

/// A restart asked for from outside (fault injection, an operator's tool).
void Engine::on(const GroupRestart& restart) {
  if (context_.groups[restart.symbol.id()].is_up()) {
    context_.last_crash = "restart asked for";
    on_group_down(restart.symbol);
  }
}

void Engine::stop(std::string reason) {
  stop_reason_ = std::move(reason);
  context_.board.end_reason = stop_reason_;
  context_.board.ended = true;
  stopped_ = true;
}

} // namespace rg
