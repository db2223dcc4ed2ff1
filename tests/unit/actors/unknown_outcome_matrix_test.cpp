// An unknown outcome never becomes two orders: what may happen to a request against what was
// requested.

#include "tests/support/core_bench.hpp"

using namespace rg;
using namespace rg::test;

namespace {

enum class Fate : std::uint8_t {
  reply_lost,        ///< accepted, executed, and nobody told us
  rejected,          ///< the venue said no
  timeout_unsent,    ///< time-out, and it never arrived
  rate_limited,      ///< 429: not executed, come back later
  server_error,      ///< 5xx before execution: unknown to us
  server_error_done, ///< 5xx after execution: unknown to us
  duplicate_id,      ///< executed; the venue turns a second arrival down by its id
};
enum class Kind : std::uint8_t { entry, close, stop };

bool is_kind(const ChangeRequest& request, Kind kind) {
  const auto* place = std::get_if<PlaceOrder>(&request);
  switch (kind) {
  case Kind::entry:
    return place != nullptr && place->opens;
  case Kind::close:
    return place != nullptr && !place->opens;
  case Kind::stop:
    return std::holds_alternative<PlaceStop>(request);
  }
  return false;
}

CorePassage way_of(Fate outcome) {
  switch (outcome) {
  case Fate::reply_lost:
  case Fate::server_error_done:
    return {true, RequestOutcome::unknown, {}, outcome == Fate::reply_lost ? 0 : 502, "lost"};
  case Fate::rejected:
    return {false, RequestOutcome::rejected, {}, 40'015, "system busy"};
  case Fate::timeout_unsent:
  case Fate::server_error:
    return {
        false, RequestOutcome::unknown, {}, outcome == Fate::timeout_unsent ? 0 : 500, "time-out"};
  case Fate::rate_limited:
    return {false, RequestOutcome::rate_limited, 3s, 429, "too many requests"};
  case Fate::duplicate_id:
    return {true, RequestOutcome::rejected, {}, 40'004, "duplicate client order id"};
  }
  return {};
}

/// The first request of the kind has this fate; all others pass.
void strike_first(CoreBench& b, Kind kind, Fate outcome) {
  b.venue.passage = [kind, outcome, struck = false](const ChangeRequest& request) mutable {
    if (struck || !is_kind(request, kind)) {
      return CorePassage{};
    }
    struck = true;
    return way_of(outcome);
  };
}

bool executed(Fate outcome) {
  return way_of(outcome).executed;
}

std::map<std::string, int> arrivals(CoreBench& b) {
  std::map<std::string, int> out;
  for (const auto& [id, order] : b.venue.account().live) {
    ++out[order.client_oid];
  }
  for (const exchange::Order& order : b.venue.account().done) {
    ++out[order.client_oid];
  }
  out.erase(""); // attached stops carry no id
  return out;
}

void check_cell(Kind kind, Fate outcome) {
  CoreBench b;
  b.start();
  if (kind != Kind::entry) {
    b.enter(kBtc, Side::buy, "0.5", "", "950");
    b.wait(10s);
    REQUIRE(b.disagreement() == "");
  }
  strike_first(b, kind, outcome);
  b.venue.news = outcome == Fate::rejected; // nothing but answers and questions to go by
  switch (kind) {
  case Kind::entry:
    b.enter(kBtc, Side::buy, "0.5", "", "950");
    break;
  case Kind::close:
    b.exit(kBtc);
    break;
  case Kind::stop: // the stop vanishes: the desk places one of its own
    b.core.cancel_all(0, std::nullopt, true, b.time.now());
    break;
  }
  b.pass(8); // two minutes: beyond the signature window and the visibility lag
  b.venue.news = true;
  b.wait(70s);
  CHECK(b.disagreement() == "");
  for (const auto& [id, count] : arrivals(b)) {
    INFO(id);
    CHECK(count == 1);
  }
  CHECK(b.venue.account().repeated_client_oids == 0);

  const Quantity held = b.pair(kBtc).position.quantity;
  switch (kind) {
  case Kind::entry:
    // Sent again only after 429, which says that it was not executed.
    CHECK(b.venue.entries_sent() == (outcome == Fate::rate_limited ? 2U : 1U));
    CHECK(held ==
          (executed(outcome) || outcome == Fate::rate_limited ? qty("0.5") : Quantity::zero()));
    break;
  case Kind::close: // closed, and never for more than the position
    CHECK(held.is_zero());
    CHECK(b.venue.orders(true).empty());
    break;
  case Kind::stop:
    if (outcome == Fate::rejected) { // what cannot be protected is closed
      CHECK(held.is_zero());
      break;
    }
    CHECK(held == qty("0.5"));
    CHECK(b.pair(kBtc).stop_price == price("950"));
    CHECK(b.venue.orders(true).size() == 1);
    break;
  }
  CHECK(b.pair(kEth).position.is_flat()); // a close never opened the other way
  CHECK(b.venue.positions().size() == (held.is_zero() ? 0U : 1U));
}

} // namespace

#define RG_OUTCOME_CELLS(outcome)                                                                  \
  TEST_CASE("unknown-outcome matrix: entry x " #outcome, "[unit][matrix]") {                       \
    check_cell(Kind::entry, Fate::outcome);                                                        \
  }                                                                                                \
  TEST_CASE("unknown-outcome matrix: close x " #outcome, "[unit][matrix]") {                       \
    check_cell(Kind::close, Fate::outcome);                                                        \
  }                                                                                                \
  TEST_CASE("unknown-outcome matrix: stop x " #outcome, "[unit][matrix]") {                        \
    check_cell(Kind::stop, Fate::outcome);                                                         \
  }

RG_OUTCOME_CELLS(reply_lost)
RG_OUTCOME_CELLS(rejected)
RG_OUTCOME_CELLS(timeout_unsent)
RG_OUTCOME_CELLS(rate_limited)
RG_OUTCOME_CELLS(server_error)
RG_OUTCOME_CELLS(server_error_done)
RG_OUTCOME_CELLS(duplicate_id)
