// What watching, or a flood at the console, costs trading: frame to signed order through the
// running actors, alone and with the console's server beside it and 50 browsers connected that
// never read. `--small` runs little, for the test suite. Rounds alternate, so that what else the
// machine does falls on both; compare the ratio, and the spread of the rounds without clients as
// its noise. `--flood SECONDS` does the same with 10,000 requests a second and 1,000 half-open
// connections instead: a quiet round, a flooded one, a quiet one, and again, until the flood has
// lasted so long in all. What the two quiet rounds differ by is the noise.

#include "actors/engine.hpp"
#include "app/engine/thread_priority.hpp"
#include "bench/console/slow_clients.hpp"
#include "bench/whole_way/paths.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/http/console_server.hpp"
#include "infra/net/io_loop.hpp"
#include "tests/support/http_flood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

using namespace rg;
using namespace rg::bench;

namespace {

constexpr std::size_t kClients = 50;

/// The published state, as the engine's host keeps it: the hot thread swaps a copy in, the
/// console's thread copies it out; the lock covers the pointer.
class Published final : public ConsoleSource {
public:
  void publish(Engine& engine) {
    const auto now = SteadyClock::now();
    if (now - last_ < kEvery) {
      return;
    }
    last_ = now;
    auto published = std::make_shared<const EngineStatus>(engine.status());
    const std::lock_guard lock(mutex_);
    status_.swap(published);
    ++version_;
  }
  [[nodiscard]] EngineStatus status() const override {
    const std::shared_ptr<const EngineStatus> now = [this] {
      const std::lock_guard lock(mutex_);
      return status_;
    }();
    return *now;
  }
  [[nodiscard]] std::uint64_t version() const override {
    const std::lock_guard lock(mutex_);
    return version_;
  }
  [[nodiscard]] PairHistory history(Symbol) const override { return {}; }
  [[nodiscard]] std::vector<EquityPoint> equity() const override { return {}; }
  [[nodiscard]] std::vector<LimitStatus> limits() const override { return {}; }
  [[nodiscard]] std::vector<DecisionRow> decisions(const DecisionQuery&) const override {
    return {};
  }
  [[nodiscard]] std::optional<DecisionDetail> decision(const DecisionId&) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<OrderEvent> orders(std::size_t) const override { return {}; }
  [[nodiscard]] std::vector<Fill> fills(std::size_t) const override { return {}; }
  [[nodiscard]] std::string model_json() const override { return "{}"; }
  [[nodiscard]] JournalCheck verify_journal() const override { return {}; }
  [[nodiscard]] std::optional<std::string> export_csv(const std::string&) const override {
    return std::nullopt;
  }
  void execute(OperatorCommand) override {}

private:
  static constexpr std::chrono::milliseconds kEvery{100};
  mutable std::mutex mutex_;
  std::shared_ptr<const EngineStatus> status_ = std::make_shared<const EngineStatus>();
  std::uint64_t version_ = 0;
  SteadyClock::time_point last_{};
};

/// A console server on a thread of its own, on a free port.
class Console {
public:
  explicit Console(ConsoleSource& source)
      : server_(loop_, settings(), std::string(64, 'f'), clock_, source), thread_([this] {
          app::yield_to_trading(); // as the engine's console does
          loop_.run();
        }) {}
  ~Console() {
    loop_.stop();
    thread_.join();
  }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  [[nodiscard]] std::string url() const { return server_.url(); }

private:
  static ConsoleSettings settings() {
    ConsoleSettings s;
    s.listen = "127.0.0.1:0";
    return s;
  }
  net::IoLoop loop_;
  SystemClock clock_;
  http::ConsoleServer server_;
  std::thread thread_;
};

struct Round {
  double p50 = 0.0, p99 = 0.0;
  std::uint64_t orders = 0, checksum = 0;
};

Round round_of(const FrameTape& tape, const std::function<void(Engine&)>& each_minute) {
  const PathResult r = run_actors(tape, Arrival::sparse, "", each_minute).signed_order;
  return {r.latency.at(0.5), r.latency.at(0.99), r.orders, r.checksum};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::vector<double> all(const std::vector<Round>& rounds, double Round::*field) {
  std::vector<double> values;
  for (const Round& r : rounds) {
    values.push_back(r.*field);
  }
  return values;
}

void print(const char* name, const std::vector<Round>& rounds) {
  const auto p50 = all(rounds, &Round::p50);
  const auto [low, high] = std::minmax_element(p50.begin(), p50.end());
  fmt::print("  {:<34} {:>7} {:>9.2f} {:>9.2f}   {:.2f} .. {:.2f}\n", name, rounds.front().orders,
             median(p50), median(all(rounds, &Round::p99)), *low, *high);
}

struct Rounds {
  std::vector<Round> alone, watched;
  std::size_t connected = 0, unread = 0;
};

struct FloodRounds {
  std::vector<Round> before, flooded, after;
  double seconds = 0.0;
  std::uint64_t sent = 0, ok = 0, refused = 0, other = 0, half_open = 0, standing = 0;
};

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

/// A round under the flood, measured once the half-open connections have all been opened.
void flood_round(const FrameTape& tape, Published& published, FloodRounds& rounds) {
  Console console(published);
  test::HttpFlood flood(port_of(console.url()), {});
  while (flood.counts().opened < 1000) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // until the flood stands
  }
  const std::uint64_t sent = flood.counts().sent, ok = flood.counts().ok,
                      refused = flood.counts().refused;
  const auto start = SteadyClock::now();
  rounds.flooded.push_back(round_of(tape, [&](Engine& engine) { published.publish(engine); }));
  rounds.seconds += std::chrono::duration<double>(SteadyClock::now() - start).count();
  rounds.sent += flood.counts().sent - sent;
  rounds.ok += flood.counts().ok - ok;
  rounds.refused += flood.counts().refused - refused;
  rounds.other += flood.counts().other;
  rounds.half_open += flood.counts().opened;
  rounds.standing = flood.counts().standing;
}

/// What q of one set is to q of another, by the medians over the rounds.
double ratio(const std::vector<Round>& a, const std::vector<Round>& b, double Round::*field) {
  return median(all(a, field)) / median(all(b, field));
}

void print_flood(const FloodRounds& r) {
  std::vector<Round> quiet = r.before;
  quiet.insert(quiet.end(), r.after.begin(), r.after.end());
  print("quiet, before", r.before);
  print("under the flood", r.flooded);
  print("quiet, after", r.after);
  fmt::print("  flood to quiet: p50 {:.3f}, p99 {:.3f}; noise, quiet after to quiet before: p50 "
             "{:.3f}, p99 {:.3f}\n",
             ratio(r.flooded, quiet, &Round::p50), ratio(r.flooded, quiet, &Round::p99),
             ratio(r.after, r.before, &Round::p50), ratio(r.after, r.before, &Round::p99));
  // 503 is the bench's answer at /healthz: its engine has no links, and says so.
  fmt::print("  {:.0f} s of flood: {:.0f} requests a second, {:.0f} answered ({} not with 200 or "
             "503); half-open connections opened {} times, {} stand\n",
             r.seconds, static_cast<double>(r.sent) / r.seconds,
             static_cast<double>(r.ok + r.refused) / r.seconds, r.other, r.half_open, r.standing);
}

/// Nobody may have traded differently for being flooded, and the console must have gone on.
int run_flood(const FrameTape& tape, double seconds) {
  Published published;
  const auto publish = [&](Engine& engine) { published.publish(engine); };
  FloodRounds rounds;
  while (rounds.seconds < seconds) {
    rounds.before.push_back(round_of(tape, publish));
    flood_round(tape, published, rounds);
    rounds.after.push_back(round_of(tape, publish));
  }
  fmt::print("Frame to signed order, microseconds, {} round(s) each, in turn\n",
             rounds.flooded.size());
  fmt::print("  {:<34} {:>7} {:>9} {:>9}   {}\n", "", "n", "p50", "p99", "p50 of the rounds");
  print_flood(rounds);
  bool same = true;
  for (const Round& r : rounds.flooded) {
    same = same && r.checksum == rounds.before.front().checksum;
  }
  const bool stood = rounds.ok + rounds.refused > 0 && rounds.other == 0;
  if (!same || !stood) {
    fmt::print("{}\n", same ? "the console fell over" : "the flooded engine sent other orders");
    return 1;
  }
  return 0;
}

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
  fmt::print("Frame to signed order, microseconds, {} round(s) each, in turn\n", alone.size());
  fmt::print("  {:<34} {:>7} {:>9} {:>9}   {}\n", "", "n", "p50", "p99", "p50 of the rounds");
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
