#include "app/walk_job.hpp"

#include "backtests/walk_forward/window_json.hpp"

#include <algorithm>
#include <filesystem>

namespace rg::app {

using Json = nlohmann::json;

namespace {

std::string whole_path(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

std::vector<std::string> whole_paths(std::vector<std::string> paths) {
  std::transform(paths.begin(), paths.end(), paths.begin(), whole_path);
  return paths;
}

} // namespace

Json walk_json(const WalkOptions& o) {
  return {{"data", whole_paths(o.inputs.data)},
          {"train", whole_paths(o.train)},
          {"pairs", o.inputs.pairs},
          {"funding", whole_path(o.inputs.funding)},
          {"config", whole_path(o.inputs.config)},
          {"interval", o.inputs.interval},
          {"window_days", o.window_days},
          {"embargo_hours", o.embargo_hours},
          {"refit_every", o.refit_every},
          {"seed", o.seed}};
}

WalkOptions walk_options(const Json& walk) {
  WalkOptions o;
  o.inputs.data = walk.at("data").get<std::vector<std::string>>();
  o.train = walk.at("train").get<std::vector<std::string>>();
  o.inputs.pairs = walk.at("pairs").get<std::vector<std::string>>();
  o.inputs.funding = walk.at("funding").get<std::string>();
  o.inputs.config = walk.at("config").get<std::string>();
  o.inputs.interval = walk.at("interval").get<std::string>();
  o.window_days = walk.at("window_days").get<int>();
  o.embargo_hours = walk.at("embargo_hours").get<int>();
  o.refit_every = walk.at("refit_every").get<std::size_t>();
  o.seed = walk.at("seed").get<std::uint64_t>();
  return o;
}

Json result_json(const GroupResult& result) {
  Json windows = Json::array();
  for (const WindowResult& w : result.windows) {
    windows.push_back(window_json(w).dump());
  }
  return {{"model", result.model}, {"windows", std::move(windows)}};
}

GroupResult parse_result(const Json& answer, const std::vector<std::string>& windows) {
  GroupResult result;
  result.model = answer.at("model").get<std::string>();
  for (const Json& text : answer.at("windows")) {
    auto window = parse_window(text.get<std::string>());
    if (!window ||
        std::find(windows.begin(), windows.end(), window->inputs_sha256) == windows.end()) {
      throw UsageError("it answered with a window that was not asked for");
    }
    result.windows.push_back(std::move(*window));
  }
  if (result.windows.size() != windows.size()) {
    throw UsageError("it answered with fewer windows than were asked for");
  }
  return result;
}

} // namespace rg::app
