#include "actors/guard/guard_actor.hpp"

namespace rg {

GuardActor::GuardActor(caf::actor_config& config, EngineContext& context, Symbol symbol)
    : HotShell(config, context, "guard"), symbol_(symbol), model_(symbol, context.settings.guard) {
  context_.pair(symbol_).guard = model_.state();
}

GuardHandle::behavior_type GuardActor::make_behavior() {
  return {[this](const Tick& tick) { publish(model_.on_tick(tick)); },
          [this](const Bar& base) { publish(model_.on_base_bar(base)); },
          [this](const FeedGap& gap) { publish(model_.on_gap(gap)); },
          [this](const Silence& s) { publish(model_.on_silence(s.data_time, s.silent_for)); },
          [this](const GuardWarmUp& history) { model_.warm(history.bar); },
          [this](const ReleaseGuard& release) { publish(model_.release(release.data_time)); },
          [this](const SettingsNews&) { model_.set_settings(context_.settings.guard); }};
}

void GuardActor::publish(const std::optional<GuardState>& changed) {
  if (!changed) {
    return;
  }
  context_.pair(symbol_).guard = *changed;
  if (context_.observer != nullptr) {
    context_.observer->on_guard(*changed);
  }
  tell(context_.groups[symbol_.id()].risk, *changed);
  context_.portfolio.send(GuardChange{*changed, previous_});
  previous_ = changed->level;
}

} // namespace rg
