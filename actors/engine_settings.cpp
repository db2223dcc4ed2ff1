// Settings that change and conditions that come and go while the engine runs. Both are inputs: they
// take effect at one point in the order of events, and a replay meets them at the same point.

#include "actors/engine.hpp"

namespace rg {

/// All of it or nothing. The host has refused what needs a restart; asked again here, because a
/// recording or another host might not have.
void Engine::on(const SettingsChange& change) {
  const bool readable = change.refused.empty() && ports_.read_settings;
  const auto read =
      readable ? ports_.read_settings(change.settings_text, context_.settings) : std::nullopt;
  if (!read) {
    context_.record_supervision(
        "settings_refused", "config",
        (change.refused.empty() ? "cannot change while running" : change.refused) + " (" +
            change.origin + ")");
    return;
  }
  ++context_.board.settings_changes;
  for (const ReadSettings::Difference& d : read->differences) {
    context_.record_supervision("setting_changed", d.key,
                                d.before + " -> " + d.after + " (" + change.origin + ")");
  }
  take_settings(read->settings);
  switch_pairs(read->settings, change.origin);
}

void Engine::take_settings(const EngineSettings& next) {
  const auto pairs = context_.settings.pairs; // switched one by one, each with its own wind-down
  if (next.reconcile.every != context_.settings.reconcile.every) {
    context_.options.reconcile_every = next.reconcile.every;
  }
  context_.settings = next;
  context_.settings.pairs = pairs;
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string& shown = context_.board.config_sha256;
  shown.clear();
  for (const std::uint8_t byte : next.config_sha256) {
    shown += kDigits[byte >> 4U];
    shown += kDigits[byte & 0xFU];
  }
  clock_gate_.set_settings(next.venue_clock);
  watch_clock(); // a tighter limit closes at once
  context_.portfolio.send(SettingsNews{});
  context_.order.send(SettingsNews{});
  for (const GroupHandles& group : context_.groups) {
    if (group.is_up()) {
      context_.unit.deliver(group.guard, SettingsNews{});
      context_.unit.deliver(group.risk, SettingsNews{});
    }
  }
  settle();
}

void Engine::switch_pairs(const EngineSettings& next, const std::string& origin) {
  for (const Symbol symbol : Symbol::all()) {
    const bool wanted = next.pairs[symbol.id()].enabled;
    if (context_.settings.pairs[symbol.id()].enabled != wanted) {
      context_.settings.pairs[symbol.id()].enabled = wanted;
      on(OperatorCommand{wanted ? OperatorAction::enable_pair : OperatorAction::disable_pair,
                         symbol, "changed in the configuration", origin});
    }
  }
}

void Engine::on(const ConditionNews& news) {
  const bool known = news.condition == Refusal::disk_low || news.condition == Refusal::ai_log_stuck;
  if (!known || context_.conditions.contains(news.condition) == news.stands) {
    return;
  }
  news.stands ? static_cast<void>(context_.conditions.insert(news.condition))
              : static_cast<void>(context_.conditions.erase(news.condition));
  context_.record_supervision(news.stands ? "condition_stands" : "condition_cleared",
                              to_string(news.condition), news.detail);
  context_.portfolio.send(news);
}

} // namespace rg
