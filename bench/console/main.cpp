// What watching, or a flood at the console, costs trading: frame to signed order through the
// running actors, alone and with the console's server beside it and 50 browsers connected that
// never read. `--small` runs little, for the test suite. Rounds alternate, so that what else the
// machine does falls on both; compare the ratio, and the spread of the rounds without clients as
// its noise. `--flood SECONDS` adds rounds under 10,000 requests a second and 1,000 half-open
// connections, at least so long in all.

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
#include <mutex>
#include <thread>

using namespace rg;
using namespace rg::bench;

namespace {

constexpr std::size_t kClients = 50;

/// The published state, as the engine's host keeps it: the hot thread moves a copy in, the
/// console's thread copies it out.
class Published final : public ConsoleSource {
public:
  void publish(Engine& engine) {
    const auto now = SteadyClock::now();
    if (now - last_ < kEvery) {
      return;
    }
    last_ = now;
    EngineStatus copy = engine.status();
    const std::lock_guard lock(mutex_);
    status_ = std::move(copy);
    ++version_;
  }
  [[nodiscard]] EngineStatus status() const override {
    const std::lock_guard lock(mutex_);
    return status_;
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
  EngineStatus status_;
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
  std::vector<Round> alone, watched, flooded;
  std::size_t connected = 0, unread = 0;
  double flood_seconds = 0.0;
  std::uint64_t asked = 0, answered = 0, half_open = 0;
};

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

void flood_round(const FrameTape& tape, Published& published, Rounds& rounds) {
  Console console(published);
  test::HttpFlood flood(port_of(console.url()), {});
  const auto start = SteadyClock::now();
  rounds.flooded.push_back(round_of(tape, [&](Engine& engine) { published.publish(engine); }));
  flood.stop();
  rounds.flood_seconds += std::chrono::duration<double>(SteadyClock::now() - start).count();
  rounds.asked += flood.sent();
  rounds.answered += flood.answered();
  rounds.half_open += flood.opened();
}

void print_flood(const Rounds& r) {
  print("under the flood", r.flooded);
  fmt::print("  ratio under the flood p50 {:.3f}, p99 {:.3f}; {:.0f} s of flood: {:.0f} requests a "
             "second asked, {:.0f} answered; half-open connections opened {} times\n",
             median(all(r.flooded, &Round::p50)) / median(all(r.alone, &Round::p50)),
             median(all(r.flooded, &Round::p99)) / median(all(r.alone, &Round::p99)),
             r.flood_seconds, static_cast<double>(r.asked) / r.flood_seconds,
             static_cast<double>(r.answered) / r.flood_seconds, r.half_open);
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
  const int count = small ? 1 : 3;
  Published published;
  const auto publish = [&](Engine& engine) { published.publish(engine); };
  Rounds rounds;
  for (int i = 0; i < count || rounds.flood_seconds < flood_seconds; ++i) {
    rounds.alone.push_back(round_of(tape, publish));
    {
      Console console(published);
      SlowClients clients(console.url(), kClients);
      rounds.watched.push_back(round_of(tape, publish));
      rounds.connected = clients.upgraded();
      rounds.unread = clients.unread_bytes();
    }
    if (flood_seconds > 0.0) {
      flood_round(tape, published, rounds);
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
  if (flood_seconds > 0.0) {
    print_flood(rounds);
  }
  // Speed is for people to judge; here it must have been measured, and nobody may have traded
  // differently for being watched or flooded.
  const bool measured =
      alone.front().orders > 0 && rounds.connected == kClients && rounds.unread > 0;
  bool same = alone.front().checksum == watched.front().checksum;
  for (const Round& r : rounds.flooded) {
    same = same && r.checksum == alone.front().checksum;
  }
  if (!measured || !same) {
    fmt::print("{}\n", measured ? "the watched engine sent other orders" : "nothing was measured");
    return 1;
  }
  return 0;
}
