// What stands against all new risk, or a pair's: each switch set, the same entry tried.

#include "app/controls/probe_kit.hpp"

#include <functional>

namespace rg::app::probes {

namespace {

ControlEvidence with_switch(const EngineSettings& s,
                            const std::function<void(PortfolioModel&)>& set) {
  PortfolioModel free = ready_portfolio(without_other_caps(s.portfolio));
  PortfolioModel stopped = ready_portfolio(without_other_caps(s.portfolio));
  set(stopped);
  return {reviewed(free, entry(kPair, 0.1)), reviewed(stopped, entry(kPair, 0.1))};
}

} // namespace

ControlEvidence kill_latch(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.latch(HaltTier::reduce_only); });
}

ControlEvidence pair_kill_latch(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.latch_pair(kPair, HaltTier::reduce_only); });
}

/// A flatten closes what is open, and goes on wanting it.
ControlEvidence kill_flatten(const EngineSettings& s) {
  const auto closes = [&](bool killed) {
    PortfolioModel model = ready_portfolio(without_other_caps(s.portfolio));
    static_cast<void>(model.on_fill(opening_fill(kPair, 0.5), ExitReason::rule));
    if (killed) {
      model.latch(HaltTier::flatten);
      model.flatten_all(ExitReason::guard, start_of_probe() + 1min);
    }
    static_cast<void>(model.publish(start_of_probe() + 2min));
    for (const ApprovedIntent& action : model.take_actions()) {
      if (action.intent().kind == IntentKind::exit) {
        return Attempt{false, "closed"};
      }
    }
    return Attempt{true, "kept"};
  };
  return {closes(false), closes(true)};
}

ControlEvidence reconciled(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_reconciled(false); });
}
ControlEvidence pair_paused(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.pause(kPair, true); });
}
ControlEvidence pair_disabled(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_enabled(kPair, false); });
}
ControlEvidence quarantined(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.quarantine(kPair, true); });
}
ControlEvidence winding_down(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.wind_down(kPair, true); });
}
ControlEvidence warm(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_warm(kPair, false); });
}
ControlEvidence unknown_outcome(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_unknown_outcome(kPair, true); });
}
ControlEvidence contract_changed(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) {
    ContractRules rules = contract_defaults()[kPair.id()];
    rules.tradable = false;
    m.set_contract(rules);
  });
}
ControlEvidence clock_uncertain(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_clock_uncertain(true); });
}
ControlEvidence ai_log_stuck(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_ai_log_stuck(true); });
}
ControlEvidence disk_low(const EngineSettings& s) {
  return with_switch(s, [](PortfolioModel& m) { m.set_disk_low(true); });
}

} // namespace rg::app::probes
