#pragma once
// Equity at each row of a span, as equity.csv holds it.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rg {

struct EquityRow {
  std::int64_t ts_ms = 0;
  double equity = 0.0;         ///< quote currency, at mark
  double drawdown = 0.0;       ///< 1 − equity / highest equity of the rows so far
  double gross_leverage = 0.0; ///< Σ |notional| / equity
  double net_leverage = 0.0;   ///< Σ signed notional / equity
};

class EquityCurve {
public:
  void reserve(std::size_t rows) { rows_.reserve(rows); }
  void push(std::int64_t ts_ms, double equity, double gross_notional, double net_notional) {
    peak_ = rows_.empty() ? equity : std::max(peak_, equity);
    const double drawdown = peak_ > 0.0 ? std::max(0.0, 1.0 - equity / peak_) : 0.0;
    // Where equity is gone nothing can be held; the leverage of nothing is zero.
    const double scale = equity > 0.0 ? 1.0 / equity : 0.0;
    rows_.push_back({ts_ms, equity, drawdown, gross_notional * scale, net_notional * scale});
  }
  [[nodiscard]] const std::vector<EquityRow>& rows() const { return rows_; }

private:
  std::vector<EquityRow> rows_;
  double peak_ = 0.0;
};

} // namespace rg
