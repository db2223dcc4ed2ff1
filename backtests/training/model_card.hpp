#pragma once
// The model card: what a model is for, what it was fitted on, how good the fit is and where it must
// not be trusted. Goes into the model file, for people.

#include "backtests/training/train_model.hpp"

#include <string>
#include <vector>

namespace rg {

/// One line each, without line breaks. Deterministic; numbers rounded for reading (the exact ones
/// stand in the file's own fields).
[[nodiscard]] std::vector<std::string> model_card_text(const TrainedModel& trained);

} // namespace rg
