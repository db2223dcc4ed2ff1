#pragma once
// What the forecasts' rows share.

#include "backtests/evaluation/forecast_proof.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rg {

/// Mean of what was added.
struct Mean {
  double sum = 0.0;
  double n = 0.0;
  void add(double x) {
    sum += x;
    n += 1.0;
  }
  [[nodiscard]] std::optional<double> value() const {
    return n > 0.0 ? std::optional(sum / n) : std::nullopt;
  }
};

[[nodiscard]] inline ProofRow named(const ForecastJudge& judge, const char* id, const char* title) {
  ProofRow row;
  row.id = id;
  row.title = title;
  for (const SpanForecasts& span : judge.spans) {
    row.spans.push_back(span.name);
  }
  return row;
}

[[nodiscard]] inline std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) {
    out += (out.empty() ? "" : ", ") + p;
  }
  return out;
}

} // namespace rg
