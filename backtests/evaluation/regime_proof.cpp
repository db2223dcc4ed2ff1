#include "backtests/evaluation/regime_proof.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace rg {

namespace {

// The bars of the proof.
constexpr double kAccuracyShare = 0.97;
constexpr double kCalibrationBar = 0.03;
constexpr double kBalancedBar = 0.80;
constexpr double kVolatilityRatio = 1.5;
constexpr double kPairsShare = 7.0 / 8.0;
constexpr double kEfficiencyP = 0.01;
constexpr double kDwellHours = 4.0;
constexpr double kAgreementBar = 0.9;

ProofFigure volatility_figure(std::span<const SpanTracks> spans, ProofPlot& plot) {
  std::map<Symbol, std::vector<RegimeTrack>> by_pair;
  for (const SpanTracks& span : spans) {
    for (const RegimeTrack& t : span.tracks) {
      by_pair[t.symbol].push_back(t);
    }
  }
  double good = 0.0;
  double pairs = 0.0;
  std::string detail;
  for (const auto& [symbol, tracks] : by_pair) {
    const VolatilityAfter after = volatility_after(tracks);
    if (!after.ratio) {
      continue;
    }
    pairs += 1.0;
    good += *after.ratio >= kVolatilityRatio ? 1.0 : 0.0;
    detail +=
        fmt::format("{}{} {:.2f}", detail.empty() ? "" : ", ", symbol.compact(), *after.ratio);
    plot.categories.emplace_back(symbol.compact());
    plot.series[0].y.push_back(*after.ratio);
  }
  const double needed = std::ceil(kPairsShare * pairs);
  ProofFigure f;
  f.name = fmt::format("pairs with volatility after High Volatility >= {:g} x the others'",
                       kVolatilityRatio);
  f.value = pairs > 0.0 ? std::optional(good) : std::nullopt;
  f.bar = fmt::format(">= {:g} of {:g}", needed, pairs);
  f.holds = pairs > 0.0 && good >= needed;
  f.detail = detail;
  return f;
}

/// Days of a track, for the search of spans that overlap.
struct Extent {
  std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = 0;
};
Extent extent_of(const SpanTracks& span) {
  Extent e;
  for (const RegimeTrack& t : span.tracks) {
    if (!t.rows.empty()) {
      e.first = std::min(e.first, t.rows.front().estimate.stamp.ns());
      e.last = std::max(e.last, t.rows.back().estimate.stamp.ns());
    }
  }
  return e;
}

/// Tracks whose days no earlier span covers: days are drawn as a whole.
std::vector<RegimeTrack> without_shared_days(std::span<const SpanTracks> spans,
                                             std::vector<std::string>& left_out) {
  std::vector<RegimeTrack> kept;
  std::vector<Extent> taken;
  for (const SpanTracks& span : spans) {
    const Extent e = extent_of(span);
    const bool shared = std::any_of(taken.begin(), taken.end(), [&](const Extent& t) {
      return e.first <= t.last && t.first <= e.last;
    });
    if (shared) {
      left_out.push_back(span.name);
      continue;
    }
    taken.push_back(e);
    kept.insert(kept.end(), span.tracks.begin(), span.tracks.end());
  }
  return kept;
}

void add_efficiency(ProofRow& row, std::span<const SpanTracks> spans,
                    const BootstrapSettings& bootstrap) {
  std::vector<std::string> left_out;
  const std::vector<RegimeTrack> tracks = without_shared_days(spans, left_out);
  const EfficiencyContrast now =
      efficiency_contrast(tracks, EfficiencyWindow::contemporaneous, bootstrap);
  ProofFigure f =
      below("efficiency ratio, Trending above Range-Bound, block-bootstrap p", now.p, kEfficiencyP);
  f.holds = f.holds && *f.holds && now.difference && *now.difference > 0.0;
  f.detail = fmt::format("means {:.3f} and {:.3f} over the 16 slots that end with the bar",
                         now.trending, now.range);
  row.figures.push_back(std::move(f));
  const EfficiencyContrast next = efficiency_contrast(tracks, EfficiencyWindow::forward, bootstrap);
  ProofFigure forward =
      reported("forward efficiency ratio, Trending minus Range-Bound", next.difference);
  forward.detail = fmt::format("means {:.3f} and {:.3f} over the 16 slots after it; p {}",
                               next.trending, next.range, figure_text(next.p));
  row.figures.push_back(std::move(forward));
  for (const std::string& name : left_out) {
    row.notes.push_back(name + " shares days with another span and is left out of the efficiency "
                               "ratios");
  }
}

ProofFigure agreement_figure(std::span<const RefitPair> refits) {
  std::optional<double> worst;
  std::string detail;
  for (const RefitPair& r : refits) {
    if (!r.agreement.posterior) {
      continue;
    }
    worst = worst ? std::min(*worst, *r.agreement.posterior) : *r.agreement.posterior;
    detail += fmt::format("{}{} {:.3f}{}", detail.empty() ? "" : ", ", r.name,
                          *r.agreement.posterior, r.agreement.names_hold ? "" : " (names change)");
  }
  ProofFigure f =
      at_least("agreement of successive monthly refits, the worst", worst, kAgreementBar);
  f.detail = detail.empty() ? "no refits: give --train DIR.. and --refits N" : detail;
  return f;
}

} // namespace

ProofRow known_truth_row(const Result<SimulationProof, InputError>& proof, std::size_t rows) {
  ProofRow row;
  row.id = "known-truth";
  row.title = "Regimes of data simulated from the fitted model";
  row.spans = {"simulated"};
  if (!proof) {
    row.not_measured = proof.error().text();
    return row;
  }
  ProofFigure accuracy = at_least(
      "accuracy, trained / filter with the true parameters",
      proof->accuracy_true > 0.0 ? std::optional(proof->accuracy_trained / proof->accuracy_true)
                                 : std::nullopt,
      kAccuracyShare);
  accuracy.detail = fmt::format("{:.4f} and {:.4f}; trained on {} rows, judged on as many",
                                proof->accuracy_trained, proof->accuracy_true, rows);
  row.figures.push_back(std::move(accuracy));
  row.figures.push_back(at_most("calibration error, ten bins", proof->ece, kCalibrationBar));
  ProofPlot plot;
  plot.title = "confidence of the trained filter";
  plot.x_label = "largest posterior";
  plot.y_label = "share right";
  plot.series = {{"trained", {}, {}}, {"perfect", {0.3, 1.0}, {0.3, 1.0}}};
  for (const ReliabilityBin& bin : proof->reliability.bins) {
    if (bin.samples > 0) {
      plot.series[0].x.push_back(bin.confidence);
      plot.series[0].y.push_back(bin.right);
    }
  }
  row.plots.push_back(std::move(plot));
  return row;
}

ProofRow synthetic_row(const Result<SyntheticProof, InputError>& trained,
                       const SyntheticScore& shipped, const SyntheticTrial& test) {
  ProofRow row;
  row.id = "synthetic";
  row.title = "Regimes of the synthetic market";
  row.spans = {"synthetic"};
  if (!trained) {
    row.not_measured = trained.error().text();
    return row;
  }
  const SyntheticScore& score = trained->trained;
  ProofFigure accuracy =
      at_least("balanced accuracy, every pipeline bar", score.balanced_filter, kBalancedBar);
  accuracy.detail = fmt::format("{} bars of {} seeds, {} days each, a model of other seeds",
                                score.bars, test.seeds, test.days);
  row.figures.push_back(std::move(accuracy));
  ProofFigure spoken =
      reported("balanced accuracy where the model does not abstain", score.balanced_in_force);
  spoken.detail = fmt::format("{} of {} bars", score.spoken, score.bars);
  row.figures.push_back(std::move(spoken));
  const bool some = score.true_switches_per_day > 0.0;
  const double ratio = some ? score.switches_per_day / score.true_switches_per_day : 0.0;
  ProofFigure switches =
      reported("switches a day against the truth", some ? std::optional(ratio) : std::nullopt);
  switches.bar = "0.5 to 2";
  switches.holds = some && ratio >= 0.5 && ratio <= 2.0;
  switches.detail =
      fmt::format("{:.2f} and {:.2f}", score.switches_per_day, score.true_switches_per_day);
  row.figures.push_back(std::move(switches));
  ProofFigure own = reported("balanced accuracy of this run's model", shipped.balanced_filter);
  own.detail = fmt::format("where it speaks {:.3f}; switches a day {:.2f}; fitted on other markets",
                           shipped.balanced_in_force, shipped.switches_per_day);
  row.figures.push_back(std::move(own));
  return row;
}

ProofRow regime_row(std::span<const SpanTracks> spans, std::span<const RefitPair> refits,
                    const BootstrapSettings& bootstrap) {
  ProofRow row;
  row.id = "regimes";
  row.title = "What a regime means for the next four hours";
  std::vector<RegimeTrack> all;
  for (const SpanTracks& span : spans) {
    row.spans.push_back(span.name);
    all.insert(all.end(), span.tracks.begin(), span.tracks.end());
  }
  ProofPlot plot;
  plot.title = "volatility after High Volatility / after the others";
  plot.y_label = "ratio";
  plot.reference = kVolatilityRatio;
  plot.series.push_back({"ratio", {}, {}});
  row.figures.push_back(volatility_figure(spans, plot));
  add_efficiency(row, spans, bootstrap);
  const DwellFigures dwell = dwell_figures(all);
  ProofFigure stay = at_least("median stay in a regime, hours", dwell.median_hours, kDwellHours);
  stay.detail = fmt::format("{} stays, {:.2f} switches a pair and day, unknown {:.1f} % of bars",
                            dwell.stays, dwell.switches_per_day, 100.0 * dwell.share[kRegimeCount]);
  row.figures.push_back(std::move(stay));
  row.figures.push_back(agreement_figure(refits));
  row.plots.push_back(std::move(plot));
  return row;
}

} // namespace rg
