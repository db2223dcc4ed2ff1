#include "app/candle_download.hpp"
#include "infra/market/candle_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::app;
using namespace std::chrono_literals;
using rg::test::TempDir;

namespace {

const Symbol kBtc = Symbol::from_id(0);
const Timestamp kDay = Timestamp::from_ms(1'735'689'600'000); // 2025-01-01

/// A venue with one-minute rows from `first` on, some of them missing; counts what it is asked.
class FakePages final : public CandlePages {
public:
  FakePages(Timestamp first, Timestamp forming) : first_(first), forming_(forming) {}
  std::vector<CandleRow> page(Symbol symbol, Timestamp end) override {
    ++asked;
    std::vector<CandleRow> rows;
    Timestamp open = Timestamp::from_ms(end.ms() / 60'000 * 60'000);
    if (!inclusive && open == end) {
      open = open - 1min;
    }
    for (open = std::min(open, forming_); open >= first_ && rows.size() < 100; open = open - 1min) {
      if (std::find(missing.begin(), missing.end(), open) == missing.end()) {
        const Price price = Price::from_raw((100 + open.ms() / 60'000 % 7) * kFixedScale);
        rows.push_back({symbol, open, price, price, price, price, Quantity::from_raw(kFixedScale)});
      }
    }
    if (asked == fail_at) {
      throw std::runtime_error("the venue does not answer");
    }
    return rows; // newest first
  }
  Timestamp forming(Symbol) override { return forming_; }

  bool inclusive = true;
  std::vector<Timestamp> missing;
  std::size_t asked = 0, fail_at = 0;

private:
  Timestamp first_, forming_;
};

DownloadPlan plan_in(const std::string& out, int days) {
  return {{kBtc}, 1min, kDay, kDay + days * 24h, out};
}

std::size_t rows_in(const std::string& out) {
  const auto folder = load_candle_folder(out, {kBtc});
  return folder ? folder->series.at(0).bars.size() : 0;
}

} // namespace

TEST_CASE("paging finds every row once, whether the venue counts the end or not",
          "[unit][download]") {
  for (const bool inclusive : {true, false}) {
    FakePages venue(kDay - 3h, kDay + 48h);
    venue.inclusive = inclusive;
    std::uint64_t pages = 0;
    const auto rows = fetch_rows(venue, kBtc, kDay, kDay + 24h, pages);
    CHECK(rows.size() == 1440);
    CHECK(rows.begin()->first == kDay);
    CHECK(rows.rbegin()->first == kDay + 1439min);
    CHECK(pages == venue.asked);
    CHECK(pages <= 16);
  }
}

TEST_CASE("paging ends where the venue's history begins", "[unit][download]") {
  FakePages venue(kDay + 20h, kDay + 48h);
  std::uint64_t pages = 0;
  CHECK(fetch_rows(venue, kBtc, kDay, kDay + 24h, pages).size() == 240);
  FakePages empty(kDay + 30h, kDay + 48h);
  CHECK(fetch_rows(empty, kBtc, kDay, kDay + 24h, pages).empty());
}

TEST_CASE("a download goes on where the venue failed it, and keeps whole days",
          "[unit][download]") {
  const TempDir dir;
  FakePages venue(kDay - 24h, kDay + 96h);
  venue.fail_at = 20; // in the second day
  CHECK_THROWS(download_candles(plan_in(dir.path(), 3), venue, [](std::size_t) {}));
  CHECK(rows_in(dir.path()) == 1440); // the first is whole, the second is not there
  venue.fail_at = 0;
  std::size_t last = 0;
  const auto done =
      download_candles(plan_in(dir.path(), 3), venue, [&](std::size_t days) { last = days; });
  REQUIRE(done.size() == 1);
  CHECK(last == 3);
  CHECK(done[0].days_kept == 1);
  CHECK(done[0].fetched == 2 * 1440);
  CHECK(done[0].rows == 3 * 1440);
  CHECK(done[0].holes.empty());
  CHECK(rows_in(dir.path()) == 3 * 1440);
}

TEST_CASE("missing rows are reported as gaps, across days too", "[unit][download]") {
  const TempDir dir;
  FakePages venue(kDay, kDay + 96h);
  for (int minute = 1435; minute < 1445; ++minute) { // over midnight
    venue.missing.push_back(kDay + minute * 1min);
  }
  venue.missing.push_back(kDay + 60min);
  const auto done = download_candles(plan_in(dir.path(), 2), venue, [](std::size_t) {});
  REQUIRE(done[0].holes.size() == 2);
  CHECK(done[0].holes[0].from == kDay + 60min);
  CHECK(done[0].holes[0].rows == 1);
  CHECK(done[0].holes[1].from == kDay + 1435min);
  CHECK(done[0].holes[1].to == kDay + 1445min);
  CHECK(done[0].holes[1].rows == 10);
}

TEST_CASE("the forming row is left out, and its day is asked for again later", "[unit][download]") {
  const TempDir dir;
  {
    FakePages venue(kDay, kDay + 30h);
    const auto done = download_candles(plan_in(dir.path(), 3), venue, [](std::size_t) {});
    CHECK(done[0].until == kDay + 30h);
    CHECK(done[0].rows == 30 * 60);
    CHECK(done[0].holes.empty()); // what does not exist yet is no gap
  }
  FakePages later(kDay, kDay + 80h);
  const auto done = download_candles(plan_in(dir.path(), 3), later, [](std::size_t) {});
  CHECK(done[0].days_kept == 1);
  CHECK(done[0].rows == 3 * 1440);
  CHECK(rows_in(dir.path()) == 3 * 1440);
}
