#pragma once
// A span's result for people.

#include "backtests/backtest.hpp"

#include <string>

namespace rg {

/// @param colour  true on a terminal: gains and losses are tinted.
[[nodiscard]] std::string span_text(const SpanResult& result, bool colour);

} // namespace rg
