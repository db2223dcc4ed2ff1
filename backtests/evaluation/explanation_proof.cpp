#include "backtests/evaluation/explanation_proof.hpp"

#include "actors/risk/factors.hpp"
#include "actors/risk/sizing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kProductBar = 1e-12;

/// The first field that comes out differently; empty when all is as recorded.
std::string recompute(const Decision& d, const EngineSettings& settings,
                      const ContractRules& contract) {
  const RiskSettings& risk = settings.risk;
  const RiskFactors& f = d.risk.factors;
  const double confidence =
      d.regime.regime == Regime::unknown ? 0.0 : confidence_factor(d.regime.confidence, risk);
  if (f[FactorName::confidence] != confidence) {
    return "factor_confidence";
  }
  if (f[FactorName::volatility] != volatility_factor(d.risk.forecast, risk)) {
    return "factor_volatility";
  }
  const RiskInputs& in = d.risk.inputs;
  if (f[FactorName::drawdown] != drawdown_factor(in.drawdown, risk)) {
    return "factor_drawdown";
  }
  if (f[FactorName::clustering] != clustering_factor(in.trade_intensity, risk)) {
    return "factor_clustering";
  }
  if (f[FactorName::asset] !=
      asset_factor({in.relative_spread, in.depth_ratio, in.jump_share}, risk)) {
    return "factor_asset";
  }
  if (f[FactorName::guard] != guard_factor(d.guard)) {
    return "factor_guard";
  }
  if (f[FactorName::correlation] != correlation_factor(in.cluster_share)) {
    return "factor_correlation";
  }
  if (d.risk.forecast.valid) {
    const StopChoice stop = choose_stop(d.risk.forecast.tail_q95, d.guard, risk);
    if (d.risk.stop_distance != stop.distance || d.risk.stop_adjustment != stop.adjustment) {
      return "stop_distance";
    }
  }
  const Price limit = entry_limit(d.signal, contract);
  if (d.price != limit) {
    return "price";
  }
  if (d.risk.stop_distance > 0.0 && d.stop_price != stop_at(position_side(d.signal.side), limit,
                                                            d.risk.stop_distance, contract)) {
    return "stop_price";
  }
  if (d.outcome == Outcome::approved && d.quantity != sized_quantity(d.risk, limit, contract)) {
    return "quantity";
  }
  return "";
}

} // namespace

void ExplanationCheck::add(const ExplanationCheck& other) {
  decisions += other.decisions;
  with_factors += other.with_factors;
  approved += other.approved;
  worst_product_error = std::max(worst_product_error, other.worst_product_error);
  not_reproduced += other.not_reproduced;
  if (first_difference.empty()) {
    first_difference = other.first_difference;
  }
}

ExplanationCheck check_explanations(std::span<const Decision> decisions,
                                    const EngineSettings& settings,
                                    const ContractTable& contracts) {
  ExplanationCheck check;
  for (const Decision& d : decisions) {
    ++check.decisions;
    if (d.outcome == Outcome::exit || d.outcome == Outcome::hand_over) {
      continue; // no factors: an exit closes what is held
    }
    ++check.with_factors;
    check.approved += d.outcome == Outcome::approved ? 1U : 0U;
    double product = 1.0;
    for (const double factor : d.risk.factors.value) {
      product *= factor;
    }
    check.worst_product_error =
        std::max(check.worst_product_error, std::fabs(product - d.risk.multiplier));
    const std::string field = recompute(d, settings, contracts[d.id.symbol.id()]);
    if (!field.empty()) {
      ++check.not_reproduced;
      if (check.first_difference.empty()) {
        check.first_difference = fmt::format("{}: {}", d.id.text(), field);
      }
    }
  }
  return check;
}

ProofRow explanation_row(const ExplanationCheck& all, const std::vector<std::string>& spans) {
  ProofRow row;
  row.id = "explanation";
  row.title = "Every decision explained by its record";
  row.spans = spans;
  ProofFigure product = at_most(
      "largest |product of the factors - multiplier|",
      all.with_factors > 0 ? std::optional(all.worst_product_error) : std::nullopt, kProductBar);
  product.detail = fmt::format("{} decisions, {} with factors, {} approved", all.decisions,
                               all.with_factors, all.approved);
  row.figures.push_back(std::move(product));
  ProofFigure again = at_most(
      "decisions that their record does not give again",
      all.with_factors > 0 ? std::optional(static_cast<double>(all.not_reproduced)) : std::nullopt,
      0.0);
  again.detail = all.first_difference;
  row.figures.push_back(std::move(again));
  row.notes.push_back(
      "recomputed from the record alone: all seven factors, stop distance, price, stop price and "
      "quantity; a decision that comes out differently in any of them counts");
  return row;
}

} // namespace rg
