// A run's folder, read back.

#include "app/commands.hpp"
#include "app/engine/run_csv.hpp"
#include "app/engine/run_report.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace rg;
using namespace rg::app;

namespace {

/// A folder of this process alone, removed at the end.
class Folder {
public:
  Folder()
      : path_(std::filesystem::temp_directory_path() / ("rg_run_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

private:
  std::filesystem::path path_;
};

constexpr std::int64_t kDay = 86'400'000;

/// Three rows: 100, 120, 90: a gain of a fifth, then a fall by a quarter from the top.
std::string equity_file() {
  return "ts_ms,equity,drawdown,gross_leverage,net_leverage\n"
         "0,100,0,0,0\n" +
         std::to_string(kDay) + ",120,0,0.5,0.5\n" + std::to_string(2 * kDay) + ",90,0.25,1,-1\n";
}

} // namespace

TEST_CASE("a run's files are read by their header, empty fields as nothing", "[unit][app]") {
  const Folder folder;
  folder.write("a.csv", "ts_ms,pair,x\n5,cmt_btcusdt,1.5\n6,cmt_ethusdt,\n");
  const auto csv = RunCsv::read(folder / "a.csv");
  REQUIRE(csv);
  REQUIRE(csv->rows() == 2);
  CHECK(csv->integer(0, csv->column("ts_ms")) == 5);
  CHECK(csv->number(0, csv->column("x")) == 1.5);
  CHECK_FALSE(csv->number(1, csv->column("x")));
  CHECK(csv->text(1, csv->column("pair")) == "cmt_ethusdt");
  CHECK_FALSE(RunCsv::read(folder / "none.csv"));
}

TEST_CASE("a broken file is named with its line", "[unit][app]") {
  const Folder folder;
  folder.write("short.csv", "a,b\n1,2\n3\n");
  folder.write("words.csv", "a,b\n1,zwei\n");
  CHECK_THROWS_WITH(RunCsv::read(folder / "short.csv"), Catch::Contains("short.csv:3"));
  const auto words = RunCsv::read(folder / "words.csv");
  REQUIRE(words);
  CHECK_THROWS_WITH(words->number(0, 1), Catch::Contains("words.csv:2: 'zwei' is no number"));
  CHECK_THROWS_WITH(words->column("c"), Catch::Contains("no column 'c'"));
}

TEST_CASE("a run's figures are those of its files", "[unit][app]") {
  const Folder folder;
  folder.write("runs/one/equity.csv", equity_file());
  folder.write("runs/one/trades.csv",
               "pair,side,entry_ts_ms,entry_price,exit_ts_ms,exit_price,quantity,fees,funding,pnl,"
               "exit_reason,entry_decision\n"
               "cmt_btcusdt,long,0,10,1,12,10,1,0.5,18.5,rule,btc-0-s\n"
               "cmt_btcusdt,long,1,12,2,9,10,1,0,-31,stop,btc-1-s\n");
  const auto report = run_report(folder / "runs/one");
  const auto& span = report["spans"][0];
  CHECK(report["name"] == "one");
  CHECK(span["final_equity"] == 90.0);
  CHECK(span["metrics"]["total_return"].get<double>() == Approx(-0.1));
  CHECK(span["metrics"]["max_drawdown"].get<double>() == Approx(0.25)); // 90 after 120
  CHECK(span["metrics"]["trades"] == 2);
  CHECK(span["metrics"]["stops_hit"] == 1);
  CHECK(span["metrics"]["fees_paid"].get<double>() == Approx(2.0));
  CHECK(span["metrics"]["win_rate"].get<double>() == Approx(0.5));
  CHECK(span["pairs"][0]["pnl"].get<double>() == Approx(-12.5));
  CHECK(span["trades"]["total"] == 2);

  const auto list = list_run_reports(folder / "runs");
  REQUIRE(list["runs"].size() == 1);
  CHECK(list["runs"][0]["max_drawdown"].get<double>() == Approx(0.25));
  CHECK(named_run_report(folder / "runs", "one"));
  CHECK_FALSE(named_run_report(folder / "runs", "two"));
  CHECK_FALSE(named_run_report(folder / "runs", ".."));
  CHECK_FALSE(named_run_report(folder / "runs", "../runs/one"));
}

TEST_CASE("several spans, a walk-forward, and no run at all", "[unit][app]") {
  const Folder folder;
  folder.write("out/2021/equity.csv", equity_file());
  folder.write("out/2022/equity.csv", equity_file());
  CHECK(run_report(folder / "out")["spans"].size() == 2);
  CHECK(run_report(folder / "out")["spans"][1]["name"] == "2022");
  folder.write("walk/walk_forward.json", R"({"verdict":"no evidence of edge"})");
  CHECK(run_report(folder / "walk")["kind"] == "walk_forward");
  folder.write("empty/readme.txt", "nothing");
  CHECK_THROWS_AS(run_report(folder / "empty"), UsageError);
}
