#include "app/simulation/search.hpp"

#include "app/simulation/sim_world.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace rg::sim {

namespace {

constexpr char kEnd = '\n';

/// A result as one line; the violation's text comes last.
std::string line_of(const RunResult& r) {
  std::ostringstream out;
  const Activity& a = r.activity;
  out << r.seed << ' ' << r.events << ' ' << r.simulated.count() << ' ' << r.process_restarts << ' '
      << r.actor_restarts << ' ' << r.journal_records << ' ' << r.quiet_checks << ' ' << r.hash
      << ' ' << a.entries << ' ' << a.opened << ' ' << a.stops_placed << ' ' << a.stops_fired << ' '
      << a.exits << ' ' << a.cancels << ' ' << a.fills << ' ' << a.halts;
  for (const std::uint64_t n : r.injected) {
    out << ' ' << n;
  }
  out << ' ' << (r.violation ? static_cast<int>(r.violation->invariant) : 0);
  if (r.violation) {
    std::string what = r.violation->what;
    std::replace(what.begin(), what.end(), kEnd, ' ');
    out << ' ' << r.violation->at.count() << ' ' << what;
  }
  out << kEnd;
  return out.str();
}

RunResult result_of(const std::string& line) {
  RunResult r;
  std::istringstream in(line);
  std::int64_t simulated = 0, at = 0;
  int invariant = 0;
  Activity& a = r.activity;
  in >> r.seed >> r.events >> simulated >> r.process_restarts >> r.actor_restarts >>
      r.journal_records >> r.quiet_checks >> r.hash >> a.entries >> a.opened >> a.stops_placed >>
      a.stops_fired >> a.exits >> a.cancels >> a.fills >> a.halts;
  for (std::uint64_t& n : r.injected) {
    in >> n;
  }
  in >> invariant;
  if (!in) {
    throw std::runtime_error("a worker of the simulation said: " + line);
  }
  r.simulated = Duration{simulated};
  if (invariant != 0) {
    Violation v;
    v.invariant = static_cast<Invariant>(invariant);
    in >> at;
    v.at = Duration{at};
    std::getline(in >> std::ws, v.what);
    r.violation = v;
  }
  return r;
}

void write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n <= 0) {
      ::_exit(3); // nobody reads any more
    }
    done += static_cast<std::size_t>(n);
  }
}

[[noreturn]] void work(const SearchOptions& options, unsigned worker, unsigned workers, int out) {
  for (std::size_t i = worker; i < options.seeds.size(); i += workers) {
    RunOptions run = options.run;
    run.seed = options.seeds[i];
    try {
      const RunResult result = run_simulation(run);
      write_all(out, line_of(result));
      if (result.violation && options.stop_at_first) {
        break;
      }
    } catch (const std::exception& e) {
      write_all(out, "seed " + std::to_string(run.seed) + ": " + e.what() + kEnd);
      ::_exit(2);
    }
  }
  ::_exit(0); // no destructors: the actor system's threads are not this process's business
}

void add(SearchTotals& totals, const RunResult& r) {
  ++totals.seeds;
  totals.events += r.events;
  totals.simulated += r.simulated;
  totals.process_restarts += r.process_restarts;
  totals.actor_restarts += r.actor_restarts;
  totals.journal_records += r.journal_records;
  totals.quiet_checks += r.quiet_checks;
  Activity& sum = totals.activity;
  const Activity& a = r.activity;
  sum.entries += a.entries;
  sum.opened += a.opened;
  sum.stops_placed += a.stops_placed;
  sum.stops_fired += a.stops_fired;
  sum.exits += a.exits;
  sum.cancels += a.cancels;
  sum.fills += a.fills;
  sum.halts += a.halts;
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    totals.injected[i] += r.injected[i];
    totals.survived[i] += r.violation ? 0 : r.injected[i];
  }
  if (r.violation) {
    totals.failures.push_back(r);
  }
}

struct Worker {
  pid_t pid = 0;
  int in = -1;
  std::string rest;
};

Worker start(const SearchOptions& options, unsigned number, unsigned workers) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) {
    throw std::runtime_error(std::string("no pipe to a worker: ") + std::strerror(errno));
  }
  const pid_t pid = ::fork();
  if (pid < 0) {
    throw std::runtime_error(std::string("no worker process: ") + std::strerror(errno));
  }
  if (pid == 0) {
    ::close(ends[0]);
    work(options, number, workers, ends[1]);
  }
  ::close(ends[1]);
  return {pid, ends[0], {}};
}

} // namespace

SearchTotals search(const SearchOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < std::min<std::size_t>(World::kCount, options.seeds.size()); ++i) {
    static_cast<void>(World::of(options.seeds[i])); // shared by the workers
  }
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto workers =
      static_cast<unsigned>(std::min<std::size_t>(options.workers != 0 ? options.workers : cores,
                                                  std::max<std::size_t>(options.seeds.size(), 1)));
  std::vector<Worker> running;
  for (unsigned i = 0; i < workers; ++i) {
    running.push_back(start(options, i, workers));
  }
  SearchTotals totals;
  while (std::any_of(running.begin(), running.end(), [](const Worker& w) { return w.in >= 0; })) {
    std::vector<pollfd> waiting;
    waiting.reserve(running.size());
    for (const Worker& w : running) {
      waiting.push_back({w.in, POLLIN, 0});
    }
    ::poll(waiting.data(), waiting.size(), -1);
    for (std::size_t i = 0; i < running.size(); ++i) {
      Worker& w = running[i];
      if (w.in < 0 || waiting[i].revents == 0) {
        continue;
      }
      std::array<char, 4096> buffer{};
      const ssize_t n = ::read(w.in, buffer.data(), buffer.size());
      if (n <= 0) {
        ::close(std::exchange(w.in, -1));
        continue;
      }
      w.rest.append(buffer.data(), static_cast<std::size_t>(n));
      for (std::size_t end = w.rest.find(kEnd); end != std::string::npos; end = w.rest.find(kEnd)) {
        add(totals, result_of(w.rest.substr(0, end)));
        w.rest.erase(0, end + 1);
        if (options.progress) {
          options.progress(totals.seeds);
        }
      }
    }
  }
  for (const Worker& w : running) {
    int status = 0;
    ::waitpid(w.pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      throw std::runtime_error("a worker of the simulation died after " +
                               std::to_string(totals.seeds) + " seeds");
    }
  }
  std::sort(totals.failures.begin(), totals.failures.end(),
            [](const RunResult& a, const RunResult& b) { return a.seed < b.seed; });
  totals.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return totals;
}

} // namespace rg::sim
