#pragma once
// A plot as inline SVG: no scripts, no fonts or styles from elsewhere.

#include "backtests/evaluation/proof_row.hpp"

#include <string>

namespace rg {

/// 640 × 260 units; text in the page's own font, colours fixed and readable on light and dark.
[[nodiscard]] std::string svg_plot(const ProofPlot& plot);

/// & < > and quotes as entities.
[[nodiscard]] std::string html_text(const std::string& text);

} // namespace rg
