// The hot thread of a live engine: ports meet implementations, the engine begins, is looked at ten
// times a second, and is taken down.

#include "app/engine/engine_host_impl.hpp"
#include "app/engine/kill_file.hpp"
#include "app/engine/venue_settings.hpp"
#include "infra/journal/sqlite_journal.hpp"

#include <caf/actor_system_config.hpp>

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

} // namespace

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
  UpkeepNews news;
  {
    const std::lock_guard lock(mutex);
    news = upkeep;
  }
  copy.warnings = news.warnings;
  copy.disk_used_mb = news.disk_used_mb;
  copy.disk_free_mb = news.disk_free_mb;
  copy.recordings_deleted = news.recordings_deleted;
  copy.alerts_sent = news.alerts_sent;
  copy.alerts_failed = news.alerts_failed;
  auto published = std::make_shared<const EngineStatus>(std::move(copy));
  const std::lock_guard lock(mutex);
  status.swap(published); // the old one is freed after the lock
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
  const auto obey = [this](const std::optional<OperatorCommand>& asked,
                           std::optional<OperatorAction>& seen) {
    const auto action = asked ? std::optional(asked->action) : std::nullopt;
    if (asked && action != seen) { // new, or another word in it
      engine->process(*asked);
    }
    seen = action;
  };
  obey(read_kill_file(kill_file), kill_file_seen);
  for (const Symbol symbol : Symbol::all()) {
    obey(read_pair_kill_file(kill_file, symbol), pair_kill_file_seen[symbol.id()]);
  }
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

} // namespace rg::app
