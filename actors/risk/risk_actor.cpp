#include "actors/risk/risk_actor.hpp"

namespace rg {

RiskActor::RiskActor(caf::actor_config& config, EngineContext& context, Symbol symbol)
    : HotShell(config, context, "risk"), symbol_(symbol),
      model_(symbol, context.model, context.settings.risk, context.settings.bars,
             context.contracts[symbol.id()]) {}

RiskHandle::behavior_type RiskActor::make_behavior() {
  return {
      [this](const StrategyBar& bar) { on_bar(bar); },
      [this](const GuardState& guard) { model_.on_guard(guard); },
      [this](const PortfolioView& view) { model_.on_portfolio(view); },
      [this](const PositionUpdate& update) {
        model_.on_position(update);
        context_.pair(symbol_).cooldown_until = model_.cooldown_until();
      },
      [this](const BookState& book) { model_.on_spread(book.relative_spread, book.depth_ratio); },
      [this](const ContractRules& rules) { model_.set_contract(rules); }};
}

void RiskActor::on_bar(const StrategyBar& bar) {
  const FeedBar& feed = bar.regime.feed;
  PipelineStep step;
  step.bar = feed.bar;
  step.regime = bar.regime.regime;
  step.warm = feed.warm;
  step.forecast = model_.on_bar(feed.bar, step.regime);
  context_.pair(symbol_).forecast = step.forecast;
  if (feed.history) {
    return;
  }
  if (bar.step.signal && step.warm) {
    const Timestamp expires = bar.step.signal->stamp + context_.settings.strategy.entry_life_bars *
                                                           context_.settings.bars.interval;
    step.signal = bar.step.signal;
    step.verdict = model_.assess(*bar.step.signal, step.regime, expires);
  }
  if (bar.step.exit) {
    step.exit = model_.exit_intent(*bar.step.exit, step.regime);
  }
  if (!step.exit) {
    step.stop = model_.tightened_stop(feed.bar.bar.close_time(), feed.bar.bar.close);
  }
  context_.portfolio.send(std::move(step));
}

} // namespace rg
