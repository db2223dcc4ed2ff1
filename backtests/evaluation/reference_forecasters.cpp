#include "backtests/evaluation/reference_forecasters.hpp"

#include "actors/risk/regression.hpp"
#include "backtests/parallel.hpp"
#include "backtests/training/training_data.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rg {

namespace {

constexpr std::size_t kStartReturns = 96; // as the EWMA of design §15

} // namespace

std::optional<double> ReferenceForecasters::tail(const ScoredForecast& row) const {
  const auto& own = tail_multiple[row.symbol.id()];
  const auto& multiple = own ? own : pooled_tail_multiple;
  return multiple && row.rv_ewma ? std::optional(*multiple * *row.rv_ewma) : std::nullopt;
}

std::optional<double> ReferenceForecasters::expansion_probability(const ScoredForecast& row) const {
  if (!expansion || !row.log_volatility_ratio) {
    return std::nullopt;
  }
  const double logit = (*expansion)[0] + (*expansion)[1] * *row.log_volatility_ratio;
  return 1.0 / (1.0 + std::exp(-logit));
}

std::vector<ForecastRecord> plain_records(const CandleSeries& series, const BarSettings& bars,
                                          std::optional<Timestamp> until) {
  std::vector<ForecastRecord> records;
  if (series.bars.empty()) {
    return records;
  }
  const std::int64_t slot_ns = bars.interval.count();
  const std::int64_t first_slot = series.bars.front().open_time.ns() / slot_ns;
  for_each_pipeline_bar(series, bars, until, [&](const PipelineBar& pipeline) {
    const Bar& bar = pipeline.bar;
    ForecastRecord f;
    f.stamp = bar.close_time();
    f.slot = bar.open_time.ns() / slot_ns;
    f.recorded = f.slot - first_slot >= static_cast<std::int64_t>(bars.warm_up_slots);
    f.close = bar.close.to_double();
    f.high = bar.high.to_double();
    f.low = bar.low.to_double();
    records.push_back(f);
  });
  return records;
}

struct ReferenceFitter::State {
  using Ratios = std::vector<std::pair<double, double>>; // excursion / rv_ewma, rv_ewma

  BarSettings bars;
  double tail_level = 0.95;
  std::array<std::vector<std::vector<double>>, Symbol::kCount> returns; // stretches per pair
  std::array<Ratios, Symbol::kCount> ratios;
  DesignMatrix ratio_of_volatility{2, {}}; // 1, ln(4 h / 5 d)
  std::vector<double> expanded;
  std::vector<std::string> folders;
  Timestamp last;

  void add_series(const CandleSeries& series, std::optional<Timestamp> until);
};

ReferenceFitter::ReferenceFitter(const BarSettings& bars, double tail_level)
    : state_(std::make_unique<State>()) {
  state_->bars = bars;
  state_->tail_level = tail_level;
}
ReferenceFitter::~ReferenceFitter() = default;
ReferenceFitter::ReferenceFitter(ReferenceFitter&&) noexcept = default;
ReferenceFitter& ReferenceFitter::operator=(ReferenceFitter&&) noexcept = default;

void ReferenceFitter::State::add_series(const CandleSeries& series,
                                        std::optional<Timestamp> until) {
  const std::vector<ForecastRecord> records = plain_records(series, bars, until);
  if (records.empty()) {
    return;
  }
  last = std::max(last, records.back().stamp);
  returns[series.symbol.id()].push_back(SlotSeries(records).r);
  for (const ScoredForecast& row : score_forecasts(records, series.symbol, bars.interval)) {
    if (row.adverse_excursion && row.rv_ewma && *row.rv_ewma > 0.0) {
      ratios[series.symbol.id()].emplace_back(*row.adverse_excursion / *row.rv_ewma, *row.rv_ewma);
    }
    if (row.expansion && row.log_volatility_ratio) {
      ratio_of_volatility.values.insert(ratio_of_volatility.values.end(),
                                        {1.0, *row.log_volatility_ratio});
      expanded.push_back(*row.expansion ? 1.0 : 0.0);
    }
  }
}

void ReferenceFitter::add(const CandleFolder& folder, std::optional<Timestamp> until) {
  state_->folders.push_back(folder.name);
  for (const CandleSeries& series : folder.series) {
    state_->add_series(series, until);
  }
}

ReferenceForecasters ReferenceFitter::finish(unsigned threads) const {
  ReferenceForecasters out;
  out.folders = state_->folders;
  out.last = state_->last;
  for_each_index(Symbol::kCount, threads,
                 [&](std::size_t id) { out.garch[id] = fit_garch(state_->returns[id]); });
  State::Ratios pooled;
  for (std::size_t id = 0; id < Symbol::kCount; ++id) {
    const State::Ratios& own = state_->ratios[id];
    out.tail_multiple[id] = weighted_quantile(own, state_->tail_level);
    pooled.insert(pooled.end(), own.begin(), own.end());
  }
  out.pooled_tail_multiple = weighted_quantile(std::move(pooled), state_->tail_level);
  const auto events = std::count(state_->expanded.begin(), state_->expanded.end(), 1.0);
  if (events > 0 && events < std::ssize(state_->expanded)) {
    const std::vector<double> beta =
        logistic_regression(state_->ratio_of_volatility, state_->expanded, 0.0);
    out.expansion = std::array<double, 2>{beta[0], beta[1]};
  }
  return out;
}

std::vector<double> garch_variances(const GarchParameters& parameters,
                                    std::span<const ForecastRecord> bars, std::size_t n) {
  std::vector<double> out;
  if (bars.empty()) {
    return out;
  }
  const SlotSeries slots(bars);
  double start = 0.0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < slots.size() && seen < kStartReturns; ++i) {
    if (slots.r2[i] >= 0.0) {
      start += slots.r2[i] / static_cast<double>(kStartReturns);
      ++seen;
    }
  }
  GarchFilter filter(parameters, start);
  std::vector<double> by_slot(slots.size(), std::numeric_limits<double>::quiet_NaN());
  std::size_t returns = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots.r2[i] >= 0.0) {
      filter.on_return(slots.r2[i]);
      ++returns;
    } else {
      filter.on_missing();
    }
    if (returns >= kStartReturns) {
      by_slot[i] = filter.variance_over(n);
    }
  }
  for (const ForecastRecord& b : bars) {
    if (b.recorded) {
      out.push_back(by_slot[slots.index_of(b.slot)]);
    }
  }
  return out;
}

} // namespace rg
