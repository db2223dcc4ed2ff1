#include "backtests/metrics.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rg {

namespace {

constexpr double kDayMs = 86'400'000.0;
constexpr double kDaysPerYear = 365.0;
constexpr double kMinDaysForYearly = 90.0;

double mean(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// √(Σ deviation² / (n − 1)); empty for fewer than two.
template <class Deviation>
std::optional<double> sample_deviation(std::span<const double> x, Deviation deviation) {
  if (x.size() < 2) {
    return std::nullopt;
  }
  double sum = 0.0;
  for (const double v : x) {
    const double d = deviation(v);
    sum += d * d;
  }
  return std::sqrt(sum / static_cast<double>(x.size() - 1));
}

std::optional<double> ratio(double a, std::optional<double> b) {
  if (!b || !(*b > 0.0)) {
    return std::nullopt;
  }
  return a / *b;
}

void risk_adjusted(Metrics& m, std::span<const double> returns) {
  if (returns.empty()) {
    return;
  }
  const double average = mean(returns);
  const double year = std::sqrt(kDaysPerYear);
  const auto deviation = sample_deviation(returns, [&](double r) { return r - average; });
  const auto downside = sample_deviation(returns, [](double r) { return std::min(r, 0.0); });
  if (deviation) {
    m.volatility = *deviation * year;
  }
  if (const auto sharpe = ratio(average, deviation)) {
    m.sharpe = *sharpe * year;
  }
  if (const auto sortino = ratio(average, downside)) {
    m.sortino = *sortino * year;
  }
}

void yearly(Metrics& m, const EquityCurve& curve) {
  const double days = static_cast<double>(curve.last().ts_ms - curve.first().ts_ms) / kDayMs;
  if (days < kMinDaysForYearly) {
    return;
  }
  const double growth = 1.0 + m.total_return;
  m.cagr = growth > 0.0 ? std::pow(growth, kDaysPerYear / days) - 1.0 : -1.0;
  m.calmar = ratio(*m.cagr, m.max_drawdown);
}

void trade_statistics(Metrics& m, std::span<const Trade> trades) {
  m.trades = trades.size();
  std::uint64_t wins = 0;
  double gains = 0.0;
  double losses = 0.0;
  for (const Trade& t : trades) {
    const double pnl = t.pnl.to_double();
    wins += pnl > 0.0 ? 1U : 0U;
    gains += std::max(pnl, 0.0);
    losses -= std::min(pnl, 0.0);
    m.stops_hit += t.exit_reason == ExitReason::stop ? 1U : 0U;
  }
  if (!trades.empty()) {
    m.win_rate = static_cast<double>(wins) / static_cast<double>(trades.size());
  }
  m.profit_factor = ratio(gains, losses);
}

} // namespace

std::optional<double> conditional_value_at_risk(std::vector<double> returns, double share) {
  if (returns.empty()) {
    return std::nullopt;
  }
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(returns.size()));
  const std::size_t worst = std::max<std::size_t>(1, wanted);
  std::sort(returns.begin(), returns.end());
  return -mean(std::span(returns).first(worst));
}

Metrics compute_metrics(const EquityCurve& curve, std::span<const Trade> trades,
                        const TradingSums& sums) {
  RG_ASSERT(curve.count() > 0);
  Metrics m;
  const double initial = curve.first().equity;
  m.total_return = initial > 0.0 ? curve.last().equity / initial - 1.0 : 0.0;
  m.max_drawdown = curve.max_drawdown();
  m.max_gross_leverage = curve.max_gross_leverage();
  m.mean_gross_leverage = curve.mean_gross_leverage();
  m.time_in_market = curve.time_in_market();
  m.turnover = curve.mean_equity() > 0.0 ? sums.traded / curve.mean_equity() : 0.0;
  m.fees_paid = sums.fees;
  m.funding_paid = sums.funding;
  const std::vector<double> returns = curve.daily_returns();
  risk_adjusted(m, returns);
  m.cvar_95 = conditional_value_at_risk(returns, 0.05);
  yearly(m, curve);
  trade_statistics(m, trades);
  return m;
}

} // namespace rg
