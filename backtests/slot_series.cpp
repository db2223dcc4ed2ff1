#include "backtests/slot_series.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rg {

SlotSeries::SlotSeries(std::span<const ForecastRecord> bars) {
  RG_ASSERT(!bars.empty());
  first = bars.front().slot;
  const auto n = static_cast<std::size_t>(bars.back().slot - first + 1);
  close.assign(n, 0.0);
  high.assign(n, 0.0);
  low.assign(n, 0.0);
  r.assign(n, std::numeric_limits<double>::quiet_NaN());
  r2.assign(n, -1.0);
  for (const ForecastRecord& b : bars) {
    const std::size_t i = index_of(b.slot);
    close[i] = b.close;
    high[i] = b.high;
    low[i] = b.low;
  }
  sum_r2_.assign(n + 1, 0.0);
  count_r2_.assign(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0 && close[i] > 0.0 && close[i - 1] > 0.0) {
      r[i] = std::log(close[i] / close[i - 1]);
      r2[i] = r[i] * r[i];
    }
    const bool exists = r2[i] >= 0.0;
    sum_r2_[i + 1] = sum_r2_[i] + (exists ? r2[i] : 0.0);
    count_r2_[i + 1] = count_r2_[i] + (exists ? 1U : 0U);
  }
}

std::optional<double> SlotSeries::next_variance(std::size_t i, std::size_t n) const {
  if (i + n >= r2.size() || count_r2_[i + n + 1] - count_r2_[i + 1] != n) {
    return std::nullopt;
  }
  double sum = 0.0; // added up afresh: a quiet window is small beside the sum of the whole span
  for (std::size_t j = i + 1; j <= i + n; ++j) {
    sum += r2[j];
  }
  return sum;
}

std::optional<double> SlotSeries::mean_square(std::size_t i, std::size_t window,
                                              std::size_t needed) const {
  const std::size_t from = i + 1 >= window ? i + 1 - window : 0;
  const std::size_t count = count_r2_[i + 1] - count_r2_[from];
  if (count < needed || count == 0) {
    return std::nullopt;
  }
  return (sum_r2_[i + 1] - sum_r2_[from]) / static_cast<double>(count);
}

double SlotSeries::adverse_excursion(std::size_t i, std::size_t n) const {
  const auto begin = static_cast<std::ptrdiff_t>(i + 1);
  const auto end = static_cast<std::ptrdiff_t>(i + n + 1);
  const double highest = *std::max_element(high.begin() + begin, high.begin() + end);
  const double lowest = *std::min_element(low.begin() + begin, low.begin() + end);
  return std::max(std::log(highest / close[i]), -std::log(lowest / close[i]));
}

} // namespace rg
