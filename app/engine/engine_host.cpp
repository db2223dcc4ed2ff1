#include "app/engine/engine_host.hpp"

#include "app/commands.hpp"
#include "app/engine/engine_host_impl.hpp"
#include "app/engine/past.hpp"
#include "app/engine/venue_settings.hpp"
#include "infra/config/config_change.hpp"
#include "infra/config/config_file.hpp"
#include "infra/journal/sqlite_journal.hpp"

#include <filesystem>

namespace rg::app {

namespace {

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
  EngineStatus first;
  first.run_id = impl_->run.run_id;
  impl_->status = std::make_shared<const EngineStatus>(std::move(first));
  impl_->start_refits();
  impl_->start_ai_log();
  impl_->thread = std::thread([this] { impl_->run_hot(); });
}

EngineHost::~EngineHost() {
  shutdown("the host ends", "host");
  impl_->thread.join();
}

// ---- other threads ----

EngineStatus EngineHost::snapshot() const {
  // The lock covers a pointer: whoever copies, however often, the hot thread does not wait for it.
  const std::shared_ptr<const EngineStatus> now = [this] {
    const std::lock_guard lock(impl_->mutex);
    return impl_->status;
  }();
  return *now;
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
