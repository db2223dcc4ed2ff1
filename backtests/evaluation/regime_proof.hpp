#pragma once
// The regime's rows of the proof: against known truth, on the synthetic market, on real data.

#include "backtests/evaluation/proof_row.hpp"
#include "backtests/evaluation/regime_evaluation.hpp"
#include "backtests/training/regime_proofs.hpp"

#include <span>
#include <string>
#include <vector>

namespace rg {

/// @param rows  simulated for training, and as many for the judgement.
[[nodiscard]] ProofRow known_truth_row(const Result<SimulationProof, InputError>& proof,
                                       std::size_t rows);
/// @param trained  fitted on other seeds of the same market; the bars are held against it.
/// @param shipped  the model of this run, which may never have seen that market; reported.
[[nodiscard]] ProofRow synthetic_row(const Result<SyntheticProof, InputError>& trained,
                                     const SyntheticScore& shipped, const SyntheticTrial& test);

/// Agreement of one refit with the one before.
struct RefitPair {
  std::string name; ///< "2024-02 / 2024-03"
  RefitAgreement agreement;
};

/// Tracks of the judged spans, one vector per span.
struct SpanTracks {
  std::string name;
  std::vector<RegimeTrack> tracks;
};

/// @param refits  successive monthly refits; empty = not fitted, the figure then fails.
[[nodiscard]] ProofRow regime_row(std::span<const SpanTracks> spans,
                                  std::span<const RefitPair> refits,
                                  const BootstrapSettings& bootstrap);

} // namespace rg
