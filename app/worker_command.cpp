// regimeguard worker: fits and trades windows for a walk-forward elsewhere (design §13).

#include "app/commands.hpp"
#include "app/engine/signals.hpp"
#include "app/walk_workers.hpp"

#include <CLI/CLI.hpp>
#include <caf/all.hpp>
#include <caf/io/all.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

struct WorkerOptions {
  std::uint16_t port = 0;
  std::string address = "127.0.0.1";
};

struct WorkerConfig : caf::actor_system_config {
  WorkerConfig() { load<caf::io::middleman>(); }
};

/// Its mailbox makes one caller of many; answers come at once, so a poll is never late.
caf::behavior front(caf::event_based_actor*, const std::shared_ptr<WalkWorker>& worker) {
  return {[worker](const std::string& asked) { return worker->answer(asked); }};
}

int work(const WorkerOptions& o) {
  const Signals signals; // before CAF's threads, which inherit the mask
  WorkerConfig config;
  caf::actor_system system(config);
  const auto worker = std::make_shared<WalkWorker>();
  const caf::actor actor = system.spawn(front, worker);
  const auto port = system.middleman().publish(actor, o.port, o.address.c_str(), true);
  if (!port) {
    throw UsageError("--listen: cannot listen on " + o.address + ":" + std::to_string(o.port) +
                     ": " + system.render(port.error()));
  }
  fmt::print("{}\n", nlohmann::json{{"address", o.address}, {"port", *port}}.dump());
  std::fflush(stdout);
  for (;;) {
    const auto signal = signals.wait(std::chrono::hours{1});
    if (signal == SIGINT || signal == SIGTERM) {
      std::_Exit(0); // a running fit is not waited for: whoever asked goes on without us
    }
  }
}

} // namespace

void add_worker(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<WorkerOptions>();
  CLI::App* command = root.add_subcommand(
      "worker", "Fit and trade windows for a walk-forward that runs elsewhere (--workers)");
  command->add_option("--listen", o->port, "TCP port; 0 picks a free one, which is printed")
      ->required();
  command
      ->add_option("--address", o->address,
                   "Address to listen on. The traffic is neither encrypted nor authenticated: stay "
                   "on loopback and tunnel, or use a private network")
      ->capture_default_str();
  command->callback([o, &chosen] { chosen = [o] { return work(*o); }; });
}

} // namespace rg::app
