// Caps, ladder and counts: attempts through PortfolioModel::review, the only maker of approvals.

#include "app/controls/probe_kit.hpp"

#include <algorithm>

namespace rg::app::probes {

namespace {

/// Entries a twentieth within and a twentieth beyond a cap; fees take a part of what is between.
ControlEvidence entry_against(const PortfolioSettings& settings, double cap) {
  PortfolioModel within = ready_portfolio(settings);
  PortfolioModel beyond = ready_portfolio(settings);
  return {reviewed(within, entry(kPair, 0.9 * cap)), reviewed(beyond, entry(kPair, 1.05 * cap))};
}

/// Equity falls by this fraction (a long of one equity, marked down), then an entry is tried.
Attempt entry_after_loss(const PortfolioSettings& settings, double loss) {
  PortfolioModel model = ready_portfolio(settings);
  static_cast<void>(model.on_fill(opening_fill(kOther, 1.0), ExitReason::rule));
  const Timestamp later = start_of_probe() + 1min;
  model.on_mark(kOther, price(kPrice * (1.0 - loss)), later);
  static_cast<void>(model.publish(later));
  return reviewed(model, entry(kPair, 0.01));
}

ControlEvidence loss_against(const PortfolioSettings& settings, double limit) {
  return {entry_after_loss(settings, 0.5 * limit),
          entry_after_loss(settings, limit + 0.5 * (1.0 - limit))};
}

} // namespace

ControlEvidence gross_leverage(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_gross_leverage = s.portfolio.max_gross_leverage;
  return entry_against(p, p.max_gross_leverage);
}

ControlEvidence net_leverage(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_net_leverage = std::min(s.portfolio.max_net_leverage, 18.0); // below the hard bound
  return entry_against(p, p.max_net_leverage);
}

ControlEvidence pair_leverage(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_pair_leverage = s.portfolio.max_pair_leverage;
  return entry_against(p, p.max_pair_leverage);
}

ControlEvidence cluster_leverage(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_cluster_leverage = std::min(s.portfolio.max_cluster_leverage, 18.0);
  return entry_against(p, p.max_cluster_leverage);
}

ControlEvidence margin(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.leverage = std::min(s.portfolio.leverage, 18.0);
  return entry_against(p, p.leverage);
}

/// Even a setting that no config file could hold does not lift it.
ControlEvidence hard_leverage(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_gross_leverage = p.leverage = 100.0;
  return entry_against(p, kMaxLeverage);
}

ControlEvidence drawdown(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_drawdown = s.portfolio.max_drawdown;
  p.soft_drawdown = s.portfolio.soft_drawdown;
  return loss_against(p, p.max_drawdown);
}

/// Warns and sizes down; it refuses nothing.
ControlEvidence soft_drawdown(const EngineSettings& s) {
  const auto tier_after = [&](double loss) {
    PortfolioSettings p = without_other_caps(s.portfolio);
    p.soft_drawdown = s.portfolio.soft_drawdown;
    PortfolioModel model = ready_portfolio(p);
    static_cast<void>(model.on_fill(opening_fill(kOther, 1.0), ExitReason::rule));
    model.on_mark(kOther, price(kPrice * (1.0 - loss)), start_of_probe() + 1min);
    static_cast<void>(model.publish(start_of_probe() + 1min));
    return model.tier() == HaltTier::warn ? Attempt{false, "warn"} : Attempt{true, "no tier"};
  };
  const double rung = s.portfolio.soft_drawdown;
  return {tier_after(0.5 * rung), tier_after(rung + 0.5 * (0.998 - rung))};
}

ControlEvidence daily_loss(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_daily_loss = s.portfolio.max_daily_loss;
  return loss_against(p, p.max_daily_loss);
}

ControlEvidence orders_per_day(const EngineSettings& s) {
  PortfolioSettings p = without_other_caps(s.portfolio);
  p.max_orders_per_day = s.portfolio.max_orders_per_day;
  PortfolioModel model = ready_portfolio(p);
  ControlEvidence evidence;
  for (std::uint32_t i = 0; i <= p.max_orders_per_day; ++i) {
    const OrderIntent intent = entry(kPair, 0.01, start_of_probe() + 15min + i * 1ms);
    Verdict verdict = model.review(intent, intent.decision.id.stamp);
    if (const auto* refused = std::get_if<Decision>(&verdict)) {
      evidence.beyond = {false, to_string(refused->refusal)};
      return evidence;
    }
    evidence.within = {i + 1 == p.max_orders_per_day, "approved"}; // the last that is allowed
    model.on_desk_refusal(std::get<ApprovedIntent>(verdict).decision());
  }
  evidence.beyond = {true, "approved"};
  return evidence;
}

/// Price alone carries a position over the cap: reduced, and nothing opened meanwhile.
ControlEvidence passive_breach(const EngineSettings& s) {
  const auto after_rise = [&](double factor) {
    PortfolioSettings p = without_other_caps(s.portfolio);
    p.max_pair_leverage = std::min(s.portfolio.max_pair_leverage, 18.0);
    PortfolioModel model = ready_portfolio(p);
    static_cast<void>(
        model.on_fill(opening_fill(kOther, factor * p.max_pair_leverage), ExitReason::rule));
    static_cast<void>(model.publish(start_of_probe() + 1min));
    return reviewed(model, entry(kPair, 0.001));
  };
  return {after_rise(0.5), after_rise(1.2)};
}

ControlEvidence position_open(const EngineSettings& s) {
  PortfolioModel flat = ready_portfolio(without_other_caps(s.portfolio));
  PortfolioModel held = ready_portfolio(without_other_caps(s.portfolio));
  static_cast<void>(held.on_fill(opening_fill(kPair, 0.1), ExitReason::rule));
  return {reviewed(flat, entry(kPair, 0.1)), reviewed(held, entry(kPair, 0.1))};
}

ControlEvidence max_position(const EngineSettings& s) {
  const Quantity most = contract_defaults()[kPair.id()].max_position;
  PortfolioModel model = ready_portfolio(without_other_caps(s.portfolio));
  OrderIntent too_much = entry(kPair, 0.1);
  too_much.quantity = most + contract_defaults()[kPair.id()].lot_size;
  PortfolioModel other = ready_portfolio(without_other_caps(s.portfolio));
  return {reviewed(other, entry(kPair, 0.1)), reviewed(model, too_much)};
}

} // namespace rg::app::probes
