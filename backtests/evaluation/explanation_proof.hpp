#pragma once
// Can every decision be explained down to the number that changed its size? Each is computed anew
// from its own record.

#include "backtests/evaluation/proof_row.hpp"
#include "messages/decision/decision.hpp"
#include "messages/settings/contract_rules.hpp"
#include "messages/settings/settings.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rg {

struct ExplanationCheck {
  std::uint64_t decisions = 0, with_factors = 0, approved = 0;
  double worst_product_error = 0.0; ///< |product of the factors − multiplier|
  std::uint64_t not_reproduced = 0; ///< decisions whose recomputation differs
  std::string first_difference;     ///< decision and field

  void add(const ExplanationCheck& other);
};

/// From the record alone, with the run's settings and contract rules: the factors of confidence,
/// volatility and guard from the recorded estimate, forecast and guard state; the multiplier from
/// the factors; stop distance, limit and stop price from forecast, guard and signal; the quantity
/// from budget, multiplier, stop distance and price. The inputs of the other four factors (account,
/// trade history, other pairs) are not in the record; their values are.
[[nodiscard]] ExplanationCheck check_explanations(std::span<const Decision> decisions,
                                                  const EngineSettings& settings,
                                                  const ContractTable& contracts);

[[nodiscard]] ProofRow explanation_row(const ExplanationCheck& all,
                                       const std::vector<std::string>& spans);

} // namespace rg
