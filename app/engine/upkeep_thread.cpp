#include "app/engine/upkeep_thread.hpp"

#include "actors/regime/model_drift.hpp"
#include "app/commands.hpp"
#include "app/engine/console_limits.hpp"
#include "app/engine/engine_host.hpp"
#include "app/engine/model_watch.hpp"
#include "app/engine/thread_priority.hpp"
#include "infra/alerts/alert_rules.hpp"
#include "infra/alerts/alert_sender.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/journal/journal_reader.hpp"
#include "infra/retention/disk_watch.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace rg::app {

struct UpkeepThread::Impl {
  Impl(EngineHost& engine_host, Log line_log)
      : host(engine_host), log(std::move(line_log)), settings(host.current_settings()),
        rules(settings.alerts) {
    kept.journal = settings.journal.path;
    kept.models_folder = settings.refit.out;
    kept.outbox = settings.ai_log.outbox;
    kept.running = host.run().recording;
    make_sender();
    // The host has journalled its run by now: what stands there is not news.
    static_cast<void>(new_events());
    thread = std::thread([this] {
      yield_to_trading();
      run();
    });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    thread.join();
    look(); // the shutdown itself is told
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void make_sender();
  void run();
  void take_settings();
  void look();
  std::vector<JournalEvent> new_events();
  void watch_disk();
  void watch_model();

  EngineHost& host;
  const Log log;
  SystemClock clock;
  EngineSettings settings; ///< as last seen
  alerts::AlertRules rules;
  std::unique_ptr<alerts::AlertSender> sender;
  retention::KeptFiles kept;
  UpkeepNews news;
  bool disk_low = false;
  std::uint64_t last_event = 0; ///< sequence in the journal
  Timestamp next_disk, next_model;

  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::thread thread; ///< last: it uses everything above
};

void UpkeepThread::Impl::make_sender() {
  auto address = alerts::webhook_address(settings.alerts);
  if (!address) {
    throw UsageError(address.error().text());
  }
  sender = std::make_unique<alerts::AlertSender>(*std::move(address), settings.alerts.command, log);
}

void UpkeepThread::Impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    take_settings();
    const Timestamp now = clock.now();
    if (now >= next_disk) {
      next_disk = now + kDiskEvery;
      watch_disk();
    }
    if (now >= next_model) {
      next_model = now + kModelEvery;
      watch_model();
    }
    look();
    lock.lock();
    wake.wait_for(lock, kLookEvery, [this] { return stopping; });
  }
}

/// After a reload; a webhook whose variable is missing leaves the old one in place.
void UpkeepThread::Impl::take_settings() {
  const AlertSettings before = settings.alerts;
  settings = host.current_settings();
  rules.set_settings(settings.alerts);
  if (before.webhook != settings.alerts.webhook || before.command != settings.alerts.command) {
    try {
      make_sender();
    } catch (const UsageError& e) {
      log(std::string("alerts: ") + e.what() + "; the old receiver stays");
    }
  }
}

void UpkeepThread::Impl::look() {
  const EngineStatus status = host.snapshot();
  const auto limits = limits_of(status, settings, {});
  const auto events = new_events();
  for (const alerts::Alert& alert : rules.look({clock.now(), status, limits, events})) {
    sender->send(alert);
  }
  const auto counts = sender->counts();
  news.alerts_sent = counts.sent;
  news.alerts_failed = counts.failed;
  host.set_upkeep(news);
}

std::vector<JournalEvent> UpkeepThread::Impl::new_events() {
  std::vector<JournalEvent> events;
  const auto reader = JournalReader::open(settings.journal.path);
  if (!reader) {
    return events; // the engine's own state tells of a journal that cannot be read
  }
  for (const auto& s : reader->after<SupervisionRecord>(last_event)) {
    events.push_back({s.sequence, s.record.data_time, s.record.wall_time, s.record.kind,
                      s.record.subject, s.record.detail});
    last_event = std::max(last_event, s.sequence);
  }
  return events;
}

void UpkeepThread::Impl::watch_disk() {
  auto use = retention::disk_use(kept);
  const auto old =
      retention::expired(use.files, kept, settings.retention.keep_recordings, clock.now());
  if (!old.empty()) {
    const std::size_t gone = retention::remove(old);
    news.recordings_deleted += gone;
    log(fmt::format("retention: {} recording(s) older than [retention] keep_recordings deleted",
                    gone));
    use = retention::disk_use(kept);
  }
  news.disk_used_mb = use.used_mb();
  news.disk_free_mb = use.free_mb();
  std::erase_if(news.warnings, [](const EngineWarning& w) { return w.id == "disk_budget"; });
  if (auto text = retention::budget_warning(use, settings.retention)) {
    news.warnings.push_back({"disk_budget", *std::move(text)});
  }
  const bool low = retention::is_disk_low(use, settings.retention, disk_low);
  if (low != disk_low) {
    disk_low = low;
    host.post(ConditionNews{
        Refusal::disk_low, low,
        fmt::format("{:.0f} MB are free beside the journal, [retention] disk_free_min_mb is {:.0f}",
                    use.free_mb(), settings.retention.disk_free_min_mb)});
  }
}

void UpkeepThread::Impl::watch_model() {
  std::erase_if(news.warnings, [](const EngineWarning& w) {
    return w.id == "model_age" || w.id == "model_drift";
  });
  const ModelParameters& model = host.model();
  if (auto age = model_age_warning(model.card, host.snapshot().data_time,
                                   settings.retention.model_max_age)) {
    news.warnings.push_back(*std::move(age));
  }
  std::string drifted;
  for (const Symbol symbol : Symbol::all()) {
    const PairHistory history =
        host.histories().history(symbol, settings.bars.interval, kDriftBars);
    if (const auto text = drift_warning(model_drift(model, history.estimates), symbol)) {
      drifted += (drifted.empty() ? "" : "; ") + *text;
    }
  }
  if (!drifted.empty()) {
    news.warnings.push_back({"model_drift", std::move(drifted)});
  }
}

UpkeepThread::UpkeepThread(EngineHost& host, Log log)
    : impl_(std::make_unique<Impl>(host, std::move(log))) {}
UpkeepThread::~UpkeepThread() = default;

} // namespace rg::app
