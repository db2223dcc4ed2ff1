#include "actors/feed/candle_closer.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

constexpr Duration kMinute = std::chrono::minutes{1};
const Timestamp kStart = Timestamp::from_ms(1'735'689'600'000); // 2025-01-01T00:00Z
const Symbol kBtc = Symbol::from_id(0);

Price price(double p) {
  return Price::from_double(p, Rounding::nearest);
}

CandleRow row(int minute, double close = 100.0) {
  CandleRow r;
  r.symbol = kBtc;
  r.open_time = kStart + minute * kMinute;
  r.open = price(100.0);
  r.high = price(std::max(100.0, close));
  r.low = price(std::min(100.0, close));
  r.close = price(close);
  r.volume = Quantity::from_raw(kFixedScale);
  return r;
}

CandleAnswer answer(std::vector<CandleRow> rows) {
  CandleAnswer a;
  a.symbol = kBtc;
  a.interval = kMinute;
  a.rows = std::move(rows);
  return a;
}

std::vector<int> minutes(const CandleStep& step) {
  std::vector<int> out;
  for (const Bar& bar : step.closed) {
    out.push_back(static_cast<int>((bar.open_time - kStart) / kMinute));
  }
  return out;
}

using Minutes = std::vector<int>;

} // namespace

TEST_CASE("a row closes when a later one exists, with its last values", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  CHECK(closer.on_row(row(0, 101.0)).closed.empty());
  CHECK(closer.on_row(row(0, 102.0)).closed.empty());
  const CandleStep step = closer.on_row(row(1));
  REQUIRE(minutes(step) == Minutes{0});
  CHECK(step.closed[0].close == price(102.0));
  CHECK_FALSE(step.gap);
  CHECK_FALSE(step.back_fill);
}

TEST_CASE("old and malformed rows change nothing", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(5)));
  static_cast<void>(closer.on_row(row(6)));
  CHECK(closer.on_row(row(5, 90.0)).closed.empty());
  CandleRow crooked = row(6);
  crooked.high = price(99.0); // below the open
  CHECK(closer.on_row(crooked).closed.empty());
  CHECK(closer.refused_rows() == 1);
  CandleRow off_grid = row(7);
  off_grid.open_time = off_grid.open_time + Duration{1};
  CHECK(closer.on_row(off_grid).closed.empty());
  CHECK(closer.refused_rows() == 2);
  CHECK(minutes(closer.on_row(row(7))) == Minutes{6});
}

TEST_CASE("missing rows are told, asked for, and handed on in order before anything later",
          "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0)));
  const CandleStep gap = closer.on_row(row(4));
  CHECK(gap.closed.empty()); // row 0 may have missed its last push
  REQUIRE(gap.gap);
  CHECK(gap.gap->from == kStart);
  CHECK(gap.gap->to == kStart + 4 * kMinute);
  CHECK(gap.back_fill);
  CHECK(gap.rows_wanted == 44); // four wanted, and forty that may pass while the question travels
  CHECK(closer.back_filling());

  CHECK(closer.on_row(row(5)).closed.empty()); // nothing overtakes the missing ones
  const CandleStep filled =
      closer.on_back_fill(answer({row(0), row(1), row(2), row(3), row(4, 104.0), row(5)}));
  CHECK(minutes(filled) == Minutes{0, 1, 2, 3, 4});
  CHECK(filled.closed.back().close == price(104.0));
  CHECK_FALSE(filled.gap);
  CHECK_FALSE(closer.back_filling());
  CHECK(minutes(closer.on_row(row(6))) == Minutes{5});
}

TEST_CASE("rows that the venue does not have stay missing, and it is said", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0)));
  static_cast<void>(closer.on_row(row(4)));
  const CandleStep filled = closer.on_back_fill(answer({row(0), row(2), row(4)}));
  CHECK(minutes(filled) == Minutes{0, 2});
  REQUIRE(filled.gap);
  CHECK(filled.gap->from == kStart + 3 * kMinute);
  CHECK(filled.gap->to == kStart + 4 * kMinute);
  CHECK(minutes(closer.on_row(row(5))) == Minutes{4});
}

TEST_CASE("an answer older than the forming row is asked for again", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0)));
  static_cast<void>(closer.on_row(row(3)));
  static_cast<void>(closer.on_row(row(6)));
  const CandleStep old = closer.on_back_fill(answer({row(0), row(1), row(2), row(3)}));
  CHECK(minutes(old) == Minutes{0, 1, 2}); // row 3 was forming in the answer
  CHECK(old.back_fill);
  CHECK(closer.back_filling());
  CHECK(minutes(closer.on_back_fill(answer({row(3), row(4), row(5), row(6)}))) == Minutes{3, 4, 5});
}

TEST_CASE("an answer whose window has left the missing rows behind is asked for wider",
          "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0)));
  static_cast<void>(closer.on_row(row(4)));
  const int first = closer.rows_wanted();
  const CandleStep late = closer.on_back_fill(answer({row(2), row(3), row(4)}));
  CHECK(late.closed.empty()); // row 0 and 1 must not be skipped silently
  CHECK(late.back_fill);
  CHECK(late.rows_wanted > first);
  CHECK(minutes(closer.on_back_fill(answer({row(0), row(1), row(2), row(3), row(4)}))) ==
        Minutes{0, 1, 2, 3});
}

TEST_CASE("rows that never come back into the answer's window are told as a gap", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0)));
  static_cast<void>(closer.on_row(row(4)));
  CandleStep step = closer.on_back_fill(answer({row(2), row(3), row(4)}));
  for (int asked = 0; step.back_fill; ++asked) {
    REQUIRE(asked < 10);
    step = closer.on_back_fill(answer({row(2), row(3), row(4)}));
  }
  CHECK(minutes(step) == Minutes{2, 3});
  REQUIRE(step.gap);
  CHECK(step.gap->from == kStart);
  CHECK(step.gap->to == kStart + 2 * kMinute);
}

TEST_CASE("a failed answer keeps the gap open", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0)));
  static_cast<void>(closer.on_row(row(2)));
  CandleAnswer failed = answer({});
  failed.outcome = RequestOutcome::unknown;
  CHECK(closer.on_back_fill(failed).closed.empty());
  CHECK(closer.back_filling());
  CHECK(closer.rows_wanted() == 42);
}

TEST_CASE("after an interruption the row that was forming is fetched, not trusted",
          "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  static_cast<void>(closer.on_row(row(0, 101.0)));
  closer.on_interruption();
  const CandleStep next = closer.on_row(row(1));
  CHECK(next.closed.empty());
  CHECK(next.back_fill);
  const CandleStep filled = closer.on_back_fill(answer({row(0, 107.0), row(1)}));
  REQUIRE(minutes(filled) == Minutes{0});
  CHECK(filled.closed[0].close == price(107.0)); // what the stream had not told
}

TEST_CASE("history's end decides where base bars begin", "[unit][feed]") {
  CandleCloser closer(kBtc, kMinute);
  closer.start_after(kStart + 3 * kMinute);
  CHECK(closer.on_row(row(2)).closed.empty());
  const CandleStep first = closer.on_row(row(5));
  CHECK(first.back_fill); // minutes 3 and 4 of the running slot ...
  CHECK_FALSE(first.gap); // ... which nobody missed
  CHECK(minutes(closer.on_back_fill(answer({row(2), row(3), row(4), row(5)}))) == Minutes{3, 4});
}
