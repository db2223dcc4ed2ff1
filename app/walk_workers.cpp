#include "app/walk_workers.hpp"

#include "app/group_queue.hpp"
#include "app/walk_job.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>
#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace rg::app {

using Json = nlohmann::json;

namespace {

/// A frozen peer sends no down message in CAF 0.17, so every question has its time-out.
constexpr auto kAnswerWithin = std::chrono::seconds{20};
constexpr auto kPollEvery = std::chrono::milliseconds{200};

struct NetworkConfig : caf::actor_system_config {
  NetworkConfig() {
    load<caf::io::middleman>();
    set("scheduler.max-threads", 1U);
  }
};

/// One worker, as seen from here. Throws UsageError with what went wrong.
class RemoteWorker {
public:
  RemoteWorker(caf::actor_system& system, const std::string& address)
      : self_(system), address_(parse_worker(address)) {
    auto found = system.middleman().remote_actor(address_.host, address_.port);
    if (!found) {
      throw UsageError("does not answer: " + system.render(found.error()));
    }
    actor_ = caf::actor_cast<caf::actor>(*found);
  }

  GroupResult run(const std::string& job, const Json& begin,
                  const std::vector<std::string>& windows, const GroupQueue& queue,
                  const std::function<void(double)>& show) {
    Json answer = ask(begin);
    while (answer.at("state") == "busy" && !queue.stopped()) { // somebody else's, or our lost one
      std::this_thread::sleep_for(kPollEvery);
      answer = ask(begin);
    }
    const Json poll{{"ask", "poll"}, {"job", job}};
    while (answer.at("state") == "running" && !queue.stopped()) {
      std::this_thread::sleep_for(kPollEvery);
      answer = ask(poll);
      show(answer.value("share", 0.0));
    }
    if (answer.at("state") != "done") {
      throw UsageError(answer.value("error", "it forgot the job: was it started anew?"));
    }
    return parse_result(answer, windows);
  }

private:
  Json ask(const Json& question) {
    std::string text;
    std::string trouble;
    self_->request(actor_, kAnswerWithin, question.dump())
        .receive([&](std::string& answer) { text = std::move(answer); },
                 [&](const caf::error& error) { trouble = self_->system().render(error); });
    if (!trouble.empty()) {
      throw UsageError("was lost: " + trouble);
    }
    return Json::parse(text);
  }

  caf::scoped_actor self_;
  WorkerAddress address_;
  caf::actor actor_;
};

/// What the threads of one spread walk share.
struct Spread {
  const WalkRun& walk;
  Json shared;
  GroupQueue queue;
  const std::function<void(std::size_t, GroupResult)>& keep;
  const std::function<void(std::size_t, double)>& show;
};

void lost(const std::string& address, const std::exception& why) {
  fmt::print(stderr, "worker {} {}; going on without it\n", address, why.what());
}

/// Groups go to one worker, `group` first, until nothing is left or it fails.
void serve_from(RemoteWorker& worker, const std::string& address, std::optional<std::size_t> group,
                Spread& spread) {
  std::size_t fits = 0;
  try {
    for (; group || (group = spread.queue.take()); group.reset()) {
      const std::vector<std::string> windows = spread.walk.open_windows(*group);
      GroupResult result;
      if (!windows.empty()) {
        const std::string job =
            fmt::format("{}-{}-{}", ::getpid(),
                        std::chrono::steady_clock::now().time_since_epoch().count(), *group);
        const Json begin{{"ask", "begin"},
                         {"job", job},
                         {"walk", spread.shared},
                         {"group", *group},
                         {"windows", windows}};
        result = worker.run(job, begin, windows, spread.queue,
                            [&](double share) { spread.show(*group, 0.99 * share); });
        ++fits;
      }
      spread.keep(*group, std::move(result));
      spread.queue.done();
    }
  } catch (const std::exception& error) {
    if (group) {
      spread.queue.give_back(*group);
    }
    lost(address, error);
  }
  fmt::print(stderr, "worker {} ran {} of {} fits\n", address, fits, spread.walk.groups());
}

/// Connects to each and gives it its first group, so that none idles behind faster threads.
void start_workers(caf::actor_system& system, const std::vector<std::string>& addresses,
                   Spread& spread, std::vector<std::jthread>& threads) {
  for (const std::string& address : addresses) {
    try {
      auto worker = std::make_shared<RemoteWorker>(system, address);
      threads.emplace_back([&spread, address, worker, group = spread.queue.take_waiting()] {
        serve_from(*worker, address, group, spread);
      });
    } catch (const std::exception& error) {
      lost(address, error);
    }
  }
}

} // namespace

WorkerAddress parse_worker(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  WorkerAddress address;
  const char* const end = text.data() + text.size();
  if (colon != std::string::npos && colon > 0) {
    address.host = text.substr(0, colon);
    const auto [parsed, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (error == std::errc{} && parsed == end && address.port > 0) {
      return address;
    }
  }
  throw UsageError("--workers: \"" + text + "\" is no address; write HOST:PORT");
}

void run_with_workers(const WalkRun& walk, const WalkOptions& options, unsigned threads,
                      const std::function<void(std::size_t)>& run_here,
                      const std::function<void(std::size_t, GroupResult)>& keep,
                      const std::function<void(std::size_t, double)>& show) {
  for (const std::string& worker : options.workers) {
    static_cast<void>(parse_worker(worker)); // all addresses before any work
  }
  NetworkConfig config;
  caf::actor_system system(config);
  Spread spread{walk, walk_json(options), GroupQueue(walk.groups()), keep, show};
  std::mutex failed;
  std::exception_ptr failure;
  {
    std::vector<std::jthread> others;
    start_workers(system, options.workers, spread, others);
    const auto work_here = [&] {
      while (const auto group = spread.queue.take()) {
        try {
          run_here(*group);
          spread.queue.done();
        } catch (...) {
          const std::lock_guard lock(failed);
          failure = failure ? failure : std::current_exception();
          spread.queue.stop();
        }
      }
    };
    for (unsigned t = 1; t < threads; ++t) {
      others.emplace_back(work_here);
    }
    work_here();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

} // namespace rg::app
