#pragma once

#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace rg {

/// A model file loads whole or is refused with the reason (design §6.1): transition rows sum to 1,
/// covariances positive definite, feature list and state names as expected, every number finite.
[[nodiscard]] Result<ModelParameters, InputError> parse_model(std::string_view json,
                                                              const std::string& where);
[[nodiscard]] Result<ModelParameters, InputError> load_model(const std::string& path);
/// The JSON text, byte-identical for the same parameters.
[[nodiscard]] std::string model_to_json(const ModelParameters& model);

/// config/models/default.json, compiled into the binary; used when no --model is given.
[[nodiscard]] std::string_view builtin_model_json();
/// `path` empty = the built-in model.
[[nodiscard]] Result<std::shared_ptr<const ModelParameters>, InputError>
model_for(const std::string& path);
/// Refuses a model that does not hold the method which the config asks for (`[regime] model`).
[[nodiscard]] Result<std::shared_ptr<const ModelParameters>, InputError>
model_for(const std::string& path, RegimeMethod method);

} // namespace rg
