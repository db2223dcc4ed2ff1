#include "actors/risk/risk_actor.hpp"

namespace rg {

RiskActor::RiskActor(caf::actor_config& config, EngineContext& context, Symbol symbol)
    : HotShell(config, context, "risk"), symbol_(symbol),
      model_(symbol, context.model, context.settings.risk, context.settings.bars,
             context.contracts[symbol.id()], context.settings.portfolio.leverage) {}

RiskHandle::behavior_type RiskActor::make_behavior() {
  return {
      [this](const StrategyBar& bar) { on_bar(bar); },
      [this](const GuardState& guard) { model_.on_guard(guard); },
      [this](const PositionUpdate& update) {
        model_.on_position(update);
        context_.pair(symbol_).cooldown_until = model_.cooldown_until();
      },
      [this](const BookState& book) { model_.on_spread(book.relative_spread, book.depth_ratio); },
      [this](const ContractRules& rules) { model_.set_contract(rules); },
      [this](const SettingsNews&) { model_.set_settings(context_.settings.risk); }};
}

void RiskActor::on_bar(const StrategyBar& bar) {
  const FeedBar& feed = bar.regime.feed;
  PipelineStep step;
  step.bar = feed.bar;
  step.regime = bar.regime.regime;
  step.warm = feed.warm;
  if (!feed.history) {
    model_.on_portfolio(context_.view);
  }
  step.forecast = model_.on_bar(feed.bar, step.regime);
  step.forecast.valid = step.forecast.valid && step.warm;
  context_.pair(symbol_).forecast = step.forecast;
  if (context_.observer != nullptr) {
    context_.observer->on_bar(feed.bar.bar, step.regime, step.forecast);
  }
  if (feed.history) {
    return;
  }
  decide(step, bar.step, model_, context_.settings);
  context_.portfolio.send(std::move(step));
}

} // namespace rg
