#pragma once
// The guard's row of the proof, over one-minute folders.

#include "backtests/evaluation/guard_measures.hpp"
#include "backtests/evaluation/proof_row.hpp"

#include <span>
#include <string>
#include <vector>

namespace rg {

/// What one folder of one-minute candles contributes. Gathered folder by folder, so that only one
/// need be in memory.
struct GuardFolder {
  std::string name;
  Detection shock_12, shock_20, shock_8, volume, own_volume;
  double halts_a_calm_week = 0.0; ///< mean over the pairs
  std::size_t pairs = 0;
  struct Crash {
    Symbol symbol;
    Timestamp day;
    bool in_time = false;
  };
  std::vector<Crash> crashes; ///< of the known days that lie in the folder
};

/// Series that are not of one minute are passed over.
[[nodiscard]] GuardFolder measure_guard(const CandleFolder& folder, const GuardSettings& settings,
                                        std::uint64_t seed);

[[nodiscard]] ProofRow guard_row(std::span<const GuardFolder> folders,
                                 const GuardSettings& settings, std::uint64_t seed);

} // namespace rg
