#include "backtests/evaluation/proof_row.hpp"

#include <fmt/core.h>

#include <cmath>
#include <utility>

namespace rg {

namespace {

std::string bar_text(const char* relation, double bar) {
  return fmt::format("{} {:g}", relation, bar);
}

} // namespace

ProofFigure at_most(std::string name, std::optional<double> value, double bar) {
  return {std::move(name), value, bar_text("<=", bar), value && *value <= bar, ""};
}

ProofFigure below(std::string name, std::optional<double> value, double bar) {
  return {std::move(name), value, bar_text("<", bar), value && *value < bar, ""};
}

ProofFigure at_least(std::string name, std::optional<double> value, double bar) {
  return {std::move(name), value, bar_text(">=", bar), value && *value >= bar, ""};
}

ProofFigure reported(std::string name, std::optional<double> value) {
  return {std::move(name), value, "", std::nullopt, ""};
}

std::string figure_text(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) {
    return "n/a";
  }
  return fmt::format("{:.4g}", *value);
}

} // namespace rg
