// Same market, same decisions, to the last bit, whichever generation of the protocol lies between
// engine and exchange; and cuts of either stream that lose nothing.

#include "tests/parity/wire_harness.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("over v2 and over v3 the engine decides the same, bit for bit", "[parity]") {
  const Duration length = std::chrono::hours(14);
  const Run v2 = run_over("v2", length);
  const Run v3 = run_over("v3", length);
  INFO(v2.decisions.size() << " decisions, " << v2.fills.size() << " fills over v2; "
                           << v3.decisions.size() << ", " << v3.fills.size() << " over v3; "
                           << v2.requests << " and " << v3.requests << " requests");
  // A comparison of nothing would prove nothing.
  REQUIRE(v2.decisions.size() > 20);
  INFO("the last decision: " << v2.decisions.back() << "refused by the venue: " << v2.refusals);
  REQUIRE(v2.fills.size() > 10);
  CHECK(v2.fills.size() == v2.venue_fills);
  for (std::size_t i = 0; i < std::min(v2.decisions.size(), v3.decisions.size()); ++i) {
    INFO("decision " << i);
    REQUIRE(v2.decisions[i] == v3.decisions[i]);
  }
  CHECK(v2.decisions.size() == v3.decisions.size());
  CHECK(v2.fills == v3.fills);
  CHECK(v2.equity == v3.equity);
}

TEST_CASE("streams cut for 30 s again and again: no fill lost, none twice, every bar there",
          "[parity]") {
  const Duration length = std::chrono::hours(14);
  const auto api = GENERATE(std::string("v2"), std::string("v3"));
  const Run whole = run_over(api, length);
  // Every second decision falls into a cut. At each of them nothing would fill: entries that rest
  // are cancelled as soon as the engine sees that the stream is gone.
  const Run cut = run_over(
      api, length, {std::chrono::minutes(10), std::chrono::hours(5), std::chrono::seconds(30)});
  INFO(api << ": " << cut.lost_fills << " of " << cut.venue_fills << " fills and "
           << cut.lost_candles << " candle rows were pushed into a cut");
  REQUIRE(cut.venue_fills > 5);
  REQUIRE(cut.lost_fills > 0); // else nothing is shown
  REQUIRE(cut.lost_candles > 50);
  CHECK(cut.fill_ids.size() == cut.venue_fills);
  CHECK(std::set<VenueFillId>(cut.fill_ids.begin(), cut.fill_ids.end()).size() ==
        cut.fill_ids.size());
  CHECK(cut.bars == whole.bars);
}
