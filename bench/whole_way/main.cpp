// The whole way, from the bytes of a market-data frame to the signed bytes of an order, through the
// running actors, beside the same work by direct calls and beside a bare ring between two threads.
// `--small` runs little, for the test suite. Times are microseconds; compare ratios within one run.

#include "bench/whole_way/paths.hpp"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <unistd.h>

using namespace rg::bench;

namespace {

void print(const PathResult& r, double reference_p50) {
  const double p50 = r.latency.at(0.5);
  fmt::print("  {:<62} {:>6} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>8}  {:016x}\n", r.name,
             r.latency.count(), p50, r.latency.at(0.99), r.latency.at(0.999), r.latency.at(1.0),
             reference_p50 > 0.0 ? fmt::format("{:.1f}x", p50 / reference_p50) : "", r.checksum);
}

bool run(const FrameTape& tape, Arrival arrival, const std::string& journal) {
  fmt::print("{}\n", arrival == Arrival::burst
                         ? "Bursts: frames follow one another without a pause"
                         : "Sparse: a pause of 1 ms before each measured frame");
  fmt::print("  {:<62} {:>6} {:>9} {:>9} {:>9} {:>9} {:>8}  {}\n", "path", "n", "p50", "p99",
             "p99.9", "max", "p50/ref", "checksum");
  const PathResult calls = run_calls(tape, arrival);
  const double reference = calls.latency.at(0.5);
  print(calls, reference);
  print(run_ring(tape, arrival), reference);
  const ActorPaths fast = run_actors(tape, arrival, "");
  print(fast.signed_order, reference);
  print(fast.kill, reference);
  const ActorPaths durable = run_actors(tape, arrival, journal);
  print(durable.durable_order, reference);
  fmt::print("  of (a): decoding the frame {:.2f}, building and signing the request {:.2f} (p50); "
             "the rest is "
             "models, actors, portfolio and desk\n\n",
             fast.decode.at(0.5), fast.sign.at(0.5));
  return calls.orders > 0 && fast.signed_order.orders > 0 && durable.durable_order.orders > 0 &&
         fast.kill.orders > 0;
}

} // namespace

int main(int argc, char** argv) {
  const bool small = argc > 1 && std::strcmp(argv[1], "--small") == 0;
  const FrameTape tape = make_tape(7, small ? 3 * 24 * 60 : 30 * 24 * 60);
  const auto dir = std::filesystem::temp_directory_path() / fmt::format("rg_bench_{}", ::getpid());
  std::filesystem::create_directories(dir);
  bool complete = run(tape, Arrival::burst, (dir / "burst.db").string());
  if (!small) {
    complete = run(tape, Arrival::sparse, (dir / "sparse.db").string()) && complete;
  }
  std::filesystem::remove_all(dir);
  if (!complete) {
    fmt::print("a path has measured nothing\n");
    return 1;
  }
  return 0;
}
