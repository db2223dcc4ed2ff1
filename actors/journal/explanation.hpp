#pragma once
// Why a decision came out as it did, from its record and nothing else (design §11). Pure.

#include "messages/decision/decision.hpp"
#include "messages/engine/console_views.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg {

/// The venue's AI log takes no longer explanation.
inline constexpr std::size_t kAiLogLength = 1000;

/// True when the risk engine got as far as the factors: their product is then the multiplier, bit
/// for bit. False for exits and for refusals that came before them.
[[nodiscard]] bool has_factors(const Decision& decision);

/// One entry per factor below 1, in enum order: the product of the others, and "with normal
/// volatility the multiplier would have been 0.81". Empty without factors.
[[nodiscard]] std::vector<Counterfactual> counterfactuals(const Decision& decision);

/// "trending regime with 72% confidence": part of every explanation.
[[nodiscard]] std::string regime_phrase(const RegimeEstimate& regime);

/// For people, in plain ASCII: what happened under which regime and why, and what the factors did,
/// e.g. "Trade executed under trending regime with 72% confidence. Exposure reduced to 0.35 due to
/// elevated volatility (x0.58) and recent drawdown (x0.60)."
[[nodiscard]] std::string explanation_text(const Decision& decision);

/// The same and more: order, stop, forecasts, each counterfactual.
[[nodiscard]] std::string long_explanation(const Decision& decision);

/// long_explanation cut at the end of a sentence, at most kAiLogLength characters.
[[nodiscard]] std::string ai_log_explanation(const Decision& decision);

/// One JSON object with every number of the decision; undefined numbers are null. `factors`
/// multiply in the order given, from 1.0, to `multiplier` exactly; both are null where
/// has_factors() is false.
[[nodiscard]] std::string explanation_json(const Decision& decision);

/// The longest beginning of `text` of at most `limit` characters that ends with a sentence; when
/// even the first sentence is longer, it is cut at a space and closed with "...".
[[nodiscard]] std::string cut_at_sentence(std::string_view text, std::size_t limit);

/// "2025-01-01 12:00 UTC".
[[nodiscard]] std::string minute_text(Timestamp time);

} // namespace rg
