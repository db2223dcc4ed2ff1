#include "app/walk_job.hpp"
#include "app/walk_workers.hpp"
#include "backtests/walk_forward/window_json.hpp"

#include <mutex>
#include <thread>
#include <utility>

namespace rg::app {

using Json = nlohmann::json;

struct WalkWorker::State {
  std::mutex mutex; // guards the four below
  std::string job, state = "unknown";
  Json result;
  double share = 0.0;

  // The job's thread alone: the walk of the last job, whose data are loaded.
  std::string loaded;
  WalkOptions options;
  std::unique_ptr<WalkRun> walk;

  std::jthread worker; // last: joins before the rest goes

  [[nodiscard]] std::string begin(const Json& asked);
  [[nodiscard]] std::string poll(const std::string& id);
  void run(const Json& asked);
  void set(const char* what, Json value) {
    const std::lock_guard lock(mutex);
    result = std::move(value);
    state = what;
  }
};

WalkWorker::WalkWorker() : state_(std::make_unique<State>()) {}
WalkWorker::~WalkWorker() = default;

std::string WalkWorker::answer(const std::string& text) {
  try {
    const Json asked = Json::parse(text);
    return asked.at("ask") == "begin" ? state_->begin(asked)
                                      : state_->poll(asked.at("job").get<std::string>());
  } catch (const std::exception& error) {
    return Json{{"state", "failed"}, {"error", std::string("not understood: ") + error.what()}}
        .dump();
  }
}

std::string WalkWorker::State::begin(const Json& asked) {
  {
    const std::lock_guard lock(mutex);
    if (state == "running") {
      return Json{{"state", "busy"}}.dump();
    }
    job = asked.at("job").get<std::string>();
    state = "running";
    share = 0.0;
    result = nullptr;
  }
  worker = std::jthread([this, asked] { run(asked); }); // the last one has ended: joins at once
  return Json{{"state", "running"}}.dump();
}

std::string WalkWorker::State::poll(const std::string& id) {
  const std::lock_guard lock(mutex);
  if (id != job) {
    return Json{{"state", "unknown"}}.dump();
  }
  Json answer = result.is_object() ? result : Json::object();
  answer["state"] = state;
  answer["share"] = share;
  return answer.dump();
}

void WalkWorker::State::run(const Json& asked) {
  try {
    const Json& wanted = asked.at("walk");
    if (loaded != wanted.dump()) {
      loaded.clear();
      walk.reset();
      options = walk_options(wanted);
      walk = std::make_unique<WalkRun>(options);
      walk->prepare();
      loaded = wanted.dump();
    }
    const auto group = asked.at("group").get<std::size_t>();
    if (group >= walk->groups()) {
      throw UsageError("its program, config, data or funding differ from ours");
    }
    const GroupResult done = walk->run_group(
        group, asked.at("windows").get<std::vector<std::string>>(), [this](double now) {
          const std::lock_guard lock(mutex);
          share = now;
        });
    set("done", result_json(done));
  } catch (const std::exception& error) {
    loaded.clear(); // the next job reads anew: files may have been mended
    set("failed", {{"error", error.what()}});
  }
}

} // namespace rg::app
