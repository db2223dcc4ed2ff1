#pragma once
// What `train` tells about a finished fit.

#include "backtests/training/model_gates.hpp"
#include "backtests/training/train_model.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rg::app {

struct TrainOutcome {
  std::string path; ///< of the file that holds the model; empty when it was refused
  std::string sha256;
  bool unchanged = false;
  std::string against;             ///< hash of the last model; empty without --against
  std::optional<GateReport> gates; ///< with --against
};

[[nodiscard]] nlohmann::ordered_json train_report_json(const TrainedModel& trained,
                                                       const TrainOutcome& outcome);
void print_train_report(const TrainedModel& trained, const TrainOutcome& outcome);

} // namespace rg::app
