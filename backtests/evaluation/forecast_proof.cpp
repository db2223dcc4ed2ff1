#include "backtests/evaluation/forecast_proof.hpp"

#include "backtests/evaluation/forecast_proof_parts.hpp"
#include "backtests/statistics/diebold_mariano.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace rg {

namespace {

// The bars of the proof.
constexpr double kPairsShare = 7.0 / 8.0;
constexpr double kSignificance = 0.05;
constexpr double kAucBar = 0.68;

/// QLIKE of the three volatility forecasts on the same rows.
struct VolatilityLosses {
  Mean model, ewma, garch;
};

/// Loss differentials of the pool, by stamp; one map per span keeps spans apart.
using ByStamp = std::map<std::int64_t, Mean>;

std::vector<double> means(const ByStamp& by_stamp) {
  std::vector<double> out;
  out.reserve(by_stamp.size());
  for (const auto& [stamp, mean] : by_stamp) {
    out.push_back(*mean.value());
  }
  return out;
}

ProofFigure pairs_below(const char* reference, const std::map<Symbol, VolatilityLosses>& losses,
                        Mean VolatilityLosses::*loss) {
  double wins = 0.0;
  double pairs = 0.0;
  std::string detail;
  for (const auto& [symbol, l] : losses) {
    const auto other = (l.*loss).value();
    if (!other) {
      continue;
    }
    pairs += 1.0;
    wins += *l.model.value() < *other ? 1.0 : 0.0;
    detail += fmt::format("{}{} {:.4f} / {:.4f}", detail.empty() ? "" : ", ", symbol.name(),
                          *l.model.value(), *other);
  }
  ProofFigure f;
  f.name = fmt::format("pairs with QLIKE below {}'s", reference);
  f.value = pairs > 0.0 ? std::optional(wins) : std::nullopt;
  const double needed = std::ceil(kPairsShare * pairs);
  f.bar = fmt::format(">= {:g} of {:g}", needed, pairs);
  f.holds = pairs > 0.0 && wins >= needed;
  f.detail = detail;
  return f;
}

ProofFigure pooled_test(const char* reference, const std::vector<std::vector<double>>& stretches,
                        std::size_t horizon) {
  const auto test = diebold_mariano(stretches, horizon);
  ProofFigure f;
  f.name = fmt::format("Diebold-Mariano p on the pool, model better than {}", reference);
  f.bar = fmt::format("< {:g}", kSignificance);
  f.holds = test && test->mean_difference < 0.0 && test->p_two_sided < kSignificance;
  if (test) {
    f.value = test->p_two_sided;
    f.detail = fmt::format("mean loss differential {:.5f}, statistic {:.2f}, {} stamps, {} lags",
                           test->mean_difference, test->statistic, test->observations, test->lags);
  }
  return f;
}

} // namespace

SpanForecasts collect_forecasts(const Span& span, const GuardedRun& guarded,
                                const BarSettings& bars, const ReferenceForecasters& references) {
  SpanForecasts out;
  out.name = span.name();
  const auto n = static_cast<std::size_t>(kForecastHorizon / bars.interval);
  for (const SpanPair& p : span.pairs()) {
    const std::size_t id = p.symbol.id();
    const std::vector<ForecastRecord>& records = guarded.forecasts[id];
    PairForecasts pair;
    pair.symbol = p.symbol;
    pair.rows = score_forecasts(records, p.symbol, bars.interval);
    const std::int64_t first_slot = p.bars.front().open_time.ns() / bars.interval.count();
    for (const ForecastRecord& f : records) {
      const bool after = f.slot - first_slot >= static_cast<std::int64_t>(bars.warm_up_slots);
      pair.good_bars += after && f.stamp > span.trading_after() ? 1U : 0U;
    }
    if (const auto& fit = references.garch[id]) {
      pair.garch_variance = garch_variances(fit->parameters, records, n);
    } else {
      pair.garch_variance.assign(pair.rows.size(), std::numeric_limits<double>::quiet_NaN());
    }
    out.pairs.push_back(std::move(pair));
  }
  return out;
}

namespace {

ProofPlot loss_plot(const std::map<Symbol, VolatilityLosses>& losses) {
  ProofPlot plot;
  plot.title = "QLIKE by pair";
  plot.y_label = "mean loss";
  plot.series = {{"model", {}, {}}, {"EWMA", {}, {}}, {"GARCH(1,1)", {}, {}}};
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [symbol, l] : losses) {
    plot.categories.emplace_back(symbol.compact());
    plot.series[0].y.push_back(l.model.value().value_or(kNone));
    plot.series[1].y.push_back(l.ewma.value().value_or(kNone));
    plot.series[2].y.push_back(l.garch.value().value_or(kNone));
  }
  return plot;
}

/// Frequency of expansions in tenths of the forecast probability.
ProofPlot reliability_plot(std::span<const std::pair<double, bool>> model,
                           std::span<const std::pair<double, bool>> reference) {
  constexpr std::size_t kClasses = 10;
  ProofPlot plot;
  plot.title = "expansions that came, by forecast probability";
  plot.x_label = "mean forecast in the class";
  plot.y_label = "frequency";
  const auto curve = [&](const char* name, std::span<const std::pair<double, bool>> scored) {
    std::array<Mean, kClasses> forecast;
    std::array<Mean, kClasses> happened;
    for (const auto& [p, yes] : scored) {
      const std::size_t k =
          std::min(kClasses - 1, static_cast<std::size_t>(p * static_cast<double>(kClasses)));
      forecast[k].add(p);
      happened[k].add(yes ? 1.0 : 0.0);
    }
    ProofPlot::Series series{name, {}, {}};
    for (std::size_t k = 0; k < kClasses; ++k) {
      if (forecast[k].n >= 30.0) { // fewer say nothing
        series.x.push_back(*forecast[k].value());
        series.y.push_back(*happened[k].value());
      }
    }
    plot.series.push_back(std::move(series));
  };
  curve("model", model);
  curve("one-variable logistic", reference);
  plot.series.push_back({"perfect", {0.0, 1.0}, {0.0, 1.0}});
  return plot;
}

} // namespace

ProofRow volatility_row(const ForecastJudge& judge) {
  ProofRow row = named(judge, "volatility", "Volatility forecast over 4 h against EWMA and GARCH");
  std::map<Symbol, VolatilityLosses> losses;
  std::vector<std::vector<double>> against_ewma;
  std::vector<std::vector<double>> against_garch;
  for (const SpanForecasts& span : judge.spans) {
    ByStamp ewma;
    ByStamp garch;
    for (const PairForecasts& pair : span.pairs) {
      for (std::size_t i = 0; i < pair.rows.size(); ++i) {
        const ScoredForecast& r = pair.rows[i];
        // A window without any move has no finite loss; it says nothing about a forecast's scale.
        if (!r.rv_realised || !(*r.rv_realised > 0.0) || !r.rv_ewma || !(*r.rv_ewma > 0.0)) {
          continue;
        }
        const double s2 = *r.rv_realised * *r.rv_realised;
        const double model = qlike_loss(s2, r.forecast.rv_forecast * r.forecast.rv_forecast);
        const double by_ewma = qlike_loss(s2, *r.rv_ewma * *r.rv_ewma);
        VolatilityLosses& l = losses[pair.symbol];
        l.model.add(model);
        l.ewma.add(by_ewma);
        ewma[r.stamp.ns()].add(model - by_ewma);
        if (!std::isnan(pair.garch_variance[i])) {
          const double by_garch = qlike_loss(s2, pair.garch_variance[i]);
          l.garch.add(by_garch);
          garch[r.stamp.ns()].add(model - by_garch);
        }
      }
    }
    against_ewma.push_back(means(ewma));
    against_garch.push_back(means(garch));
  }
  row.figures.push_back(pairs_below("EWMA", losses, &VolatilityLosses::ewma));
  row.figures.push_back(pairs_below("GARCH(1,1)", losses, &VolatilityLosses::garch));
  row.figures.push_back(pooled_test("EWMA", against_ewma, judge.horizon_slots));
  row.figures.push_back(pooled_test("GARCH(1,1)", against_garch, judge.horizon_slots));
  row.notes.push_back("references fitted on " + joined(judge.references.folders));
  row.plots.push_back(loss_plot(losses));
  return row;
}

ProofRow expansion_row(const ForecastJudge& judge) {
  ProofRow row = named(judge, "expansion", "Probability of a volatility expansion within 4 h");
  std::vector<std::pair<double, bool>> model;
  std::vector<std::pair<double, bool>> reference;
  for (const SpanForecasts& span : judge.spans) {
    for (const PairForecasts& pair : span.pairs) {
      for (const ScoredForecast& r : pair.rows) {
        const auto p = judge.references.expansion_probability(r);
        if (r.expansion && p) {
          model.emplace_back(r.forecast.p_expansion, *r.expansion);
          reference.emplace_back(*p, *r.expansion);
        }
      }
    }
  }
  row.plots.push_back(reliability_plot(model, reference));
  const auto model_brier = brier_score(model);
  const auto reference_brier = brier_score(reference);
  const std::size_t rows = model.size();
  const auto model_auc = area_under_curve(std::move(model));
  const auto reference_auc = area_under_curve(std::move(reference));
  row.figures.push_back(at_least("pooled AUC", model_auc, kAucBar));
  ProofFigure auc = reported("AUC above the one-variable logistic's by", std::nullopt);
  auc.bar = "> 0";
  auc.holds = model_auc && reference_auc && *model_auc > *reference_auc;
  if (model_auc && reference_auc) {
    auc.value = *model_auc - *reference_auc;
    auc.detail = fmt::format("{:.4f} and {:.4f} on {} rows", *model_auc, *reference_auc, rows);
  }
  row.figures.push_back(auc);
  ProofFigure brier = reported("Brier score below the one-variable logistic's by", std::nullopt);
  brier.bar = "> 0";
  brier.holds = model_brier && reference_brier && *model_brier < *reference_brier;
  if (model_brier && reference_brier) {
    brier.value = *reference_brier - *model_brier;
    brier.detail = fmt::format("{:.5f} and {:.5f}", *model_brier, *reference_brier);
  }
  row.figures.push_back(brier);
  row.notes.push_back("reference fitted on " + joined(judge.references.folders));
  return row;
}

} // namespace rg
