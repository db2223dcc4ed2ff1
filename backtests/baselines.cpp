#include "backtests/baselines.hpp"

#include "actors/risk/sizing.hpp"
#include "backtests/fill_model.hpp"
#include "backtests/trade_book.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rg {

namespace {

/// What a baseline does at each closed pipeline bar; fills and money are the fill model's.
class Agent {
public:
  Agent(const RunInputs& inputs, FillModel& venue) : inputs_(inputs), venue_(venue) {}
  virtual ~Agent() = default;
  virtual void on_step(const StepRecord& step, Timestamp stamp) = 0;
  /// Orders whose life ended at this stamp.
  virtual void expire(Timestamp) {}
  virtual void on_event(const VenueEvent& event) {
    if (const auto* fill = std::get_if<Fill>(&event)) {
      trades_.on_fill(*fill, reason_of(*fill));
    } else if (const auto* flow = std::get_if<CashFlow>(&event)) {
      trades_.on_cash_flow(*flow);
    }
  }
  [[nodiscard]] const TradeBook& trades() const { return trades_; }

protected:
  [[nodiscard]] virtual ExitReason exit_of(Symbol) const { return ExitReason::rule; }
  [[nodiscard]] const Position& position(Symbol s, PositionSide side) const {
    return venue_.position(s, side);
  }
  [[nodiscard]] Notional gross_held() const {
    Notional sum;
    for (const Symbol s : Symbol::all()) {
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        sum += multiply(venue_.mark(s), position(s, side).quantity, Rounding::up);
      }
    }
    return sum;
  }
  VenueOrderId place(const PlaceOrder& order) {
    const ChangeAnswer answer = venue_.execute(next_request_++, order);
    return answer.outcome == RequestOutcome::ok ? answer.venue_id : 0;
  }
  VenueOrderId close_at_market(const Position& held) {
    PlaceOrder order;
    order.symbol = held.symbol;
    order.position = held.side;
    order.opens = false;
    order.quantity = held.quantity;
    return place(order);
  }
  void cancel(Symbol symbol, VenueOrderId id) {
    static_cast<void>(venue_.execute(next_request_++, CancelOrder{{}, symbol, id}));
  }
  void sweep_triggers(Symbol symbol) {
    static_cast<void>(venue_.execute(next_request_++, CancelAll{false, symbol, true}));
  }

  const RunInputs& inputs_;
  FillModel& venue_;
  TradeBook trades_;

private:
  /// A close without an order is the data's end; one by an order that the rules sent has their
  /// reason.
  [[nodiscard]] ExitReason reason_of(const Fill& fill) const {
    if (fill.liquidation) {
      return ExitReason::liquidation;
    }
    return fill.venue_order_id == 0 ? ExitReason::data_end : exit_of(fill.symbol);
  }

  RequestId next_request_ = 1;
};

/// Same Signals, sized by a fraction of equity.
class UnguardedAgent final : public Agent {
public:
  UnguardedAgent(const RunInputs& inputs, FillModel& venue,
                 const std::vector<SignalRecord>& signals, const BaselineSize& size)
      : Agent(inputs, venue), signals_(signals), size_(size) {}

  void on_step(const StepRecord& step, Timestamp stamp) override {
    Desk& desk = desks_[step.symbol.id()];
    const Position* held = open_position(step.symbol);
    if (held != nullptr && step.tradable && desk.exit_order == 0) {
      const auto held_bars =
          static_cast<std::uint32_t>((stamp - held->opened) / inputs_.settings.bars.interval);
      if (const auto reason = step.exits.at(desk.rule, held->side, held_bars)) {
        desk.exit_order = close_at_market(*held);
        desk.exit_reason = *reason;
      }
    }
    if (held == nullptr && desk.entry_order == 0 && step.signal >= 0) {
      enter(signals_[static_cast<std::size_t>(step.signal)]);
    }
  }

  void expire(Timestamp stamp) override {
    if (waiting_ == 0) {
      return;
    }
    for (const Symbol s : Symbol::all()) {
      Desk& desk = desks_[s.id()];
      if (desk.entry_order != 0 && stamp >= desk.expires) {
        cancel(s, desk.entry_order);
        forget_entry(desk);
      }
    }
  }

  void on_event(const VenueEvent& event) override {
    if (const auto* fill = std::get_if<Fill>(&event)) {
      Desk& desk = desks_[fill->symbol.id()];
      if (fill->opens) {
        trades_.set_decision(fill->symbol, desk.decision);
      }
      Agent::on_event(event);
      if (!fill->opens) {
        desk.exit_order = 0;
        desk.exit_reason = ExitReason::stop;
        sweep_triggers(fill->symbol);
      }
      return;
    }
    if (const auto* update = std::get_if<VenueOrderUpdate>(&event)) {
      Desk& desk = desks_[update->order.symbol.id()];
      if (update->order.venue_id == desk.entry_order && desk.entry_order != 0) {
        forget_entry(desk);
      }
      if (update->order.venue_id == desk.exit_order) {
        desk.exit_order = 0;
      }
    }
    Agent::on_event(event);
  }

protected:
  /// A closing fill is the stop's unless the rule's own order made it.
  [[nodiscard]] ExitReason exit_of(Symbol symbol) const override {
    return desks_[symbol.id()].exit_reason;
  }

private:
  struct Desk {
    VenueOrderId entry_order = 0, exit_order = 0;
    Timestamp expires;
    Rule rule = Rule::none;
    DecisionId decision;
    ExitReason exit_reason = ExitReason::stop;
  };

  [[nodiscard]] const Position* open_position(Symbol s) const {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      if (!position(s, side).is_flat()) {
        return &position(s, side);
      }
    }
    return nullptr;
  }

  void enter(const SignalRecord& record) {
    const Signal& signal = record.signal;
    const ContractRules& rules = inputs_.contracts[signal.symbol.id()];
    const double equity = venue_.equity().to_double();
    const double room = kMaxLeverage * equity - gross_held().to_double();
    const double wanted = equity * (size_.full_risk_budget ? record.full_size : size_.fraction);
    PlaceOrder order;
    order.symbol = signal.symbol;
    order.position = position_side(signal.side);
    order.limit = entry_limit(signal, rules);
    order.post_only = true;
    const double units = std::min(wanted, room) / order.limit.to_double();
    if (!(units > 0.0)) {
      return;
    }
    order.quantity =
        Quantity::from_double(std::min(units, rules.max_quantity.to_double()), Rounding::down)
            .to_step(rules.lot_size, Rounding::down);
    order.preset_stop = invalidation_price(signal, rules);
    if (order.quantity < rules.min_quantity) {
      return;
    }
    Desk& desk = desks_[signal.symbol.id()];
    desk.entry_order = place(order);
    if (desk.entry_order == 0) {
      return;
    }
    ++waiting_;
    desk.rule = signal.rule;
    desk.decision = {signal.symbol, signal.stamp, DecisionKind::signal, 0};
    desk.expires =
        signal.stamp + inputs_.settings.bars.interval * inputs_.settings.strategy.entry_life_bars;
  }

  /// On the tick, towards the entry: the stop loses no more than the rule says.
  [[nodiscard]] static Price invalidation_price(const Signal& signal, const ContractRules& rules) {
    const Rounding towards = signal.side == Side::buy ? Rounding::up : Rounding::down;
    return std::max(
        Price::from_double(signal.invalidation, towards).to_step(rules.tick_size, towards),
        rules.tick_size);
  }
  void forget_entry(Desk& desk) {
    desk.entry_order = 0;
    --waiting_;
  }

  const std::vector<SignalRecord>& signals_;
  BaselineSize size_;
  std::array<Desk, Symbol::kCount> desks_{};
  int waiting_ = 0;
};

class HolderAgent final : public Agent {
public:
  HolderAgent(const RunInputs& inputs, FillModel& venue, std::size_t pairs)
      : Agent(inputs, venue),
        part_(inputs.initial_equity.to_double() / static_cast<double>(pairs)) {}

  void on_step(const StepRecord& step, Timestamp) override {
    if (!step.tradable || bought_[step.symbol.id()]) {
      return;
    }
    bought_[step.symbol.id()] = true;
    const ContractRules& rules = inputs_.contracts[step.symbol.id()];
    PlaceOrder order;
    order.symbol = step.symbol;
    order.quantity =
        Quantity::from_double(part_ / venue_.mark(step.symbol).to_double(), Rounding::down)
            .to_step(rules.lot_size, Rounding::down);
    if (order.quantity >= rules.min_quantity) {
      place(order);
    }
  }

private:
  double part_;
  std::array<bool, Symbol::kCount> bought_{};
};

/// Runs one agent over the span, in the guarded run's order: venue, equity row, then decisions.
RunResult run_agent(const Span& span, const RunInputs& inputs, const GuardedRun& guarded,
                    FillModel& venue, Agent& agent) {
  RunResult result;
  result.curve = EquityCurve(inputs.keep_rows, span.stamps().size() - span.first_row() + 1);
  result.curve.push(span.start().ms(), inputs.initial_equity.to_double(), 0.0, 0.0);
  RowCursor cursor(span);
  std::array<VenueBar, Symbol::kCount> bars{};
  auto step = guarded.steps.begin();
  while (!cursor.done()) {
    const auto row_bars = cursor.next();
    const Timestamp stamp = cursor.stamp();
    for (std::size_t i = 0; i < row_bars.size(); ++i) {
      bars[i] = {row_bars[i].bar, row_bars[i].last};
    }
    venue.advance(stamp, std::span(bars).first(row_bars.size()));
    const auto deliver = [&] {
      for (std::size_t i = 0; i < venue.events().size(); ++i) {
        const VenueEvent event = venue.events()[i];
        agent.on_event(event);
      }
      venue.clear_events();
    };
    deliver();
    agent.expire(stamp);
    deliver();
    if (cursor.row() >= span.first_row()) {
      const FillModel::Exposure now = venue.exposure();
      result.curve.push(stamp.ms(), now.equity, now.gross, now.net);
    }
    for (; step != guarded.steps.end() && step->row == cursor.row(); ++step) {
      agent.on_step(*step, stamp);
      deliver();
    }
  }
  result.trades = agent.trades().trades();
  result.sums = venue.sums();
  result.liquidations = venue.liquidations();
  return result;
}

FillModel make_venue(const RunInputs& inputs) {
  return FillModel(inputs.costs, inputs.contracts, inputs.funding, inputs.initial_equity, false);
}

} // namespace

RunResult run_unguarded(const Span& span, const RunInputs& inputs, const GuardedRun& guarded,
                        const BaselineSize& size) {
  FillModel venue = make_venue(inputs);
  UnguardedAgent agent(inputs, venue, guarded.signals, size);
  return run_agent(span, inputs, guarded, venue, agent);
}

RunResult run_buy_and_hold(const Span& span, const RunInputs& inputs, const GuardedRun& guarded) {
  FillModel venue = make_venue(inputs);
  HolderAgent agent(inputs, venue, span.pairs().size());
  return run_agent(span, inputs, guarded, venue, agent);
}

namespace {

/// Search for the k whose leverage is the target: leverage rises with k, nearly in proportion.
class LeverageSearch {
public:
  explicit LeverageSearch(double target) : target_(target) {}

  void add(double k, double leverage) {
    ++runs_;
    if (leverage < target_) {
      low_ = k;
      low_leverage_ = leverage;
    } else {
      high_ = k;
      high_leverage_ = leverage;
    }
  }
  [[nodiscard]] bool out_of_reach() const { return high_ == 0.0 && low_ >= kMaxLeverage; }
  [[nodiscard]] double next() const {
    if (high_ == 0.0) { // in proportion, and a little more, so that the target is bracketed
      const double wanted =
          low_leverage_ > 0.0 ? low_ * target_ / low_leverage_ * 1.0005 : low_ * 8.0;
      return std::min({kMaxLeverage, wanted, low_ * 8.0});
    }
    // The chord hits within a few runs; where a kink (a liquidation, a minimum size) stalls it,
    // halving the bracket gets there.
    if (runs_ > 4 && runs_ % 2 == 1) {
      return 0.5 * (low_ + high_);
    }
    return low_ + (high_ - low_) * (target_ - low_leverage_) / (high_leverage_ - low_leverage_);
  }

private:
  double target_;
  double low_ = 0.0, low_leverage_ = 0.0;
  double high_ = 0.0, high_leverage_ = 0.0; // high 0 = no upper end yet
  int runs_ = 0;
};

} // namespace

double guess_scale(const GuardedRun& guarded, double target, double unscaled_leverage) {
  if (!(unscaled_leverage > 0.0)) {
    return 0.1;
  }
  double sum = 0.0;
  for (const SignalRecord& s : guarded.signals) {
    sum += s.full_size;
  }
  const double mean_full_size =
      guarded.signals.empty() ? 0.0 : sum / static_cast<double>(guarded.signals.size());
  return mean_full_size * target / unscaled_leverage;
}

ScaledRun run_matched(const Span& span, const RunInputs& inputs, const GuardedRun& guarded,
                      double target, double first_guess) {
  constexpr double kGoal = 0.001; // relative; the contract asks for 0.01
  constexpr int kMaxRuns = 40;
  if (!(target > 0.0)) {
    return {run_unguarded(span, inputs, guarded, {false, 0.0}), 0.0};
  }
  LeverageSearch search(target);
  ScaledRun best;
  double best_error = std::numeric_limits<double>::infinity();
  double k = std::clamp(first_guess, 1e-6, kMaxLeverage);
  for (int i = 0; i < kMaxRuns && best_error > kGoal && !search.out_of_reach(); ++i) {
    RunResult run = run_unguarded(span, inputs, guarded, {false, k});
    const double leverage = run.curve.mean_gross_leverage();
    const double error = std::fabs(leverage / target - 1.0);
    search.add(k, leverage);
    if (error < best_error) {
      best = {std::move(run), k};
      best_error = error;
    }
    k = search.next();
  }
  return best;
}

} // namespace rg
