#include "backtests/evaluation/reference_forecasters.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

#include <cmath>

using namespace rg;
using namespace rg::test;

namespace {

CandleFolder market() {
  return folder("training", {candles({*Symbol::parse("BTC"), 1, 6'000}),
                             candles({*Symbol::parse("ETH"), 2, 6'000})});
}

ReferenceForecasters fitted(const CandleFolder& f, std::optional<Timestamp> until) {
  ReferenceFitter fitter(BarSettings{}, 0.95);
  fitter.add(f, until);
  return fitter.finish(2);
}

const Timestamp kUntil = Timestamp::from_ms(1'704'067'200'000 + 45LL * 86'400'000);

} // namespace

TEST_CASE("references are fitted on what their folders hold", "[unit][evaluation]") {
  const ReferenceForecasters r = fitted(market(), std::nullopt);
  const std::size_t btc = Symbol::parse("BTC")->id();
  REQUIRE(r.garch[btc]);
  CHECK(r.garch[btc]->parameters.persistence() > 0.5);
  CHECK(r.garch[btc]->parameters.persistence() < 1.0);
  CHECK_FALSE(r.garch[Symbol::parse("SOL")->id()]);
  CHECK(r.tail_multiple[btc]);
  CHECK(*r.tail_multiple[btc] > 0.5);
  CHECK(r.pooled_tail_multiple);
  REQUIRE(r.expansion);
  CHECK(r.folders == std::vector<std::string>{"training"});
}

TEST_CASE("references see nothing after their data end", "[unit][evaluation]") {
  const CandleFolder clean = market();
  CandleFolder corrupt = clean;
  for (CandleSeries& s : corrupt.series) {
    for (Bar& b : s.bars) {
      if (b.close_time() > kUntil) {
        b.high = Price::from_raw(b.high.raw() * 5);
        b.close = Price::from_raw(b.close.raw() * 3);
      }
    }
  }
  const ReferenceForecasters a = fitted(clean, kUntil);
  const ReferenceForecasters b = fitted(corrupt, kUntil);
  for (std::size_t id = 0; id < Symbol::kCount; ++id) {
    CHECK(a.tail_multiple[id] == b.tail_multiple[id]);
    REQUIRE(a.garch[id].has_value() == b.garch[id].has_value());
    if (a.garch[id]) {
      CHECK(a.garch[id]->parameters.alpha == b.garch[id]->parameters.alpha);
      CHECK(a.garch[id]->parameters.omega == b.garch[id]->parameters.omega);
    }
  }
  CHECK(a.expansion == b.expansion);
  CHECK(a.last <= kUntil);
}

TEST_CASE("the tail's multiple is exceeded as often as its level says", "[unit][evaluation]") {
  const CandleFolder f = market();
  const ReferenceForecasters r = fitted(f, std::nullopt);
  double rows = 0.0, exceeded_weight = 0.0, weight = 0.0;
  for (const CandleSeries& s : f.series) {
    const auto records = plain_records(s, BarSettings{}, std::nullopt);
    for (const ScoredForecast& row : score_forecasts(records, s.symbol, BarSettings{}.interval)) {
      const auto tail = r.tail(row);
      if (tail && row.adverse_excursion) {
        rows += 1.0;
        weight += *row.rv_ewma;
        exceeded_weight += *row.adverse_excursion > *tail ? *row.rv_ewma : 0.0;
      }
    }
  }
  CHECK(rows > 5'000);
  CHECK(exceeded_weight / weight == Approx(0.05).margin(0.005)); // weighted by the scale it serves
}

TEST_CASE("a GARCH forecast is made at every recorded bar after its start", "[unit][evaluation]") {
  const CandleFolder f = market();
  const auto records = plain_records(f.series[0], BarSettings{}, std::nullopt);
  const ReferenceForecasters r = fitted(f, std::nullopt);
  const auto variances = garch_variances(r.garch[f.series[0].symbol.id()]->parameters, records, 16);
  const auto recorded = std::count_if(records.begin(), records.end(),
                                      [](const ForecastRecord& b) { return b.recorded; });
  REQUIRE(std::ssize(variances) == recorded);
  CHECK(recorded == 6'000 - 1'000);
  for (const double v : variances) {
    CHECK(v > 0.0);
  }
}
