#include "backtests/evaluation/forecast_proof.hpp"

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
constexpr double kExceedanceLow = 0.04, kExceedanceHigh = 0.06;
constexpr double kKupiecLevel = 0.01, kKupiecShare = 0.80;
constexpr double kPinballShare = 0.85;
constexpr double kCoverageBar = 0.99;

/// Mean of what was added.
struct Mean {
  double sum = 0.0;
  double n = 0.0;
  void add(double x) {
    sum += x;
    n += 1.0;
  }
  [[nodiscard]] std::optional<double> value() const {
    return n > 0.0 ? std::optional(sum / n) : std::nullopt;
  }
};

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

ProofRow named(const ForecastJudge& judge, const char* id, const char* title) {
  ProofRow row;
  row.id = id;
  row.title = title;
  for (const SpanForecasts& span : judge.spans) {
    row.spans.push_back(span.name);
  }
  return row;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) {
    out += (out.empty() ? "" : ", ") + p;
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

namespace {

/// What one pair's tail forecasts came to over one span.
struct TailScore {
  Mean exceedance, model_loss, reference_loss;
  std::optional<double> kupiec;
};

TailScore tail_score(const PairForecasts& pair, const ForecastJudge& judge,
                     HitTransitions& transitions) {
  TailScore score;
  for (const ScoredForecast& r : pair.rows) {
    if (!r.adverse_excursion) {
      continue;
    }
    score.exceedance.add(*r.adverse_excursion > r.forecast.tail_q95 ? 1.0 : 0.0);
    if (const auto reference = judge.references.tail(r)) {
      score.model_loss.add(
          pinball_loss(*r.adverse_excursion, r.forecast.tail_q95, judge.tail_level));
      score.reference_loss.add(pinball_loss(*r.adverse_excursion, *reference, judge.tail_level));
    }
  }
  const std::vector<bool> hits = disjoint_exceedances(pair.rows);
  score.kupiec = kupiec_p(static_cast<std::uint64_t>(std::count(hits.begin(), hits.end(), true)),
                          hits.size(), 1.0 - judge.tail_level);
  transitions.add(hits);
  return score;
}

ProofFigure share_figure(const char* name, double good, double all, double bar,
                         const std::string& worst) {
  ProofFigure f = at_least(name, all > 0.0 ? std::optional(good / all) : std::nullopt, bar);
  f.detail = fmt::format("{:g} of {:g}{}{}", good, all, worst.empty() ? "" : "; not: ", worst);
  return f;
}

} // namespace

ProofRow tail_row(const ForecastJudge& judge) {
  ProofRow row = named(judge, "tail", "95 % quantile of adverse excursion over 4 h");
  Mean exceedance;
  Mean model_loss;
  Mean reference_loss;
  HitTransitions transitions;
  double pair_spans = 0.0, kupiec_good = 0.0, compared = 0.0, pinball_good = 0.0;
  ProofPlot rates;
  rates.title = "exceedance by pair, span after span";
  rates.y_label = "share of windows";
  rates.reference = 1.0 - judge.tail_level;
  rates.series.push_back({"exceedance", {}, {}});
  std::string kupiec_not;
  std::string pinball_not;
  for (const SpanForecasts& span : judge.spans) {
    for (const PairForecasts& pair : span.pairs) {
      const TailScore s = tail_score(pair, judge, transitions);
      if (!s.kupiec) {
        continue;
      }
      const std::string name = fmt::format(" {}/{}", span.name, pair.symbol.name());
      rates.categories.push_back(fmt::format("{}", pair.symbol.compact()));
      rates.series[0].y.push_back(s.exceedance.value().value_or(0.0));
      exceedance.sum += s.exceedance.sum;
      exceedance.n += s.exceedance.n;
      pair_spans += 1.0;
      if (*s.kupiec > kKupiecLevel) {
        kupiec_good += 1.0;
      } else {
        kupiec_not +=
            fmt::format("{} (p {:.2g}, rate {:.3f})", name, *s.kupiec, *s.exceedance.value());
      }
      if (s.reference_loss.n > 0.0) {
        compared += 1.0;
        const bool better = *s.model_loss.value() < *s.reference_loss.value();
        pinball_good += better ? 1.0 : 0.0;
        pinball_not += better ? "" : name;
        model_loss.sum += s.model_loss.sum;
        model_loss.n += s.model_loss.n;
        reference_loss.sum += s.reference_loss.sum;
        reference_loss.n += s.reference_loss.n;
      }
    }
  }
  ProofFigure rate = reported("pooled exceedance", exceedance.value());
  rate.bar = fmt::format("{:g} to {:g}", kExceedanceLow, kExceedanceHigh);
  rate.holds = rate.value && *rate.value >= kExceedanceLow && *rate.value <= kExceedanceHigh;
  row.figures.push_back(rate);
  row.figures.push_back(share_figure("pair-spans with Kupiec p > 0.01, disjoint windows",
                                     kupiec_good, pair_spans, kKupiecShare, kupiec_not));
  row.figures.push_back(share_figure("pair-spans with pinball loss below EWMA x constant",
                                     pinball_good, compared, kPinballShare, pinball_not));
  if (model_loss.n > 0.0) {
    ProofFigure loss = reported("pooled pinball loss, model / reference",
                                *model_loss.value() / *reference_loss.value());
    loss.detail = fmt::format("{:.4g} and {:.4g}", *model_loss.value(), *reference_loss.value());
    row.figures.push_back(loss);
  }
  const auto independence = christoffersen(transitions, 1.0 - judge.tail_level);
  ProofFigure clustered =
      reported("Christoffersen independence p, disjoint windows",
               independence ? std::optional(independence->independence_p) : std::nullopt);
  if (independence) {
    clustered.detail =
        fmt::format("exceedance rate after one {:.3f}, after none {:.3f}; coverage p {:.2g}",
                    independence->after_hit, independence->after_none, independence->coverage_p);
  }
  row.figures.push_back(clustered);
  row.plots.push_back(std::move(rates));
  row.notes.push_back("reference fitted on " + joined(judge.references.folders));
  return row;
}

ProofRow coverage_row(const ForecastJudge& judge) {
  ProofRow row = named(judge, "coverage", "Forecasts for the good bars after warm-up");
  std::optional<double> worst;
  std::string where;
  double bars = 0.0;
  double forecasts = 0.0;
  for (const SpanForecasts& span : judge.spans) {
    for (const PairForecasts& pair : span.pairs) {
      if (pair.good_bars == 0) {
        continue; // shorter than the warm-up
      }
      const auto good = static_cast<double>(pair.good_bars);
      const auto made = static_cast<double>(pair.rows.size());
      bars += good;
      forecasts += made;
      if (!worst || made / good < *worst) {
        worst = made / good;
        where = fmt::format("{}/{}", span.name, pair.symbol.name());
      }
    }
  }
  ProofFigure f =
      at_least("share of bars with a forecast, worst pair and span", worst, kCoverageBar);
  f.detail = fmt::format("{} ; all together {:g} of {:g}", where, forecasts, bars);
  row.figures.push_back(f);
  return row;
}

} // namespace rg
