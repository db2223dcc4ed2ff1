#pragma once
// The scheduler of a simulated run: picks among the runnable actors by seed, and makes one fall
// when a crash is due: in the middle of its work, between two things that it tells, or after a
// message.

#include "actors/inline_unit.hpp"
#include "app/simulation/sim_faults.hpp"
#include "infra/market/random_stream.hpp"

#include <stdexcept>
#include <string_view>

namespace rg::sim {

class SimulatedCrash : public std::runtime_error {
public:
  SimulatedCrash() : std::runtime_error("crash injected by the simulation") {}
};

class SimTurns final : public TurnChooser {
public:
  SimTurns(std::uint64_t seed, FaultInjector& faults) : random_(seed, 81), faults_(faults) {}

  [[nodiscard]] std::size_t choose(std::size_t waiting) override {
    return waiting == 1 ? 0 : static_cast<std::size_t>(random_.below(waiting));
  }
  void on_turn(const char* actor) override {
    tells_left_ = -1;
    if (!faults_.due(Fault::actor_crash) || std::string_view(actor) == "supervisor") {
      return;
    }
    if (const auto fault = faults_.take(Fault::actor_crash)) {
      if (victim_of(fault->draw) != std::string_view(actor)) {
        faults_.put_back(*fault); // it waits for the actor it was drawn for
        return;
      }
      tells_left_ = static_cast<int>((fault->draw >> 16) % 5);
      armed_ = true;
    }
  }
  void on_tell() override {
    if (armed_ && tells_left_-- == 0) {
      armed_ = false;
      throw SimulatedCrash();
    }
  }
  [[nodiscard]] bool after_turn() override { return std::exchange(armed_, false); }

private:
  /// Portfolio and order desk fall more often than one stage among many: theirs is the state.
  static std::string_view victim_of(std::uint64_t draw) {
    constexpr std::array<std::string_view, 12> kNames{
        "order", "order", "order",    "order", "portfolio", "portfolio",
        "feed",  "guard", "strategy", "risk",  "regime",    "portfolio"};
    return kNames[(draw >> 8) % kNames.size()];
  }

  RandomStream random_;
  FaultInjector& faults_;
  bool armed_ = false;
  int tells_left_ = -1;
};

} // namespace rg::sim
