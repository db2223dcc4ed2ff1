// Fits that see nothing ahead, and windows that come back from their files as they were.

#include "backtests/walk_forward/window_json.hpp"
#include "backtests/walk_forward/window_run.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr Duration kDay = std::chrono::hours{24};
const Timestamp kStart = Timestamp::from_ms(1'704'067'200'000);

CandleFolder market(std::uint64_t seed) {
  return folder("span", {candles({*Symbol::parse("BTC"), seed, 75 * 96}),
                         candles({*Symbol::parse("ETH"), seed + 1, 75 * 96})});
}

struct Fixture {
  EngineSettings settings;
  FillParameters costs;
  [[nodiscard]] WalkInputs inputs() const { return {settings, costs}; }
  [[nodiscard]] Result<TrainedModel, InputError> fit(const CandleFolder& f, Timestamp until) const {
    const std::vector<const CandleFolder*> all{&f};
    return fit_window(all, until, inputs(), [](const std::string&, double) {});
  }
};

WalkWindow window_of(int from_day, int to_day) {
  return {0, "span", kStart + kDay * from_day, kStart + kDay * to_day,
          kStart + kDay * (from_day - 1)};
}

} // namespace

TEST_CASE("what comes after a fit's data end changes nothing in the fit", "[unit][walk]") {
  const Fixture fx;
  const CandleFolder clean = market(3);
  CandleFolder corrupt = clean;
  const Timestamp until = kStart + kDay * 40;
  for (CandleSeries& s : corrupt.series) {
    for (Bar& b : s.bars) {
      if (b.close_time() > until) { // ten times the price, no volume
        for (Price* p : {&b.open, &b.high, &b.low, &b.close}) {
          *p = Price::from_raw(p->raw() * 10);
        }
        b.volume = Quantity::zero();
      }
    }
  }
  const auto a = fx.fit(clean, until);
  const auto b = fx.fit(corrupt, until);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(model_to_json(a->model) == model_to_json(b->model));
  CHECK(a->risk_observations == b->risk_observations);
}

TEST_CASE("labels whose horizon would reach past the data end are purged", "[unit][walk]") {
  // One more hour of data allows exactly the labels made four hours before it: four bars a pair.
  const Fixture fx;
  const CandleFolder f = market(3);
  const auto shorter = fx.fit(f, kStart + kDay * 40);
  const auto longer = fx.fit(f, kStart + kDay * 40 + std::chrono::hours{1});
  REQUIRE(shorter);
  REQUIRE(longer);
  CHECK(longer->risk_observations - shorter->risk_observations == 2 * 4);
}

TEST_CASE("without earlier data there is no fit", "[unit][walk]") {
  const Fixture fx;
  const auto none = fx.fit(market(3), kStart);
  REQUIRE_FALSE(none);
  CHECK(none.error().what.find("no data before the window") != std::string::npos);
  CHECK_FALSE(fx.fit(market(3), kStart + kDay * 8)); // too few rows
}

TEST_CASE("a window's result comes back from its file bit for bit", "[unit][walk]") {
  const Fixture fx;
  const CandleFolder f = market(5);
  const FundingSchedule funding(std::chrono::hours{8}, 0.0001);
  const auto fit = fx.fit(f, kStart + kDay * 39);
  REQUIRE(fit);
  const auto model = parse_model(model_to_json(fit->model), "test");
  REQUIRE(model);
  auto result = run_window(f, funding, window_of(40, 75),
                           std::make_shared<const ModelParameters>(*model), fx.inputs());
  REQUIRE(result);
  result->inputs_sha256 = "abc";
  CHECK(result->comparison.days.size() >= 35);
  CHECK(result->comparison.days.front() == (kStart + kDay * 40).ms() / 86'400'000);
  REQUIRE(result->costs.size() == 3);
  CHECK(result->costs[1].returns == result->comparison.guarded_returns);
  CHECK(result->explanations.not_reproduced == 0);
  CHECK(result->explanations.worst_product_error <= 1e-12);
  CHECK(result->scores.forecasts > 0);
  const std::string text = window_json(*result).dump(1);
  const auto back = parse_window(text);
  REQUIRE(back);
  CHECK(window_json(*back).dump(1) == text);
  CHECK(back->comparison.guarded_returns == result->comparison.guarded_returns);
  CHECK(back->window.fit_until == result->window.fit_until);
}

TEST_CASE("a text that is no window is no window", "[unit][walk]") {
  CHECK_FALSE(parse_window(""));
  CHECK_FALSE(parse_window("{\"span\": \"a\"}"));
  CHECK_FALSE(parse_window("{\"span\": 1"));
}

TEST_CASE("costs scale fees and slippage and nothing else", "[unit][walk]") {
  const ContractTable dearer = scaled_fees(contract_defaults(), 2.0);
  for (std::size_t i = 0; i < dearer.size(); ++i) {
    CHECK(dearer[i].maker_fee.value() == Approx(2.0 * contract_defaults()[i].maker_fee.value()));
    CHECK(dearer[i].taker_fee.value() == Approx(2.0 * contract_defaults()[i].taker_fee.value()));
    CHECK(dearer[i].tick_size == contract_defaults()[i].tick_size);
  }
  const FillParameters costs;
  CHECK(scaled_slippage(costs, 0.5).half_spread == Approx(0.5 * costs.half_spread));
  CHECK(scaled_slippage(costs, 0.5).impact == Approx(0.5 * costs.impact));
  CHECK(scaled_slippage(costs, 0.5).maintenance_margin == costs.maintenance_margin);
}
