// A refit beside the engine: never waited for, offered only through the gates.

#include "backtests/training/background_refit.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

#include <thread>

using namespace rg;

namespace {

constexpr int kBars = 6'000;

Timestamp after_bars(int n) {
  return Timestamp::from_ms(1'704'067'200'000 + n * 900'000LL);
}

RefitTask task(int last_bars, int until_bars) {
  RefitTask t;
  t.folders = {test::folder("a", {test::candles({Symbol::from_id(0), 1, kBars}),
                                  test::candles({Symbol::from_id(1), 2, kBars})})};
  t.settings.until = after_bars(last_bars);
  auto last = train_model(t.folders, t.settings, [](const std::string&, double) {});
  REQUIRE(last);
  t.last = std::make_shared<const ModelParameters>(std::move(last->model));
  t.settings.until = after_bars(until_bars);
  t.write = model_to_json;
  t.read = parse_model;
  return t;
}

} // namespace

TEST_CASE("a background refit offers the model that the plain job makes", "[unit][training]") {
  const RefitTask wanted = task(4'300, 4'500);
  BackgroundRefit refit;
  CHECK_FALSE(refit.take()); // nothing was asked for
  REQUIRE(refit.start(wanted));
  CHECK(refit.busy());
  CHECK_FALSE(refit.start(wanted)); // one at a time
  std::optional<RefitOffer> offer;
  std::size_t polls = 0;
  while (!(offer = refit.take())) { // as an engine's timer would; it goes on meanwhile
    ++polls;
    std::this_thread::yield();
  }
  CHECK(polls > 0);
  CHECK_FALSE(refit.busy());
  CHECK_FALSE(refit.take()); // once
  INFO(offer->refused);
  REQUIRE(offer->model);
  CHECK(offer->gates.promoted());
  CHECK(hex_text(offer->model->sha256) == hex_text(sha256(offer->json)));
  CHECK(run_refit(wanted).json == offer->json); // the thread changes nothing
}

TEST_CASE("a refit that fails its gates or its fit is offered as a refusal", "[unit][training]") {
  RefitTask strict = task(4'300, 4'500);
  strict.gates.likelihood_tolerance = -10.0; // wants ten nats more
  const RefitOffer refused = run_refit(strict);
  CHECK_FALSE(refused.model);
  CHECK(refused.refused.find("likelihood: ") == 0);
  RefitTask young = strict;
  young.settings.until = after_bars(600);
  const RefitOffer unfit = run_refit(young);
  CHECK_FALSE(unfit.model);
  CHECK(unfit.gates.gates.empty());
  CHECK(unfit.refused.find("too little data") != std::string::npos);
}
