#include "app/engine/engine_host.hpp"

#include "actors/engine.hpp"
#include "actors/journal/journal_actor.hpp"
#include "app/commands.hpp"
#include "app/engine/ai_log_thread.hpp"
#include "app/engine/kill_file.hpp"
#include "app/engine/paper_past.hpp"
#include "app/engine/past.hpp"
#include "app/engine/refit_thread.hpp"
#include "app/engine/venue_settings.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/config/config_change.hpp"
#include "infra/config/config_file.hpp"
#include "infra/journal/recording.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/gateway.hpp"
#include "infra/weex/market.hpp"

#include <caf/actor_system_config.hpp>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

namespace rg::app {

namespace {

constexpr Duration kSnapshotEvery = 100ms;  // wall
constexpr Duration kLastUploadsWithin = 3s; // wall: of the AI log, after the engine's end

struct CafConfig : caf::actor_system_config {
  CafConfig() {
    // Hot actors run inline and the journal is detached: CAF's own workers have next to nothing to
    // do.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{1});
  }
};

/// The folders are read when a refit begins; that they exist is asked now, when a person looks.
void check_refit_folders(const RefitSettings& settings) {
  if (!settings.on()) {
    return;
  }
  for (const std::string& folder : refit_folders(settings)) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
      throw UsageError("[model] refit_data: " + folder +
                       " is no folder; name folders with candle files, or leave it empty");
    }
  }
}

} // namespace

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
  bool recording_failed = false;
  Timestamp ended_at; ///< wall; when the engine had ended and only uploads were left

  std::mutex reloading; ///< one at a time: SIGHUP on the main thread, calls on the console's

  // Shared.
  mutable std::mutex mutex;
  EngineSettings current; ///< as last reloaded
  UpkeepNews upkeep;
  std::condition_variable ended;
  EngineStatus status;
  std::uint64_t version = 0;
  std::string stop_reason;
  std::uint64_t inputs = 0;
  bool has_ended = false;

  std::optional<PaperAccount> paper_start;
  std::optional<RefitThread> refits; ///< last: they end before what they post to
  std::optional<AiLogThread> ai_log;
};

// ---- before the thread ----

void EngineHost::Impl::open_journal() {
  const EngineSettings& settings = options.settings;
  for (const Symbol symbol : Symbol::all()) {
    if (settings.pairs[symbol.id()].enabled) {
      subscribed.push_back(symbol);
    }
  }
  try {
    check_journal_mode(settings.journal.path, settings.mode);
    auto opened = std::make_unique<SqliteJournal>(settings.journal.path, settings.journal.key_path);
    past = read_past(settings.journal.path, settings.instance, {});
    if (settings.mode == RunMode::paper) {
      paper_start =
          paper_account(settings.journal.path, settings.instance,
                        Notional::from_double(settings.backtest_initial_equity, Rounding::down));
    }
    run = make_run_record(settings, options.model, options.command, clock.now());
    opened->append({run});
    store = std::move(opened);
    if (!run.recording.empty()) {
      recording =
          std::make_unique<RecordingWriter>(recording_path(settings.journal.path, run), run.run_id);
    }
  } catch (const JournalFailure& e) {
    throw UsageError(e.what());
  }
}

void EngineHost::Impl::start_refits() {
  if (!options.settings.refit.on()) {
    return;
  }
  refits.emplace(
      options.settings.refit, clock,
      past->last_refit() == Timestamp{} ? clock.now() : past->last_refit(),
      [settings = options.settings, model = options.model.parameters](const std::stop_token& stop) {
        take_lowest_priority();
        return refit_on_folders(settings, model, stop);
      },
      [this](RefitNews news) {
        loop.post([this, news = std::move(news)] {
          if (engine) {
            engine->process(news);
          }
        });
      });
}

/// Paper orders have no log: the venue knows nothing of them.
void EngineHost::Impl::start_ai_log() {
  if (!options.settings.ai_log.upload || options.settings.mode == RunMode::paper) {
    return;
  }
  try {
    ai_log.emplace(
        options.settings.ai_log, options.settings.journal.path, clock,
        [this](const Upload& u, auto done) {
          loop.post([this, u, done = std::move(done)]() mutable {
            if (gateway) {
              gateway->upload_ai_log(
                  {u.venue_id, u.stage, u.model, u.input_json, u.output_json, u.explanation},
                  std::move(done));
            }
          });
        },
        [this](EngineInput news) {
          loop.post([this, news = std::move(news)]() mutable {
            if (engine) {
              engine->process(std::move(news));
            }
          });
        });
  } catch (const JournalFailure& e) {
    throw UsageError(e.what());
  }
}

EngineHost::EngineHost(HostOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  check_refit_folders(impl_->options.settings.refit);
  impl_->open_journal();
  impl_->status.run_id = impl_->run.run_id;
  impl_->start_refits();
  impl_->start_ai_log();
  impl_->thread = std::thread([this] { impl_->run_hot(); });
}

EngineHost::~EngineHost() {
  shutdown("the host ends", "host");
  impl_->thread.join();
}

// ---- the hot thread ----

void EngineHost::Impl::run_hot() {
  std::string failure;
  try {
    CafConfig config;
    caf::actor_system system{config};
    run_engine(system);
  } catch (const std::exception& e) {
    failure = e.what(); // e.g. a CA file that cannot be read
  }
  const std::lock_guard lock(mutex);
  if (!failure.empty()) {
    stop_reason = failure;
  }
  has_ended = true;
  ended.notify_all();
}

void EngineHost::Impl::run_engine(caf::actor_system& system) {
  struct TakeDown { // whatever happens: actors end on the thread on which they ran
    Impl& impl;
    ~TakeDown() { impl.take_down(); }
  } const at_end{*this};
  build(system);
  loop.post([this] { begin(); });
  loop.run();
}

void EngineHost::Impl::build(caf::actor_system& system) {
  const EngineSettings& settings = options.settings;
  journal = std::make_unique<JournalDoor>(
      system, std::move(store),
      [s = settings.journal] { return std::make_unique<SqliteJournal>(s.path, s.key_path); },
      [this](JournalAck ack) { loop.post([this, ack = std::move(ack)] { on_ack(ack); }); });
  journal_policy.emplace(settings.supervision, settings.instance + 200);
  build_venue();
  EnginePorts ports{paper ? static_cast<Gateway&>(*paper) : *gateway,
                    *market,
                    *journal,
                    clock,
                    [this](Timer::Token token, Duration delay) {
                      loop.timer().after(delay,
                                         [this, token] { engine->process(TimerFired{token}); });
                    },
                    {},
                    &histories,
                    read_settings};
  if (recording) {
    ports.recorder = [this](const RecordedInput& input) { recording->append(input); };
  }
  engine = std::make_unique<Engine>(system, settings, options.model.parameters,
                                    live_options(settings, run), ports, *std::exchange(past, {}));
  if (paper) {
    paper->set_listeners(engine.get(), engine.get());
    market->set_listener(paper.get());
  } else {
    gateway->set_listener(engine.get());
    market->set_listener(engine.get());
  }
}

void EngineHost::Impl::build_venue() {
  const EngineSettings& settings = options.settings;
  gateway =
      std::make_unique<weex::WeexGateway>(loop, clock, settings.exchange, options.credentials);
  market = std::make_unique<weex::WeexMarket>(loop, clock, settings.exchange);
  if (paper_start) {
    // Ids of this run lie above those of all runs before it: microseconds of wall time.
    paper = std::make_unique<PaperVenue>(
        *paper_start, static_cast<std::uint64_t>(clock.now().ns() / 1000), *gateway);
  }
}

void EngineHost::Impl::begin() {
  engine->start();
  if (paper) {
    paper->start(clock.now());
  } else {
    gateway->start();
  }
  market->subscribe(subscribed);
  tick();
}

void EngineHost::Impl::take_down() {
  if (gateway) {
    gateway->stop();
  }
  if (market) {
    market->stop();
  }
  if (journal) {
    journal->close(); // commits what is left
  }
  if (engine) {
    publish();
    const std::lock_guard lock(mutex);
    stop_reason = engine->stop_reason();
    inputs = engine->inputs();
  }
  engine.reset();
  market.reset();
  paper.reset();
  gateway.reset();
  journal.reset();
  recording.reset(); // writes the trailer
}

void EngineHost::Impl::tick() {
  watch_kill_file();
  watch_recording();
  publish();
  if (engine->stopped()) {
    ended_at = ended_at == Timestamp{} ? clock.now() : ended_at;
    if (!ai_log || ai_log->idle() || clock.now() - ended_at >= kLastUploadsWithin) {
      loop.stop();
      return;
    }
  }
  loop.timer().after(kSnapshotEvery, [this] { tick(); });
}

void EngineHost::Impl::publish() {
  EngineStatus copy = engine->status();
  copy.wall_time = clock.now();
  if (ai_log) {
    copy.ai_log = ai_log->status();
  }
  const std::lock_guard lock(mutex);
  copy.warnings = upkeep.warnings;
  copy.disk_used_mb = upkeep.disk_used_mb;
  copy.disk_free_mb = upkeep.disk_free_mb;
  copy.recordings_deleted = upkeep.recordings_deleted;
  copy.alerts_sent = upkeep.alerts_sent;
  copy.alerts_failed = upkeep.alerts_failed;
  status = std::move(copy);
  ++version;
}

void EngineHost::Impl::on_ack(const JournalAck& ack) {
  journal->on_ack(ack);
  engine->process(ack);
  if (ack.durable && ai_log) {
    ai_log->wake();
  }
  if (!ack.durable) {
    const RestartVerdict verdict = journal_policy->on_crash(clock.now());
    // The journal is never given up: without it nothing new may be risked, and disks recover.
    const Duration delay =
        verdict.give_up ? options.settings.supervision.backoff_max : verdict.delay;
    loop.timer().after(delay, [this] { journal->reopen(); });
  }
}

void EngineHost::Impl::watch_kill_file() {
  const auto asked = read_kill_file(kill_file);
  const auto action = asked ? std::optional(asked->action) : std::nullopt;
  if (asked && action != kill_file_seen) { // new, or another word in it
    engine->process(*asked);
  }
  kill_file_seen = action;
}

void EngineHost::Impl::take(const SettingsChange& change) {
  if (!engine) {
    return;
  }
  engine->process(change);
  std::vector<Symbol> symbols; // a pair that winds down still needs its market data
  for (const PairStatus& pair : engine->status().pairs) {
    if (pair.enabled) {
      symbols.push_back(pair.symbol);
    }
  }
  if (symbols != subscribed) {
    subscribed = symbols;
    market->subscribe(symbols);
  }
}

/// A run that cannot be replayed must not take new risk; a person decides how to go on.
void EngineHost::Impl::watch_recording() {
  if (recording && recording->failed() && !recording_failed) {
    recording_failed = true;
    engine->process(OperatorCommand{OperatorAction::kill_freeze, Symbol{},
                                    "the recording cannot be written: " + recording->failure(),
                                    "recording"});
  }
}

// ---- other threads ----

EngineStatus EngineHost::snapshot() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->status;
}

std::uint64_t EngineHost::snapshot_version() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->version;
}

const HistoryKeeper& EngineHost::histories() const {
  return impl_->histories;
}
const EngineSettings& EngineHost::settings() const {
  return impl_->options.settings;
}

void EngineHost::post(OperatorCommand command) {
  impl_->loop.post([impl = impl_.get(), command = std::move(command)] {
    if (impl->engine) {
      impl->engine->process(command);
    }
  });
}

void EngineHost::post(ConditionNews news) {
  impl_->loop.post([impl = impl_.get(), news = std::move(news)] {
    if (impl->engine) {
      impl->engine->process(news);
    }
  });
}

void EngineHost::set_upkeep(const UpkeepNews& news) {
  const std::lock_guard lock(impl_->mutex);
  impl_->upkeep = news;
}

EngineSettings EngineHost::current_settings() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->current;
}

ReloadOutcome EngineHost::reload(const std::string& origin) {
  const std::lock_guard one_at_a_time(impl_->reloading);
  const EngineSettings now = current_settings();
  ReloadOutcome outcome;
  EngineSettings next;
  try {
    if (impl_->options.config_path.empty()) {
      throw UsageError("the engine was started without a config file; there is nothing to read");
    }
    next = effective(settings_from(impl_->options.config_path));
    outcome.lines = what_needs_a_restart(now, next);
  } catch (const UsageError& e) {
    outcome.lines = {e.what()};
  }
  outcome.taken = outcome.lines.empty();
  SettingsChange change;
  change.origin = origin;
  if (outcome.taken) {
    for (const SettingDifference& d : settings_difference(now, next)) {
      outcome.lines.push_back(d.key + ": " + d.before + " -> " + d.after);
    }
    change.settings_text = canonical_config(next);
    const std::lock_guard lock(impl_->mutex);
    impl_->current = next;
  } else {
    change.refused = outcome.lines.front();
  }
  if (!outcome.taken || !outcome.lines.empty()) { // the same again is no event
    impl_->loop.post([impl = impl_.get(), change = std::move(change)] { impl->take(change); });
  }
  return outcome;
}

bool EngineHost::wait_until_stopped(Duration at_most) {
  std::unique_lock lock(impl_->mutex);
  return impl_->ended.wait_for(lock, at_most, [this] { return impl_->has_ended; });
}

void EngineHost::shutdown(const std::string& reason, const std::string& origin) {
  if (impl_->refits) {
    impl_->refits->request_stop(); // it ends while the engine does
  }
  post(OperatorCommand{OperatorAction::shutdown, Symbol{}, reason, origin});
  std::unique_lock lock(impl_->mutex);
  impl_->ended.wait(lock, [this] { return impl_->has_ended; });
}

std::string EngineHost::stop_reason() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->stop_reason;
}

const ModelParameters& EngineHost::model() const {
  return *impl_->options.model.parameters;
}

const RunRecord& EngineHost::run() const {
  return impl_->run;
}

std::uint64_t EngineHost::recorded_inputs() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->inputs;
}

} // namespace rg::app
