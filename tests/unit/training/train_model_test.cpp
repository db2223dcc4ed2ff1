#include "backtests/training/train_model.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

using namespace rg;

namespace {

std::vector<CandleFolder> two_spans() {
  return {test::folder("first", {test::candles({Symbol::from_id(0), 1}),
                                 test::candles({Symbol::from_id(3), 2})}),
          test::folder("second", {test::candles({Symbol::from_id(0), 3})})};
}

TrainingSettings settings(std::uint64_t seed = 1) {
  TrainingSettings s;
  s.seed = seed;
  s.command = "regimeguard train --data first second";
  return s;
}

Result<TrainedModel, InputError> train(const std::vector<CandleFolder>& folders,
                                       const TrainingSettings& s = settings()) {
  return train_model(folders, s, [](const std::string&, double) {});
}

} // namespace

TEST_CASE("training gives a model that loads, the same bytes every time", "[unit][training]") {
  const auto first = train(two_spans());
  REQUIRE(first);
  const std::string text = model_to_json(first->model);
  const auto loaded = parse_model(text, "test");
  INFO((loaded ? std::string() : loaded.error().text()));
  REQUIRE(loaded);
  const auto second = train(two_spans());
  REQUIRE(second);
  CHECK(model_to_json(second->model) == text);

  const ModelCard& card = loaded->card;
  CHECK(card.data_folders == std::vector<std::string>{"first", "second"});
  CHECK(card.span_from == "2024-01-01");
  CHECK(card.span_to == "2024-02-11"); // 4,000 bars of 15m are 41 days and 16 hours
  CHECK(card.created == card.span_to);
  CHECK(card.observations == 3 * (4'000 - 383));
  CHECK(card.volatility_separation >= 0.25);
  CHECK(card.efficiency_separation >= 0.25);
  CHECK(loaded->has_own_standardiser[0]);
  CHECK_FALSE(loaded->has_own_standardiser[1]); // not in the data: pooled
  CHECK(loaded->has_own_standardiser[3]);
  CHECK(first->regimes.calibration.agreement > 0.8);
  CHECK(first->regimes.calibration.calibrated.brier <= first->regimes.calibration.raw.brier + 1e-6);
}

TEST_CASE("data, seed and day of the end leave their mark", "[unit][training]") {
  const auto whole = train(two_spans());
  REQUIRE(whole);
  auto folders = two_spans();
  folders[1].series[0].sha256 = "other bytes";
  CHECK(hash_of_data(folders) != hash_of_data(two_spans()));
  CHECK(hash_of_data(two_spans()) == whole->model.card.data_sha256);
  TrainingSettings early = settings();
  early.until = two_spans()[0].series[0].bars[3'500].open_time;
  const auto cut = train(two_spans(), early);
  REQUIRE(cut);
  CHECK(cut->model.card.observations == 3 * (3'500 - 383));
  CHECK(cut->model.hmm.means != whole->model.hmm.means);
}

TEST_CASE("what comes after the end is not looked at", "[unit][training]") {
  TrainingSettings early = settings();
  early.until = two_spans()[0].series[0].bars[3'500].open_time;
  auto changed = two_spans();
  for (CandleFolder& folder : changed) {
    for (CandleSeries& series : folder.series) {
      for (std::size_t i = 3'500; i < series.bars.size(); ++i) {
        Bar& b = series.bars[i]; // a crash nobody may know of
        b.open = b.high = b.low = b.close = Price::from_raw(kFixedScale);
      }
    }
  }
  const auto a = train(two_spans(), early);
  const auto b = train(changed, early);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(model_to_json(a->model) == model_to_json(b->model));
}

TEST_CASE("too little data is refused and says how much is needed", "[unit][training]") {
  const auto refused = train({test::folder("a", {test::candles({Symbol::from_id(0), 1, 2'000})})});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text().find("1617 complete feature rows") != std::string::npos);
  CHECK(refused.error().text().find("at least 2000") != std::string::npos);
}
