// The shipped model against weeks of markets: where drift must be silent and where it must not.

#include "actors/regime/model_drift.hpp"
#include "actors/regime/regime_model.hpp"
#include "infra/config/model_file.hpp"
#include "infra/market/candle_file.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

using namespace rg;
using namespace rg::test;

namespace {

const ModelParameters& model() {
  static const auto loaded = model_for("").value();
  return *loaded;
}

/// Quarter hours of minutes; incomplete ones are left out, as a gap.
std::vector<PipelineBar> quarter_hours(const std::vector<Bar>& minutes) {
  std::vector<PipelineBar> out;
  std::size_t i = 0;
  while (i < minutes.size()) {
    const Timestamp slot = minutes[i].open_time.slot_start(15min);
    PipelineBar q;
    q.bar = minutes[i];
    q.bar.open_time = slot;
    q.bar.length = 15min;
    std::size_t n = 1;
    for (++i; i < minutes.size() && minutes[i].open_time < slot + 15min; ++i, ++n) {
      q.bar.high = std::max(q.bar.high, minutes[i].high);
      q.bar.low = std::min(q.bar.low, minutes[i].low);
      q.bar.close = minutes[i].close;
      q.bar.volume += minutes[i].volume;
    }
    if (n >= 12) {
      out.push_back(q);
    }
  }
  return out;
}

std::vector<RegimeEstimate> estimates(const std::vector<PipelineBar>& bars) {
  std::vector<RegimeEstimate> out;
  if (bars.empty()) {
    return out;
  }
  RegimeModel regimes(bars.front().bar.symbol, model_for("").value(), RegimeSettings{},
                      BarSettings{});
  for (const PipelineBar& bar : bars) {
    out.push_back(regimes.on_bar(bar));
  }
  return out;
}

/// The path with each return, range and volume changed; the first bars stay as they were.
template <class Change>
std::vector<PipelineBar> changed(std::vector<PipelineBar> bars, Change change) {
  double last = bars.front().bar.open.to_double();
  for (PipelineBar& b : bars) {
    const double open = b.bar.open.to_double();
    const auto moved = [&](Price p) {
      return price_of(last * std::exp(change(std::log(p.to_double() / open))));
    };
    const Bar was = b.bar;
    b.bar.open = price_of(last);
    b.bar.close = moved(was.close);
    b.bar.high = std::max({moved(was.high), b.bar.open, b.bar.close});
    b.bar.low = std::min({moved(was.low), b.bar.open, b.bar.close});
    last = b.bar.close.to_double();
  }
  return bars;
}

std::vector<PipelineBar> synthetic_pair(std::uint64_t seed, Symbol symbol, int days) {
  SyntheticOptions options;
  options.seed = seed;
  options.history_minutes = static_cast<std::uint32_t>(days) * 24 * 60;
  return quarter_hours(SyntheticMarket(options).history(symbol));
}

/// The largest figures over weeks that start a day apart, and how many weeks warn.
struct Worst {
  double feature = 0.0, posterior = 0.0, implausible = 0.0;
  int weeks = 0, warned = 0;
  void see(const std::vector<RegimeEstimate>& all, Symbol symbol) {
    for (std::size_t end = kDriftBars + 200; end <= all.size(); end += 96) {
      const DriftReport r = model_drift(model(), std::span(all).first(end));
      feature = std::max(feature, r.feature_shift);
      posterior = std::max(posterior, r.posterior_shift);
      implausible = std::max(implausible, r.implausible);
      ++weeks;
      warned += drift_warning(r, symbol) ? 1 : 0;
    }
  }
};

std::ostream& operator<<(std::ostream& out, const Worst& w) {
  return out << w.weeks << " weeks, " << w.warned << " warned; largest: feature " << w.feature
             << ", posterior " << w.posterior << ", implausible " << w.implausible;
}

} // namespace

TEST_CASE("too few bars are not judged", "[unit][regime]") {
  const auto all = estimates(synthetic_pair(1, Symbol::from_id(0), 5));
  const DriftReport r = model_drift(model(), std::span(all).first(300));
  CHECK_FALSE(r.judged);
  CHECK_FALSE(drift_warning(r, Symbol::from_id(0)));
}

TEST_CASE("the week's figures are those of their definition", "[unit][regime]") {
  std::vector<RegimeEstimate> week(kDriftBars);
  for (RegimeEstimate& e : week) {
    e.posterior_valid = true;
    e.posterior = {1.0, 0.0, 0.0}; // all of the time in the first state
    e.features.fill(0.0);
    e.features[1] = 50.0; // realised volatility far away
  }
  for (std::size_t i = 0; i < kDriftBars / 4; ++i) {
    week[i].abstention = Abstention::implausible;
  }
  const DriftReport r = model_drift(model(), week);
  CHECK(r.judged);
  CHECK(r.worst == Feature::realised_vol);
  CHECK(r.feature_shift > 20.0);
  CHECK(r.implausible == Approx(0.25));
  CHECK(r.posterior_shift > 0.5); // one minus that state's share in training
  CHECK(r.posterior_shift < 1.0);
  const auto warning = drift_warning(r, Symbol::from_id(0));
  REQUIRE(warning);
  CHECK(warning->find("cmt_btcusdt") != std::string::npos);
  CHECK(warning->find("realised_vol") != std::string::npos);
}

TEST_CASE("weeks of a synthetic market raise no drift", "[unit][regime]") {
  Worst worst;
  for (const Symbol symbol : Symbol::all()) {
    worst.see(estimates(synthetic_pair(11, symbol, 35)), symbol);
  }
  INFO(worst);
  CHECK(worst.weeks >= 8 * 20);
  CHECK(worst.warned == 0);
}

TEST_CASE("a market that turned ten times as wild, or died, is drift", "[unit][regime]") {
  const auto usual = synthetic_pair(12, Symbol::from_id(1), 16);
  for (const double factor : {10.0, 0.05}) {
    const auto all = estimates(changed(usual, [&](double r) { return factor * r; }));
    const DriftReport r = model_drift(model(), all);
    INFO("factor " << factor << ": feature " << r.feature_shift << " (" << to_string(r.worst)
                   << "), posterior " << r.posterior_shift << ", implausible " << r.implausible);
    CHECK(drift_warning(r, Symbol::from_id(1)));
  }
}

TEST_CASE("prices that only step up, as of a broken feed, are drift", "[unit][regime]") {
  const auto usual = synthetic_pair(13, Symbol::from_id(2), 16);
  const auto all = estimates(changed(usual, [](double r) { return std::abs(r) * 0.2 + 0.0002; }));
  CHECK(drift_warning(model_drift(model(), all), Symbol::from_id(2)));
}

TEST_CASE("real weeks that the model never saw raise drift seldom", "[unit][regime][market]") {
  const std::string folder = market_data_folder("1m-perp-2025");
  if (folder.empty()) {
    std::cout << "skipped: no market data beside the checkout\n";
    return;
  }
  Worst worst;
  const auto candles = load_candle_folder(folder, {});
  REQUIRE(candles.has_value());
  for (const CandleSeries& series : candles->series) {
    worst.see(estimates(quarter_hours(series.bars)), series.symbol);
  }
  std::cout << worst << '\n';
  CHECK(worst.weeks > 100);
  CHECK(worst.warned <= worst.weeks / 20);
}
