#pragma once
// Model files are append-only: what a run was made with can always be loaded again by its name.

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>
#include <string_view>

namespace rg {

struct WrittenModel {
  std::string path;       ///< of the file that now holds the text
  bool unchanged = false; ///< it held the very same bytes already; nothing was written
};

/// Writes a model as `path`; when that file exists, as the next free version beside it: model.json,
/// model-v2.json, model-v3.json. No existing model is ever overwritten, also when two writers race;
/// an empty file counts as absent. When the newest version holds the same bytes already, nothing is
/// written.
/// @return  where the text is, or what failed and on which path.
[[nodiscard]] Result<WrittenModel, InputError> write_model_version(const std::string& path,
                                                                   std::string_view text);

/// model.json, 3 → model-v3.json; version 1 is the path itself.
[[nodiscard]] std::string version_path(const std::string& path, unsigned version);

} // namespace rg
