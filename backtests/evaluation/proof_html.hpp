#pragma once
// The proof as one page that needs nothing else: styles inside, plots as inline SVG, no scripts.

#include "backtests/evaluation/proof_row.hpp"

#include <span>
#include <string>

namespace rg {

/// What the page says above its table.
struct ProofHeader {
  std::string title;
  std::string model_sha256, config_sha256, data_sha256;
  std::string command; ///< that makes the page anew
};

[[nodiscard]] std::string proof_html(const ProofHeader& header, std::span<const ProofRow> rows);

} // namespace rg
