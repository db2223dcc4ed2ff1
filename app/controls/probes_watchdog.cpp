// The process beside the engine: it waits as long as it is told to, and not a tick longer.

#include "actors/watchdog/watchdog_model.hpp"
#include "app/controls/probe_kit.hpp"

namespace rg::app::probes {

ControlEvidence watchdog_patience(const EngineSettings& s) {
  const auto after = [&](Duration silence) {
    WatchdogModel model(s.watchdog, s.instance);
    Heartbeat last;
    last.wall = start_of_probe();
    last.run_id = "probe";
    last.starting = false;
    last.tier = "none";
    last.pairs = {kPair};
    model.on_tick(last, start_of_probe());
    model.on_tick(last, start_of_probe() + silence);
    return model.is_acting() ? Attempt{false, "acts"} : Attempt{true, "waits"};
  };
  return {after(s.watchdog.blind_after - 1ms), after(s.watchdog.blind_after)};
}

} // namespace rg::app::probes
