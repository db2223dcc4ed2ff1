#include "app/simulation/sim_agenda.hpp"
#include "app/simulation/sim_faults.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::sim;
using namespace std::chrono_literals;

TEST_CASE("lists of faults are read by name, and unknown names are told", "[simulation]") {
  CHECK(parse_fault_list("all").value().count() == kFaultCount);
  CHECK(parse_fault_list("none").value().none());
  const FaultMask two = parse_fault_list("actor_crash,torn_page").value();
  CHECK(two.count() == 2);
  CHECK(two.test(static_cast<std::size_t>(Fault::torn_page)));
  CHECK(parse_fault_list("actor_crash,earthquake").error().find("earthquake") == 0);
  CHECK_FALSE(parse_fault_list(""));
}

TEST_CASE("a seed draws the same faults of a kind whatever others are allowed", "[simulation]") {
  const FaultList all = plan_faults(8, 2h, FaultMask{}.set());
  FaultMask one;
  one.set(static_cast<std::size_t>(Fault::actor_crash));
  const FaultList crashes = plan_faults(8, 2h, one);
  FaultList of_all;
  std::copy_if(all.begin(), all.end(), std::back_inserter(of_all),
               [](const PlannedFault& f) { return f.kind == Fault::actor_crash; });
  CHECK(crashes == of_all);
  CHECK(std::is_sorted(all.begin(), all.end(),
                       [](const auto& a, const auto& b) { return a.at < b.at; }));
}

TEST_CASE("a fault strikes once, not before its time, and not after the end", "[simulation]") {
  const FaultList list{{Fault::frame_lost, 10s, 4}, {Fault::frame_lost, 20s, 7}};
  FaultInjector faults(list, 60s);
  faults.set_elapsed(9s);
  CHECK_FALSE(faults.take(Fault::frame_lost));
  faults.set_elapsed(25s);
  CHECK_FALSE(faults.take(Fault::frame_delayed));
  CHECK(faults.take(Fault::frame_lost, FaultInjector::Channel::second)->draw == 7);
  const auto first = faults.take(Fault::frame_lost);
  REQUIRE(first);
  CHECK_FALSE(faults.take(Fault::frame_lost));
  CHECK(faults.injected(Fault::frame_lost) == 2);
  faults.put_back(*first);
  CHECK(faults.injected(Fault::frame_lost) == 1);
  faults.set_elapsed(60s);
  CHECK_FALSE(faults.due(Fault::frame_lost));
}

TEST_CASE("the agenda runs what is due in order, equal times in the order of making",
          "[simulation]") {
  SimAgenda agenda(Timestamp::from_ms(1'000));
  std::string order;
  agenda.after(2ms, [&] { order += 'c'; });
  agenda.after(1ms, [&] {
    order += 'a';
    agenda.after(0ms, [&] { order += 'b'; });
  });
  agenda.after(2ms, [&] { order += 'd'; });
  agenda.after(9ms, [&] { order += 'z'; });
  while (agenda.run_next(Timestamp::from_ms(1'005))) {
  }
  CHECK(order == "abcd");
  CHECK(agenda.now() == Timestamp::from_ms(1'002));
}
