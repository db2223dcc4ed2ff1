#pragma once
// How a run introduces itself in the journal, and how a replay finds the run again from it.

#include "actors/engine_context.hpp"
#include "infra/ports/journal_store.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <string>

namespace rg::app {

/// The model and the bytes it was read from: those go into the journal.
struct LoadedModel {
  std::shared_ptr<const ModelParameters> parameters;
  std::string json;
};

/// @param path  empty = the model built into the binary. @throws UsageError.
[[nodiscard]] LoadedModel load_engine_model(const std::string& path,
                                            RegimeMethod method = RegimeMethod::hmm);
/// The settings as a run of these uses them: in canonical form, with their hash.
[[nodiscard]] EngineSettings effective(const EngineSettings& settings);

/// What RunRecord::command begins with when `api-test` started the engine.
inline constexpr const char* kApiTestCommand = "api-test";
[[nodiscard]] const char* mode_word(RunMode mode); ///< as the config spells it

/// @param command  without secrets.  @param wall  start of the run.
[[nodiscard]] RunRecord make_run_record(const EngineSettings& settings, const LoadedModel& model,
                                        const std::string& command, Timestamp wall);
/// File of the run's recording: "<journal file name>.<run id>.rec", relative to the journal's
/// folder.
[[nodiscard]] std::string recording_name(const std::string& journal_path,
                                         const std::string& run_id);
/// The same with the journal's folder in front.
[[nodiscard]] std::string recording_path(const std::string& journal_path, const RunRecord& run);

/// What a live engine's options are, in the run itself and in its replay.
[[nodiscard]] EngineOptions live_options(const EngineSettings& settings, const RunRecord& run);

} // namespace rg::app
