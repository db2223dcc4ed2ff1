#include "actors/pair_pipeline.hpp"

#include <algorithm>
#include <utility>

namespace rg {

PairPipeline::PairPipeline(Symbol symbol, std::shared_ptr<const ModelParameters> parameters,
                           const EngineSettings& settings, const ContractRules& contract,
                           Duration base)
    : settings_(settings), feed_(symbol, settings.bars, base), guard_(symbol, settings.guard),
      regime_(symbol, parameters, settings.regime, settings.bars),
      strategy_(symbol, settings.strategy, settings.bars),
      risk_(symbol, std::move(parameters), settings.risk, settings.bars, contract,
            settings.portfolio.leverage),
      warm_up_slots_(settings.bars.warm_up_slots) {}

std::optional<GuardState> PairPipeline::on_base_bar_guard(const Bar& base) {
  return pass_on(guard_.on_base_bar(base));
}

std::optional<GuardState> PairPipeline::on_tick(const Tick& tick) {
  return pass_on(guard_.on_tick(tick));
}

std::optional<GuardState> PairPipeline::pass_on(std::optional<GuardState> changed) {
  if (changed) {
    risk_.on_guard(*changed);
  }
  return changed;
}

std::optional<PipelineStep> PairPipeline::on_base_bar(const Bar& base) {
  const std::optional<PipelineBar> closed = feed_.on_base_bar(base);
  if (!closed) {
    return std::nullopt;
  }
  return run(*closed);
}

void PairPipeline::warm(const Bar& history_bar) {
  const PipelineBar bar = feed_.on_history_bar(history_bar);
  guard_.warm(bar);
  const RegimeEstimate regime = regime_.on_bar(bar);
  const StrategyStep step = strategy_.on_bar(bar, regime);
  static_cast<void>(step); // history makes no decisions
  risk_.on_bar(bar, regime);
  warm_up_slots_ = std::min<std::uint64_t>(warm_up_slots_, kHistorySlots);
}

std::optional<PipelineStep> PairPipeline::run(const PipelineBar& bar) {
  std::optional<PipelineStep> made(std::in_place); // built where the caller wants it: it is large
  PipelineStep& step = *made;
  step.bar = bar;
  step.regime = regime_.on_bar(bar);
  const StrategyStep rules = strategy_.on_bar(bar, step.regime);
  step.forecast = risk_.on_bar(bar, step.regime);
  step.warm = feed_.slots_seen() > warm_up_slots_;
  step.forecast.valid = step.forecast.valid && step.warm;
  decide(step, rules, risk_, settings_);
  return made;
}

void decide(PipelineStep& step, const StrategyStep& rules, RiskModel& risk,
            const EngineSettings& settings) {
  const Timestamp now = step.bar.bar.close_time();
  if (rules.exit) {
    step.exit = risk.exit_intent(*rules.exit, step.regime);
  }
  if (!step.exit) {
    step.stop = risk.tightened_stop(now, step.bar.bar.close);
  }
  if (rules.handed_over) {
    step.hand_over = risk.hand_over(now, step.regime);
  }
  if (rules.signal && step.warm) {
    const auto life = static_cast<std::int64_t>(settings.strategy.entry_life_bars);
    step.signal = rules.signal;
    step.verdict = risk.assess(*rules.signal, step.regime, now + settings.bars.interval * life);
  }
}

void PairPipeline::on_position(const PositionUpdate& update) {
  strategy_.on_position(update);
  risk_.on_position(update);
}

} // namespace rg
