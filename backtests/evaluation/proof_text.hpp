#pragma once
// The proof for people and for programs.

#include "backtests/evaluation/proof_row.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace rg {

/// @param colour  true on a terminal: what holds and what does not are tinted.
[[nodiscard]] std::string proof_row_text(const ProofRow& row, bool colour);
/// id, title, holds, figures[{name, value, bar, holds, detail}], spans, chosen_on, notes,
/// not_measured. Undefined numbers are null.
[[nodiscard]] nlohmann::ordered_json proof_row_json(const ProofRow& row);

} // namespace rg
