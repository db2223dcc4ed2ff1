#pragma once
// What the parameters behind a figure were fitted or chosen on, and whether a span is unseen by it.

#include "backtests/evaluation/proof_row.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/units/timestamp.hpp"

#include <optional>
#include <span>
#include <string>

namespace rg {

/// A span that figures come from.
struct JudgedSpan {
  std::string name;
  Timestamp from;
};

/// "models fitted on a, b (2020-05-21 to 2023-10-02)".
[[nodiscard]] std::string model_provenance(const ModelCard& card);
/// Likewise for the rules' and the risk engine's settings (docs/strategy_rules.md).
[[nodiscard]] std::string settings_provenance();
/// ... and for the guard's thresholds, which were chosen while looking at one-minute data.
[[nodiscard]] std::string guard_provenance();

/// First instant after the last day a model was fitted on; empty when its card names no such day.
[[nodiscard]] std::optional<Timestamp> fitted_until(const ModelCard& card);

/// Writes what the row rests on, and a figure that fails when a span begins before the models' last
/// day: no figure may come from data that the parameters were fitted on.
void state_provenance(ProofRow& row, const ModelCard& card, std::span<const JudgedSpan> spans,
                      bool settings_matter);

} // namespace rg
