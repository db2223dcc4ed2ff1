#include "actors/portfolio/portfolio_model.hpp"

#include "actors/portfolio/portfolio_internals.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

PortfolioModel::State::State(const PortfolioSettings& s, const ContractTable& c, Notional initial,
                             const PortfolioOptions& o)
    : settings(s), options(o), contracts(c), accounting(initial),
      correlation(s.correlation_half_life_bars), caps(s), ladder(s, initial, o.ladder),
      daily_loss(s.max_daily_loss) {
  view.equity = initial;
  view.high_water_mark = initial;
  view.entries_halted = true; // not reconciled yet
  for (const Symbol symbol : Symbol::all()) {
    pair(symbol).guard.symbol = symbol;
    pair(symbol).regime.symbol = symbol;
  }
}

Notional PortfolioModel::State::equity() const {
  Notional sum = accounting.cash();
  accounting.for_each_position(
      [&](Symbol s, const Position& p) { sum += unrealised_pnl(p, pairs[s.id()].mark); });
  return sum;
}

ExposureTable PortfolioModel::State::exposure() const {
  ExposureTable table;
  table.equity = equity();
  accounting.for_each_position([&](Symbol s, const Position& p) {
    const Price mark = pairs[s.id()].mark;
    const Notional value = mark.is_zero() ? p.open_value : multiply(mark, p.quantity, Rounding::up);
    PairExposure& e = table.pairs[s.id()];
    (p.side == PositionSide::long_side ? e.long_position : e.short_position) = value;
  });
  for (const InFlight& o : in_flight.all()) {
    if (o.kind != IntentKind::entry) {
      continue;
    }
    PairExposure& e = table.pairs[o.symbol.id()];
    (o.side == PositionSide::long_side ? e.long_orders : e.short_orders) +=
        multiply(o.worst, o.open_quantity(), Rounding::up);
    table.adverse_orders += o.adverse;
  }
  return table;
}

HaltTier PortfolioModel::State::tier() const {
  HaltTier ladder_tier = HaltTier::none;
  if (ladder.is_halted() || daily_loss.is_hit()) {
    ladder_tier = has_positions() ? HaltTier::flatten : HaltTier::reduce_only;
  } else if (passive_breach) {
    ladder_tier = HaltTier::reduce_only;
  } else if (ladder.rung() == Rung::soft) {
    ladder_tier = HaltTier::warn;
  }
  const bool flattened = latch == HaltTier::flatten && !has_positions();
  return std::max(ladder_tier, flattened ? HaltTier::latched : latch);
}

bool PortfolioModel::State::entries_halted() const {
  return latch >= HaltTier::reduce_only || ladder.is_halted() || daily_loss.is_hit() ||
         passive_breach || !reconciled || clock_uncertain || ai_log_stuck || disk_low;
}

PositionUpdate PortfolioModel::State::update_of(Symbol s, Timestamp data_time) const {
  const PairBook& book = accounting.book(s);
  PositionUpdate update;
  update.position = book.position;
  update.position.symbol = s;
  update.entry_decision = book.entry_decision;
  update.entry_rule = book.entry_rule;
  update.entry_regime = book.entry_regime;
  update.stop_price = book.is_open() ? book.stop_price : Price::zero();
  update.target = book.target;
  update.data_time = data_time;
  return update;
}

// ---- publishing ----

void PortfolioModel::State::publish_leverage() {
  double longs = 0.0;
  double shorts = 0.0;
  accounting.for_each_position([&](Symbol s, const Position& p) {
    const Price mark = pairs[s.id()].mark;
    const double value =
        mark.is_zero() ? p.open_value.to_double() : mark.to_double() * p.quantity.to_double();
    (p.side == PositionSide::long_side ? longs : shorts) += value;
  });
  // With no equity left any exposure is infinitely levered; 1e9 keeps the numbers finite.
  const double scale = view.equity.is_positive() ? 1.0 / view.equity.to_double() : 1e9;
  view.gross_leverage = (longs + shorts) * scale;
  net_leverage = (longs - shorts) * scale;
}

/// Runs when a pipeline bar moved the correlations or the book changed, not on each mark: the
/// factors are read at pipeline bars, and the caps themselves are exact at every review.
void PortfolioModel::State::publish_correlation() {
  const ExposureTable now = exposure();
  for (const Symbol s : Symbol::all()) {
    view.cluster_share_long[s.id()] =
        caps.cluster_share(now, s, PositionSide::long_side, correlation);
    view.cluster_share_short[s.id()] =
        caps.cluster_share(now, s, PositionSide::short_side, correlation);
  }
}

void PortfolioModel::State::check_passive_breach(Timestamp now) {
  // Each cap looks at a part of the gross exposure, so under the smallest cap none can be exceeded.
  // The margin covers the rounding of the doubles.
  if (view.gross_leverage < 0.999 * caps.smallest()) {
    passive_breach = false;
    return;
  }
  const ExposureTable table = exposure();
  const Caps::Breach breach = caps.passive_breach(table, correlation);
  if (breach.any && !passive_breach) {
    cancel_all_entries();
  }
  passive_breach = breach.any;
  if (!breach.any) {
    return;
  }
  for (const Symbol s : Symbol::all()) {
    if (breach.keep[s.id()] < 1.0 && accounting.book(s).is_open()) {
      reduce(s, breach.keep[s.id()], now);
    }
  }
}

void PortfolioModel::State::watch_limits(Timestamp now) {
  if (daily_loss.roll(view.equity, now)) {
    orders_today = 0;
  }
  if (ladder.update(view.equity, now)) {
    want_all_flat(ExitReason::ladder);
  }
  if (daily_loss.update(view.equity)) {
    want_all_flat(ExitReason::ladder);
  }
}

const PortfolioView& PortfolioModel::publish(Timestamp data_time) {
  State& s = *state_;
  const bool moved = s.correlation.fold();
  s.data_now = std::max(s.data_now, data_time);
  s.view.as_of = data_time;
  s.view.equity = s.equity();
  s.watch_limits(data_time);
  s.view.high_water_mark = s.ladder.high_water_mark();
  s.view.drawdown = s.ladder.drawdown(s.view.equity);
  if (s.has_positions() || s.view.gross_leverage != 0.0) {
    s.publish_leverage();
    s.check_passive_breach(data_time);
    s.pursue_flat(data_time);
    s.pursue_opposite(data_time);
  }
  if (s.exposure_changed || (moved && (s.has_positions() || !s.in_flight.empty()))) {
    s.publish_correlation();
    s.exposure_changed = false;
  }
  s.view.entries_halted = s.entries_halted();
  return s.view;
}

// ---- events ----

std::optional<PositionUpdate> PortfolioModel::on_fill(const Fill& fill,
                                                      ExitReason reason_if_closing) {
  State& s = *state_;
  s.exposure_changed = true;
  EntryOrigin origin;
  if (const auto order = s.in_flight.on_fill(fill); order && fill.opens) {
    origin = {order->decision, order->rule, order->regime, order->stop_price, order->target};
  }
  const FillEffect effect = s.accounting.apply(fill, reason_if_closing, origin);
  if (!effect.applied) {
    return std::nullopt;
  }
  if (effect.just_closed) {
    s.in_flight.drop_ended_closes(fill.symbol);
    s.pair(fill.symbol).calm();
  }
  s.pursue_opposite(fill.exchange_time); // at once: nothing protects it
  PositionUpdate update = s.update_of(fill.symbol, fill.exchange_time);
  update.just_opened = effect.just_opened;
  update.just_closed = effect.just_closed;
  update.exit_reason = effect.exit_reason;
  update.trade_pnl = effect.trade_pnl;
  return update;
}

void PortfolioModel::on_cash_flow(const CashFlow& flow) {
  State& s = *state_;
  const Notional before = s.equity();
  const bool is_transfer =
      flow.kind == CashFlowKind::deposit || flow.kind == CashFlowKind::withdrawal;
  if (s.accounting.apply(flow) && is_transfer) {
    s.ladder.on_flow(before, before + flow.amount);
    s.daily_loss.on_flow(before, before + flow.amount);
  }
}

void PortfolioModel::on_order_event(const OrderEvent& event) {
  State& s = *state_;
  if (event.role == OrderRole::entry && !is_terminal(event.to) &&
      !s.in_flight.knows(event.decision)) {
    s.adopt_order(event);
  }
  if (!s.in_flight.empty()) {
    s.in_flight.on_event(event);
    s.exposure_changed = true;
  }
}

void PortfolioModel::on_desk_refusal(const Decision& decision) {
  state_->in_flight.drop(decision.id);
  state_->exposure_changed = true;
}

void PortfolioModel::on_mark(Symbol symbol, Price mark, Timestamp data_time) {
  RG_ASSERT(mark.is_positive());
  state_->data_now = std::max(state_->data_now, data_time);
  state_->pair(symbol).mark = mark;
}

void PortfolioModel::on_bar_return(Symbol symbol, const PipelineBar& bar) {
  state_->correlation.on_bar(symbol, bar);
}

std::optional<PositionUpdate> PortfolioModel::on_stop(Symbol symbol, Price trigger,
                                                      Timestamp data_time) {
  PairBook& book = state_->accounting.book(symbol);
  if (!book.is_open() || book.stop_price == trigger) {
    return std::nullopt;
  }
  book.stop_price = trigger;
  return state_->update_of(symbol, data_time);
}

void PortfolioModel::on_regime(const RegimeEstimate& regime) {
  state_->pair(regime.symbol).regime = regime;
}

void PortfolioModel::on_guard(const GuardState& guard) {
  State& s = *state_;
  s.pair(guard.symbol).guard = guard;
  if (guard.level >= GuardLevel::halt) {
    s.cancel_entries(guard.symbol);
  }
  if (guard.level == GuardLevel::kill) { // at once: the next publication may be a second away
    s.want_flat(guard.symbol, ExitReason::guard);
    s.pursue_flat(std::max(s.data_now, guard.stamp));
  }
}

void PortfolioModel::hold_guard(Symbol symbol, GuardLevel level, Timestamp until) {
  State& s = *state_;
  PairControl& p = s.pair(symbol);
  p.held_guard = level;
  p.held_until = until;
  if (level >= GuardLevel::halt) {
    s.cancel_entries(symbol);
  }
  if (level == GuardLevel::kill) {
    s.want_flat(symbol, ExitReason::guard);
  }
}

void PortfolioModel::see_wall(Timestamp wall_now) {
  state_->wall_now = std::max(state_->wall_now, wall_now);
}

/// An entry approved before a restart that still lives: it reserves what it always did.
void PortfolioModel::State::adopt_order(const OrderEvent& event) {
  OrderIntent intent;
  intent.side = event.side;
  intent.quantity = event.quantity;
  intent.limit = event.price;
  const Price seen = pair(event.symbol).mark.is_zero() ? event.price : pair(event.symbol).mark;
  const ContractRules& rules = contracts[event.symbol.id()];
  InFlight order;
  order.symbol = event.symbol;
  order.decision = event.decision;
  order.client_id = event.client_id;
  order.side = position_side(event.side);
  order.quantity = event.quantity;
  order.filled = event.filled;
  order.worst = worst_price(intent, seen, rules);
  order.adverse = adverse_cost(intent, order.worst, seen, rules);
  in_flight.add(order);
  std::int64_t& last = pair(event.symbol).last_entry_ms;
  last = std::max(last, event.decision.stamp.ms());
}

// ---- views ----

PortfolioModel::PortfolioModel(const PortfolioSettings& settings, const ContractTable& contracts,
                               Notional initial_equity, const PortfolioOptions& options)
    : state_(std::make_unique<State>(settings, contracts, initial_equity, options)) {}
PortfolioModel::~PortfolioModel() = default;
PortfolioModel::PortfolioModel(PortfolioModel&&) noexcept = default;
PortfolioModel& PortfolioModel::operator=(PortfolioModel&&) noexcept = default;

const PortfolioView& PortfolioModel::view() const {
  return state_->view;
}
Position PortfolioModel::position(Symbol symbol) const {
  Position p = state_->accounting.book(symbol).position;
  p.symbol = symbol;
  return p;
}
Position PortfolioModel::opposite(Symbol symbol) const {
  Position p = state_->accounting.opposite(symbol);
  p.symbol = symbol;
  return p;
}
HaltTier PortfolioModel::tier() const {
  return state_->tier();
}
Notional PortfolioModel::cash() const {
  return state_->accounting.cash();
}
double PortfolioModel::net_leverage() const {
  return state_->net_leverage;
}
const std::vector<Trade>& PortfolioModel::trades() const {
  return state_->accounting.trades();
}
PairAccount PortfolioModel::pair_account(Symbol symbol) const {
  PairAccount out = state_->accounting.book(symbol).totals;
  out.unrealised =
      unrealised_pnl(state_->accounting.book(symbol).position, state_->pair(symbol).mark);
  return out;
}
Price PortfolioModel::mark(Symbol symbol) const {
  return state_->pair(symbol).mark;
}
double PortfolioModel::gross_leverage_in_flight() const {
  const ExposureTable t = state_->exposure();
  return t.equity.is_positive() ? t.gross().to_double() / t.equity.to_double() : 1e9;
}
std::vector<LimitUse> PortfolioModel::limits() const {
  const State& s = *state_;
  const ExposureTable t = s.exposure();
  const double equity = t.equity.to_double();
  const auto leverage = [equity](Notional exposure) {
    return equity > 0.0 ? exposure.to_double() / equity : exposure.is_zero() ? 0.0 : 1e9;
  };
  Notional pair;
  Notional cluster;
  for (const Symbol x : Symbol::all()) {
    pair = std::max(pair, t.pairs[x.id()].gross());
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      cluster = std::max(cluster, Caps::cluster(t, x, side, s.correlation, true));
    }
  }
  const Notional net =
      std::max(t.long_total() - t.short_positions(), t.short_total() - t.long_positions());
  const Notional opening = s.daily_loss.opening();
  const double lost = opening.is_positive() ? 1.0 - equity / opening.to_double() : 0.0;
  return {{"gross_leverage", leverage(t.gross()), s.settings.max_gross_leverage},
          {"net_leverage", leverage(net), s.settings.max_net_leverage},
          {"pair_leverage", leverage(pair), s.settings.max_pair_leverage},
          {"cluster_leverage", leverage(cluster), s.settings.max_cluster_leverage},
          {"drawdown", s.ladder.drawdown(t.equity), s.settings.max_drawdown},
          {"daily_loss", std::max(0.0, lost), s.settings.max_daily_loss},
          {"orders_per_day", static_cast<double>(s.orders_today),
           static_cast<double>(s.settings.max_orders_per_day)}};
}
bool PortfolioModel::daily_loss_hit() const {
  return state_->daily_loss.is_hit();
}
std::uint32_t PortfolioModel::flatten_tries(Symbol symbol) const {
  return state_->pair(symbol).flatten_tries;
}
Timestamp PortfolioModel::halted_until() const {
  return state_->ladder.halted_until();
}
bool PortfolioModel::has_held_fills(Symbol symbol) const {
  return state_->accounting.has_held(symbol);
}

} // namespace rg
