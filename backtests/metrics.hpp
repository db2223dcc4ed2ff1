#pragma once
// The metrics block of design §15, from the rows of an equity curve and the closed trades.

#include "actors/portfolio/portfolio_model.hpp"
#include "backtests/equity_curve.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rg {

/// Undefined numbers are empty (`null` in JSON).
struct Metrics {
  double total_return = 0.0;             ///< final / initial − 1
  std::optional<double> cagr;            ///< empty under 90 days
  std::optional<double> volatility;      ///< of daily returns, × √365
  std::optional<double> sharpe, sortino; ///< × √365, risk-free rate 0
  std::optional<double> calmar;          ///< cagr / max_drawdown
  double max_drawdown = 0.0;
  std::optional<double> cvar_95; ///< mean loss of the worst floor(5 %) days, at least one
  std::uint64_t trades = 0;
  std::optional<double> win_rate;      ///< share of trades with pnl > 0
  std::optional<double> profit_factor; ///< Σ gains / Σ losses
  double turnover = 0.0;               ///< traded notional / mean equity
  double fees_paid = 0.0, funding_paid = 0.0;
  double time_in_market = 0.0; ///< share of rows with a position
  double mean_gross_leverage = 0.0, max_gross_leverage = 0.0;
  std::uint64_t stops_hit = 0;
};

/// What a run did beside its equity.
struct TradingSums {
  double traded = 0.0, fees = 0.0, funding = 0.0; ///< quote currency; funding > 0 = paid
};

/// Mean loss of the worst floor(share · n) returns, at least one; positive = loss. Empty for none.
[[nodiscard]] std::optional<double> conditional_value_at_risk(std::vector<double> returns,
                                                              double share);

/// @param curve  at least one row; row 1 is the start.
[[nodiscard]] Metrics compute_metrics(const EquityCurve& curve, std::span<const Trade> trades,
                                      const TradingSums& sums);

} // namespace rg
