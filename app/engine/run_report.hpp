#pragma once
// A run's folder as one JSON document, for the console's Runs page and for `report`. Metrics are
// computed anew from the run's files, by the definitions of design §15.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rg::app {

/// @param folder  OUT of `backtest --out OUT` (with its spans below it, if several), or a folder
///   with a walk-forward's JSON.
/// @throws UsageError when it holds no run, or a file that is none of a run's.
[[nodiscard]] nlohmann::ordered_json run_report(const std::string& folder);

/// {"folder": text, "runs": [{name, kind, from_ms, to_ms, initial_equity, final_equity,
/// max_drawdown, trades}]}, by name. Folders that cannot be read carry "problem".
[[nodiscard]] nlohmann::ordered_json list_run_reports(const std::string& folder);

/// One of them. Empty optional when the name is no plain name or there is no such folder.
[[nodiscard]] std::optional<nlohmann::ordered_json> named_run_report(const std::string& folder,
                                                                     const std::string& name);

} // namespace rg::app
