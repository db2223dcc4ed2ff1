// `regimeguard train` from candle files to a model that `regimes` takes.

#include "infra/config/model_file.hpp"
#include "tests/e2e/models/candle_text.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

using namespace rg;
namespace fs = std::filesystem;

namespace {

/// DIR/spans/a and DIR/spans/b with a pair each.
struct Spans {
  test::TempDir dir;
  Spans() {
    add("a", "BTCUSDT", {Symbol::from_id(0), 1});
    add("b", "ETHUSDT", {Symbol::from_id(1), 2});
  }
  void add(const std::string& folder, const std::string& pair,
           const test::MarketSample& sample) const {
    fs::create_directories(path(folder));
    test::write_file(path(folder) + "/" + pair + "-15m-20240101-20240211.csv",
                     test::candle_text(test::candles(sample)));
  }
  [[nodiscard]] std::string path(const std::string& folder) const {
    return dir / ("spans/" + folder);
  }
};

} // namespace

TEST_CASE("train writes a model that loads, the same bytes each time", "[e2e][training]") {
  const Spans spans;
  const auto train = [&](const std::string& out) {
    return test::run_engine({"train", "--data", spans.path("a"), spans.path("b"), "--seed", "7",
                             "--out", out, "--json"});
  };
  const auto run = train(spans.dir / "m1.json");
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const auto report = nlohmann::json::parse(run.out);
  CHECK(report["data_folders"] == nlohmann::json({"a", "b"}));
  CHECK(report["observations"] == 2 * (4'000 - 383));
  CHECK(report["interval"] == "15m");
  CHECK(report["seed"] == 7);
  const auto model = load_model(spans.dir / "m1.json");
  REQUIRE(model);
  CHECK(model->card.command == "regimeguard train --data spans/a spans/b --seed 7 --out MODEL");
  REQUIRE(train(spans.dir / "m2.json").exit_code == 0);
  CHECK(test::read_file(spans.dir / "m1.json") == test::read_file(spans.dir / "m2.json"));
  const auto regimes =
      test::run_engine({"regimes", "--data", spans.path("a") + "/BTCUSDT-15m-20240101-20240211.csv",
                        "--model", spans.dir / "m1.json", "--out", spans.dir / "regimes.csv"});
  CHECK(regimes.exit_code == 0);
  const std::string csv = test::read_file(spans.dir / "regimes.csv");
  for (const char* regime : {",trending,", ",range_bound,", ",high_volatility,"}) {
    CHECK(csv.find(regime) != std::string::npos);
  }
}

TEST_CASE("a day before which to stop is a day", "[e2e][training]") {
  const Spans spans;
  const auto train = [&](const std::string& until) {
    return test::run_engine({"train", "--data", spans.path("a"), "--until", until, "--out",
                             spans.dir / "m.json", "--json"});
  };
  const auto run = train("2024-02-05"); // 35 days of 96 bars
  REQUIRE(run.exit_code == 0);
  CHECK(nlohmann::json::parse(run.out)["observations"] == 35 * 96 - 383);
  CHECK(nlohmann::json::parse(run.out)["to"] == "2024-02-04");
  for (const char* day : {"2024-13-01", "2024-02-30", "yesterday", "2024-2-5", "1707091200000"}) {
    CHECK(test::is_one_clear_line(train(day), std::string("--until: ") + day));
  }
}

TEST_CASE("a failed training leaves the old model where it was", "[e2e][training]") {
  const Spans spans;
  spans.add("short", "BTCUSDT", {Symbol::from_id(0), 1, 1'000});
  const std::string out = spans.dir / "m.json";
  test::write_file(out, "old");
  const auto run = test::run_engine({"train", "--data", spans.path("short"), "--out", out});
  CHECK(run.exit_code == 2);
  CHECK(run.err.find("at least 2000 are needed") != std::string::npos);
  CHECK(test::read_file(out) == "old");
}

TEST_CASE("train refuses what it cannot use", "[e2e][training]") {
  const Spans spans;
  const std::string out = spans.dir / "m.json";
  const auto fails = [&](std::vector<std::string> arguments, const std::string& said) {
    arguments.insert(arguments.begin(), "train");
    const auto run = test::run_engine(arguments);
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.err.find(said) != std::string::npos);
    CHECK_FALSE(fs::exists(out));
  };
  fails({"--data", spans.path("none"), "--out", out}, "spans/none");
  fails({"--data", spans.path("a"), "--interval", "soon", "--out", out}, "--interval: soon");
  fails({"--data", spans.path("a"), "--interval", "5m", "--out", out}, "BTCUSDT-15m-");
  fails({"--data", spans.path("a"), "--pairs", "PEPE", "--out", out}, "--pairs: PEPE");
  fails({"--data", spans.path("a"), "--created", "today", "--out", out}, "--created: today");
  fails({"--data", spans.path("a")}, "--out");
}
