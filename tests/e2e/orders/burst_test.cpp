// Order pacing as the exchange counts it: a burst of 200 intents, and a kill in the middle of it.

#include "tests/e2e/orders/live_house.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr std::size_t kIntents = 200;

/// Most requests in any half-open second, by the exchange's own clock.
std::size_t most_in_a_second(const std::vector<SeenRequest>& requests) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < requests.size(); ++last) {
    while (requests[last].wall - requests[first].wall >= Duration{1s}) {
      ++first;
    }
    most = std::max(most, last - first + 1);
  }
  return most;
}

bool ready(LiveHouse& house) {
  const EngineStatus& status = house.engine().status();
  bool warm = status.reconciled && status.private_link && status.public_link;
  for (const PairStatus& pair : status.pairs) {
    warm = warm && pair.warm && pair.mark_price.is_positive();
  }
  return warm;
}

/// Every pair always has an entry waiting or on its way, until `limit` have been given in all.
std::size_t feed(LiveHouse& house, std::size_t given, std::size_t limit) {
  for (const Symbol symbol : Symbol::all()) {
    const auto state = house.entry_state(symbol);
    if (given < limit && (!state || is_terminal(*state))) {
      given += house.give_entry(symbol) ? 1 : 0;
    }
  }
  return given;
}

} // namespace

TEST_CASE(
    "200 intents in a burst: at most ten a second, none turned away, and a kill goes out next",
    "[e2e]") {
  LiveHouse house;
  REQUIRE(house.wait([&] { return ready(house); }, 120s)); // a sanitized build warms up slowly

  std::size_t given = 0;
  const auto all_given = [&] {
    given = feed(house, given, kIntents);
    return given == kIntents;
  };
  REQUIRE(house.wait(all_given, 90s));

  // The last eight: six use up what entries may use, two wait behind them.
  struct AtTheKill {
    std::size_t openings_sent = 0;
    std::uint64_t requests_before = 0, requests_after = 0;
  };
  std::optional<AtTheKill> kill;
  const auto kill_when_waiting = [&] {
    if (house.entries_in(OrderState::queued) < 2) {
      return false;
    }
    AtTheKill seen;
    seen.openings_sent = house.entries_that_were(OrderState::sent);
    seen.requests_before = house.engine().status().order_requests;
    house.engine().process(
        OperatorCommand{OperatorAction::kill_flatten, Symbol{}, "enough", "test"});
    seen.requests_after = house.engine().status().order_requests;
    kill = seen;
    return true;
  };
  REQUIRE(house.wait(kill_when_waiting, 10s));
  // The sweep left in the same turn, from the reserved share, while entries waited for a slot.
  CHECK(kill->requests_after > kill->requests_before);

  // What was on its way may still have been filled, and is closed when data time moves on.
  house.server().resume();
  const auto flat = [&] {
    bool all = house.engine().context().desk_idle;
    for (const PairStatus& pair : house.engine().status().pairs) {
      all = all && pair.position.is_flat();
    }
    return all;
  };
  const bool came_to_rest = house.wait(flat, 30s);
  INFO(house.hot([&] { return house.description(); }));
  REQUIRE(came_to_rest);

  const std::vector<SeenRequest> seen = house.log().all();
  std::size_t openings = 0, sweep = seen.size();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CHECK(seen[i].status != 429); // a cancel may come too late and be told so
    openings += seen[i].opens ? 1 : 0;
    if (seen[i].path == "cancelAllOrders" && sweep == seen.size()) {
      sweep = i;
    }
  }
  CHECK(openings == kill->openings_sent); // of those that waited, none left after the kill
  CHECK(openings >= kIntents * 3 / 4);    // a pair whose stop is late is closed, its entry with it
  // What was on its way on other connections may change places with the sweep and the close; what
  // was still in the queue may not.
  REQUIRE(sweep < seen.size());
  CHECK(sweep <= kill->requests_before + 1);
  for (std::size_t i = kill->requests_before; i < seen.size(); ++i) {
    INFO("request " << i << " of " << seen.size() << ": " << seen[i].path);
    CHECK((i <= kill->requests_before + 1 || !seen[i].opens));
  }

  CHECK(most_in_a_second(seen) <= 10);
  CHECK(most_in_a_second(seen) >= 6); // the budget was used
  const exchange::ExchangeStats stats = house.server().stats();
  CHECK(stats.order_requests == seen.size());
  CHECK(stats.max_requests_per_second <= 10);
  CHECK(stats.rejected_429 == 0);
  CHECK(stats.too_many == 0);
  CHECK(stats.signature_failures == 0);
  CHECK(stats.repeated_client_oids == 0);
  house.server().with_core([](exchange::ExchangeCore& core) {
    CHECK(core.account(0).ledger.flat());
    CHECK(core.account(0).live.empty());
  });
}
