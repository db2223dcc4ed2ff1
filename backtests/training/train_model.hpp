#pragma once
// `train`: candle folders → a complete model (design §6). Pure but for the files already read.

#include "backtests/training/regime_fit.hpp"

#include <functional>
#include <stop_token>
#include <string>

namespace rg {

struct TrainingSettings {
  BarSettings bars;
  RegimeSettings regime;
  std::optional<Timestamp> until; ///< only what had closed by then
  std::uint64_t seed = 1;
  std::string created;    ///< ISO day; empty = the last day of the data
  std::string command;    ///< for the model card
  bool with_jump = false; ///< fit the jump model too; always done when regime.model asks for it
  std::stop_token stop{}; ///< train_model throws FitStopped soon after it is asked to end
};

struct TrainedModel {
  ModelParameters model;
  RegimeFitQuality regimes;
  std::uint64_t risk_observations = 0;
};

/// Called when a part of the work begins; `share` of the whole that is done, [0, 1].
using TrainingProgress = std::function<void(const std::string& what, double share)>;

/// Folders in the order given; each is a span of its own, never joined with another. Deterministic:
/// the same files, settings and seed give the same bits.
[[nodiscard]] Result<TrainedModel, InputError> train_model(const std::vector<CandleFolder>& folders,
                                                           const TrainingSettings& settings,
                                                           const TrainingProgress& progress);

/// SHA-256 (hex) over folder names, file names and the files' own hashes, in order.
[[nodiscard]] std::string hash_of_data(const std::vector<CandleFolder>& folders);

} // namespace rg
