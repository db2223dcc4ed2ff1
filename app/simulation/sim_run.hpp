#pragma once
// One simulated run: one seed, one list of faults, one engine after another on the same account and
// the same journal. The same seed and list give the same run to the last event.

#include "app/simulation/invariants.hpp"
#include "app/simulation/sim_faults.hpp"

#include <array>
#include <functional>
#include <optional>

namespace rg::sim {

struct Sabotage;

struct RunOptions {
  std::uint64_t seed = 1;
  Duration length{7'200'000'000'000}; ///< of data time with faults; two quiet minutes follow
  Duration tick{15'000'000'000};      ///< data time between market steps, a divisor of one minute
  FaultMask faults;                   ///< kinds that may happen
  /// Gets the journal's records when the run is over; may be empty.
  std::function<void(const JournalRecord&)> on_record;
  const Sabotage* sabotage = nullptr; ///< planted bugs, by tests of the search
  /// The others stay silent: tests of the search ask whether this one finds a planted bug.
  std::optional<Invariant> only;
};

/// What the engine did: a run in which nothing happens proves nothing. Counted at the exchange.
struct Activity {
  std::uint64_t entries = 0;      ///< accepted
  std::uint64_t opened = 0;       ///< positions
  std::uint64_t stops_placed = 0; ///< by the engine, beside those attached to entries
  std::uint64_t stops_fired = 0;
  std::uint64_t exits = 0; ///< closing orders of the engine
  std::uint64_t cancels = 0;
  std::uint64_t fills = 0;
  std::uint64_t halts = 0; ///< changes to a tier that allows no new risk
};

struct RunResult {
  std::uint64_t seed = 0;
  std::uint64_t events = 0; ///< entries of the agenda and messages between actors
  Duration simulated{};
  std::array<std::uint64_t, kFaultCount> injected{};
  std::uint64_t process_restarts = 0, actor_restarts = 0, journal_records = 0, quiet_checks = 0;
  Activity activity;
  std::optional<Violation> violation;
  std::uint64_t hash = 0; ///< of everything that happened, in order
};

/// @param list  instead of the list that the seed draws: shrinking and reproduction.
[[nodiscard]] RunResult run_simulation(const RunOptions& options, const FaultList& list);
[[nodiscard]] inline RunResult run_simulation(const RunOptions& options) {
  return run_simulation(options, plan_faults(options.seed, options.length, options.faults));
}

} // namespace rg::sim
