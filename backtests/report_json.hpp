#pragma once
// The JSON document of `backtest --json` (design §15). Undefined numbers are null.

#include "backtests/backtest.hpp"

#include <nlohmann/json.hpp>

namespace rg {

/// What stands at the top of the document, whatever the number of spans.
struct RunStamp {
  std::string run_id, config_sha256, model_sha256, data_sha256, funding_source;
  double load_seconds = 0.0, wall_seconds = 0.0; ///< the only fields that differ between two runs,
                                                 ///< bars_per_second apart
};

[[nodiscard]] nlohmann::ordered_json metrics_json(const Metrics& m);
/// from, to, initial_equity, final_equity, portfolio, pairs, baselines, without_ladder, risk_model.
[[nodiscard]] nlohmann::ordered_json span_json(const SpanResult& result);
/// The span's blocks at the top for one span; under `spans` by name for several.
[[nodiscard]] nlohmann::ordered_json backtest_json(const RunStamp& stamp,
                                                   std::span<const nlohmann::ordered_json> spans,
                                                   std::span<const std::string> names,
                                                   std::uint64_t bars);

/// "2021-05-19T13:09:00Z"
[[nodiscard]] std::string iso_time(Timestamp t);

} // namespace rg
