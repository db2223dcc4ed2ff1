#include "app/engine/refit_thread.hpp"

#include "actors/regime/fit_stopped.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model/model_versions.hpp"
#include "infra/config/model_file.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rg::app {

namespace {

constexpr Duration kLook = 200ms; // wall

RefitOffer failed(std::string why) {
  RefitOffer offer;
  offer.refused = std::move(why);
  return offer;
}

/// What makes the same model again by hand, for the model's card.
std::string command_text(const EngineSettings& settings, const std::vector<CandleFolder>& folders,
                         Timestamp until, std::uint64_t seed) {
  std::string text = "regimeguard train --data";
  for (const CandleFolder& folder : folders) {
    text += " " + folder.name;
  }
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{until.ns()}})};
  char iso[40];
  std::snprintf(iso, sizeof iso, " --until %04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  text += iso;
  text += " --interval " + interval_text(settings.bars.interval) + " --method " +
          to_string(settings.regime.model);
  return text + " --seed " + std::to_string(seed) + " --out MODEL (by the running engine)";
}

} // namespace

// ---- the schedule ----

bool RefitSchedule::due(Timestamp now) {
  if (now < next_) {
    return false;
  }
  const std::int64_t missed = (now - next_) / every_;
  next_ = next_ + every_ * (missed + 1);
  return true;
}

// ---- the job ----

std::vector<std::string> refit_folders(const RefitSettings& settings) {
  std::vector<std::string> folders;
  std::string name;
  for (const char c : settings.data + ",") {
    if (c != ',') {
      name += c;
      continue;
    }
    const std::size_t first = name.find_first_not_of(' ');
    if (first != std::string::npos) {
      folders.push_back(name.substr(first, name.find_last_not_of(' ') - first + 1));
    }
    name.clear();
  }
  return folders;
}

RefitOffer refit_on_folders(const EngineSettings& settings,
                            const std::shared_ptr<const ModelParameters>& in_force,
                            const std::stop_token& stop) {
  if (in_force->interval != settings.bars.interval) {
    return failed("the model in force is for bars of " + interval_text(in_force->interval) +
                  ", the engine's are " + interval_text(settings.bars.interval));
  }
  RefitTask task;
  for (const std::string& dir : refit_folders(settings.refit)) {
    throw_if_stopped(stop);
    auto folder = load_candle_folder(dir, {});
    if (!folder) {
      return failed(folder.error().text());
    }
    task.folders.push_back(*std::move(folder));
  }
  task.settings.bars = settings.bars;
  task.settings.regime = settings.regime;
  task.settings.until = hold_back(task.folders);
  task.settings.with_jump = true;
  task.settings.command =
      command_text(settings, task.folders, *task.settings.until, task.settings.seed);
  task.last = in_force;
  task.write = model_to_json;
  task.read = parse_model;
  return run_refit(task, stop);
}

void take_lowest_priority() {
  const sched_param none{};
  if (pthread_setschedparam(pthread_self(), SCHED_IDLE, &none) != 0) {
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19));
  }
}

RefitNews settle_refit(const RefitOffer& offer, const std::string& out) {
  if (!offer.model) {
    return {offer.gates.gates.empty() ? RefitOutcome::failed : RefitOutcome::refused,
            offer.refused};
  }
  std::error_code error;
  std::filesystem::create_directories(out, error);
  const auto written =
      write_model_version((std::filesystem::path(out) / "model.json").string(), offer.json);
  if (!written) {
    return {RefitOutcome::failed, written.error().text()};
  }
  return {RefitOutcome::promoted, written->path +
                                      (written->unchanged ? " holds the very same model, " : ", ") +
                                      "SHA-256 " + hex_text(offer.model->sha256) +
                                      "; taken by a start with [model] file = this path"};
}

// ---- the thread ----

RefitThread::RefitThread(RefitSettings settings, const Clock& clock, Timestamp since, RefitJob job,
                         std::function<void(RefitNews)> tell)
    : settings_(std::move(settings)), clock_(clock), job_(std::move(job)), tell_(std::move(tell)),
      schedule_(settings_.every, since),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void RefitThread::run(const std::stop_token& stop) {
  BackgroundRefit refit; // at the end it stops its job and waits for that
  std::mutex mutex;
  std::condition_variable_any wake; // by stop alone
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, stop, kLook, [&stop] { return stop.stop_requested(); })) {
    const bool is_due = schedule_.due(clock_.now());
    try {
      if (is_due && !refit.busy()) {
        static_cast<void>(refit.start(job_));
      } else if (const auto offer = refit.take()) {
        tell_(settle_refit(*offer, settings_.out));
      }
    } catch (const std::exception& e) { // out of memory, a broken invariant: trading goes on
      tell_({RefitOutcome::failed, e.what()});
    } catch (...) {
      tell_({RefitOutcome::failed, "ended by an exception of unknown kind"});
    }
  }
}

} // namespace rg::app
