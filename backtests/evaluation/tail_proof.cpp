// The rows of tail and coverage.

#include "backtests/evaluation/forecast_proof.hpp"
#include "backtests/evaluation/forecast_proof_parts.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace rg {

namespace {

// The bars of the proof.
constexpr double kExceedanceLow = 0.04, kExceedanceHigh = 0.06;
constexpr double kKupiecLevel = 0.01, kKupiecShare = 0.80;
constexpr double kPinballShare = 0.85;
constexpr double kCoverageBar = 0.99;

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
