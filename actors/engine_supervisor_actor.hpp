#pragma once
// CAF's side of supervision: monitors the hot actors and tells the engine who ended. What follows
// from it (who else must go, when who comes back) is the engine's and RestartPolicy's.

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>

namespace rg {

class SupervisorActor final : public caf::event_based_actor {
public:
  using OnDown = std::function<void(const caf::actor_addr&)>;

  SupervisorActor(caf::actor_config& config, OnDown on_down)
      : caf::event_based_actor(config), on_down_(std::move(on_down)) {
    set_down_handler([this](caf::down_msg& down) { on_down_(down.source); });
  }
  [[nodiscard]] const char* name() const override { return "supervisor"; }
  caf::behavior make_behavior() override {
    return {[](const caf::unit_t&) {}}; // lives on down messages alone
  }

  /// From the hot thread, right after the spawn.
  template <class Handle> static void watch(const caf::actor& supervisor, const Handle& watched) {
    static_cast<SupervisorActor*>(caf::actor_cast<caf::abstract_actor*>(supervisor))
        ->monitor(watched);
  }

private:
  OnDown on_down_;
};

} // namespace rg
