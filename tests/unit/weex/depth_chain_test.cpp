#include "infra/weex/depth_chain.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

namespace rg::weex::test {

namespace {

DepthRows rows(std::uint64_t start, std::uint64_t end, bool snapshot, std::vector<Level> bids,
               std::vector<Level> asks, std::uint32_t levels = 15) {
  return {start, end, snapshot, levels, std::move(asks), std::move(bids)};
}
Level level(const char* p, const char* q) {
  return {price(p), quantity(q)};
}
using R = DepthChain::Result;

} // namespace

TEST_CASE("a snapshot and the changes that join it make the book", "[unit][weex]") {
  DepthChain book;
  CHECK(book.apply(rows(9, 10, false, {}, {})) == R::waiting);
  REQUIRE(book.apply(rows(240, 246, true, {level("99", "2"), level("98", "4"), level("97", "1")},
                          {level("101", "1"), level("102", "3")})) == R::applied);
  CHECK(book.best_bid() == price("99"));
  CHECK(book.best_ask() == price("101"));
  CHECK(book.bid_depth() == quantity("7"));
  CHECK(book.ask_depth() == quantity("4"));
  // A size replaced, a level gone, one between, one better.
  REQUIRE(book.apply(rows(246, 270, false, {level("98", "5"), level("97", "0"), level("98.5", "1")},
                          {level("100.5", "2"), level("103", "0")})) == R::applied);
  CHECK(book.bids().size() == 3);
  CHECK(book.bids()[1].price == price("98.5"));
  CHECK(book.bid_depth() == quantity("8"));
  CHECK(book.best_ask() == price("100.5"));
}

TEST_CASE("known versions are dropped, the next may start at the end or after it", "[unit][weex]") {
  DepthChain book;
  REQUIRE(book.apply(rows(1, 10, true, {level("99", "1")}, {level("101", "1")})) == R::applied);
  CHECK(book.apply(rows(5, 10, false, {level("99", "9")}, {})) == R::stale);
  CHECK(book.apply(rows(10, 12, false, {level("99", "2")}, {})) == R::applied);
  CHECK(book.apply(rows(13, 14, false, {level("99", "3")}, {})) == R::applied);
  CHECK(book.bid_depth() == quantity("3"));
}

TEST_CASE("a missing version breaks the chain until a snapshot comes", "[unit][weex]") {
  DepthChain book;
  REQUIRE(book.apply(rows(1, 10, true, {level("99", "1")}, {level("101", "1")})) == R::applied);
  CHECK(book.apply(rows(12, 14, false, {}, {})) == R::broken);
  CHECK_FALSE(book.ready());
  CHECK(book.apply(rows(14, 15, false, {}, {})) == R::waiting);
  CHECK(book.apply(rows(2, 3, true, {level("50", "1")}, {level("51", "1")})) == R::applied);
  CHECK(book.best_bid() == price("50"));
}

TEST_CASE("a crossed or locked book is broken", "[unit][weex]") {
  for (const char* ask : {"98", "99"}) {
    DepthChain book;
    REQUIRE(book.apply(rows(1, 10, true, {level("99", "1")}, {level("101", "1")})) == R::applied);
    CHECK(book.apply(rows(10, 11, false, {}, {level(ask, "1")})) == R::broken);
    CHECK_FALSE(book.ready());
  }
}

TEST_CASE("the book is cut to the channel's levels and does not grow in a flood", "[unit][weex]") {
  DepthChain book;
  std::vector<Level> bids;
  for (int i = 1; i <= 1000; ++i) {
    bids.push_back({Price::from_raw(i * kFixedScale), quantity("1")});
  }
  REQUIRE(book.apply(rows(1, 2, true, bids, {level("5000", "1")})) == R::applied);
  CHECK(book.bids().size() == 15);
  REQUIRE(book.apply(rows(1, 3, true, bids, {level("5000", "1")}, 200)) == R::applied);
  CHECK(book.bids().size() == 200);
}

} // namespace rg::weex::test
