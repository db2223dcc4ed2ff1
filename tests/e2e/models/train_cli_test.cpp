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

TEST_CASE("a model file is never overwritten: the next version stands beside it",
          "[e2e][training]") {
  const Spans spans;
  const std::string out = spans.dir / "m.json";
  const auto train = [&](const std::string& seed) {
    return test::run_engine(
        {"train", "--data", spans.path("a"), "--seed", seed, "--out", out, "--json"});
  };
  const auto first = train("1");
  REQUIRE(first.exit_code == 0);
  CHECK(nlohmann::json::parse(first.out)["model"] == out);
  const std::string bytes = test::read_file(out);
  const auto same = nlohmann::json::parse(train("1").out);
  CHECK(same["unchanged"] == true); // the same bytes need no second file
  CHECK(same["model"] == out);
  const auto other = train("2");
  const auto report = nlohmann::json::parse(other.out);
  CHECK(report["model"] == spans.dir / "m-v2.json");
  CHECK(other.err.find("never overwritten") != std::string::npos);
  CHECK(test::read_file(out) == bytes);
  CHECK(load_model(spans.dir / "m-v2.json"));
  CHECK_FALSE(fs::exists(spans.dir / "m-v3.json"));
}

TEST_CASE("against the last model a refit is written only through the gates", "[e2e][training]") {
  const Spans spans;
  const auto train = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"train", "--data", spans.path("a"), spans.path("b"),
                                       "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_engine(arguments);
  };
  const std::string last = spans.dir / "last.json", next = spans.dir / "next.json";
  REQUIRE(train({"--until", "2024-02-03", "--out", last}).exit_code == 0);
  const auto good = train({"--until", "2024-02-05", "--against", last, "--out", next});
  INFO(good.err << good.out);
  const auto report = nlohmann::json::parse(good.out);
  CHECK(report["gates"].size() == 3);
  CHECK(report["promoted"] == (good.exit_code == 0));
  CHECK(fs::exists(next) == (good.exit_code == 0));
  // The shipped model knows real markets: on this one a fit of its own agrees with it badly.
  const auto refused =
      train({"--until", "2024-02-05", "--against", "default", "--out", spans.dir / "refused.json"});
  CHECK(refused.exit_code == 1);
  const auto why = nlohmann::json::parse(refused.out);
  CHECK(why["promoted"] == false);
  CHECK(why["model"].is_null());
  CHECK_FALSE(fs::exists(spans.dir / "refused.json"));
  CHECK(test::is_one_clear_line(train({"--against", spans.dir / "none.json", "--out", next}),
                                "--against: "));
}

TEST_CASE("a train report names method, card and reliability", "[e2e][training]") {
  const Spans spans;
  const auto run = test::run_engine({"train", "--data", spans.path("a"), "--method", "jump",
                                     "--out", spans.dir / "m.json", "--json"});
  REQUIRE(run.exit_code == 0);
  const auto report = nlohmann::json::parse(run.out);
  CHECK(report["jump"]["penalty"] > 0.0);
  CHECK(report["reliability"]["bins"].size() == 10);
  CHECK(report["card"].size() >= 8);
  const auto model = load_model(spans.dir / "m.json");
  REQUIRE(model);
  CHECK(model->has_jump);
  CHECK(model->card.command.find("--method jump") != std::string::npos);
  const std::string candles = spans.path("a") + "/BTCUSDT-15m-20240101-20240211.csv";
  const auto jump = test::run_engine({"regimes", "--data", candles, "--model", spans.dir / "m.json",
                                      "--method", "jump", "--out", spans.dir / "j.csv"});
  CHECK(jump.exit_code == 0);
  const auto hmm = test::run_engine({"regimes", "--data", candles, "--model", spans.dir / "m.json",
                                     "--out", spans.dir / "h.csv"});
  CHECK(hmm.exit_code == 0);
  CHECK(test::read_file(spans.dir / "j.csv") != test::read_file(spans.dir / "h.csv"));
  const auto neither = test::run_engine(
      {"regimes", "--data", candles, "--method", "oracle", "--out", spans.dir / "o.csv"});
  CHECK(test::is_one_clear_line(neither, "--method: oracle"));
}

TEST_CASE("candles that no model can learn from are refused in one line", "[e2e][training]") {
  const Spans spans;
  const std::string out = spans.dir / "m.json";
  const auto refused = [&](const std::string& folder, auto change, const std::string& said) {
    CandleSeries series = test::candles({Symbol::from_id(0), 1});
    for (Bar& bar : series.bars) {
      change(bar);
    }
    fs::create_directories(spans.path(folder));
    test::write_file(spans.path(folder) + "/BTCUSDT-15m-20240101-20240211.csv",
                     test::candle_text(series));
    const auto run = test::run_engine({"train", "--data", spans.path(folder), "--out", out});
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK(run.err.find(said) != std::string::npos);
    CHECK_FALSE(fs::exists(out));
  };
  const Price flat = Price::from_double(100.0, Rounding::nearest);
  refused(
      "flat", [&](Bar& b) { b.open = b.high = b.low = b.close = flat; }, "the price never moves");
  refused(
      "silent", [](Bar& b) { b.volume = Quantity(); }, "every volume is 0");
  test::write_file(spans.path("flat") + "/BTCUSDT-15m-20240101-20240211.csv",
                   "ts_ms,open,high,low,close,volume\n1704067200000,nan,1,1,1,1\n");
  const auto nan = test::run_engine({"train", "--data", spans.path("flat"), "--out", out});
  CHECK(test::is_one_clear_line(nan, "BTCUSDT-15m-20240101-20240211.csv:2"));
}
