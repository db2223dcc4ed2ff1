#include "app/walk_run.hpp"

#include "app/shared_progress.hpp"
#include "app/walk_workers.hpp"
#include "backtests/parallel.hpp"
#include "backtests/walk_forward/window_json.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model/write_whole_file.hpp"
#include "infra/config/model_file.hpp"
#include "messages/support/number_text.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

namespace rg::app {

namespace fs = std::filesystem;

namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Timestamp first_bar(const CandleFolder& folder) {
  Timestamp first = Timestamp::from_ns(std::numeric_limits<std::int64_t>::max());
  for (const CandleSeries& s : folder.series) {
    if (!s.bars.empty()) {
      first = std::min(first, s.bars.front().open_time);
    }
  }
  return first;
}

} // namespace

WalkRun::WalkRun(const WalkOptions& o)
    : o_(o), settings_(research_settings(o.inputs)), inputs_{settings_, costs_, o.seed},
      pairs_(research_pairs(o.inputs.pairs, settings_)),
      // Another build may decide otherwise: its windows are its own.
      program_sha256_(hex_text(sha256(read_text("/proc/self/exe")))) {
  std::vector<std::string> dirs = o.inputs.data;
  dirs.insert(dirs.end(), o.train.begin(), o.train.end());
  refuse_same_names(dirs);
  if (!o.out.empty()) {
    std::error_code failure;
    for (const char* kind : {"windows", "models"}) {
      fs::create_directories(fs::path(o.out) / kind, failure);
      if (failure) {
        throw UsageError("--out: " + o.out + " cannot be made: " + failure.message());
      }
    }
  }
}

void WalkRun::load() {
  const std::size_t judged = o_.inputs.data.size();
  std::vector<CandleFolder> folders(judged + o_.train.size());
  SharedProgress progress("loading", folders.size());
  for_each_index(folders.size(), useful_threads(), [&](std::size_t i) {
    const std::string& dir = i < judged ? o_.inputs.data[i] : o_.train[i - judged];
    folders[i] = or_usage(load_candle_folder(dir, pairs_));
    progress.show(i, 1.0);
  });
  const auto middle = folders.begin() + static_cast<std::ptrdiff_t>(judged);
  judged_.assign(std::make_move_iterator(folders.begin()), std::make_move_iterator(middle));
  training_.assign(std::make_move_iterator(middle), std::make_move_iterator(folders.end()));
  for (const CandleFolder& f : judged_) {
    funding_.push_back(research_funding(o_.inputs, f, costs_));
    all_.push_back(&f);
  }
  for (const CandleFolder& f : training_) {
    all_.push_back(&f);
  }
  std::stable_sort(all_.begin(), all_.end(), [](const CandleFolder* a, const CandleFolder* b) {
    return first_bar(*a) < first_bar(*b);
  });
}

void WalkRun::prepare() {
  load();
  WalkSchedule schedule;
  schedule.window = std::chrono::hours{24 * o_.window_days};
  schedule.embargo = std::chrono::hours{o_.embargo_hours};
  schedule.refit_every = o_.refit_every;
  groups_ = plan_windows(judged_, schedule, settings_.bars);
  if (groups_.empty()) {
    throw UsageError("--data: no span is longer than its warm-up of " +
                     std::to_string(settings_.bars.warm_up_slots) + " slots");
  }
}

std::vector<WindowResult> WalkRun::run() {
  prepare();
  std::vector<std::vector<WindowResult>> done(groups_.size());
  SharedProgress progress("walk-forward", groups_.size());
  const auto keep_group = [&](std::size_t i, const GroupResult& fresh) {
    done[i] = complete(groups_[i], fresh);
    progress.show(i, 1.0);
  };
  const auto run_here = [&](std::size_t i) {
    keep_group(i, run_group(i, open_windows(i), [&](double share) { progress.show(i, share); }));
  };
  const unsigned threads = o_.threads > 0 ? o_.threads : useful_threads();
  if (o_.workers.empty()) {
    for_each_index(groups_.size(), threads, run_here);
  } else {
    run_with_workers(*this, o_, threads, run_here, keep_group,
                     [&](std::size_t i, double share) { progress.show(i, share); });
  }
  std::vector<WindowResult> all;
  for (std::vector<WindowResult>& group : done) {
    std::move(group.begin(), group.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<std::string> WalkRun::open_windows(std::size_t group) const {
  std::vector<std::string> open;
  for (const WalkWindow& w : groups_.at(group)) {
    std::string hash = inputs_sha256(w);
    if (!finished(w, hash)) {
      open.push_back(std::move(hash));
    }
  }
  return open;
}

GroupResult WalkRun::run_group(std::size_t index, const std::vector<std::string>& windows,
                               const Show& show) const {
  const WalkGroup& group = groups_.at(index);
  std::vector<WalkWindow> open;
  std::copy_if(group.begin(), group.end(), std::back_inserter(open), [&](const WalkWindow& w) {
    return std::find(windows.begin(), windows.end(), inputs_sha256(w)) != windows.end();
  });
  if (open.size() != windows.size()) {
    throw UsageError("its program, config, data or funding differ from ours");
  }
  GroupResult result;
  if (open.empty()) {
    return result;
  }
  const auto fit = fit_window(all_, group.front().fit_until, inputs_,
                              [&](const std::string&, double share) { show(0.7 * share); });
  std::shared_ptr<const ModelParameters> model;
  if (fit) {
    result.model = model_to_json(fit->model);
    // Through the parser: what trades is what a later run would load, with its hash.
    model = std::make_shared<const ModelParameters>(or_usage(parse_model(result.model, "the fit")));
  }
  for (const WalkWindow& w : open) {
    WindowResult window;
    if (fit) {
      window =
          or_usage(run_window(judged_[w.folder], funding_[w.folder].schedule, w, model, inputs_));
    } else {
      window.skipped = fit.error().what;
    }
    window.window = w;
    window.inputs_sha256 = inputs_sha256(w);
    result.windows.push_back(std::move(window));
  }
  return result;
}

/// Writes what is new and joins it with what lay there already, in time order.
std::vector<WindowResult> WalkRun::complete(const WalkGroup& group,
                                            const GroupResult& fresh) const {
  if (!o_.out.empty() && !fresh.model.empty()) {
    or_usage(write_whole_file(path_of(group.front(), "models"), fresh.model));
  }
  std::vector<WindowResult> results;
  results.reserve(group.size());
  for (const WindowResult& window : fresh.windows) {
    results.push_back(keep(window));
  }
  for (const WalkWindow& w : group) {
    const bool is_new = std::any_of(results.begin(), results.end(),
                                    [&](const WindowResult& r) { return r.window.from == w.from; });
    if (!is_new) {
      results.push_back(finished(w, inputs_sha256(w)).value());
    }
  }
  std::sort(results.begin(), results.end(), [](const WindowResult& a, const WindowResult& b) {
    return a.window.from < b.window.from;
  });
  return results;
}

std::optional<WindowResult> WalkRun::finished(const WalkWindow& window,
                                              const std::string& hash) const {
  if (o_.out.empty()) {
    return std::nullopt;
  }
  auto result = parse_window(read_text(path_of(window, "windows")));
  return result && result->inputs_sha256 == hash ? std::move(result) : std::nullopt;
}

/// Writes the window's file. What comes back went through its text, as in a resumed run.
WindowResult WalkRun::keep(const WindowResult& result) const {
  const std::string text = window_json(result).dump(1) + "\n";
  if (!o_.out.empty()) {
    or_usage(write_whole_file(path_of(result.window, "windows"), text));
  }
  return *parse_window(text);
}

std::string WalkRun::path_of(const WalkWindow& window, const char* kind) const {
  return (fs::path(o_.out) / kind / (window_name(window) + ".json")).string();
}

std::string WalkRun::inputs_sha256(const WalkWindow& w) const {
  std::string text = "program " + program_sha256_ + "\nconfig " + hex_text(settings_.config_sha256);
  text += "\nwindow " + w.span + " " + std::to_string(w.from.ms()) + " " +
          std::to_string(w.to.ms()) + " " + std::to_string(w.fit_until.ms());
  text += "\nseed " + std::to_string(o_.seed) + "\ncosts";
  for (const double m : inputs_.cost_multiples) {
    text += ' ' + double_text(m);
  }
  text += "\njudged\n" + data_lines(judged_[w.folder]) + funding_[w.folder].text + "fitted on\n";
  for (const CandleFolder* folder : all_) {
    if (first_bar(*folder) < w.fit_until) {
      text += data_lines(*folder);
    }
  }
  return hex_text(sha256(text));
}

std::string WalkRun::data_sha256() const {
  std::string text;
  for (const CandleFolder& f : judged_) {
    text += data_lines(f);
  }
  for (const CandleFolder& f : training_) {
    text += "train " + data_lines(f);
  }
  return hex_text(sha256(text));
}

} // namespace rg::app
