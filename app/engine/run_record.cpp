#include "app/engine/run_record.hpp"

#include "app/commands.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model_file.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace rg::app {

LoadedModel load_engine_model(const std::string& path, RegimeMethod method) {
  LoadedModel loaded;
  if (path.empty()) {
    loaded.json = builtin_model_json();
  } else {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) {
      throw UsageError(path + ": the model file cannot be read");
    }
    loaded.json = bytes.str();
  }
  auto model = parse_model(loaded.json, path.empty() ? "built-in model" : path);
  if (!model) {
    throw UsageError(model.error().text());
  }
  if (method == RegimeMethod::jump && !model->has_jump) {
    throw UsageError(
        (path.empty() ? std::string("the built-in model") : path) +
        " holds no jump model, but the config asks for one ([regime] model = \"jump\"); "
        "make a model with `regimeguard train`");
  }
  loaded.parameters = std::make_shared<const ModelParameters>(*std::move(model));
  return loaded;
}

EngineSettings effective(const EngineSettings& settings) {
  auto canonical = parse_config(canonical_config(settings), "effective settings");
  if (!canonical) {
    throw UsageError(canonical.error().text());
  }
  return *std::move(canonical);
}

RunRecord make_run_record(const EngineSettings& settings, const LoadedModel& model,
                          const std::string& command, Timestamp wall) {
  RunRecord run;
  run.wall_time = wall;
  run.command = command;
  run.settings_text = canonical_config(settings);
  run.model_json = model.json;
  run.model_sha256 = hex_text(model.parameters->sha256);
  run.config_sha256 = hex_text(settings.config_sha256);
  run.run_id = hex_text(sha256(run.config_sha256 + run.model_sha256 + std::to_string(wall.ns())))
                   .substr(0, 16);
  if (settings.journal.record_market) {
    run.recording = recording_name(settings.journal.path, run.run_id);
  }
  return run;
}

std::string recording_name(const std::string& journal_path, const std::string& run_id) {
  return std::filesystem::path(journal_path).filename().string() + "." + run_id + ".rec";
}

std::string recording_path(const std::string& journal_path, const RunRecord& run) {
  return (std::filesystem::path(journal_path).parent_path() / run.recording).string();
}

const char* mode_word(RunMode mode) {
  static constexpr std::array<const char*, 3> kModes{"sim", "paper", "live"};
  return kModes[static_cast<std::size_t>(mode)];
}

EngineOptions live_options(const EngineSettings& settings, const RunRecord& run) {
  EngineOptions options;
  options.run_id = run.run_id;
  options.model_sha256 = run.model_sha256;
  options.config_sha256 = run.config_sha256;
  options.seed = settings.instance;
  options.reconcile_every = settings.reconcile.every;
  options.mode = mode_word(settings.mode);
  if (run.command.starts_with(kApiTestCommand)) { // no pair may warm up and trade beside it
    options.test_trade = true;
    options.history = false;
  }
  return options;
}

} // namespace rg::app
