#pragma once
// Equity at each row of a span, as equity.csv holds it, and the sums over all rows that the metrics
// need; the rows themselves are kept only where a file is to be written.

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
  EquityCurve() = default;
  /// @param expected_rows  memory is taken for so many when they are kept.
  EquityCurve(bool keep_rows, std::size_t expected_rows) : keep_rows_(keep_rows) {
    if (keep_rows) {
      rows_.reserve(expected_rows);
    }
  }

  void push(std::int64_t ts_ms, double equity, double gross_notional, double net_notional) {
    peak_ = count_ == 0 ? equity : std::max(peak_, equity);
    const double drawdown = peak_ > 0.0 ? std::max(0.0, 1.0 - equity / peak_) : 0.0;
    // Where equity is gone nothing can be held; the leverage of nothing is zero.
    const double scale = equity > 0.0 ? 1.0 / equity : 0.0;
    const EquityRow row{ts_ms, equity, drawdown, gross_notional * scale, net_notional * scale};
    sum_up(row);
    if (keep_rows_) {
      rows_.push_back(row);
    }
  }

  [[nodiscard]] const std::vector<EquityRow>& rows() const {
    return rows_;
  } ///< empty when not kept
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const EquityRow& first() const { return first_; }
  [[nodiscard]] const EquityRow& last() const { return last_; }
  [[nodiscard]] double max_drawdown() const { return max_drawdown_; }
  [[nodiscard]] double max_gross_leverage() const { return max_leverage_; }
  [[nodiscard]] double mean_gross_leverage() const { return over_rows(leverage_sum_); }
  [[nodiscard]] double mean_equity() const { return over_rows(equity_sum_); }
  [[nodiscard]] double time_in_market() const { return over_rows(static_cast<double>(in_market_)); }

  /// Returns of UTC days: the day's last row against that of the day before, the first day's
  /// against row 1. A row belongs to day floor(ts_ms / 86,400,000); days without rows do not count.
  [[nodiscard]] std::vector<double> daily_returns() const {
    std::vector<double> returns;
    double before = first_.equity;
    const auto add = [&](double equity) {
      returns.push_back(before > 0.0 ? equity / before - 1.0 : 0.0);
      before = equity;
    };
    std::for_each(day_ends_.begin(), day_ends_.end(), add);
    if (count_ > 1) {
      add(last_.equity);
    }
    return returns;
  }

  /// UTC days (counted since 1970) of daily_returns(), in the same order.
  [[nodiscard]] std::vector<std::int64_t> days() const {
    std::vector<std::int64_t> all = ended_days_;
    if (count_ > 1) {
      all.push_back(last_.ts_ms / kDayMs);
    }
    return all;
  }

private:
  static constexpr std::int64_t kDayMs = 86'400'000;

  void sum_up(const EquityRow& row) {
    if (count_ == 0) {
      first_ = row;
    } else if (row.ts_ms / kDayMs != last_.ts_ms / kDayMs) {
      day_ends_.push_back(last_.equity);
      ended_days_.push_back(last_.ts_ms / kDayMs);
    }
    last_ = row;
    ++count_;
    max_drawdown_ = std::max(max_drawdown_, row.drawdown);
    max_leverage_ = std::max(max_leverage_, row.gross_leverage);
    leverage_sum_ += row.gross_leverage;
    equity_sum_ += row.equity;
    in_market_ += row.gross_leverage > 0.0 ? 1U : 0U;
  }
  [[nodiscard]] double over_rows(double sum) const {
    return count_ > 0 ? sum / static_cast<double>(count_) : 0.0;
  }

  bool keep_rows_ = true;
  std::vector<EquityRow> rows_;
  std::vector<double> day_ends_; // equity at each finished day's last row
  std::vector<std::int64_t> ended_days_;
  EquityRow first_, last_;
  std::uint64_t count_ = 0, in_market_ = 0;
  double peak_ = 0.0, max_drawdown_ = 0.0, max_leverage_ = 0.0;
  double leverage_sum_ = 0.0, equity_sum_ = 0.0;
};

} // namespace rg
