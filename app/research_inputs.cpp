#include "app/research_inputs.hpp"

#include "backtests/forecast_scores.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model_file.hpp"
#include "messages/support/number_text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace rg::app {

namespace fs = std::filesystem;

void add_research_options(CLI::App& command, ResearchOptions& o) {
  command.add_option("--data", o.data, "Candle folders; each is a span of its own")->required();
  command.add_option("--funding", o.funding,
                     "Funding rates; default: DIR/../funding, else 0.01 % per 8 h");
  command.add_option("--config", o.config, "Config file; default: the documented defaults");
  command.add_option("--interval", o.interval,
                     "Pipeline bars, e.g. 1h; needs a model of that interval");
  command.add_option("--pairs", o.pairs, "Only these pairs")->delimiter(',');
}

void add_model_option(CLI::App& command, ResearchOptions& o) {
  command.add_option("--model", o.model,
                     "Model file; default: the config's, else the built-in one");
}

EngineSettings research_settings(const ResearchOptions& o) {
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

std::shared_ptr<const ModelParameters> research_model(const ResearchOptions& o,
                                                      const EngineSettings& settings) {
  const std::string path = o.model.empty() ? settings.model_path : o.model;
  auto model = or_usage(model_for(path, settings.regime.model));
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

std::vector<Symbol> parse_pairs(const std::vector<std::string>& names) {
  std::vector<Symbol> pairs;
  for (const std::string& name : names) {
    const auto symbol = Symbol::parse(name);
    if (!symbol) {
      throw UsageError("--pairs: " + name +
                       " is none of the eight contracts (cmt_btcusdt, BTCUSDT, BTC, ...)");
    }
    pairs.push_back(*symbol);
  }
  return pairs;
}

std::vector<Symbol> research_pairs(const std::vector<std::string>& names,
                                   const EngineSettings& settings) {
  std::vector<Symbol> wanted = parse_pairs(names);
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

FundingRates research_funding(const ResearchOptions& o, const CandleFolder& folder,
                              const FillParameters& costs) {
  FundingRates funding{FundingSchedule(costs.funding_interval, costs.default_funding_rate), ""};
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

void refuse_same_names(const std::vector<std::string>& dirs) {
  std::set<std::string> names;
  for (const std::string& dir : dirs) {
    const std::string name = fs::absolute(dir + "/.").lexically_normal().parent_path().filename();
    if (!names.insert(name).second) {
      throw UsageError("--data: two folders are named " + name +
                       "; their results would take each other's place");
    }
  }
}

} // namespace rg::app
