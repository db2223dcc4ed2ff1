// The search itself: fixed seeds, formerly failing ones, and that a seed is a run to the last
// event.

#include "app/simulation/search.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <numeric>
#include <sstream>

using namespace rg;
using namespace rg::sim;

namespace {

RunOptions options_for(double hours, const std::string& faults = "all") {
  RunOptions run;
  run.length = Duration{static_cast<std::int64_t>(hours * 3.6e12)};
  run.faults = parse_fault_list(faults).value();
  return run;
}

bool soak() {
  return std::getenv("RG_SOAK") != nullptr;
}

std::string told(const RunOptions& run, const RunResult& failure) {
  RunOptions one = run;
  one.seed = failure.seed;
  std::string text = "seed " + std::to_string(failure.seed) + " after " +
                     std::to_string(failure.violation->at.count() / 1'000'000) +
                     " ms: " + to_string(failure.violation->invariant) + ": ";
  text += failure.violation->what;
  text += "\n  " + reproduce_command(one, "all", nullptr);
  std::ostringstream line;
  line << failure.seed << "  " << static_cast<double>(run.length.count()) / 3.6e12 << "  "
       << run.tick.count() / 1'000'000'000 << "  all";
  text += "\n  for " RG_FAILING_SEEDS ": " + line.str();
  return text;
}

SearchTotals search_seeds(std::uint64_t first, std::size_t count, const RunOptions& run) {
  SearchOptions options;
  options.run = run;
  options.seeds.resize(count);
  std::iota(options.seeds.begin(), options.seeds.end(), first);
  return search(options);
}

void require_clean(const SearchTotals& totals, const RunOptions& run) {
  for (const RunResult& failure : totals.failures) {
    UNSCOPED_INFO(told(run, failure));
  }
  CHECK(totals.failures.empty());
}

} // namespace

TEST_CASE("the same seed gives the same run, event for event", "[simulation]") {
  RunOptions run = options_for(1.0);
  for (const std::uint64_t seed : {3ULL, 16ULL}) {
    run.seed = seed;
    const RunResult first = run_simulation(run);
    const RunResult again = run_simulation(run);
    CHECK(first.hash == again.hash);
    CHECK(first.events == again.events);
    run.seed = seed + 1;
    CHECK(run_simulation(run).hash != first.hash);
  }
}

TEST_CASE("fixed seeds of two hours break no promise, and the engine trades in them",
          "[simulation]") {
  const RunOptions run = options_for(2.0);
  const SearchTotals totals = search_seeds(1, 200, run);
  require_clean(totals, run);
  const double hours = static_cast<double>(totals.simulated.count()) / 3.6e12;
  const Activity& a = totals.activity;
  UNSCOPED_INFO(a.entries << " entries, " << a.opened << " positions, " << a.stops_placed
                          << " stops placed, " << a.stops_fired << " fired, " << a.exits
                          << " exits, " << a.halts << " halts in " << hours << " h");
  // A search in which nothing happens proves nothing.
  CHECK(static_cast<double>(a.entries) > 2.0 * hours);
  CHECK(static_cast<double>(a.opened) > 1.0 * hours);
  CHECK(a.stops_fired > 20);
  CHECK(a.exits > 100);
  CHECK(a.halts > 20);
  CHECK(totals.process_restarts > 100);
  CHECK(totals.actor_restarts > 200);
  CHECK(totals.quiet_checks > 200);
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    INFO(to_string(static_cast<Fault>(i)));
    CHECK(totals.injected[i] > 0);
  }
}

TEST_CASE("runs that once failed stay mended", "[simulation]") {
  std::ifstream file(RG_FAILING_SEEDS);
  REQUIRE(file);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream in(line);
    std::uint64_t seed = 0;
    double hours = 0.0;
    int tick = 0;
    std::string faults;
    if (line.empty() || line.front() == '#') {
      continue;
    }
    in >> seed >> hours >> tick >> faults;
    REQUIRE(in);
    RunOptions run = options_for(hours, faults);
    run.seed = seed;
    run.tick = std::chrono::seconds{tick};
    const RunResult result = run_simulation(run);
    INFO(line);
    CHECK_FALSE(result.violation);
  }
}

TEST_CASE("seeds chosen by the date", "[simulation]") {
  if (!soak()) {
    return; // `make soak` runs them
  }
  const auto day = static_cast<std::uint64_t>(std::time(nullptr) / 86'400);
  const RunOptions run = options_for(2.0);
  require_clean(search_seeds(day * 100'000, 1'000, run), run);
  const RunOptions whole_day = options_for(24.0);
  require_clean(search_seeds(day * 100'000 + 50'000, 20, whole_day), whole_day);
}
