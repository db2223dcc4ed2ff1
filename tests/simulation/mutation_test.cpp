// Twelve planted bugs, one per invariant and one in recovery, each to be found by the same search
// that the engine has to pass, and by the invariant that it breaks. In `make soak` with up to 500
// seeds of two hours; here with as many as a short test affords.

#include "app/simulation/sabotage.hpp"
#include "app/simulation/sim_run.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

using namespace rg;
using namespace rg::sim;

namespace {

struct Mutant {
  std::optional<Invariant> invariant; ///< that has to find it, the others being silent; none = any
  Sabotage bug;
};

std::uint64_t seeds_allowed() {
  return std::getenv("RG_SOAK") != nullptr ? 500 : 60;
}

/// A change to entries alone.
template <class Change> auto entries(Change change) {
  return [change](const ChangeRequest& request) {
    std::vector<ChangeRequest> out{request};
    if (auto* place = std::get_if<PlaceOrder>(&out.front()); place != nullptr && place->opens) {
      change(*place);
    }
    return out;
  };
}

Sabotage order_limit() { // each cancel is sent again and again
  Sabotage bug;
  bug.requests = [](const ChangeRequest& request) {
    const std::size_t n = std::holds_alternative<CancelOrder>(request) ? 12 : 1;
    return std::vector<ChangeRequest>(n, request);
  };
  return bug;
}

Sabotage leverage_cap() { // sized past every cap
  Sabotage bug;
  bug.requests =
      entries([](PlaceOrder& o) { o.quantity = Quantity::from_raw(o.quantity.raw() * 12); });
  return bug;
}

Sabotage allow_list() { // an id that is not derived
  Sabotage bug;
  bug.requests = entries([](PlaceOrder& o) { o.client_id = *ClientOrderId::parse("entry-1"); });
  return bug;
}

Sabotage one_live_entry() { // an entry goes out twice
  Sabotage bug;
  bug.requests = [](const ChangeRequest& request) {
    std::vector<ChangeRequest> out{request};
    if (const auto* place = std::get_if<PlaceOrder>(&request); place != nullptr && place->opens) {
      PlaceOrder again = *place;
      again.client_id =
          derive_client_order_id(0x51, *decision_of(place->client_id, 0x51), OrderRole::entry, 2);
      out.emplace_back(again);
    }
    return out;
  };
  return bug;
}

Sabotage fills_in_journal() { // closing fills are not recorded
  Sabotage bug;
  bug.records = [](std::vector<JournalRecord>& records) {
    std::erase_if(records, [](const JournalRecord& r) {
      const auto* fill = std::get_if<Fill>(&r);
      return fill != nullptr && !fill->opens;
    });
  };
  return bug;
}

Sabotage positions_agree() { // what the venue lists is read wrongly, and corrections follow it
  Sabotage bug;
  bug.answers = [](QueryAnswer& answer) {
    if (auto* positions = std::get_if<std::vector<Position>>(&answer.payload)) {
      positions->clear();
    }
  };
  return bug;
}

Sabotage no_risk_while_halted() { // entries wait for the next request, and no halt takes them back
  Sabotage bug;
  const auto waiting = std::make_shared<std::vector<ChangeRequest>>();
  bug.requests = [waiting](const ChangeRequest& request) {
    auto leave = std::exchange(*waiting, {});
    const auto* place = std::get_if<PlaceOrder>(&request);
    (place != nullptr && place->opens ? *waiting : leave).push_back(request);
    return leave;
  };
  bug.past = [waiting](Ledger&) { waiting->clear(); };
  return bug;
}

Sabotage position_protected() { // a missing stop is never placed, a position never closed
  Sabotage bug;
  bug.requests = [](const ChangeRequest& request) {
    const auto* place = std::get_if<PlaceOrder>(&request);
    const bool lost = std::holds_alternative<PlaceStop>(request) || (place && !place->opens);
    return lost ? std::vector<ChangeRequest>{} : std::vector<ChangeRequest>{request};
  };
  return bug;
}

Sabotage direction_kept() {
  Sabotage bug;
  bug.requests = entries([](PlaceOrder& o) {
    o.position =
        o.position == PositionSide::long_side ? PositionSide::short_side : PositionSide::long_side;
  });
  return bug;
}

Sabotage chain_verifies() { // a word in the file changes between two starts
  Sabotage bug;
  bug.disk = [](SimDisk& disk) {
    for (auto& [path, file] : disk.disk().files()) {
      for (std::string* bytes : {&file.seen, &file.durable}) {
        const auto at = bytes->rfind("start-up: wallet");
        if (at != std::string::npos) {
          (*bytes)[at] = 'S';
        }
      }
    }
  };
  return bug;
}

Sabotage accounts_balance() { // each fee is booked a hair too small, below what a comparison minds
  Sabotage bug;
  bug.fills = [](Fill& fill) {
    fill.fee = Notional::from_raw(fill.fee.raw() - 1);
    return true;
  };
  return bug;
}

Sabotage recovery() { // a restarted process has forgotten everything
  Sabotage bug;
  bug.past = [](Ledger& past) { past = Ledger(0x51); };
  return bug;
}

} // namespace

TEST_CASE("each planted bug is found, by the invariant that it breaks", "[simulation][mutation]") {
  const Mutant mutants[] = {{Invariant::order_limit, order_limit()},
                            {Invariant::leverage_cap, leverage_cap()},
                            {Invariant::allow_list, allow_list()},
                            {Invariant::one_live_entry, one_live_entry()},
                            {Invariant::fills_in_journal, fills_in_journal()},
                            {Invariant::positions_agree, positions_agree()},
                            {Invariant::no_risk_while_halted, no_risk_while_halted()},
                            {Invariant::position_protected, position_protected()},
                            {Invariant::direction_kept, direction_kept()},
                            {Invariant::chain_verifies, chain_verifies()},
                            {Invariant::accounts_balance, accounts_balance()},
                            {std::nullopt, recovery()}};
  for (const Mutant& mutant : mutants) {
    RunOptions run;
    run.faults = parse_fault_list("all").value();
    run.sabotage = &mutant.bug;
    run.only = mutant.invariant;
    std::string found;
    for (run.seed = 1; run.seed <= seeds_allowed() && found.empty(); ++run.seed) {
      if (const RunResult result = run_simulation(run); result.violation) {
        found = std::string("seed ") + std::to_string(run.seed) + ", " +
                to_string(result.violation->invariant);
      }
    }
    WARN((mutant.invariant ? to_string(*mutant.invariant) : "recovery")
         << ": " << (found.empty() ? "not found" : found));
    CHECK_FALSE(found.empty());
  }
}
