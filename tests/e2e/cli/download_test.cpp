// download against the exchange over TLS: whole, resumed, within the limits, and bad arguments.

#include "infra/market/candle_file.hpp"
#include "tests/e2e/cli/venue_house.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

/// Open times of the pair's rows, over all files of the folder.
std::vector<Timestamp> downloaded(const std::string& folder, Symbol symbol) {
  std::vector<Timestamp> times;
  const auto candles = load_candle_folder(folder, {symbol});
  if (candles) {
    for (const Bar& bar : candles->series.at(0).bars) {
      times.push_back(bar.open_time);
    }
  }
  return times;
}

std::size_t files_in(const std::string& folder) {
  std::error_code none;
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    n += entry.path().extension() == ".csv" ? 1 : 0;
  }
  return n;
}

} // namespace

TEST_CASE("a download that was killed halfway goes on: no gap, no duplicate", "[e2e][cli]") {
  // `make soak` takes the full size: 100,800 rows. Market time begins at 2025-01-01, after a
  // history.
  const bool soak = std::getenv("RG_SOAK") != nullptr;
  const std::size_t days = soak ? 70 : 6;
  const std::string from = soak ? "2024-10-23" : "2024-12-26";
  const TempDir dir;
  // Market time must pass: the last minute is final once the next has begun.
  VenueHouse house(
      {.speed = 600.0, .history_minutes = soak ? 102'000U : SyntheticOptions{}.history_minutes});
  const std::string config = house.config(dir), out = dir / "candles";
  const auto command = [&](const char* weight) {
    return std::vector<std::string>{engine_binary(), "download", "--config", config, "--pairs",
                                    "BTC",           "--from",   from,       "--to", "2025-01-01",
                                    "--out",         out,        "--weight", weight, "--json"};
  };
  {
    // Its budget is spent after two days; half of the soak's days take longer.
    Process first(command(soak ? "500" : "150"), dir / "first.out", dir / "first.err", dir.path());
    REQUIRE(wait_for([&] { return files_in(out) >= (soak ? days / 2 : 2); }, 300s));
    first.signal(SIGKILL);
    first.wait();
  }
  const std::size_t before = files_in(out);
  CHECK(before < days); // killed in the middle
  const auto begin = std::chrono::steady_clock::now();
  Process second(command("500"), dir / "second.out", dir / "second.err", dir.path());
  const int code = second.wait();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  INFO(read_file(dir / "second.err"));
  REQUIRE(code == 0);
  const Json told = Json::parse(read_file(dir / "second.out")).at("pairs").at("cmt_btcusdt");
  CHECK(told.at("rows") == days * 1440);
  CHECK(told.at("days_kept") == before);
  CHECK(told.at("fetched") == (days - before) * 1440);
  CHECK(told.at("gaps").empty());
  const auto times = downloaded(out, *Symbol::parse("BTC"));
  REQUIRE(times.size() == days * 1440);
  for (std::size_t i = 1; i < times.size(); ++i) {
    REQUIRE(times[i] - times[i - 1] == 1min);
  }
  CHECK(house.server().stats().too_many == 0);  // within the venue's limits
  CHECK(read_file(dir / "second.err").empty()); // no bar when piped
  if (soak) {
    WARN(told.at("fetched") << " rows in " << taken.count() << " s after the kill");
  }
}

TEST_CASE("a download of days to come says that they are not there yet", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const Finished told =
      house.run(dir, {"download", "--config", house.config(dir), "--pairs", "BTC", "--from",
                      "2030-01-01", "--to", "2030-01-02", "--out", dir / "candles"});
  INFO(told.out << told.err);
  CHECK(told.exit_code == 0);
  CHECK(told.out.find("not there yet") != std::string::npos);
}

TEST_CASE("bad download arguments are one line and exit 2", "[e2e][cli]") {
  const auto refused = [](const std::vector<std::string>& more, const std::string& word) {
    std::vector<std::string> arguments{"download", "--out", "/tmp/none"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished told = run_engine(arguments);
    INFO(told.err);
    CHECK(told.exit_code == 2);
    CHECK(told.err.find(word) != std::string::npos);
  };
  refused({"--from", "2025-01-02", "--to", "2025-01-02"}, "--to");
  refused({"--from", "yesterday", "--to", "2025-01-02"}, "--from");
  refused({"--from", "2025-01-01", "--to", "2025-01-02", "--pairs", "SHIB"}, "SHIB");
  refused({"--from", "2025-01-01", "--to", "2025-01-02", "--interval", "2m"}, "2m");
  refused({"--from", "2025-01-01", "--to", "2025-01-02", "--weight", "5000"}, "--weight");
}
