// What watching costs trading: frame to signed order through the running actors, alone and with the
// console's server beside it and 50 browsers connected that never read. `--small` runs little, for
// the test suite. Rounds alternate, so that what else the machine does falls on both; compare the
// ratio, and the spread of the rounds without clients as its noise.

#include "actors/engine.hpp"
#include "bench/console/slow_clients.hpp"
#include "bench/whole_way/paths.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/http/console_server.hpp"
#include "infra/net/io_loop.hpp"

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
      : server_(loop_, settings(), std::string(64, 'f'), clock_, source),
        thread_([this] { loop_.run(); }) {}
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

} // namespace

int main(int argc, char** argv) {
  const bool small = argc > 1 && std::strcmp(argv[1], "--small") == 0;
  const FrameTape tape = make_tape(7, (small ? 12 : 20) * 24 * 60);
  const int rounds = small ? 1 : 3;
  Published published;
  const auto publish = [&](Engine& engine) { published.publish(engine); };
  std::vector<Round> alone, watched;
  std::size_t connected = 0, told = 0;
  for (int i = 0; i < rounds; ++i) {
    alone.push_back(round_of(tape, publish));
    Console console(published);
    SlowClients clients(console.url(), kClients);
    watched.push_back(round_of(tape, publish));
    connected = clients.upgraded();
    told = clients.unread_bytes();
  }
  fmt::print("Frame to signed order, microseconds, {} round(s) each, in turn\n", rounds);
  fmt::print("  {:<34} {:>7} {:>9} {:>9}   {}\n", "", "n", "p50", "p99", "p50 of the rounds");
  print("nobody looks", alone);
  print("50 browsers that never read", watched);
  fmt::print("  ratio p50 {:.3f}, p99 {:.3f}; {} browsers were open, {} bytes lay unread; "
             "checksum {:016x}\n",
             median(all(watched, &Round::p50)) / median(all(alone, &Round::p50)),
             median(all(watched, &Round::p99)) / median(all(alone, &Round::p99)), connected, told,
             alone.front().checksum);
  // Speed is for people to judge; here it must have been measured, and nobody may have traded
  // differently for being watched.
  const bool measured = alone.front().orders > 0 && connected == kClients && told > 0;
  const bool same = alone.front().checksum == watched.front().checksum;
  if (!measured || !same) {
    fmt::print("{}\n", measured ? "the watched engine sent other orders" : "nothing was measured");
    return 1;
  }
  return 0;
}
