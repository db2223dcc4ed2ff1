// regimeguard exchange: the embedded exchange alone, for other people's clients and for tests.

#include "app/commands.hpp"
#include "infra/exchange/exchange_server.hpp"
#include "infra/market/candle_replay.hpp"
#include "infra/market/synthetic_market.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <poll.h>
#include <pthread.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace rg::app {

namespace {

struct ExchangeCommand {
  std::uint16_t port = 8443;
  bool plain = false;
  std::uint64_t seed = 1;
  std::string data, funding, faults, ca_file;
  double speed = 1.0;
  std::uint32_t accounts = 1;
  double deposit = 10'000.0;
  bool bare_acks = false, control = false;
};

template <class T> T value_or_usage_error(Result<T, InputError> result) {
  if (!result) {
    throw UsageError(result.error().text());
  }
  return std::move(result).value();
}

std::unique_ptr<MarketProcess> replay_of(const ExchangeCommand& c) {
  CandleFolder folder = value_or_usage_error(load_candle_folder(c.data, {}));
  ReplayOptions options;
  const std::string funding =
      c.funding.empty() ? (std::filesystem::path(c.data) / ".." / "funding").string() : c.funding;
  if (std::filesystem::is_directory(funding)) {
    for (const Symbol s : Symbol::all()) {
      options.funding[s.id()] = value_or_usage_error(load_funding(funding, s));
    }
  } else if (!c.funding.empty()) {
    throw UsageError("--funding: " + c.funding + " is no folder");
  }
  for (const std::string& note : folder.notes) {
    std::fprintf(stderr, "%s\n", note.c_str());
  }
  try {
    return std::make_unique<CandleReplay>(std::move(folder), std::move(options));
  } catch (const std::invalid_argument& e) {
    throw UsageError(e.what());
  }
}

std::unique_ptr<MarketProcess> market_of(const ExchangeCommand& c) {
  if (!c.data.empty()) {
    return replay_of(c);
  }
  SyntheticOptions options;
  options.seed = c.seed;
  return std::make_unique<SyntheticMarket>(options);
}

nlohmann::ordered_json to_json(const exchange::Credentials& c) {
  return {{"api_key", c.api_key}, {"secret_key", c.secret_key}, {"passphrase", c.passphrase}};
}

void print_greeting(const exchange::ExchangeServer& server, std::uint32_t accounts) {
  nlohmann::ordered_json j;
  j["rest_url"] = server.rest_url();
  j["ws_public_url"] = server.ws_public_url();
  j["ws_private_url"] = server.ws_private_url();
  // The REST address serves v2 and v3; the websockets of v3 have paths of their own.
  j["ws_v3_public_url"] = server.ws_v3_public_url();
  j["ws_v3_private_url"] = server.ws_v3_private_url();
  j["ca_file"] = server.ca_file();
  j["credentials"] = to_json(server.credentials());
  for (std::uint32_t a = 1; a < accounts; ++a) {
    j["more_accounts"].push_back(to_json(server.credentials(a)));
  }
  std::printf("%s\n", j.dump().c_str());
  std::fflush(stdout);
}

/// The exchange's own counts, one line on stderr when it ends.
void print_counts(exchange::ExchangeServer& server) {
  const exchange::ExchangeStats s = server.stats();
  nlohmann::ordered_json j{{"market_seconds", s.market_seconds},
                           {"requests", s.requests},
                           {"order_requests", s.order_requests},
                           {"max_requests_per_second", s.max_requests_per_second},
                           {"rejected_429", s.rejected_429},
                           {"private_calls", s.private_calls},
                           {"signature_failures", s.signature_failures},
                           {"repeated_client_oids", s.repeated_client_oids},
                           {"orders", s.orders},
                           {"fills", s.fills},
                           {"ai_logs", s.ai_logs},
                           {"messages_sent", s.messages_sent},
                           {"changes_refused", s.changes_refused}};
  for (const Notional& equity : s.equity) {
    j["equity"].push_back(equity.text());
  }
  std::fprintf(stderr, "%s\n", j.dump().c_str());
}

/// Changes of the venue by hand: one JSON object a line on standard input, each answered by a line
/// on standard output. Ends with the input, or when the command does.
class ControlInput {
public:
  explicit ControlInput(exchange::ExchangeServer& server) : server_(server) {
    if (::pipe(stop_.data()) != 0) {
      throw std::runtime_error("no pipe for --control");
    }
    thread_ = std::thread([this] { read(); });
  }
  ~ControlInput() {
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
  }
  ControlInput(const ControlInput&) = delete;
  ControlInput& operator=(const ControlInput&) = delete;

private:
  void read() {
    std::string waiting;
    std::array<char, 4096> bytes{};
    std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {stop_[0], POLLIN, 0}}};
    while (::poll(watched.data(), watched.size(), -1) > 0 && watched[1].revents == 0) {
      const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
      if (got <= 0) {
        return;
      }
      waiting.append(bytes.data(), static_cast<std::size_t>(got));
      for (auto end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
        carry_out(waiting.substr(0, end));
        waiting.erase(0, end + 1);
      }
    }
  }
  void carry_out(const std::string& line) {
    ++lines_;
    const auto change =
        exchange::parse_change(line, "standard input, line " + std::to_string(lines_));
    const std::optional<std::string> refused =
        change ? server_.apply(*change) : std::optional(change.error().text());
    nlohmann::ordered_json told{{"line", lines_}, {"done", !refused}};
    if (refused) {
      told["refused"] = *refused;
    }
    std::printf("%s\n", told.dump().c_str());
    std::fflush(stdout);
  }

  exchange::ExchangeServer& server_;
  std::array<int, 2> stop_{};
  std::thread thread_;
  int lines_ = 0;
};

/// A market step takes about a second of wall time at most, as far as whole seconds of data time
/// allow: a venue that is silent for longer looks dead to its clients.
Duration step_at(double speed) {
  constexpr std::array<int, 8> kSteps{1, 2, 3, 5, 6, 10, 12, 15}; // each divides a minute
  int seconds = kSteps.front();
  for (const int step : kSteps) {
    seconds = step <= speed ? step : seconds;
  }
  return std::chrono::seconds(seconds);
}

int run_exchange(const ExchangeCommand& c) {
  if (!(c.speed > 0.0) || c.speed > 1e5) {
    throw UsageError("--speed must be greater than 0 and at most 100000");
  }
  if (!(c.deposit >= 0.0) || c.deposit > 1e9) {
    throw UsageError("--deposit must be from 0 to 1000000000");
  }
  exchange::ExchangeServerOptions options;
  options.port = c.port;
  options.plain = c.plain;
  options.speed = c.speed;
  options.ca_file = c.ca_file;
  options.core.seed = c.seed;
  options.core.step = step_at(c.speed);
  options.deposit = Notional::from_double(c.deposit, Rounding::nearest);
  options.random_accounts = c.accounts;
  options.protocol.bare_acks = c.bare_acks;
  if (!c.faults.empty()) {
    options.faults = value_or_usage_error(exchange::FaultPlan::load(c.faults));
  }
  // The signals that end us wait for sigwait, in the server's thread too.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  exchange::ExchangeServer server(std::move(options), market_of(c));
  print_greeting(server, c.accounts);
  {
    std::optional<ControlInput> control;
    if (c.control) {
      control.emplace(server);
    }
    int signal = 0;
    sigwait(&ending, &signal);
  }
  server.stop();
  print_counts(server);
  return 0;
}

} // namespace

void add_exchange(CLI::App& root, Chosen& chosen) {
  const auto c = std::make_shared<ExchangeCommand>();
  CLI::App* cmd = root.add_subcommand(
      "exchange", "The embedded exchange alone: WEEX's protocol on loopback. The first line of its "
                  "output is JSON with URLs and credentials; SIGINT or SIGTERM ends it.");
  cmd->add_option("--port", c->port, "TCP port on 127.0.0.1; 0 picks a free one (default 8443)");
  cmd->add_flag("--plain", c->plain, "http and ws instead of https and wss");
  auto* seed = cmd->add_option("--seed", c->seed, "Seed of the synthetic market (default 1)");
  cmd->add_option("--data", c->data, "Replay candle files from this folder instead")
      ->excludes(seed);
  cmd->add_option("--funding", c->funding, "Funding files for --data (default DIR/../funding)");
  cmd->add_option("--speed", c->speed, "Market time per wall time (default 1)");
  cmd->add_option("--faults", c->faults,
                  "JSON file of faults and scheduled changes (docs/exchange.md)");
  cmd->add_option("--accounts", c->accounts, "Accounts with credentials of their own (default 1)")
      ->check(CLI::Range(1, 100));
  cmd->add_option("--deposit", c->deposit, "USDT on each account (default 10000)");
  cmd->add_flag("--bare-acks", c->bare_acks,
                "v3's acks of settings leave msg empty, for clients that take any for an error");
  cmd->add_flag("--control", c->control,
                "Take changes of the venue from standard input, one JSON object a line");
  cmd->add_option("--ca-file", c->ca_file, "Where to write this run's certificate");
  cmd->callback([c, &chosen] { chosen = [c] { return run_exchange(*c); }; });
}

} // namespace rg::app
