// What watching, or a flood at the console, costs trading: frame to signed order through the
// running actors, alone and with the console's server beside it and 50 browsers connected that
// never read. `--small` runs little, for the test suite. Rounds alternate, so that what else the
// machine does falls on both; compare the ratio, and the spread of the rounds without clients as
// its noise. `--flood SECONDS` does the same with 10,000 requests a second and 1,000 half-open
// connections instead: a quiet round, a flooded one, one in which the flood hits the same console
// in another process, a quiet one, and again, until the flood has lasted so long in all. What the
// two quiet rounds differ by is the noise; what the flooded ones differ by is the console's own
// doing.

#include "bench/console/bench_console.hpp"
#include "bench/console/flood.hpp"
#include "bench/console/rounds.hpp"
#include "bench/console/slow_clients.hpp"

#include <fmt/format.h>

#include <cstring>

using namespace rg;
using namespace rg::bench;

namespace {

constexpr std::size_t kClients = 50;

struct Rounds {
  std::vector<Round> alone, watched;
  std::size_t connected = 0, unread = 0;
};

double flood_wanted(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--flood") == 0) {
      return std::stod(argv[i + 1]);
    }
  }
  return 0.0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--serve") == 0) {
    return serve_console();
  }
  const bool small = argc > 1 && std::strcmp(argv[1], "--small") == 0;
  const double flood_seconds = flood_wanted(argc, argv);
  const FrameTape tape = make_tape(7, (small ? 12 : 20) * 24 * 60);
  if (flood_seconds > 0.0) {
    return run_flood(tape, flood_seconds);
  }
  const int count = small ? 1 : 3;
  Published published;
  const auto publish = [&](Engine& engine) { published.publish(engine); };
  Rounds rounds;
  for (int i = 0; i < count; ++i) {
    rounds.alone.push_back(round_of(tape, publish));
    {
      Console console(published);
      SlowClients clients(console.url(), kClients);
      rounds.watched.push_back(round_of(tape, publish));
      rounds.connected = clients.upgraded();
      rounds.unread = clients.unread_bytes();
    }
  }
  const auto& [alone, watched] = std::tie(rounds.alone, rounds.watched);
  print_head(alone.size());
  print("nobody looks", alone);
  print("50 browsers that never read", watched);
  fmt::print("  ratio p50 {:.3f}, p99 {:.3f}; {} browsers were open, {} bytes lay unread; "
             "checksum {:016x}\n",
             median(all(watched, &Round::p50)) / median(all(alone, &Round::p50)),
             median(all(watched, &Round::p99)) / median(all(alone, &Round::p99)), rounds.connected,
             rounds.unread, alone.front().checksum);
  // Speed is for people to judge; here it must have been measured, and nobody may have traded
  // differently for being watched.
  const bool measured =
      alone.front().orders > 0 && rounds.connected == kClients && rounds.unread > 0;
  const bool same = alone.front().checksum == watched.front().checksum;
  if (!measured || !same) {
    fmt::print("{}\n", measured ? "the watched engine sent other orders" : "nothing was measured");
    return 1;
  }
  return 0;
}
