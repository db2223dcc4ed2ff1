// A refit beside trading: when it is due, that nothing waits for it, what it leaves on record.

#include "actors/journal/ledger.hpp"
#include "actors/regime/fit_stopped.hpp"
#include "app/engine/refit_thread.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine_bench.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/training/candle_samples.hpp"

#include <atomic>
#include <filesystem>
#include <future>

using namespace rg;
using namespace rg::app;
using rg::test::EngineBench;
using rg::test::TempFolder;

namespace {

const Timestamp kStart = Timestamp::from_ms(1'735'689'600'000);

/// A clock that a test may turn while another thread reads it.
class TurnedClock final : public Clock {
public:
  [[nodiscard]] Timestamp now() const override { return Timestamp::from_ns(ns_.load()); }
  void turn(Duration d) { ns_ += d.count(); }

private:
  std::atomic<std::int64_t> ns_{kStart.ns()};
};

RefitSettings daily(const std::string& out) {
  RefitSettings settings;
  settings.every = 24h;
  settings.data = "candles";
  settings.out = out;
  return settings;
}

RefitOffer refused(const std::string& why) {
  RefitOffer offer;
  offer.gates.gates.push_back({"likelihood", -1.0, -0.1, false, why});
  offer.refused = offer.gates.refusal();
  return offer;
}

std::string candle_text(const CandleSeries& series) {
  std::string text = "ts_ms,open,high,low,close,volume\n";
  for (const Bar& b : series.bars) {
    text += std::to_string(b.open_time.ms()) + "," + b.open.text() + "," + b.high.text() + "," +
            b.low.text() + "," + b.close.text() + "," + b.volume.text() + "\n";
  }
  return text;
}

/// Two pairs of a made market as a candle folder; its name.
std::string write_folder(const TempFolder& folder, int bars) {
  for (const std::uint8_t id : {std::uint8_t{0}, std::uint8_t{1}}) {
    const auto series = test::candles({Symbol::from_id(id), id + 1ULL, bars});
    folder.write("candles/" + std::string(series.symbol.compact()) + "-15m-20240101-20240324.csv",
                 candle_text(series));
  }
  return folder.file("candles");
}

EngineSettings settings_on(const TempFolder& folder, int bars) {
  EngineSettings settings;
  settings.refit.every = 24h;
  settings.refit.data = write_folder(folder, bars);
  settings.refit.out = folder.file("models");
  return settings;
}

/// The model that `train` would make of the folders, up to some bars before the refit's own end.
std::shared_ptr<const ModelParameters> earlier_model(const EngineSettings& settings) {
  auto folder = load_candle_folder(settings.refit.data, {});
  REQUIRE(folder);
  const std::vector<CandleFolder> folders{*std::move(folder)};
  TrainingSettings training;
  training.bars = settings.bars;
  training.regime = settings.regime;
  training.until = hold_back(folders) - 48h;
  auto trained = train_model(folders, training, [](const std::string&, double) {});
  REQUIRE(trained);
  return std::make_shared<const ModelParameters>(std::move(trained->model));
}

} // namespace

TEST_CASE("a refit is due once a turn, and missed turns are not made up for", "[unit][app]") {
  RefitSchedule schedule(24h, kStart);
  CHECK_FALSE(schedule.due(kStart));
  CHECK_FALSE(schedule.due(kStart + 24h - 1ns));
  CHECK(schedule.due(kStart + 24h));
  CHECK_FALSE(schedule.due(kStart + 24h));
  CHECK_FALSE(schedule.due(kStart + 47h));
  CHECK(schedule.due(kStart + 48h + 5min));
  CHECK(schedule.next() == kStart + 72h); // on the grid of the start
  CHECK(schedule.due(kStart + 24h * 10 + 1h));
  CHECK_FALSE(schedule.due(kStart + 24h * 10 + 2h));
  CHECK(schedule.next() == kStart + 24h * 11);
}

TEST_CASE("an engine that was down when its refit was due refits when it is back", "[unit][app]") {
  RefitSchedule schedule(24h, kStart - 30h);
  CHECK(schedule.due(kStart));
  CHECK_FALSE(schedule.due(kStart + 17h));
  CHECK(schedule.due(kStart + 18h));
}

TEST_CASE("the journal knows when the last refit was", "[unit][app]") {
  Ledger ledger(1);
  CHECK(ledger.last_refit() == Timestamp{});
  RunRecord run;
  run.wall_time = kStart;
  ledger.apply(run);
  run.wall_time = kStart + 1h;
  ledger.apply(run);
  CHECK(ledger.last_refit() == kStart); // the first run, not the last
  SupervisionRecord record;
  record.wall_time = kStart + 2h;
  record.kind = "refit_refused";
  ledger.apply(record);
  CHECK(ledger.last_refit() == kStart + 2h);
  record.kind = "paused";
  record.wall_time = kStart + 3h;
  ledger.apply(record);
  CHECK(ledger.last_refit() == kStart + 2h);
}

TEST_CASE("the folders of a refit are named with commas between them", "[unit][app]") {
  RefitSettings settings;
  CHECK(refit_folders(settings).empty());
  CHECK_FALSE(settings.on());
  settings.data = "a/b, my candles ,c";
  CHECK(refit_folders(settings) == std::vector<std::string>{"a/b", "my candles", "c"});
  CHECK_FALSE(settings.on()); // without an interval
  settings.every = 24h;
  CHECK(settings.on());
}

TEST_CASE("trading goes on while a refit works, and its refusal comes on record with the gate",
          "[unit][app]") {
  const TempFolder folder;
  TurnedClock clock;
  std::promise<void> begun, let_go;
  std::promise<RefitNews> told;
  std::shared_future<void> open = let_go.get_future().share();
  RefitThread refits(
      daily(folder.file("models")), clock, kStart,
      [&begun, open](const std::stop_token& stop) {
        begun.set_value();
        while (open.wait_for(std::chrono::milliseconds{1}) != std::future_status::ready) {
          throw_if_stopped(stop); // a failed check below must not hang
        }
        return refused("worse by more than 0.10");
      },
      [&told](RefitNews news) { told.set_value(std::move(news)); });
  clock.turn(24h);
  begun.get_future().wait();

  EngineBench bench; // a whole trading day, while the refit cannot move
  bench.start();
  REQUIRE(bench.step_until([&] { return bench.any_position(); }, 4000));
  CHECK_FALSE(bench.journal.of<Fill>().empty());
  auto news = told.get_future();
  CHECK(news.wait_for(std::chrono::seconds{0}) == std::future_status::timeout);

  let_go.set_value();
  const auto decisions = bench.engine->status().last_decisions.size();
  const std::size_t orders = bench.gateway.sent.size();
  bench.engine->process(news.get());
  CHECK(bench.journal.supervision("refit_refused", "model") == 1);
  CHECK(bench.journal.of<SupervisionRecord>().back().detail ==
        "likelihood: worse by more than 0.10");
  CHECK(std::holds_alternative<RefitNews>(bench.recorded.back().input)); // a replay sees it
  CHECK(bench.engine->status().last_decisions.size() == decisions);
  CHECK(bench.gateway.sent.size() == orders);
  CHECK_FALSE(std::filesystem::exists(folder.file("models"))); // nothing was written
  bench.step_minutes(30);
  CHECK(bench.engine->status().restarts == 0);
}

TEST_CASE("stopping ends a refit that is under way and tells nothing", "[unit][app]") {
  TurnedClock clock;
  std::promise<void> begun;
  std::atomic<int> told = 0;
  std::atomic<bool> stopped = false;
  {
    RefitThread refits(
        daily("unused"), clock, kStart,
        [&](const std::stop_token& stop) -> RefitOffer {
          begun.set_value();
          for (;;) { // as a fit does between its iterations
            if (stop.stop_requested()) {
              stopped = true;
            }
            throw_if_stopped(stop);
            std::this_thread::yield();
          }
        },
        [&](const RefitNews&) { ++told; });
    clock.turn(25h);
    begun.get_future().wait();
  }
  CHECK(stopped);
  CHECK(told == 0);
}

TEST_CASE("a job that throws is told as failed, and the next turn has its chance", "[unit][app]") {
  TurnedClock clock;
  std::atomic<int> runs = 0;
  std::promise<RefitNews> first, second;
  RefitThread refits(
      daily("unused"), clock, kStart,
      [&](const std::stop_token&) -> RefitOffer {
        throw std::runtime_error(++runs == 1 ? "out of luck" : "again");
      },
      [&](RefitNews news) { (runs == 1 ? first : second).set_value(std::move(news)); });
  clock.turn(24h);
  const RefitNews news = first.get_future().get();
  CHECK(news.outcome == RefitOutcome::failed);
  CHECK(news.detail == "out of luck");
  clock.turn(24h);
  CHECK(second.get_future().get().detail == "again");
}

TEST_CASE("a refit on folders is written as the next version when it passes the gates",
          "[unit][app]") {
  const TempFolder folder;
  const EngineSettings settings = settings_on(folder, 8'000);
  const auto in_force = earlier_model(settings);
  const RefitOffer offer = refit_on_folders(settings, in_force, {});
  INFO(offer.refused);
  REQUIRE(offer.model);
  const RefitNews news = settle_refit(offer, settings.refit.out);
  CHECK(news.outcome == RefitOutcome::promoted);
  CHECK(news.detail.find(settings.refit.out + "/model.json, SHA-256 " +
                         hex_text(sha256(offer.json))) == 0);
  CHECK(load_model(settings.refit.out + "/model.json").has_value());
  // The same again writes nothing, another model the next version.
  CHECK(settle_refit(offer, settings.refit.out).detail.find("/model.json holds the very same") !=
        std::string::npos);
  RefitOffer other = offer;
  other.json += " ";
  CHECK(settle_refit(other, settings.refit.out).detail.find("/model-v2.json, ") !=
        std::string::npos);
}

TEST_CASE("a refit that is no match for the model in force names the gate, a bad folder its fault",
          "[unit][app]") {
  const TempFolder folder;
  EngineSettings settings = settings_on(folder, 8'000);
  // The model in force is of another market: real prices, not made ones.
  const RefitOffer offer = refit_on_folders(settings, EngineBench::model(), {});
  CHECK_FALSE(offer.model);
  const RefitNews news = settle_refit(offer, settings.refit.out);
  CHECK(news.outcome == RefitOutcome::refused);
  INFO(news.detail);
  CHECK((news.detail.find("agreement: ") != std::string::npos ||
         news.detail.find("names: ") != std::string::npos));
  CHECK_FALSE(std::filesystem::exists(settings.refit.out));

  settings.refit.data = folder.file("absent");
  const RefitNews bad =
      settle_refit(refit_on_folders(settings, EngineBench::model(), {}), settings.refit.out);
  CHECK(bad.outcome == RefitOutcome::failed);
  CHECK(bad.detail.find(settings.refit.data) == 0);

  settings.bars.interval = 1h;
  const RefitNews hourly =
      settle_refit(refit_on_folders(settings, EngineBench::model(), {}), settings.refit.out);
  CHECK(hourly.outcome == RefitOutcome::failed);
  CHECK(hourly.detail.find("the model in force is for bars of 15m") == 0);
}

TEST_CASE("a fit that is asked to stop ends before it is done", "[unit][app]") {
  const TempFolder folder;
  const EngineSettings settings = settings_on(folder, 4'000);
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(refit_on_folders(settings, EngineBench::model(), source.get_token()), FitStopped);
}
