#include "backtests/forecast_scores.hpp"

#include "actors/numerics/gap_window.hpp"
#include "backtests/slot_series.hpp"
#include "backtests/statistics/coverage_tests.hpp"
#include "backtests/statistics/forecast_losses.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr std::size_t kEwmaStart = 96; // existing returns whose mean square starts s²
constexpr double kEwmaDecay = 0.94;
constexpr double kExpansionFactor = 1.5;

/// s² of the EWMA reference after each slot; −1 before it starts.
std::vector<double> ewma_variance(const SlotSeries& slots) {
  std::vector<double> out(slots.r2.size(), -1.0);
  double start = 0.0;
  std::size_t seen = 0;
  for (const double x : slots.r2) {
    if (x >= 0.0 && seen < kEwmaStart) {
      start += x;
      ++seen;
    }
  }
  if (seen < kEwmaStart) {
    return out;
  }
  double s2 = start / static_cast<double>(kEwmaStart);
  seen = 0;
  for (std::size_t i = 0; i < slots.r2.size(); ++i) {
    if (slots.r2[i] >= 0.0) {
      s2 = kEwmaDecay * s2 + (1.0 - kEwmaDecay) * slots.r2[i];
      ++seen;
    }
    out[i] = seen >= kEwmaStart ? s2 : -1.0;
  }
  return out;
}

/// Mean of what was added; empty for nothing.
struct Mean {
  double sum = 0.0;
  std::uint64_t n = 0;
  void add(double x) {
    sum += x;
    ++n;
  }
  [[nodiscard]] std::optional<double> value() const {
    return n == 0 ? std::nullopt : std::optional(sum / static_cast<double>(n));
  }
};

} // namespace

std::optional<double> log_volatility_ratio(const SlotSeries& slots, std::size_t i, std::size_t n) {
  const auto recent = slots.mean_square(i, n, good_slots_needed(n));
  const auto trailing = slots.mean_square(i, kTrailingSlots, kTrailingNeeded);
  if (!recent || !trailing || !(*trailing > 0.0)) {
    return std::nullopt;
  }
  // A stretch without any move has no logarithm; a hundredth of the usual variance stands for it.
  return 0.5 * std::log(std::max(*recent / *trailing, 1e-2));
}

std::vector<ScoredForecast> score_forecasts(std::span<const ForecastRecord> bars, Symbol symbol,
                                            Duration interval) {
  RG_ASSERT(kForecastHorizon % interval == Duration::zero());
  std::vector<ScoredForecast> rows;
  if (bars.empty()) {
    return rows;
  }
  const auto n = static_cast<std::size_t>(kForecastHorizon / interval);
  const SlotSeries slots(bars);
  const std::vector<double> s2 = ewma_variance(slots);
  for (const ForecastRecord& b : bars) {
    if (!b.recorded) {
      continue;
    }
    const auto i = slots.index_of(b.slot);
    ScoredForecast row;
    row.stamp = b.stamp;
    row.symbol = symbol;
    row.forecast = b.forecast;
    if (s2[i] >= 0.0) {
      row.rv_ewma = std::sqrt(static_cast<double>(n) * s2[i]);
    }
    row.log_volatility_ratio = log_volatility_ratio(slots, i, n);
    if (const auto variance = slots.next_variance(i, n)) {
      row.rv_realised = std::sqrt(*variance);
      row.adverse_excursion = slots.adverse_excursion(i, n);
      if (const auto mean = slots.mean_square(i, kTrailingSlots, kTrailingNeeded)) {
        row.expansion =
            *row.rv_realised > kExpansionFactor * std::sqrt(static_cast<double>(n) * *mean);
      }
    }
    rows.push_back(row);
  }
  return rows;
}

std::vector<bool> disjoint_exceedances(std::span<const ScoredForecast> rows) {
  std::vector<bool> hits;
  Timestamp free_from;
  for (const ScoredForecast& row : rows) {
    if (row.adverse_excursion && row.stamp >= free_from) {
      free_from = row.stamp + kForecastHorizon;
      hits.push_back(*row.adverse_excursion > row.forecast.tail_q95);
    }
  }
  return hits;
}

namespace {

/// Windows of all pairs, which follow one another in `rows`.
std::optional<double> disjoint_kupiec(std::span<const ScoredForecast> rows, double tail_level) {
  std::uint64_t windows = 0;
  std::uint64_t exceedances = 0;
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin;
    while (end < rows.size() && rows[end].symbol == rows[begin].symbol) {
      ++end;
    }
    const std::vector<bool> hits = disjoint_exceedances(rows.subspan(begin, end - begin));
    windows += hits.size();
    exceedances += static_cast<std::uint64_t>(std::count(hits.begin(), hits.end(), true));
    begin = end;
  }
  return kupiec_p(exceedances, windows, 1.0 - tail_level);
}

} // namespace

RiskModelScores score(std::span<const ScoredForecast> rows, double tail_level) {
  RiskModelScores scores;
  scores.tail_level = tail_level;
  scores.forecasts = rows.size();
  Mean exceedance;
  Mean qlike;
  Mean qlike_ewma;
  std::vector<std::pair<double, bool>> expansions;
  for (const ScoredForecast& row : rows) {
    if (row.adverse_excursion) {
      exceedance.add(*row.adverse_excursion > row.forecast.tail_q95 ? 1.0 : 0.0);
    }
    // A window without any move has no finite loss; it says nothing about the forecast's scale.
    if (row.rv_realised && *row.rv_realised > 0.0 && row.rv_ewma && *row.rv_ewma > 0.0) {
      const double s2 = *row.rv_realised * *row.rv_realised;
      qlike.add(qlike_loss(s2, row.forecast.rv_forecast * row.forecast.rv_forecast));
      qlike_ewma.add(qlike_loss(s2, *row.rv_ewma * *row.rv_ewma));
    }
    if (row.expansion) {
      expansions.emplace_back(row.forecast.p_expansion, *row.expansion);
    }
  }
  scores.tail_exceedance_rate = exceedance.value();
  scores.kupiec_p = disjoint_kupiec(rows, tail_level);
  scores.qlike = qlike.value();
  scores.qlike_ewma = qlike_ewma.value();
  if (!expansions.empty()) {
    const auto n = static_cast<double>(expansions.size());
    const auto events = static_cast<double>(std::count_if(expansions.begin(), expansions.end(),
                                                          [](const auto& e) { return e.second; }));
    const double reference = events / n * (1.0 - events / n); // Brier of the rows' own base rate
    if (reference > 0.0) {
      scores.expansion_brier_skill = 1.0 - *brier_score(expansions) / reference;
    }
    scores.expansion_auc = area_under_curve(std::move(expansions));
  }
  return scores;
}

} // namespace rg
