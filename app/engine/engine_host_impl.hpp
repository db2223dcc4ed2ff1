#pragma once
// What a live engine is made of, for the files that build, run and address it. Which thread may
// touch what stands beside each member.

#include "actors/engine.hpp"
#include "actors/journal/journal_actor.hpp"
#include "app/engine/ai_log_thread.hpp"
#include "app/engine/engine_host.hpp"
#include "app/engine/paper_past.hpp"
#include "app/engine/refit_thread.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/journal/recording.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/gateway.hpp"
#include "infra/weex/market.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace rg::app {

struct EngineHost::Impl {
  explicit Impl(HostOptions o)
      : options(std::move(o)), kill_file(options.settings.kill_file), current(options.settings) {}

  void open_journal();
  void start_refits();
  void start_ai_log();
  void build_venue();
  void run_hot();
  void run_engine(caf::actor_system& system);
  void build(caf::actor_system& system);
  void begin();
  void take_down();
  void tick(); ///< hot thread, every kSnapshotEvery
  void on_ack(const JournalAck& ack);
  void watch_kill_file();
  void watch_recording();
  void publish();
  void take(const SettingsChange& change);

  const HostOptions options;
  std::string kill_file;
  HistoryKeeper histories;
  RunRecord run;
  std::optional<Ledger> past;
  std::vector<Symbol> subscribed;      ///< hot thread once it runs
  std::unique_ptr<JournalStore> store; ///< until the journal's actor takes it

  SystemClock clock;
  net::IoLoop loop;
  std::thread thread;

  // Hot thread only.
  std::unique_ptr<RecordingWriter> recording;
  std::unique_ptr<JournalDoor> journal;
  std::unique_ptr<weex::WeexGateway> gateway; ///< in paper mode for public questions alone
  std::unique_ptr<PaperVenue> paper;          ///< paper mode only
  std::unique_ptr<weex::WeexMarket> market;
  std::unique_ptr<Engine> engine;
  std::optional<RestartPolicy> journal_policy;
  std::optional<OperatorAction> kill_file_seen;
  std::array<std::optional<OperatorAction>, Symbol::kCount> pair_kill_file_seen;
  bool recording_failed = false;
  Timestamp ended_at; ///< wall; when the engine had ended and only uploads were left

  std::mutex reloading; ///< one at a time: SIGHUP on the main thread, calls on the console's

  // Shared.
  mutable std::mutex mutex;
  EngineSettings current; ///< as last reloaded
  UpkeepNews upkeep;
  std::condition_variable ended;
  std::shared_ptr<const EngineStatus> status = std::make_shared<const EngineStatus>();
  std::uint64_t version = 0;
  std::string stop_reason;
  std::uint64_t inputs = 0;
  bool has_ended = false;

  std::optional<PaperAccount> paper_start;
  std::optional<RefitThread> refits; ///< last: they end before what they post to
  std::optional<AiLogThread> ai_log;
};

} // namespace rg::app
