#pragma once
// What a model must satisfy beyond its JSON shape.

#include "messages/settings/model_parameters.hpp"

#include <optional>
#include <string>

namespace rg {

/// Key and reason.
struct ModelFault {
  std::string key;
  std::string what;
};

/// The first thing wrong with the numbers, or nothing: probabilities sum to 1, covariances
/// symmetric and positive definite, scales positive, states separated as their names claim (design
/// §6.1), calibration monotone, risk weights of worsening inputs not negative.
[[nodiscard]] std::optional<ModelFault> find_fault(const ModelParameters& model);

} // namespace rg
