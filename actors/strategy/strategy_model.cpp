#include "actors/strategy/strategy_model.hpp"

#include "actors/strategy/reversion_rule.hpp"
#include "actors/strategy/rule_bar.hpp"
#include "actors/strategy/trend_rule.hpp"
#include "messages/support/invariant.hpp"

#include <array>
#include <cmath>

namespace rg {

namespace {

// Post-only limits stand off the close by this many bar volatilities on the passive side. A fade
// wants the last overshoot: filled at the close it would be filled most when price keeps running.
constexpr double kTrendOffset = 0.3, kReversionOffset = 1.0;
// The reversion rule's own stop is at least this many band widths beyond its entry.
constexpr double kLeastInvalidation = 0.5;

/// +1 while price moves for the position, −1 against it.
double favour(PositionSide side, double log_move) {
  return sign_of(side) * log_move;
}

} // namespace

struct StrategyModel::State {
  State(Symbol symbol_, const StrategySettings& settings_, const BarSettings& bars_)
      : symbol(symbol_), settings(settings_), bars(bars_), trend(settings_), reversion(settings_) {}

  [[nodiscard]] std::optional<Signal> signal(const PipelineBar& bar, Regime in_force);
  [[nodiscard]] Signal trend_signal(const PipelineBar& bar, Side side) const;
  [[nodiscard]] Signal reversion_signal(const PipelineBar& bar, Side side) const;
  [[nodiscard]] Rule governing(Rule entry_rule, PositionSide side) const;
  [[nodiscard]] std::optional<ExitReason> trend_exit(PositionSide side) const;
  [[nodiscard]] std::optional<ExitReason> reversion_exit(PositionSide side) const;
  [[nodiscard]] std::uint32_t bars_held(Timestamp now) const;
  void remember(const Signal& signal);
  [[nodiscard]] double invalidation_of(Timestamp signal_stamp) const;
  [[nodiscard]] bool is_invalidated(double close) const;

  Symbol symbol;
  StrategySettings settings;
  BarSettings bars;
  TrendRule trend;
  ReversionRule reversion;
  Regime regime = Regime::unknown;
  /// The rule's own stops of the last signals, for the position that one of them may open.
  struct Invalidation {
    Timestamp stamp;
    double price = 0.0;
  };
  static constexpr std::size_t kRemembered = 8; // far more signals than an entry lives
  std::array<Invalidation, kRemembered> invalidations{};
  std::size_t next_invalidation = 0;
  double invalidation = 0.0; // of the open position; 0 = not known
  PositionUpdate position;
  Rule governed_by = Rule::none; // after the last bar; none while flat
};

StrategyModel::StrategyModel(Symbol symbol, const StrategySettings& settings,
                             const BarSettings& bars)
    : state_(std::make_unique<State>(symbol, settings, bars)) {}
StrategyModel::~StrategyModel() = default;
StrategyModel::StrategyModel(StrategyModel&&) noexcept = default;
StrategyModel& StrategyModel::operator=(StrategyModel&&) noexcept = default;

StrategyStep StrategyModel::on_bar(const PipelineBar& bar, const RegimeEstimate& regime) {
  RG_ASSERT(bar.bar.symbol == state_->symbol);
  const RuleBar rule_bar = to_rule_bar(bar);
  state_->trend.on_bar(rule_bar);
  state_->reversion.on_bar(rule_bar);
  state_->regime = regime.regime;

  StrategyStep step;
  step.signal = state_->signal(bar, regime.regime);
  if (step.signal) {
    state_->remember(*step.signal);
  }
  const PositionUpdate& held = state_->position;
  if (held.position.is_flat()) {
    state_->governed_by = Rule::none;
    return step;
  }
  const Timestamp now = bar.bar.close_time();
  if (const auto reason = exit_reason(held.entry_rule, held.position.side, held.entry_regime,
                                      state_->bars_held(now))) {
    step.exit = ExitSignal{state_->symbol, now, *reason};
  } else if (state_->is_invalidated(bar.bar.close.to_double())) {
    step.exit = ExitSignal{state_->symbol, now, ExitReason::rule};
  }
  const Rule rule = state_->governing(held.entry_rule, held.position.side);
  const Rule before = state_->governed_by == Rule::none ? held.entry_rule : state_->governed_by;
  step.handed_over = !step.exit && before != Rule::none && rule != before;
  state_->governed_by = rule;
  return step;
}

void StrategyModel::on_position(const PositionUpdate& update) {
  RG_ASSERT(update.position.symbol == state_->symbol);
  if (update.just_opened || update.position.is_flat()) {
    state_->governed_by = Rule::none;
    state_->invalidation =
        update.just_opened ? state_->invalidation_of(update.entry_decision.stamp) : 0.0;
  }
  state_->position = update;
}

std::optional<ExitReason> StrategyModel::exit_reason(Rule rule, PositionSide side,
                                                     [[maybe_unused]] Regime entry_regime,
                                                     std::uint32_t bars_held) const {
  const State& s = *state_;
  const std::uint32_t longest =
      rule == Rule::reversion && s.governing(rule, side) == Rule::reversion
          ? s.settings.reversion_max_bars
          : s.settings.trend_max_bars;
  if (bars_held >= longest) {
    return ExitReason::time;
  }
  if (s.regime == Regime::high_volatility) {
    return std::nullopt; // keeps only its tightened stop
  }
  return s.governing(rule, side) == Rule::reversion ? s.reversion_exit(side) : s.trend_exit(side);
}

std::optional<Signal> StrategyModel::State::signal(const PipelineBar& bar, Regime in_force) {
  if (in_force == Regime::trending) {
    if (const auto side = trend.due()) {
      trend.consume();
      return trend_signal(bar, *side);
    }
  } else if (in_force == Regime::range_bound) {
    if (const auto side = reversion.due()) {
      reversion.consume();
      return reversion_signal(bar, *side);
    }
  }
  return std::nullopt;
}

Signal StrategyModel::State::trend_signal(const PipelineBar& bar, Side side) const {
  Signal signal;
  signal.symbol = symbol;
  signal.stamp = bar.bar.close_time();
  signal.side = side;
  signal.rule = Rule::trend;
  signal.regime = Regime::trending;
  signal.inputs = {trend.fast(), trend.slow(), trend.anchor(), trend.score()};
  const double log_entry = trend.close() - sign_of(side) * kTrendOffset * trend.bar_volatility();
  signal.entry = std::exp(log_entry);
  const double distance =
      settings.trend_invalidation_vols * 2.0 * trend.bar_volatility(); // √4 bars
  signal.invalidation = std::exp(log_entry - sign_of(side) * distance);
  return signal;
}

Signal StrategyModel::State::reversion_signal(const PipelineBar& bar, Side side) const {
  Signal signal;
  signal.symbol = symbol;
  signal.stamp = bar.bar.close_time();
  signal.side = side;
  signal.rule = Rule::reversion;
  signal.regime = Regime::range_bound;
  signal.inputs = {reversion.centre(), reversion.width(), trend.anchor(), reversion.z()};
  const double log_entry =
      trend.close() - sign_of(side) * kReversionOffset * trend.bar_volatility();
  signal.entry = std::exp(log_entry);
  signal.target = std::exp(reversion.centre());
  // The outer band; when the entry already lies near or beyond it, half a width beyond the entry.
  const double outer =
      reversion.centre() - sign_of(side) * settings.band_invalidation_z * reversion.width();
  const double nearest = log_entry - sign_of(side) * kLeastInvalidation * reversion.width();
  const double log_stop = side == Side::buy ? std::fmin(outer, nearest) : std::fmax(outer, nearest);
  signal.invalidation = std::exp(log_stop);
  return signal;
}

/// Which rule speaks for a position now. A reversion position whose market starts to trend its way
/// is handed over to the trend rule while the trend lasts; a trend position stays with its own
/// rule.
Rule StrategyModel::State::governing(Rule entry_rule, PositionSide side) const {
  if (entry_rule != Rule::reversion) {
    return Rule::trend; // adopted positions (Rule::none) are led like trend positions
  }
  const bool trends_its_way =
      regime == Regime::trending && favour(side, static_cast<double>(trend.direction())) > 0.0;
  return trends_its_way ? Rule::trend : Rule::reversion;
}

/// A trend position stays with its own rule whatever regime follows; high volatility is handled
/// before.
std::optional<ExitReason> StrategyModel::State::trend_exit(PositionSide side) const {
  return trend.crossed_against(side) ? std::optional{ExitReason::rule} : std::nullopt;
}

std::optional<ExitReason> StrategyModel::State::reversion_exit(PositionSide side) const {
  if (regime == Regime::trending) {
    return ExitReason::regime; // a trend against the position, or none to hand over to
  }
  if (!reversion.ready()) {
    return std::nullopt;
  }
  const double z = favour(side, reversion.z()); // negative while the mean is not reached
  if (z >= -settings.band_exit_z || z <= -settings.band_invalidation_z) {
    return ExitReason::rule;
  }
  return std::nullopt;
}

std::uint32_t StrategyModel::State::bars_held(Timestamp now) const {
  const Duration open_for = now - position.position.opened;
  return open_for.count() <= 0 ? 0U : static_cast<std::uint32_t>(open_for / bars.interval);
}

void StrategyModel::State::remember(const Signal& signal) {
  invalidations[next_invalidation] = {signal.stamp, signal.invalidation};
  next_invalidation = (next_invalidation + 1) % kRemembered;
}

double StrategyModel::State::invalidation_of(Timestamp signal_stamp) const {
  for (const Invalidation& i : invalidations) {
    if (i.price > 0.0 && i.stamp == signal_stamp) {
      return i.price;
    }
  }
  return 0.0;
}

/// The close stands beyond the price at which the rule said that it would be wrong. In high
/// volatility a position keeps only its stop; a position without a remembered signal has only its
/// stop anyway.
bool StrategyModel::State::is_invalidated(double close) const {
  return invalidation > 0.0 && regime != Regime::high_volatility &&
         sign_of(position.position.side) * (close - invalidation) < 0.0;
}

} // namespace rg
