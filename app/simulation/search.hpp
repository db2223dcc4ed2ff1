#pragma once
// Many seeds at once, and what to do with one that fails.

#include "app/simulation/sim_run.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rg::sim {

struct SearchOptions {
  std::vector<std::uint64_t> seeds;
  RunOptions run;             ///< seed is filled in
  unsigned workers = 0;       ///< processes; 0 = one per core
  bool stop_at_first = false; ///< of each worker: no further seeds after a violation
  std::function<void(std::size_t done)> progress; ///< may be empty
};

struct SearchTotals {
  std::uint64_t seeds = 0, events = 0, process_restarts = 0, actor_restarts = 0,
                journal_records = 0, quiet_checks = 0;
  Duration simulated{};
  std::array<std::uint64_t, kFaultCount> injected{}, survived{};
  Activity activity;
  std::vector<RunResult> failures; ///< by seed
  double wall_seconds = 0.0;
};

/// Seeds are spread over forked processes that share nothing. @throws std::runtime_error when a
/// worker dies: that is a bug in the simulation or the engine, and its seed is named.
[[nodiscard]] SearchTotals search(const SearchOptions& options);

/// Leaves faults out as long as the same invariant still breaks: first whole kinds, then halves,
/// then single ones. @return indices into the seed's own list. @param runs_max  effort.
[[nodiscard]] std::vector<std::size_t> shrink(const RunOptions& options, Invariant invariant,
                                              int runs_max = 150);
/// The chosen faults of the seed's own list.
[[nodiscard]] FaultList chosen(const FaultList& list, const std::vector<std::size_t>& indices);
/// One command that does the same again. @param keep  empty = all faults.
[[nodiscard]] std::string reproduce_command(const RunOptions& options, const std::string& faults,
                                            const std::vector<std::size_t>* keep);

} // namespace rg::sim
