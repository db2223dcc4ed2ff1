#include "bench/console/flood.hpp"

#include "bench/console/bench_console.hpp"
#include "bench/console/rounds.hpp"
#include "tests/support/http_flood.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace rg::bench {

namespace {

/// The same console in another process: what a flood there costs us is the machine's share in it,
/// two processors and one loopback for all.
class ConsoleElsewhere {
public:
  ConsoleElsewhere() {
    std::array<int, 2> in{}, out{};
    if (::pipe(in.data()) != 0 || ::pipe(out.data()) != 0) {
      throw std::runtime_error("no pipe for the other console");
    }
    posix_spawn_file_actions_t ends;
    ::posix_spawn_file_actions_init(&ends);
    ::posix_spawn_file_actions_adddup2(&ends, in[0], 0);
    ::posix_spawn_file_actions_adddup2(&ends, out[1], 1);
    ::posix_spawn_file_actions_addclose(&ends, in[1]);
    std::string program = "/proc/self/exe", word = "--serve";
    std::array<char*, 3> argv{program.data(), word.data(), nullptr};
    const int failed = ::posix_spawn(&pid_, program.c_str(), &ends, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&ends);
    ::close(in[0]);
    ::close(out[1]);
    life_ = in[1];
    std::string told;
    for (char c = 0; failed == 0 && ::read(out[0], &c, 1) == 1 && c != '\n';) {
      told += c;
    }
    ::close(out[0]);
    if (told.empty()) {
      throw std::runtime_error("the other console cannot be started");
    }
    port_ = static_cast<std::uint16_t>(std::stoi(told));
  }
  ~ConsoleElsewhere() {
    ::close(life_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
  }
  ConsoleElsewhere(const ConsoleElsewhere&) = delete;
  ConsoleElsewhere& operator=(const ConsoleElsewhere&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

private:
  pid_t pid_ = -1;
  int life_ = -1;
  std::uint16_t port_ = 0;
};

struct Flooded {
  std::vector<Round> rounds;
  double seconds = 0.0;
  std::uint64_t sent = 0, ok = 0, refused = 0, other = 0, half_open = 0, standing = 0;
};

struct FloodRounds {
  std::vector<Round> before, after;
  Flooded here, elsewhere;
};

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

/// A round under the flood, measured once the half-open connections have all been opened.
void flood_round(const FrameTape& tape, Published& published, std::uint16_t port, Flooded& into) {
  test::HttpFlood flood(port, {});
  while (flood.counts().opened < 1000) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // until the flood stands
  }
  const std::uint64_t sent = flood.counts().sent, ok = flood.counts().ok,
                      refused = flood.counts().refused;
  const auto start = SteadyClock::now();
  into.rounds.push_back(round_of(tape, [&](Engine& engine) { published.publish(engine); }));
  into.seconds += std::chrono::duration<double>(SteadyClock::now() - start).count();
  into.sent += flood.counts().sent - sent;
  into.ok += flood.counts().ok - ok;
  into.refused += flood.counts().refused - refused;
  into.other += flood.counts().other;
  into.half_open += flood.counts().opened;
  into.standing = flood.counts().standing;
}

/// What q of one set is to q of another, by the medians over the rounds.
double ratio(const std::vector<Round>& a, const std::vector<Round>& b, double Round::*field) {
  return median(all(a, field)) / median(all(b, field));
}

void print_ratio(const char* name, const std::vector<Round>& a, const std::vector<Round>& b) {
  fmt::print("  {:<44} p50 {:.3f}, p99 {:.3f}\n", name, ratio(a, b, &Round::p50),
             ratio(a, b, &Round::p99));
}

void print_flood(const FloodRounds& r) {
  std::vector<Round> quiet = r.before;
  quiet.insert(quiet.end(), r.after.begin(), r.after.end());
  print("quiet, before", r.before);
  print("the console under the flood", r.here.rounds);
  print("another process under the flood", r.elsewhere.rounds);
  print("quiet, after", r.after);
  print_ratio("flooded console to a flood elsewhere:", r.here.rounds, r.elsewhere.rounds);
  print_ratio("flooded console to quiet:", r.here.rounds, quiet);
  print_ratio("noise, quiet after to quiet before:", r.after, r.before);
  // 503 is the bench's answer at /healthz: its engine has no links, and says so.
  for (const Flooded* f : {&r.here, &r.elsewhere}) {
    fmt::print(
        "  {}: {:.0f} s, {:.0f} requests a second, {:.0f} answered ({} not with 200 or "
        "503); half-open connections opened {} times, {} stand\n",
        f == &r.here ? "here" : "elsewhere", f->seconds, static_cast<double>(f->sent) / f->seconds,
        static_cast<double>(f->ok + f->refused) / f->seconds, f->other, f->half_open, f->standing);
  }
}

} // namespace

int serve_console() {
  Published published;
  const Console console(published);
  fmt::print("{}\n", port_of(console.url()));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

/// Nobody may have traded differently for being flooded, and the console must have gone on.
int run_flood(const FrameTape& tape, double seconds) {
  Published published;
  const auto publish = [&](Engine& engine) { published.publish(engine); };
  FloodRounds rounds;
  while (rounds.here.seconds < seconds) {
    rounds.before.push_back(round_of(tape, publish));
    {
      Console console(published);
      flood_round(tape, published, port_of(console.url()), rounds.here);
    }
    {
      Console console(published);
      ConsoleElsewhere other;
      flood_round(tape, published, other.port(), rounds.elsewhere);
    }
    rounds.after.push_back(round_of(tape, publish));
  }
  print_head(rounds.after.size());
  print_flood(rounds);
  bool same = true;
  for (const Round& r : rounds.here.rounds) {
    same = same && r.checksum == rounds.before.front().checksum;
  }
  const bool stood = rounds.here.ok + rounds.here.refused > 0 && rounds.here.other == 0;
  if (!same || !stood) {
    fmt::print("{}\n", same ? "the console fell over" : "the flooded engine sent other orders");
    return 1;
  }
  return 0;
}

} // namespace rg::bench
