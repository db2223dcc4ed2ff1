// What does it cost to make a record durable, and to record a tick?
//
// journal_append/G   one append of G decisions: canonical bytes, SHA-256, SQLite commit synced to
// this disk,
//                    signed head synced. The order path waits for G = 1; bursts share one commit.
// journal_append_ram the same in memory (/dev/shm): what is ours, without the disk.
// fdatasync_4k       the limit: one write and one sync of a page on the same disk.
// record_tick        RecordingWriter::append of one tick on the hot thread.
// explain            explanation_text of a decision.
// Each prints a checksum of what it made (the chain's head), so that nobody speeds it up by doing
// less.

#include "actors/journal/explanation.hpp"
#include "infra/journal/recording.hpp"
#include "infra/journal/sqlite_journal.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace {

using namespace rg;

class Folder {
public:
  explicit Folder(const std::filesystem::path& base) {
    std::string name = (base / "rg-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      std::abort();
    }
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

Decision decision(std::int64_t i) {
  Decision d;
  d.id = {Symbol::from_id(static_cast<std::uint8_t>(i % 8)),
          Timestamp::from_ms(1735690500000 + i * 900000), DecisionKind::signal, 0};
  d.outcome = Outcome::approved;
  d.signal.symbol = d.id.symbol;
  d.signal.stamp = d.id.stamp;
  d.signal.rule = Rule::trend;
  d.signal.inputs = {11.461632, 11.4598, 11.4577, 0.31};
  d.regime.regime = Regime::trending;
  d.regime.confidence = 0.7213;
  d.regime.posterior = {0.81, 0.17, 0.02};
  d.regime.posterior_valid = true;
  d.regime.features = {1.21, -0.33, 0.17, 0.92, 0.48, -0.05};
  d.risk.factors[FactorName::volatility] = 0.58;
  d.risk.factors[FactorName::drawdown] = 0.60;
  d.risk.multiplier = d.risk.factors.multiplier();
  d.risk.stop_distance = 0.0171;
  d.price = Price::from_raw(9'512'340'000'000 + i);
  d.quantity = Quantity::from_raw(1'200'000);
  d.equity = d.high_water_mark = Notional::from_raw(1'000'000'000'000);
  return d;
}

void append_groups(benchmark::State& state, const std::filesystem::path& base) {
  const Folder folder(base);
  SqliteJournal journal(folder / "j.db", folder / "key");
  const auto size = static_cast<std::int64_t>(state.range(0));
  std::vector<double> micros;
  std::int64_t next = 0;
  for (auto _ : state) {
    std::vector<JournalRecord> records;
    for (std::int64_t i = 0; i < size; ++i) {
      records.emplace_back(DecisionRecord{decision(next++), {}, {}});
    }
    const auto start = std::chrono::steady_clock::now();
    journal.append(records);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    micros.push_back(took.count());
    state.SetIterationTime(took.count() / 1e6);
  }
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double q) {
    return micros[std::min(micros.size() - 1,
                           static_cast<std::size_t>(q * static_cast<double>(micros.size())))];
  };
  state.counters["p50_us"] = quantile(0.50);
  state.counters["p99_us"] = quantile(0.99);
  state.counters["max_us"] = micros.back();
  state.counters["records/s"] =
      benchmark::Counter(static_cast<double>(next), benchmark::Counter::kIsRate);
  state.SetLabel("head " + journal.head_hash().substr(0, 12) + " of " +
                 std::to_string(journal.count()));
}

void journal_append(benchmark::State& state) {
  append_groups(state, std::filesystem::current_path());
}
void journal_append_ram(benchmark::State& state) {
  if (::access("/dev/shm", W_OK) != 0) {
    state.SkipWithError("no /dev/shm here");
    return;
  }
  append_groups(state, "/dev/shm");
}
BENCHMARK(journal_append)->Arg(1)->Arg(8)->Arg(64)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(journal_append_ram)
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

void fdatasync_4k(benchmark::State& state) {
  const Folder folder(std::filesystem::current_path());
  const int fd = ::open((folder / "page").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  for (auto _ : state) {
    if (::write(fd, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        ::fdatasync(fd) != 0) {
      state.SkipWithError("the disk refuses");
      break;
    }
  }
  ::close(fd);
}
BENCHMARK(fdatasync_4k)->UseRealTime()->Unit(benchmark::kMicrosecond);

void record_tick(benchmark::State& state) {
  const Folder folder(std::filesystem::current_path());
  std::uint64_t bytes = 0;
  {
    RecordingWriter writer(folder / "r.rec", "bench");
    RecordedInput input{0, {}, Tick{}};
    for (auto _ : state) {
      ++input.sequence;
      Tick& tick = std::get<Tick>(input.input);
      tick.exchange_time =
          Timestamp::from_ns(static_cast<std::int64_t>(input.sequence) * 1'000'003);
      tick.last = Price::from_raw(9'500'000'000'000 +
                                  static_cast<std::int64_t>(input.sequence * 7919 % 100'000));
      writer.append(input);
    }
    writer.flush();
    bytes = writer.bytes_written();
    state.SetLabel(std::to_string(writer.count()) + " records");
  }
  state.counters["bytes/tick"] =
      static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(record_tick);

void explain(benchmark::State& state) {
  const Decision d = decision(1);
  std::size_t length = 0;
  for (auto _ : state) {
    length += explanation_text(d).size();
  }
  benchmark::DoNotOptimize(length);
  state.SetLabel(std::to_string(explanation_text(d).size()) + " characters");
}
BENCHMARK(explain);

} // namespace

BENCHMARK_MAIN();
