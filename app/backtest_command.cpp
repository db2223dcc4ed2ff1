// regimeguard backtest: the whole engine over candle folders, baselines, reports (design §15).

#include "app/commands.hpp"
#include "app/progress_bar.hpp"
#include "app/utc_day.hpp"
#include "backtests/backtest.hpp"
#include "backtests/report_json.hpp"
#include "backtests/report_text.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model_file.hpp"
#include "infra/market/candle_file.hpp"
#include "messages/support/number_text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <unistd.h>

namespace rg::app {

namespace {

struct BacktestCommand {
  std::vector<std::string> data, pairs;
  std::string funding, config, model, interval, from, to, out;
  bool baselines = false, json = false;
};

template <class T> T or_usage(Result<T, InputError> result) {
  if (!result) {
    throw UsageError(result.error().text());
  }
  return std::move(result).value();
}

class Stopwatch {
public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<Symbol> wanted_pairs(const std::vector<std::string>& names,
                                 const EngineSettings& settings) {
  std::vector<Symbol> wanted;
  for (const std::string& name : names) {
    const auto symbol = Symbol::parse(name);
    if (!symbol) {
      throw UsageError("--pairs: " + name +
                       " is none of the eight contracts (cmt_btcusdt, BTCUSDT, BTC, ...)");
    }
    wanted.push_back(*symbol);
  }
  if (wanted.empty()) {
    const auto all = Symbol::all();
    wanted.assign(all.begin(), all.end());
  }
  std::erase_if(wanted, [&](Symbol s) { return !settings.pairs[s.id()].enabled; });
  if (wanted.empty()) {
    throw UsageError("no pair is left: the config enables none of those asked for");
  }
  return wanted;
}

EngineSettings settings_for(const BacktestCommand& o) {
  // Through the parser in both cases: it validates, and gives the hash of what is in effect.
  EngineSettings settings =
      o.config.empty() ? or_usage(parse_config(canonical_config(EngineSettings{}), "defaults"))
                       : or_usage(load_config(o.config));
  if (!o.interval.empty()) {
    const auto interval = parse_interval(o.interval);
    if (!interval) {
      throw UsageError("--interval: " + o.interval + " is no length such as 15m or 1h");
    }
    settings.bars.interval = *interval;
    settings = or_usage(parse_config(canonical_config(settings), "--interval"));
  }
  return settings;
}

std::shared_ptr<const ModelParameters> model_of(const BacktestCommand& o,
                                                const EngineSettings& settings) {
  const std::string path = o.model.empty() ? settings.model_path : o.model;
  auto model = or_usage(model_for(path));
  if (model->interval != settings.bars.interval) {
    throw UsageError("--model: " + (path.empty() ? std::string("the built-in model") : path) +
                     " was fitted on bars of " + interval_text(model->interval) +
                     ", the run uses " + interval_text(settings.bars.interval) +
                     "; give --model one of that interval (see train --interval)");
  }
  if (kForecastHorizon % settings.bars.interval != Duration::zero()) {
    throw UsageError("--interval: the forecast horizon of 4h is no multiple of " +
                     interval_text(settings.bars.interval));
  }
  return model;
}

SpanWindow window_of(const BacktestCommand& o, const EngineSettings& settings) {
  SpanWindow w;
  w.interval = settings.bars.interval;
  w.warm_up_slots = settings.bars.warm_up_slots;
  if (!o.from.empty()) {
    w.from = parse_utc_day("--from", o.from);
  }
  if (!o.to.empty()) {
    w.to = parse_utc_day("--to", o.to);
  }
  if (w.from && w.to && *w.from >= *w.to) {
    throw UsageError("--to: must lie after --from (it is exclusive)");
  }
  return w;
}

/// Rates of the folder's pairs.
struct Funding {
  FundingSchedule schedule;
  std::string text; ///< all rates, for the run's hash
};

Funding load_rates(const BacktestCommand& o, const CandleFolder& folder,
                   const FillParameters& costs) {
  namespace fs = std::filesystem;
  Funding funding{FundingSchedule(costs.funding_interval, costs.default_funding_rate), ""};
  const std::string dir =
      o.funding.empty() ? (fs::path(folder.path) / ".." / "funding").lexically_normal().string()
                        : o.funding;
  std::error_code ignored;
  if (o.funding.empty() && !fs::is_directory(dir, ignored)) {
    return funding; // the default folder need not exist; one that is named must
  }
  for (const CandleSeries& series : folder.series) {
    const auto points = or_usage(load_funding(dir, series.symbol));
    for (const FundingPoint& p : points) {
      funding.schedule.set(series.symbol, p.time, p.rate);
      funding.text += std::to_string(series.symbol.id()) + "," + std::to_string(p.time.ms()) + ",";
      append_double(funding.text, p.rate);
      funding.text += '\n';
    }
  }
  return funding;
}

std::string data_lines(const CandleFolder& folder) {
  std::string lines;
  for (const CandleSeries& s : folder.series) {
    lines += folder.name + " " + std::string(s.symbol.name()) + " " + s.sha256 + "\n";
  }
  return lines;
}

/// What the results depend on, beside config, model and data.
std::string option_lines(const BacktestCommand& o, const std::vector<Symbol>& pairs,
                         const FillParameters& c) {
  std::string text =
      "from " + o.from + "\nto " + o.to + "\nbaselines " + (o.baselines ? "1" : "0") + "\npairs";
  for (const Symbol s : pairs) {
    text += " " + std::string(s.name());
  }
  text += "\ncosts";
  for (const double x : {c.half_spread, c.impact, c.max_participation, c.maintenance_margin,
                         c.default_funding_rate}) {
    text += ' ';
    append_double(text, x);
  }
  return text + "\n";
}

/// Everything that is summed up over the spans.
struct Totals {
  RunStamp stamp;
  std::uint64_t bars = 0;
  std::string data, funding;
  std::set<std::string> sources;
  std::vector<nlohmann::ordered_json> spans;
  std::vector<std::string> names;
};

std::string joined(const std::set<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) {
    out += (out.empty() ? "" : "+") + p;
  }
  return out;
}

class Backtest {
public:
  explicit Backtest(const BacktestCommand& o)
      : o_(o), settings_(settings_for(o)), model_(model_of(o, settings_)),
        pairs_(wanted_pairs(o.pairs, settings_)), window_(window_of(o, settings_)) {}

  int run() {
    for (const std::string& dir : o_.data) {
      run_folder(dir);
    }
    finish();
    return 0;
  }

private:
  void run_folder(const std::string& dir) {
    const Stopwatch loading;
    CandleFolder folder = or_usage(load_candle_folder(dir, pairs_));
    if (std::find(totals_.names.begin(), totals_.names.end(), folder.name) != totals_.names.end()) {
      throw UsageError("--data: two folders are named " + folder.name +
                       "; their results would take each other's place");
    }
    const Funding funding = load_rates(o_, folder, costs_);
    totals_.stamp.load_seconds += loading.seconds();

    const Stopwatch running;
    const Span span = or_usage(Span::cut(folder, window_));
    const RunInputs inputs{
        settings_,
        model_,
        contract_defaults(),
        costs_,
        funding.schedule,
        Notional::from_double(settings_.backtest_initial_equity, Rounding::nearest),
        !o_.out.empty()};
    SpanResult result;
    {
      ProgressBar bar(folder.name, span.stamps().size());
      result = run_span(span, inputs, o_.baselines, [&](std::size_t rows) { bar.show(rows); });
    }
    if (!o_.out.empty()) {
      const bool several = o_.data.size() > 1;
      or_usage(write_span_files(
          result, several ? (std::filesystem::path(o_.out) / folder.name).string() : o_.out));
    }
    if (!o_.json) {
      fmt::print("{}", span_text(result, isatty(STDOUT_FILENO) != 0));
      std::fflush(stdout);
    }
    totals_.bars += result.bars;
    totals_.data += data_lines(folder);
    totals_.funding += funding.text;
    for (const PairResult& p : result.pairs) {
      if (p.funding_from_file > 0) {
        totals_.sources.insert("file");
      }
      if (p.funding_default > 0) {
        totals_.sources.insert("default");
      }
    }
    totals_.names.push_back(folder.name);
    totals_.spans.push_back(span_json(result));
    totals_.stamp.wall_seconds += running.seconds();
  }

  void finish() {
    RunStamp& stamp = totals_.stamp;
    stamp.config_sha256 = hex_text(settings_.config_sha256);
    stamp.model_sha256 = hex_text(model_->sha256);
    stamp.data_sha256 = hex_text(sha256(totals_.data));
    stamp.funding_source = joined(totals_.sources);
    const std::string inputs = stamp.config_sha256 + stamp.model_sha256 + stamp.data_sha256 +
                               hex_text(sha256(totals_.funding)) + option_lines(o_, pairs_, costs_);
    stamp.run_id = hex_text(sha256(inputs)).substr(0, 16);
    if (o_.json) {
      fmt::print("{}\n", backtest_json(stamp, totals_.spans, totals_.names, totals_.bars).dump(2));
      return;
    }
    fmt::print("\nrun {}   model {}   config {}   funding rates: {}\n", stamp.run_id,
               stamp.model_sha256.substr(0, 12), stamp.config_sha256.substr(0, 12),
               stamp.funding_source == "default" ? "0.01 % per 8 h" : stamp.funding_source);
    fmt::print("{:.2f} M base bars in {:.2f} s ({:.2f} M bars/s), loaded in {:.2f} s\n",
               static_cast<double>(totals_.bars) / 1e6, stamp.wall_seconds,
               static_cast<double>(totals_.bars) / 1e6 / stamp.wall_seconds, stamp.load_seconds);
    if (!o_.out.empty()) {
      fmt::print("files in {}\n", o_.out);
    }
  }

  const BacktestCommand& o_;
  EngineSettings settings_;
  std::shared_ptr<const ModelParameters> model_;
  std::vector<Symbol> pairs_;
  SpanWindow window_;
  FillParameters costs_;
  Totals totals_;
};

} // namespace

void add_backtest(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<BacktestCommand>();
  CLI::App* command =
      root.add_subcommand("backtest", "Run the engine over candle folders, with baselines");
  command->add_option("--data", o->data, "Candle folders; each is a span of its own")->required();
  command->add_option("--funding", o->funding,
                      "Funding rates; default: DIR/../funding, else 0.01 % per 8 h");
  command->add_option("--config", o->config, "Config file; default: the documented defaults");
  command->add_option("--model", o->model,
                      "Model file; default: the config's, else the built-in one");
  command->add_option("--interval", o->interval,
                      "Pipeline bars, e.g. 1h; needs a model of that interval");
  command->add_option("--from", o->from,
                      "First UTC day (YYYY-MM-DD); the bars before it warm the models");
  command->add_option("--to", o->to, "UTC day at which the run ends, exclusive");
  command->add_option("--pairs", o->pairs, "Only these pairs")->delimiter(',');
  command->add_flag("--baselines", o->baselines,
                    "Also run unguarded (matched and not) and buy and hold");
  command->add_option("--out", o->out, "Folder for equity, trades, decisions and forecasts as CSV");
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return Backtest(*o).run(); }; });
}

} // namespace rg::app
