#include "backtests/metrics.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rg {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
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

void yearly(Metrics& m, std::span<const EquityRow> rows) {
  const double days =
      static_cast<double>(rows.back().ts_ms - rows.front().ts_ms) / static_cast<double>(kDayMs);
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

std::vector<double> daily_returns(std::span<const EquityRow> rows) {
  std::vector<double> returns;
  if (rows.size() < 2) {
    return returns;
  }
  double before = rows.front().equity;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const bool day_ends =
        i + 1 == rows.size() || rows[i + 1].ts_ms / kDayMs != rows[i].ts_ms / kDayMs;
    if (day_ends) {
      returns.push_back(before > 0.0 ? rows[i].equity / before - 1.0 : 0.0);
      before = rows[i].equity;
    }
  }
  return returns;
}

std::optional<double> conditional_value_at_risk(std::vector<double> returns, double share) {
  if (returns.empty()) {
    return std::nullopt;
  }
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(returns.size()));
  const std::size_t worst = std::max<std::size_t>(1, wanted);
  std::sort(returns.begin(), returns.end());
  return -mean(std::span(returns).first(worst));
}

Metrics compute_metrics(std::span<const EquityRow> rows, std::span<const Trade> trades,
                        const TradingSums& sums) {
  RG_ASSERT(!rows.empty());
  Metrics m;
  const double initial = rows.front().equity;
  m.total_return = initial > 0.0 ? rows.back().equity / initial - 1.0 : 0.0;
  double equity_sum = 0.0;
  double leverage_sum = 0.0;
  std::uint64_t in_market = 0;
  for (const EquityRow& r : rows) {
    m.max_drawdown = std::max(m.max_drawdown, r.drawdown);
    m.max_gross_leverage = std::max(m.max_gross_leverage, r.gross_leverage);
    leverage_sum += r.gross_leverage;
    equity_sum += r.equity;
    in_market += r.gross_leverage > 0.0 ? 1U : 0U;
  }
  const auto n = static_cast<double>(rows.size());
  m.mean_gross_leverage = leverage_sum / n;
  m.time_in_market = static_cast<double>(in_market) / n;
  m.turnover = equity_sum > 0.0 ? sums.traded / (equity_sum / n) : 0.0;
  m.fees_paid = sums.fees;
  m.funding_paid = sums.funding;
  const std::vector<double> returns = daily_returns(rows);
  risk_adjusted(m, returns);
  m.cvar_95 = conditional_value_at_risk(returns, 0.05);
  yearly(m, rows);
  trade_statistics(m, trades);
  return m;
}

} // namespace rg
