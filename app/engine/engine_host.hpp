#pragma once
// One live engine: the hot thread with its io loop, connections and actors; the journal's thread;
// and the few calls that other threads may make. This is where ports meet their implementations.

#include "app/engine/host_console.hpp"
#include "app/engine/reload.hpp"
#include "app/engine/run_record.hpp"
#include "infra/weex/credentials.hpp"
#include "messages/engine/engine_input.hpp"
#include "messages/engine/engine_status.hpp"

#include <memory>
#include <string>

namespace rg::app {

struct HostOptions {
  EngineSettings settings; ///< effective()
  LoadedModel model;
  weex::Credentials credentials;
  std::string command;       ///< for the journal; without secrets
  std::string config_path{}; ///< read again by reload(); empty = there is no file to read
};

/// What the thread beside the engine found, for status and metrics.
struct UpkeepNews {
  std::vector<EngineWarning> warnings;
  double disk_used_mb = 0.0, disk_free_mb = 0.0;
  std::uint64_t recordings_deleted = 0, alerts_sent = 0, alerts_failed = 0;
};

class EngineHost {
public:
  /// Opens the journal, reads what it knows, writes the run's record and starts the engine.
  /// @throws UsageError when the journal or the recording cannot be opened.
  explicit EngineHost(HostOptions options);
  ~EngineHost(); ///< as if shut down
  EngineHost(const EngineHost&) = delete;
  EngineHost& operator=(const EngineHost&) = delete;

  // ---- from any thread ----
  /// The engine's state, at most a tenth of a second old; its wall_time is the heartbeat.
  [[nodiscard]] EngineStatus snapshot() const;
  [[nodiscard]] std::uint64_t snapshot_version() const; ///< rises with each
  [[nodiscard]] const HistoryKeeper& histories() const;
  /// As at the start.
  [[nodiscard]] const EngineSettings& settings() const;
  /// As last taken by reload().
  [[nodiscard]] EngineSettings current_settings() const;
  /// Carried out on the hot thread, recorded and journalled there.
  void post(OperatorCommand command);
  void post(ConditionNews news);
  void set_upkeep(const UpkeepNews& news); ///< shown with the next snapshot
  /// Reads the config file again and hands it to the engine, as a whole or not at all: a broken
  /// file, or one that changes what needs a restart, changes nothing. Both are journalled.
  ReloadOutcome reload(const std::string& origin);

  /// True when the engine has ended by itself or after a shutdown command, within this time.
  bool wait_until_stopped(Duration at_most);
  /// Orders a shutdown and waits for its end: no new risk, entries cancelled, positions kept or
  /// flattened as configured, journal and recording flushed.
  void shutdown(const std::string& reason, const std::string& origin);
  /// Why it ended by itself; empty otherwise. After the end only.
  [[nodiscard]] std::string stop_reason() const;

  [[nodiscard]] const RunRecord& run() const;
  [[nodiscard]] const ModelParameters& model() const;
  [[nodiscard]] std::uint64_t recorded_inputs() const; ///< after the end

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace rg::app
