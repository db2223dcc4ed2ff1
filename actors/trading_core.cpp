#include "actors/trading_core.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <utility>

namespace rg {

namespace {

std::array<std::uint8_t, 8> first_bytes(const std::array<std::uint8_t, 32>& hash) {
  std::array<std::uint8_t, 8> out{};
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

} // namespace

TradingCore::TradingCore(const EngineSettings& settings,
                         std::shared_ptr<const ModelParameters> parameters,
                         const ContractTable& contracts, Notional initial_equity,
                         const PortfolioOptions& options, Venue& venue, CoreObserver& observer)
    : settings_(settings), parameters_(std::move(parameters)), contracts_(contracts),
      portfolio_(settings.portfolio, contracts, initial_equity, options),
      desk_(settings.order, contracts, settings.instance), venue_(venue), observer_(observer) {
  portfolio_.set_hashes(first_bytes(parameters_->sha256), first_bytes(settings.config_sha256));
  portfolio_.set_reconciled(true);
  desk_.set_desired_leverage(static_cast<int>(settings.portfolio.leverage));
  for (const Symbol s : Symbol::all()) {
    portfolio_.set_enabled(s, settings.pairs[s.id()].enabled);
  }
}

void TradingCore::add_pair(Symbol symbol, Duration base) {
  pairs_[symbol.id()].emplace(symbol, parameters_, settings_, contracts_[symbol.id()], base);
}

// ---- news of the venue ----

void TradingCore::on_venue(const VenueEvent& event, Timestamp data_now) {
  wall_now_ = std::max(wall_now_, data_now);
  if (const auto* fill = std::get_if<Fill>(&event)) {
    desk_.on_fill(*fill, wall_now_);
  } else if (const auto* update = std::get_if<VenueOrderUpdate>(&event)) {
    desk_.on_order(*update, wall_now_);
  } else if (const auto* flow = std::get_if<CashFlow>(&event)) {
    portfolio_.on_cash_flow(*flow);
    return;
  } else {
    return; // positions follow from the fills; the venue's word on them is for reconciliation
  }
  carry_out(data_now);
}

// ---- one stamp ----

void TradingCore::on_stamp(Timestamp stamp, std::span<const Bar* const> bars) {
  RG_ASSERT(stamp >= wall_now_);
  data_now_ = stamp;
  wall_now_ = stamp;
  for (const Bar* bar : bars) {
    portfolio_.on_mark(bar->symbol, bar->close, stamp);
    last_close_[bar->symbol.id()] = bar->close;
    if (desk_busy_) {
      desk_.on_mark(bar->symbol, bar->close, stamp);
    }
  }
  if (desk_busy_) {
    desk_.on_data_time(stamp, stamp);
    carry_out(stamp);
  }
  portfolio_.publish(stamp);
  take_portfolio_actions(stamp);
  for (const Bar* bar : bars) {
    if (const auto state = pair(bar->symbol).on_base_bar_guard(*bar)) {
      observer_.on_guard(*state);
      portfolio_.on_guard(*state);
      take_portfolio_actions(stamp);
    }
  }
  for (const Bar* bar : bars) {
    run_pair(*bar, stamp);
  }
}

void TradingCore::run_pair(const Bar& bar, Timestamp stamp) {
  // The view matters only to a bar that may close a slot; giving it to every base bar would cost
  // more than the bar itself. What the stage sees is the last published one either way.
  const std::int64_t slot = bar.open_time.ns() / settings_.bars.interval.count();
  const bool may_close = slot != slot_[bar.symbol.id()] ||
                         bar.close_time().ns() % settings_.bars.interval.count() == 0;
  slot_[bar.symbol.id()] = slot;
  PairPipeline& pipeline = pair(bar.symbol);
  if (may_close) {
    pipeline.on_portfolio(portfolio_.view());
  }
  if (const auto step = pipeline.on_base_bar(bar)) {
    on_step(*step, stamp);
  }
}

void TradingCore::on_step(const PipelineStep& step, Timestamp stamp) {
  const Symbol symbol = step.bar.bar.symbol;
  observer_.on_step(step);
  portfolio_.on_regime(step.regime);
  portfolio_.on_bar_return(symbol, step.bar);
  const bool trading = step.warm && stamp > trading_after_;
  if (trading != warm_[symbol.id()]) {
    warm_[symbol.id()] = trading;
    portfolio_.set_warm(symbol, trading);
  }
  // Exits and tighter stops do not wait for a warm-up: a position may be older than the gap.
  if (step.exit) {
    decide(*step.exit, stamp);
  }
  if (step.stop) {
    decide(*step.stop, stamp);
  }
  if (step.hand_over) {
    observer_.on_decision(portfolio_.complete_hand_over(*step.hand_over));
  }
  if (trading && step.verdict) {
    if (const auto* intent = std::get_if<OrderIntent>(&*step.verdict)) {
      decide(*intent, stamp);
    } else {
      observer_.on_decision(std::get<Decision>(*step.verdict));
    }
  }
}

// ---- decisions ----

void TradingCore::decide(const OrderIntent& intent, Timestamp stamp) {
  const Verdict verdict = portfolio_.review(intent, stamp);
  if (const auto* approved = std::get_if<ApprovedIntent>(&verdict)) {
    hand_to_desk(*approved, stamp);
  } else if (intent.kind == IntentKind::entry) {
    observer_.on_decision(std::get<Decision>(verdict));
  }
  take_portfolio_actions(stamp);
}

void TradingCore::take_portfolio_actions(Timestamp data_now) {
  for (const Symbol s : portfolio_.take_entry_cancellations()) {
    desk_.cancel_entries(s, wall_now_);
    carry_out(data_now);
  }
  for (const ApprovedIntent& action : portfolio_.take_actions()) {
    hand_to_desk(action, data_now);
  }
}

void TradingCore::hand_to_desk(const ApprovedIntent& approved, Timestamp data_now) {
  // A moved stop is housekeeping of a trade, neither a Signal nor an exit.
  if (approved.intent().kind != IntentKind::move_stop) {
    observer_.on_decision(approved.decision());
  }
  const Symbol symbol = approved.decision().id.symbol;
  desk_.on_mark(symbol, last_close_[symbol.id()], data_now);
  desk_.on_approved(approved, data_now, wall_now_);
  carry_out(data_now);
}

// ---- the desk's commands ----

void TradingCore::carry_out(Timestamp data_now) {
  for (auto commands = desk_.take_commands(); !commands.empty(); commands = desk_.take_commands()) {
    for (const DeskCommand& command : commands) {
      carry_out(command, data_now);
    }
  }
  const auto all = Symbol::all();
  desk_busy_ = !desk_.is_idle() || std::any_of(all.begin(), all.end(), [this](Symbol s) {
    return desk_.has_live_entry(s);
  });
}

void TradingCore::carry_out(const DeskCommand& command, Timestamp data_now) {
  if (const auto* write = std::get_if<WriteIntent>(&command)) {
    desk_.journalled(write->client_id, wall_now_); // a backtest's record is its observer
  } else if (const auto* send = std::get_if<SendRequest>(&command)) {
    desk_.on_answer(venue_.execute(send->id, send->request), wall_now_);
  } else if (const auto* ask = std::get_if<AskVenue>(&command)) {
    desk_.on_answer(venue_.answer(ask->id, ask->query), wall_now_);
  } else if (const auto* event = std::get_if<OrderEvent>(&command)) {
    portfolio_.on_order_event(*event);
    observer_.on_order_event(*event);
  } else if (const auto* refusal = std::get_if<DeskRefusal>(&command)) {
    portfolio_.on_desk_refusal(refusal->decision);
    observer_.on_decision_changed(refusal->decision);
  } else if (const auto* close = std::get_if<CloseUnprotected>(&command)) {
    portfolio_.flatten(close->symbol, ExitReason::guard, data_now);
    take_portfolio_actions(data_now);
  } else if (const auto* fill = std::get_if<AttributedFill>(&command)) {
    book(*fill);
  } else if (const auto* stop = std::get_if<StopConfirmed>(&command)) {
    if (const auto update = portfolio_.on_stop(stop->symbol, stop->trigger, data_now)) {
      pair(stop->symbol).on_position(*update);
    }
  }
}

void TradingCore::book(const AttributedFill& attributed) {
  const Fill& fill = attributed.fill;
  // Fills without an order and without a liquidation are the venue's close at the end of the data.
  const bool data_end = !fill.opens && fill.venue_order_id == 0 && !fill.liquidation;
  const ExitReason reason = data_end ? ExitReason::data_end : attributed.reason_if_closing;
  if (const auto update = portfolio_.on_fill(fill, reason)) {
    pair(fill.symbol).on_position(*update);
    desk_.on_position(update->position, wall_now_);
  }
}

void TradingCore::run_timers(Timestamp until) {
  while (desk_busy_) {
    const Timestamp next = desk_.next_wall_event();
    if (next == Timestamp{} || next >= until) {
      return;
    }
    const Timestamp before = wall_now_;
    wall_now_ = std::max(wall_now_, next);
    desk_.on_wall_time(wall_now_);
    carry_out(data_now_);
    RG_ASSERT(wall_now_ > before || desk_.next_wall_event() != next); // time must move
  }
}

} // namespace rg
