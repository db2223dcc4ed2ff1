// The backtest command as other programs see it: JSON fields, files, exit codes.

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/synthetic_bars.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

using namespace rg::test;
using Json = nlohmann::json;

namespace {

constexpr std::int64_t kStartMs = 1735689600000; // 2025-01-01

/// A candle folder of minutes: ten and a half days of warm-up, then `days`.
void write_candles(const std::string& dir, const char* pair, std::uint64_t seed, double price,
                   int days) {
  std::filesystem::create_directories(dir);
  const rg::CandleSeries s =
      SyntheticBars(pair, seed, price).series(kStartMs, 3'000 + days * 288, 5);
  std::string text = "ts_ms,open,high,low,close,volume\n";
  for (const rg::Bar& b : s.bars) {
    text += std::to_string(b.open_time.ms()) + "," + b.open.text() + "," + b.high.text() + "," +
            b.low.text() + "," + b.close.text() + "," + b.volume.text() + "\n";
  }
  write_file(dir + "/" + std::string(s.symbol.compact()) + "-5m-20250101-20250131.csv", text);
}

struct Market {
  Market() {
    write_candles(dir / "one", "BTC", 1, 60'000, 12);
    write_candles(dir / "one", "ETH", 2, 3'000, 12);
    write_candles(dir / "two", "BTC", 3, 40'000, 12);
  }
  TempDir dir;
};

Json backtest(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "backtest");
  arguments.emplace_back("--json");
  const Finished run = run_engine(arguments);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return Json::parse(run.out);
}

Json without_seconds(Json j) {
  for (const char* key : {"load_seconds", "wall_seconds", "bars_per_second"}) {
    j.erase(key);
  }
  return j;
}

const std::set<std::string> kMetrics{"total_return",
                                     "cagr",
                                     "volatility",
                                     "sharpe",
                                     "sortino",
                                     "calmar",
                                     "max_drawdown",
                                     "cvar_95",
                                     "trades",
                                     "win_rate",
                                     "profit_factor",
                                     "turnover",
                                     "fees_paid",
                                     "funding_paid",
                                     "time_in_market",
                                     "mean_gross_leverage",
                                     "max_gross_leverage",
                                     "stops_hit"};

void check_has(const Json& block, const std::set<std::string>& keys) {
  for (const std::string& key : keys) {
    INFO(key);
    CHECK(block.contains(key));
  }
}

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::stringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::stringstream cells(line + ",");
    for (std::string cell; std::getline(cells, cell, ',');) {
      rows.back().push_back(cell);
    }
  }
  return rows;
}

} // namespace

TEST_CASE("backtest --json has every block and field of the contract", "[e2e][backtest]") {
  const Market m;
  const Json j = backtest({"--data", m.dir / "one", "--baselines"});
  check_has(j, {"run_id", "config_sha256", "model_sha256", "data_sha256", "funding_source", "bars",
                "load_seconds", "wall_seconds", "bars_per_second", "from", "to", "initial_equity",
                "final_equity", "portfolio", "pairs", "baselines", "without_ladder", "risk_model"});
  CHECK(j["bars"] == 2 * (3'000 + 12 * 288));
  CHECK(j["initial_equity"] == 10'000.0);
  CHECK(j["funding_source"] == "default");
  check_has(j["portfolio"], kMetrics);
  check_has(j["without_ladder"], kMetrics);
  check_has(j["baselines"]["unguarded"], kMetrics);
  CHECK(j["baselines"]["unguarded"].contains("scale"));
  check_has(j["baselines"]["unguarded_unscaled"], kMetrics);
  check_has(j["baselines"]["buy_and_hold"], kMetrics);
  REQUIRE(j["pairs"].size() == 2);
  check_has(j["pairs"]["cmt_btcusdt"], kMetrics);
  for (const char* pair : {"cmt_btcusdt", "cmt_ethusdt", "pooled"}) {
    check_has(j["risk_model"][pair], {"tail_level", "tail_exceedance_rate", "kupiec_p", "qlike",
                                      "qlike_ewma", "expansion_auc", "expansion_brier_skill"});
  }
  CHECK(j["portfolio"]["cagr"].is_null()); // under ninety days
}

TEST_CASE("two runs give the same JSON and the same bytes in every file", "[e2e][backtest]") {
  const Market m;
  const Json a = backtest({"--data", m.dir / "one", "--baselines", "--out", m.dir / "a"});
  const Json b = backtest({"--data", m.dir / "one", "--baselines", "--out", m.dir / "b"});
  CHECK(without_seconds(a) == without_seconds(b));
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(m.dir / "a")) {
    const std::string name = entry.path().filename().string();
    names.insert(name);
    CHECK(read_file(m.dir / "a/" + name) == read_file(m.dir / "b/" + name));
  }
  CHECK(names == std::set<std::string>{"equity.csv", "equity_unguarded.csv",
                                       "equity_unguarded_unscaled.csv", "trades.csv",
                                       "decisions.csv", "forecasts.csv"});
}

TEST_CASE("what the run id stands for changes it", "[e2e][backtest]") {
  const Market m;
  const Json one = backtest({"--data", m.dir / "one"});
  CHECK(one["run_id"] != backtest({"--data", m.dir / "two"})["run_id"]);
  CHECK(one["run_id"] != backtest({"--data", m.dir / "one", "--pairs", "BTC"})["run_id"]);
  CHECK(one["run_id"] != backtest({"--data", m.dir / "one", "--to", "2025-01-20"})["run_id"]);
  // Where the files lie does not.
  std::filesystem::create_directories(m.dir / "moved");
  std::filesystem::copy(m.dir / "one", m.dir / "moved/one",
                        std::filesystem::copy_options::recursive);
  CHECK(one["run_id"] == backtest({"--data", m.dir / "moved/one"})["run_id"]);
}

TEST_CASE("the files agree with the JSON and with one another", "[e2e][backtest]") {
  const Market m;
  const Json j = backtest({"--data", m.dir / "one", "--out", m.dir / "out"});
  const auto equity = rows_of(read_file(m.dir / "out/equity.csv"));
  const auto trades = rows_of(read_file(m.dir / "out/trades.csv"));
  REQUIRE(trades.size() > 5);
  CHECK(std::stoll(equity[1][0]) == kStartMs);
  CHECK(equity[1][1] == "10000");
  CHECK(std::stod(equity.back()[1]) == j["final_equity"].get<double>());
  double sum = 10'000.0;
  for (std::size_t i = 1; i < trades.size(); ++i) {
    const auto& t = trades[i];
    REQUIRE(t.size() == 12);
    const double sign = t[1] == "long" ? 1.0 : -1.0;
    const double gross = sign * (std::stod(t[5]) - std::stod(t[3])) * std::stod(t[6]);
    CHECK(std::stod(t[9]) == Approx(gross - std::stod(t[7]) - std::stod(t[8])).margin(1e-6));
    sum += std::stod(t[9]);
  }
  CHECK(sum == Approx(j["final_equity"].get<double>()).margin(1e-6));
  CHECK(trades.size() - 1 == j["portfolio"]["trades"].get<std::size_t>());

  std::size_t signals = 0;
  for (const auto& d : rows_of(read_file(m.dir / "out/decisions.csv"))) {
    if (d[7] == "approved" || d[7] == "refused") {
      ++signals;
      double product = 1.0;
      for (std::size_t i = 10; i < 17; ++i) {
        product *= std::stod(d[i]);
      }
      CHECK(product == std::stod(d[9]));
    }
  }
  CHECK(signals > 5);
}

TEST_CASE("several folders are spans of their own", "[e2e][backtest]") {
  const Market m;
  const Json both = backtest({"--data", m.dir / "one", m.dir / "two", "--out", m.dir / "out"});
  const Json two = backtest({"--data", m.dir / "two"});
  REQUIRE(both["spans"].size() == 2);
  CHECK(both["spans"]["two"]["portfolio"] == two["portfolio"]);
  CHECK(both["spans"]["two"]["initial_equity"] == 10'000.0);
  CHECK(both["bars"] ==
        both["spans"]["one"]["bars"].get<int>() + both["spans"]["two"]["bars"].get<int>());
  CHECK_FALSE(both.contains("portfolio"));
  CHECK(std::filesystem::exists(m.dir / "out/one/equity.csv"));
  CHECK(std::filesystem::exists(m.dir / "out/two/forecasts.csv"));
}

TEST_CASE("funding files are found beside the data, and rates count", "[e2e][backtest]") {
  const Market m;
  std::string text = "ts_ms,funding_rate\n";
  for (int i = 0; i < 90; ++i) {
    text += std::to_string(kStartMs + i * 28'800'000LL) + ",0.002\n";
  }
  std::filesystem::create_directories(m.dir / "funding");
  write_file(m.dir / "funding/BTCUSDT-funding-20250101-20250131.csv", text);
  const Json j = backtest({"--data", m.dir / "one"});
  CHECK(j["funding_source"] == "default+file"); // ETH has none
  CHECK(j["pairs"]["cmt_btcusdt"]["funding_settlements"]["from_file"] > 0);
  CHECK(j["pairs"]["cmt_ethusdt"]["funding_settlements"]["from_file"] == 0);
  std::filesystem::create_directories(m.dir / "empty");
  CHECK(backtest({"--data", m.dir / "one", "--funding", m.dir / "empty"})["funding_source"] ==
        "default");
}

TEST_CASE("option --from and --to cut whole UTC days", "[e2e][backtest]") {
  const Market m;
  const Json j = backtest({"--data", m.dir / "one", "--from", "2025-01-14", "--to", "2025-01-18"});
  CHECK(j["from"] == "2025-01-14T00:00:00Z");
  CHECK(j["to"] == "2025-01-18T00:00:00Z");
}

TEST_CASE("a person gets a table instead", "[e2e][backtest]") {
  const Market m;
  const Finished run = run_engine({"backtest", "--data", m.dir / "one", "--baselines"});
  CHECK(run.exit_code == 0);
  for (const char* word : {"total return", "cmt_btcusdt", "refused because", "maximum drawdown"}) {
    CHECK(run.out.find(word) != std::string::npos);
  }
  CHECK(run.err.empty()); // no progress bar when piped
}

TEST_CASE("what cannot be run is refused in one line", "[e2e][backtest]") {
  const Market m;
  struct Case {
    std::vector<std::string> arguments;
    const char* word;
  };
  const std::string one = m.dir / "one";
  const Case cases[] = {
      {{"--data", one, "--from", "2025-01-18", "--to", "2025-01-14"}, "--to"},
      {{"--data", one, "--from", "yesterday"}, "--from"},
      {{"--data", one, "--from", "2030-01-01"}, "--from"},
      {{"--data", one, "--pairs", "DOGE"}, "none of the pairs"},
      {{"--data", one, "--interval", "2m"}, "interval"},
      {{"--data", one, "--interval", "1h"}, "fitted on"},
      {{"--data", one, "--interval", "often"}, "--interval"},
      {{"--data", one, one}, "named one"},
      {{"--data", one, "--funding", m.dir / "absent"}, "absent"},
      {{"--data", one, "--out", "/proc/nowhere"}, "/proc/nowhere"},
  };
  for (const Case& c : cases) {
    std::vector<std::string> arguments{"backtest", "--json"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Finished run = run_engine(arguments);
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.err.find(c.word) != std::string::npos);
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK(run.out.empty());
  }
}

TEST_CASE("recorded markets run where they lie beside the checkout", "[e2e][backtest]") {
  const std::string data = market_data_dir() + "/1m-spot-2021-crash";
  if (!std::filesystem::is_directory(data)) {
    WARN("skipped: no " << data);
    return;
  }
  const Json j = backtest({"--data", data, "--baselines"});
  CHECK(j["bars"] == 815'295);
  CHECK(j["pairs"].size() == 8);
  CHECK(j["portfolio"]["trades"].get<int>() > 100);
  CHECK(j["portfolio"]["max_gross_leverage"].get<double>() < 2.05);
  const double ratio = j["baselines"]["unguarded"]["mean_gross_leverage"].get<double>() /
                       j["portfolio"]["mean_gross_leverage"].get<double>();
  CHECK(ratio == Approx(1.0).margin(0.01));
}
