#include "backtests/forecast_scores.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr std::size_t kEwmaStart = 96; // existing returns whose mean square starts s²
constexpr double kEwmaDecay = 0.94;
constexpr std::size_t kTrailingSlots = 480;
constexpr std::size_t kTrailingNeeded = 384;
constexpr double kExpansionFactor = 1.5;

/// One pair on its slot grid, gaps as holes.
struct Slots {
  std::int64_t first = 0;
  std::vector<double> close, high, low; // 0 = no good bar in this slot
  std::vector<double> r2;               // squared return; −1 = does not exist
  std::vector<double> sum_r2;           // of the existing ones before index i
  std::vector<std::size_t> count_r2;

  explicit Slots(std::span<const ForecastRecord> bars) {
    first = bars.front().slot;
    const auto n = static_cast<std::size_t>(bars.back().slot - first + 1);
    close.assign(n, 0.0);
    high.assign(n, 0.0);
    low.assign(n, 0.0);
    r2.assign(n, -1.0);
    for (const ForecastRecord& b : bars) {
      const auto i = static_cast<std::size_t>(b.slot - first);
      close[i] = b.close;
      high[i] = b.high;
      low[i] = b.low;
    }
    sum_r2.assign(n + 1, 0.0);
    count_r2.assign(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) {
      if (i > 0 && close[i] > 0.0 && close[i - 1] > 0.0) {
        const double r = std::log(close[i] / close[i - 1]);
        r2[i] = r * r;
      }
      const bool exists = r2[i] >= 0.0;
      sum_r2[i + 1] = sum_r2[i] + (exists ? r2[i] : 0.0);
      count_r2[i + 1] = count_r2[i] + (exists ? 1U : 0U);
    }
  }

  /// Σ r² over the n slots after i; empty where one is missing.
  [[nodiscard]] std::optional<double> next_variance(std::size_t i, std::size_t n) const {
    if (i + n >= r2.size() || count_r2[i + n + 1] - count_r2[i + 1] != n) {
      return std::nullopt;
    }
    double sum = 0.0; // added up afresh: a quiet window is small beside the sum of the whole span
    for (std::size_t j = i + 1; j <= i + n; ++j) {
      sum += r2[j];
    }
    return sum;
  }

  /// Mean of the existing r² in the 480 slots ending at i.
  [[nodiscard]] std::optional<double> trailing_mean(std::size_t i) const {
    const std::size_t from = i + 1 >= kTrailingSlots ? i + 1 - kTrailingSlots : 0;
    const std::size_t count = count_r2[i + 1] - count_r2[from];
    if (count < kTrailingNeeded) {
      return std::nullopt;
    }
    return (sum_r2[i + 1] - sum_r2[from]) / static_cast<double>(count);
  }

  [[nodiscard]] double adverse_excursion(std::size_t i, std::size_t n) const {
    const auto begin = static_cast<std::ptrdiff_t>(i + 1);
    const auto end = static_cast<std::ptrdiff_t>(i + n + 1);
    const double highest = *std::max_element(high.begin() + begin, high.begin() + end);
    const double lowest = *std::min_element(low.begin() + begin, low.begin() + end);
    return std::max(std::log(highest / close[i]), -std::log(lowest / close[i]));
  }
};

/// s² of the EWMA reference after each slot; −1 before it starts.
std::vector<double> ewma_variance(const Slots& slots) {
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

double qlike_loss(double s2, double h) {
  return s2 / h - std::log(s2 / h) - 1.0;
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

std::vector<ScoredForecast> score_forecasts(std::span<const ForecastRecord> bars, Symbol symbol,
                                            Duration interval) {
  RG_ASSERT(kForecastHorizon % interval == Duration::zero());
  std::vector<ScoredForecast> rows;
  if (bars.empty()) {
    return rows;
  }
  const auto n = static_cast<std::size_t>(kForecastHorizon / interval);
  const Slots slots(bars);
  const std::vector<double> s2 = ewma_variance(slots);
  for (const ForecastRecord& b : bars) {
    if (!b.recorded) {
      continue;
    }
    const auto i = static_cast<std::size_t>(b.slot - slots.first);
    ScoredForecast row;
    row.stamp = b.stamp;
    row.symbol = symbol;
    row.forecast = b.forecast;
    if (s2[i] >= 0.0) {
      row.rv_ewma = std::sqrt(static_cast<double>(n) * s2[i]);
    }
    if (const auto variance = slots.next_variance(i, n)) {
      row.rv_realised = std::sqrt(*variance);
      row.adverse_excursion = slots.adverse_excursion(i, n);
      if (const auto mean = slots.trailing_mean(i)) {
        row.expansion =
            *row.rv_realised > kExpansionFactor * std::sqrt(static_cast<double>(n) * *mean);
      }
    }
    rows.push_back(row);
  }
  return rows;
}

std::optional<double> kupiec_p(std::uint64_t exceedances, std::uint64_t windows,
                               double level_missed) {
  if (windows == 0) {
    return std::nullopt;
  }
  const auto x = static_cast<double>(exceedances);
  const auto n = static_cast<double>(windows);
  const auto log_likelihood = [&](double p) {
    return (x > 0.0 ? x * std::log(p) : 0.0) + (x < n ? (n - x) * std::log1p(-p) : 0.0);
  };
  const double ratio = 2.0 * (log_likelihood(x / n) - log_likelihood(level_missed));
  return std::erfc(
      std::sqrt(std::max(0.0, ratio) / 2.0)); // survival of χ² with 1 degree of freedom
}

std::optional<double> area_under_curve(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  double rank_sum = 0.0; // of the events, ties at their mean rank
  double events = 0.0;
  for (std::size_t i = 0; i < scored.size();) {
    std::size_t j = i;
    double tied_events = 0.0;
    while (j < scored.size() && scored[j].first == scored[i].first) {
      tied_events += scored[j].second ? 1.0 : 0.0;
      ++j;
    }
    rank_sum += tied_events * 0.5 * static_cast<double>(i + 1 + j);
    events += tied_events;
    i = j;
  }
  const double others = static_cast<double>(scored.size()) - events;
  if (events == 0.0 || others == 0.0) {
    return std::nullopt;
  }
  return (rank_sum - events * (events + 1.0) / 2.0) / (events * others);
}

namespace {

/// Windows of one pair that do not overlap: each starts no earlier than the one before ends.
std::optional<double> disjoint_kupiec(std::span<const ScoredForecast> rows, double tail_level) {
  std::uint64_t windows = 0;
  std::uint64_t exceedances = 0;
  std::optional<Symbol> symbol;
  Timestamp free_from;
  for (const ScoredForecast& row : rows) {
    if (symbol != row.symbol) {
      symbol = row.symbol;
      free_from = Timestamp{};
    }
    if (!row.adverse_excursion || row.stamp < free_from) {
      continue;
    }
    free_from = row.stamp + kForecastHorizon;
    ++windows;
    exceedances += *row.adverse_excursion > row.forecast.tail_q95 ? 1U : 0U;
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
    double events = 0.0;
    double brier = 0.0;
    for (const auto& [p, happened] : expansions) {
      events += happened ? 1.0 : 0.0;
      const double miss = p - (happened ? 1.0 : 0.0);
      brier += miss * miss;
    }
    const double base_rate = events / n;
    const double reference = base_rate * (1.0 - base_rate);
    if (reference > 0.0) {
      scores.expansion_brier_skill = 1.0 - brier / n / reference;
    }
    scores.expansion_auc = area_under_curve(std::move(expansions));
  }
  return scores;
}

} // namespace rg
