#pragma once
// What backtest, walk-forward and validate read before they run: settings, model, pairs, funding.
// Bad input leaves as UsageError, one line.

#include "app/commands.hpp"
#include "backtests/execution_rules.hpp"
#include "backtests/funding_schedule.hpp"
#include "infra/market/candle_file.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <CLI/App.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rg::app {

/// Options that the research commands share, as typed.
struct ResearchOptions {
  std::vector<std::string> data, pairs;
  std::string funding, config, model, interval;
};

/// Adds --data --funding --config --interval --pairs.
void add_research_options(CLI::App& command, ResearchOptions& options);
/// Adds --model.
void add_model_option(CLI::App& command, ResearchOptions& options);

/// The value, or its error as UsageError.
template <class T> T or_usage(Result<T, InputError> result) {
  if (!result) {
    throw UsageError(result.error().text());
  }
  return std::move(result).value();
}

/// The config's settings, or the documented defaults; with the hash of what is in effect.
[[nodiscard]] EngineSettings research_settings(const ResearchOptions& options);
/// --model, else the config's, else the built-in one; refused when it is of another interval.
[[nodiscard]] std::shared_ptr<const ModelParameters> research_model(const ResearchOptions& options,
                                                                    const EngineSettings& settings);
/// --pairs as typed.
[[nodiscard]] std::vector<Symbol> parse_pairs(const std::vector<std::string>& names);
/// Those asked for (all when none) that the config enables; never empty.
[[nodiscard]] std::vector<Symbol> research_pairs(const std::vector<std::string>& names,
                                                 const EngineSettings& settings);

/// Rates of a folder's pairs.
struct FundingRates {
  FundingSchedule schedule;
  std::string text; ///< all rates, for hashes of a run's inputs
};
/// From --funding, else DIR/../funding where it exists, else the default rate.
[[nodiscard]] FundingRates research_funding(const ResearchOptions& options,
                                            const CandleFolder& folder,
                                            const FillParameters& costs);

/// One line a file, name, pair and hash: for hashes of a run's inputs.
[[nodiscard]] std::string data_lines(const CandleFolder& folder);

/// Refuses two folders of one name: their results would take each other's place.
void refuse_same_names(const std::vector<std::string>& dirs);

} // namespace rg::app
