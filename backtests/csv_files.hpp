#pragma once
// The files of `backtest --out` (design §15): plain CSV, times in ms UTC, doubles in shortest
// round-trip form, the same bytes on every run.

#include "backtests/equity_curve.hpp"
#include "backtests/forecast_scores.hpp"
#include "messages/decision/decision.hpp"

#include <span>
#include <string>

namespace rg {

[[nodiscard]] std::string equity_csv(const EquityCurve& curve);
[[nodiscard]] std::string trades_csv(std::span<const Trade> trades);
[[nodiscard]] std::string decisions_csv(std::span<const Decision> decisions);
/// @param rows  of all pairs; written by time, then symbol id.
[[nodiscard]] std::string forecasts_csv(std::vector<ScoredForecast> rows);

/// Writes a file whole, making its folder. Fails when the disk will not take it.
[[nodiscard]] Result<bool, InputError> write_file(const std::string& dir, const std::string& name,
                                                  const std::string& text);

} // namespace rg
