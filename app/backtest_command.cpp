// regimeguard backtest: the whole engine over candle folders, baselines, reports (design §15).

#include "app/commands.hpp"
#include "app/progress_bar.hpp"
#include "app/research_inputs.hpp"
#include "app/utc_day.hpp"
#include "backtests/backtest.hpp"
#include "backtests/report_json.hpp"
#include "backtests/report_text.hpp"
#include "infra/config/digest.hpp"
#include "infra/market/candle_file.hpp"
#include "messages/support/number_text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <unistd.h>

namespace rg::app {

namespace {

struct BacktestCommand {
  ResearchOptions inputs;
  std::string from, to, out;
  bool baselines = false, json = false;
};

class Stopwatch {
public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

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
      : o_(o), settings_(research_settings(o.inputs)), model_(research_model(o.inputs, settings_)),
        pairs_(research_pairs(o.inputs.pairs, settings_)), window_(window_of(o, settings_)) {}

  int run() {
    refuse_same_names(o_.inputs.data);
    for (const std::string& dir : o_.inputs.data) {
      run_folder(dir);
    }
    finish();
    return 0;
  }

private:
  void run_folder(const std::string& dir) {
    const Stopwatch loading;
    CandleFolder folder = or_usage(load_candle_folder(dir, pairs_));
    const FundingRates funding = research_funding(o_.inputs, folder, costs_);
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
      const bool several = o_.inputs.data.size() > 1;
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
  add_research_options(*command, o->inputs);
  add_model_option(*command, o->inputs);
  command->add_option("--from", o->from,
                      "First UTC day (YYYY-MM-DD); the bars before it warm the models");
  command->add_option("--to", o->to, "UTC day at which the run ends, exclusive");
  command->add_flag("--baselines", o->baselines,
                    "Also run unguarded (matched and not) and buy and hold");
  command->add_option("--out", o->out, "Folder for equity, trades, decisions and forecasts as CSV");
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return Backtest(*o).run(); }; });
}

} // namespace rg::app
