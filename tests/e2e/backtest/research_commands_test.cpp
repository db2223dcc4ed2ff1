// walk-forward and validate as other programs see them: documents, files, exit codes, going on
// after a kill.

#include "tests/e2e/models/candle_text.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

using namespace rg::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// DIR/data/past and DIR/data/judged: two pairs of quarter-hour bars, seventy days each, from
/// 2024-01-01 (both: a folder is a span of its own).
struct Spans {
  TempDir dir;
  Spans() {
    add("judged", "BTCUSDT", "BTC", 1);
    add("judged", "ETHUSDT", "ETH", 2);
  }
  void add(const std::string& folder, const std::string& compact, const char* pair,
           std::uint64_t seed) const {
    fs::create_directories(path(folder));
    MarketSample sample;
    sample.symbol = *rg::Symbol::parse(pair);
    sample.seed = seed;
    sample.bars = 70 * 96;
    write_file(path(folder) + "/" + compact + "-15m-20240101-20240310.csv",
               candle_text(candles(sample)));
  }
  [[nodiscard]] std::string path(const std::string& folder) const {
    return dir / ("data/" + folder);
  }
  [[nodiscard]] std::vector<std::string> walk(const std::string& out) const {
    return {"walk-forward", "--data", path("judged"), "--window", "15",    "--trials", "10",
            "--resamples",  "200",    "--threads",    "1",        "--out", out,        "--json"};
  }
};

/// Every file under a folder by its path.
std::map<std::string, std::string> files_of(const std::string& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), dir).string()] = read_file(entry.path().string());
    }
  }
  return files;
}

Json without_seconds(Json j) {
  j.erase("wall_seconds");
  return j;
}

} // namespace

TEST_CASE("walk-forward judges each window with a model of earlier data only", "[e2e][walk]") {
  const Spans spans;
  const Finished run = run_engine(spans.walk(spans.dir / "out"));
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Json j = Json::parse(run.out);
  REQUIRE(j["windows"].size() == 4);
  CHECK(j["windows"][0]["skipped"].is_string()); // ten days of data are too few to fit on
  std::size_t judged = 0;
  for (const Json& w : j["windows"]) {
    CHECK(w["fit_until"].get<std::string>() < w["from"].get<std::string>());
    if (w["skipped"].is_null()) {
      ++judged;
      CHECK(w["observations"] > 0);
      CHECK(w["guarded"].contains("total_return"));
    }
  }
  CHECK(judged == j["pooled"]["windows"]);
  CHECK(judged >= 2);
  CHECK(j["pooled"]["worst_product_error"] <= 1e-12);
  CHECK(j["pooled"]["decisions_not_reproduced"] == 0);
  REQUIRE(j["costs"].size() == 3);
  CHECK(j["costs"][0]["multiple"] == 0.5);
  CHECK(j["costs"][2]["multiple"] == 2.0);
  CHECK(j["verdict"].size() == 2);
  const auto files = files_of(spans.dir / "out");
  CHECK(files.count("walk_forward.json") == 1);
  CHECK(files.count("windows/judged-20240112.json") == 1);
}

TEST_CASE("walk-forward goes on where it was killed and ends with the same files", "[e2e][walk]") {
  const Spans spans;
  const Finished whole = run_engine(spans.walk(spans.dir / "whole"));
  REQUIRE(whole.exit_code == 0);

  std::vector<std::string> command = spans.walk(spans.dir / "parts");
  command.insert(command.begin(), engine_binary());
  {
    Process process(command, spans.dir / "log.out", spans.dir / "log.err");
    const std::string second = spans.dir / "parts/windows/judged-20240127.json";
    for (int i = 0; i < 6'000 && !fs::exists(second); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    CHECK(fs::exists(second));
    process.signal(SIGKILL);
    process.wait();
  }
  const std::string kept = spans.dir / "parts/windows/judged-20240127.json";
  const auto kept_since = fs::last_write_time(kept);
  const Finished rest = run_engine(spans.walk(spans.dir / "parts"));
  REQUIRE(rest.exit_code == 0);
  CHECK(fs::last_write_time(kept) == kept_since); // not run again
  CHECK(files_of(spans.dir / "parts") == files_of(spans.dir / "whole"));
  CHECK(without_seconds(Json::parse(rest.out)) == without_seconds(Json::parse(whole.out)));

  // Another seed is another fit: nothing of it is taken over.
  std::vector<std::string> other = spans.walk(spans.dir / "parts");
  other.insert(other.end(), {"--seed", "2"});
  REQUIRE(run_engine(other).exit_code == 0);
  CHECK(fs::last_write_time(kept) != kept_since);
}

namespace {

/// `regimeguard worker` on a free port of loopback.
struct Worker {
  explicit Worker(const std::string& dir)
      : process({engine_binary(), "worker", "--listen", "0"}, dir + ".out", dir + ".err") {
    for (int i = 0; i < 3'000 && read_file(dir + ".out").find('\n') == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    const Json said = Json::parse(read_file(dir + ".out"));
    address = "127.0.0.1:" + std::to_string(said.at("port").get<int>());
  }
  Process process;
  std::string address;
};

} // namespace

TEST_CASE("windows that workers ran are the same bytes, and a lost worker loses none",
          "[e2e][walk]") {
  const Spans spans;
  const Finished whole = run_engine(spans.walk(spans.dir / "whole"));
  REQUIRE(whole.exit_code == 0);
  Worker first(spans.dir / "first");
  Worker second(spans.dir / "second");
  const auto spread = [&](const std::string& out) {
    std::vector<std::string> command = spans.walk(spans.dir / out);
    command.insert(command.end(), {"--workers", first.address + "," + second.address});
    return run_engine(command);
  };
  const Finished both = spread("both");
  INFO(both.err);
  REQUIRE(both.exit_code == 0);
  CHECK(both.err.find("without it") == std::string::npos);
  for (const Worker* worker : {&first, &second}) {
    CHECK(both.err.find("worker " + worker->address + " ran 0") == std::string::npos);
    CHECK(both.err.find("worker " + worker->address + " ran") != std::string::npos);
  }
  CHECK(files_of(spans.dir / "both") == files_of(spans.dir / "whole"));
  CHECK(without_seconds(Json::parse(both.out)) == without_seconds(Json::parse(whole.out)));

  second.process.signal(SIGKILL);
  second.process.wait();
  const Finished one = spread("one");
  INFO(one.err);
  REQUIRE(one.exit_code == 0);
  CHECK(one.err.find("worker " + second.address) != std::string::npos);
  CHECK(files_of(spans.dir / "one") == files_of(spans.dir / "whole"));

  // The worker still holds the old data: what it would compute is not what was asked for.
  const std::string file = fs::directory_iterator(spans.path("judged"))->path().string();
  const std::string text = read_file(file);
  write_file(file, text.substr(0, text.rfind('\n', text.size() - 2) + 1));
  const Finished changed = spread("changed");
  INFO(changed.err);
  REQUIRE(changed.exit_code == 0);
  CHECK(changed.err.find("worker " + first.address +
                         " its program, config, data or funding differ") != std::string::npos);
  CHECK(is_one_clear_line(
      run_engine({"walk-forward", "--data", spans.path("judged"), "--workers", "nowhere"}),
      "--workers"));
}

TEST_CASE("validate prints the rows asked for and fails when a bar does", "[e2e][validate]") {
  const Spans spans;
  const std::vector<std::string> command{"validate",
                                         "--data",
                                         spans.path("judged"),
                                         "--only",
                                         "coverage,added-value,explanation",
                                         "--out",
                                         spans.dir / "out",
                                         "--resamples",
                                         "200",
                                         "--json"};
  const Finished run = run_engine(command);
  INFO(run.err);
  REQUIRE(run.exit_code == 1); // two pairs for two months do not trade enough
  const Json j = Json::parse(run.out);
  REQUIRE(j["rows"].size() == 3);
  CHECK(j["holds"] == false);
  std::map<std::string, Json> rows;
  for (const Json& row : j["rows"]) {
    rows[row["id"]] = row;
    CHECK(row["spans"] == Json({"judged"}));
    CHECK_FALSE(row["chosen_on"].get<std::string>().empty());
  }
  CHECK(rows["coverage"]["holds"] == true);
  CHECK(rows["explanation"]["holds"] == true);
  CHECK(rows["added-value"]["holds"] == false);
  const auto files = files_of(spans.dir / "out");
  REQUIRE(files.size() == 2);
  CHECK(Json::parse(files.at("validate.json")) == without_seconds(j));
  const std::string& page = files.at("validate.html");
  CHECK(page.find("<svg") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("://") == std::string::npos);
  const Finished again = run_engine(command);
  CHECK(files_of(spans.dir / "out") == files); // the same bytes
  CHECK(without_seconds(Json::parse(again.out)) == without_seconds(j));
}

TEST_CASE("validate exits with 0 when every bar holds", "[e2e][validate]") {
  const Spans spans;
  const Finished run =
      run_engine({"validate", "--data", spans.path("judged"), "--only", "coverage,explanation"});
  INFO(run.out);
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("2 of 2 rows hold") != std::string::npos);
}

TEST_CASE("validate judges the references on folders of their own", "[e2e][validate]") {
  const Spans spans;
  const auto validate = [&](std::vector<std::string> more) {
    std::vector<std::string> command{"validate", "--data",     spans.path("judged"),
                                     "--only",   "volatility", "--json"};
    command.insert(command.end(), more.begin(), more.end());
    const Finished run = run_engine(command);
    INFO(run.err);
    REQUIRE(run.exit_code <= 1);
    return Json::parse(run.out)["rows"][0];
  };
  const Json without = validate({});
  CHECK(without["holds"] == false);
  CHECK(without["not_measured"].get<std::string>().find("--train") != std::string::npos);
  spans.add("1m-none", "SOLUSDT", "SOL", 3);
  spans.add("past", "BTCUSDT", "BTC", 5);
  const Json with = validate({"--train", spans.path("past")});
  CHECK(with["not_measured"].is_null());
  CHECK(with["figures"].size() == 4);
}

TEST_CASE("bad input to the research commands is one clear line", "[e2e][walk][validate]") {
  const Spans spans;
  const std::string data = spans.path("judged");
  CHECK(
      is_one_clear_line(run_engine({"walk-forward", "--data", spans.dir / "nowhere"}), "nowhere"));
  CHECK(is_one_clear_line(run_engine({"walk-forward", "--data", data, data}), "two folders"));
  CHECK(
      is_one_clear_line(run_engine({"walk-forward", "--data", data, "--window", "2"}), "--window"));
  CHECK(is_one_clear_line(run_engine({"walk-forward", "--data", data, "--pairs", "FOO"}), "FOO"));
  CHECK(
      is_one_clear_line(run_engine({"walk-forward", "--data", data, "--trials", "0"}), "--trials"));
  CHECK(is_one_clear_line(
      run_engine({"walk-forward", "--data", data, "--out", "/proc/nothing/here"}), "--out"));
  CHECK(is_one_clear_line(run_engine({"validate", "--data", data, "--only", "luck"}), "luck"));
  CHECK(is_one_clear_line(run_engine({"validate", "--data", data, "--train", spans.dir / "none"}),
                          "none"));
  CHECK(is_one_clear_line(run_engine({"validate", "--data", data, "--resamples", "3"}),
                          "--resamples"));
  CHECK(is_one_clear_line(run_engine({"validate", "--data", data, "--model", spans.dir / "none"}),
                          "none"));
  // A span no longer than its warm-up has no window.
  const Finished run = run_engine({"walk-forward", "--data", data, "--interval", "4h"});
  CHECK(run.exit_code == 2);
}

TEST_CASE("the proof over real candles that the model has not seen", "[e2e][validate][market]") {
  const std::string data = market_data_dir() + "/1m-perp-2025";
  if (!fs::is_directory(data)) {
    std::cout << "skipped: no market data folder 1m-perp-2025 beside the checkout\n";
    return;
  }
  const Finished run = run_engine(
      {"validate", "--data", data, "--only", "coverage,explanation,expansion", "--json"});
  INFO(run.err);
  REQUIRE(run.exit_code <= 1);
  const Json told = Json::parse(run.out); // a range-for keeps no part of a temporary alive
  REQUIRE_FALSE(told.at("rows").empty());
  for (const Json& row : told.at("rows")) {
    INFO(row.dump(1));
    CHECK(row.at("holds") == true);
  }
}
