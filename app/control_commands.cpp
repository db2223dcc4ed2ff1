// status, kill, pause, resume: the running engine, through its console API and the operator's
// token. `kill` must work even when HTTP is off or dead: then it writes the kill file and signals
// the process.

#include "app/commands.hpp"
#include "app/engine/kill_file.hpp"
#include "infra/config/config_file.hpp"
#include "infra/http/endpoint_file.hpp"
#include "infra/http/operator_token.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/io_loop.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

struct ControlOptions {
  std::string config, pair, reason;
  bool json = false, flatten = false, all = false;
};

EngineSettings settings_of(const ControlOptions& options) {
  auto settings = options.config.empty() ? parse_config(builtin_config_toml(), "built-in config")
                                         : load_config(options.config);
  if (!settings) {
    throw UsageError(settings.error().text());
  }
  return *settings;
}

net::HttpResult call(const std::string& base_url, net::HttpRequest request) {
  net::IoLoop loop;
  std::optional<net::HttpClient> client;
  try {
    client.emplace(loop, base_url, net::TlsTrust{}, 1);
  } catch (const std::exception&) { // beyond loopback the token would travel readable by others
    throw UsageError("the console listens on " + base_url +
                     " alone, where no command reaches it; with [console] listen = "
                     "\"0.0.0.0:PORT\" it is reached from this machine and from others");
  }
  net::HttpResult result;
  client->send(std::move(request), std::chrono::seconds(5), [&](net::HttpResult r) {
    result = std::move(r);
    loop.stop();
  });
  loop.run();
  return result;
}

http::Endpoint endpoint_of(const EngineSettings& settings) {
  const auto endpoint = http::read_endpoint(http::endpoint_path(settings.console.token_file));
  if (!endpoint) {
    throw UsageError(endpoint.error().text());
  }
  if (endpoint->console_url.empty()) {
    throw UsageError("the engine runs with its console API off ([console] enabled = false)");
  }
  http::Endpoint reached = *endpoint;
  // An engine that listens on all addresses of this machine is asked on the loopback one.
  for (const auto& [all, loopback] :
       {std::pair{"//0.0.0.0:", "//127.0.0.1:"}, std::pair{"//[::]:", "//[::1]:"}}) {
    if (const auto at = reached.console_url.find(all); at != std::string::npos) {
      reached.console_url.replace(at, std::string_view(all).size(), loopback);
    }
  }
  return reached;
}

std::string error_text(const net::HttpResult& result) {
  if (result.failure != net::HttpFailure::none) {
    return "the engine does not answer: " + result.error;
  }
  const auto json = nlohmann::json::parse(result.body, nullptr, false);
  const std::string told = json.is_object() ? json.value("error", "") : "";
  return fmt::format("the engine answered {}: {}", result.status, told);
}

net::HttpResult post(const EngineSettings& settings, const std::string& path, const Json& body) {
  const auto token = http::load_token(settings.console.token_file);
  if (!token) {
    throw UsageError(token.error().text());
  }
  return call(endpoint_of(settings).console_url,
              {"POST",
               path,
               {{"Authorization", "Bearer " + *token}, {"Content-Type", "application/json"}},
               body.dump()});
}

void print_pair(const std::string& name, const Json& pair) {
  std::string why;
  for (const auto& word : pair["not_trading_because"]) {
    why += (why.empty() ? "" : ", ") + word.get<std::string>();
  }
  std::string position = "flat";
  if (pair["position"].is_object()) {
    position = fmt::format("{} {}", pair["position"]["side"].get<std::string>(),
                           pair["position"]["quantity"].get<std::string>());
  }
  fmt::print("  {:<13} {:<16} {:>4.0f}%  guard {:<8} {:<20} {}\n", name,
             pair["regime"].get<std::string>(), 100.0 * pair["confidence"].get<double>(),
             pair["guard"]["level"].get<std::string>(), position,
             why.empty() ? "free to trade" : "not trading: " + why);
}

int show_status(const ControlOptions& options) {
  const EngineSettings settings = settings_of(options);
  net::HttpRequest request{"GET", "/api/v1/status", {}, {}};
  // Reads need the token where the engine listens beyond loopback.
  if (const auto token = http::load_token(settings.console.token_file)) {
    request.headers.emplace_back("Authorization", "Bearer " + *token);
  }
  const net::HttpResult result = call(endpoint_of(settings).console_url, std::move(request));
  if (result.failure != net::HttpFailure::none || result.status != 200) {
    fmt::print(stderr, "regimeguard: {}\n", error_text(result));
    return 1;
  }
  const auto status = Json::parse(result.body);
  if (options.json) {
    fmt::print("{}\n", status.dump(2));
    return 0;
  }
  fmt::print("Run {} ({}), tier {}, equity {} USDT, drawdown {:.2f} %, gross leverage {:.2f}\n",
             status["run_id"].get<std::string>(), status["mode"].get<std::string>(),
             status["tier"].get<std::string>(), status["equity"].get<std::string>(),
             100.0 * status["drawdown"].get<double>(), status["gross_leverage"].get<double>());
  for (const auto& [name, pair] : status["pairs"].items()) {
    print_pair(name, pair);
  }
  return 0;
}

int change(const ControlOptions& options, const std::string& path, const Json& body,
           const std::string& done) {
  const net::HttpResult result = post(settings_of(options), path, body);
  if (result.failure != net::HttpFailure::none || result.status / 100 != 2) {
    fmt::print(stderr, "regimeguard: {}\n", error_text(result));
    return 1;
  }
  fmt::print("{}\n", options.json ? Json{{"accepted", true}}.dump() : done);
  return 0;
}

Symbol pair_of(const ControlOptions& options) {
  const auto symbol = Symbol::parse(options.pair);
  if (!symbol) {
    throw UsageError("'" + options.pair + "' is none of the eight pairs (try BTC or cmt_btcusdt)");
  }
  return *symbol;
}

std::string pair_path(const ControlOptions& options, const std::string& verb) {
  return "/api/v1/pairs/" + std::string(pair_of(options).name()) + "/" + verb;
}

/// The process id in the endpoint file may be a dead engine's, and another program may have got it.
bool is_engine(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(in, name);
  return pid > 1 && name == "regimeguard";
}

/// Without HTTP: the file for the pair. No signal goes along: SIGUSR1 is for the whole account, and
/// a running engine looks for the file several times a second.
int kill_pair_by_file(const ControlOptions& options, const EngineSettings& settings) {
  const Symbol symbol = pair_of(options);
  write_kill_file(pair_kill_file(settings.kill_file, symbol),
                  options.flatten ? OperatorAction::kill_pair_flatten
                                  : OperatorAction::kill_pair_freeze,
                  options.reason);
  const auto endpoint = http::read_endpoint(http::endpoint_path(settings.console.token_file));
  const bool running = endpoint && is_engine(endpoint->pid);
  if (options.json) {
    fmt::print("{}\n", Json{{"accepted", true}, {"by", "file"}}.dump());
  } else {
    fmt::print("Kill file {} written; {}.\n", pair_kill_file(settings.kill_file, symbol),
               running ? "the running engine obeys it"
                       : "no running engine was found, the next start obeys it");
  }
  return 0;
}

int kill_engine(const ControlOptions& options) {
  const EngineSettings settings = settings_of(options);
  const std::string path =
      options.pair.empty() ? std::string("/api/v1/kill") : pair_path(options, "kill");
  try {
    const net::HttpResult result =
        post(settings, path, Json{{"flatten", options.flatten}, {"reason", options.reason}});
    if (result.failure == net::HttpFailure::none && result.status / 100 == 2) {
      fmt::print("{}\n", options.json           ? R"({"accepted":true,"by":"api"})"
                         : options.pair.empty() ? "Kill switch pulled."
                                                : "Kill switch of the pair pulled.");
      return 0;
    }
    fmt::print(stderr, "regimeguard: {}; falling back to the kill file\n", error_text(result));
  } catch (const std::exception& e) { // whatever is wrong with that way, there is another
    fmt::print(stderr, "regimeguard: {}; falling back to the kill file\n", e.what());
  }
  if (!options.pair.empty()) {
    return kill_pair_by_file(options, settings);
  }
  // The engine looks for this file itself; it outlives a restart, so a dead engine finds it too.
  write_kill_file(settings.kill_file,
                  options.flatten ? OperatorAction::kill_flatten : OperatorAction::kill_freeze,
                  options.reason);
  const auto endpoint = http::read_endpoint(http::endpoint_path(settings.console.token_file));
  const bool signalled =
      endpoint && is_engine(endpoint->pid) && ::kill(endpoint->pid, SIGUSR1) == 0;
  if (options.json) {
    fmt::print("{}\n",
               Json{{"accepted", true}, {"by", signalled ? "file and signal" : "file"}}.dump());
  } else {
    fmt::print("Kill file {} written{}.\n", settings.kill_file,
               signalled ? ", engine signalled"
                         : "; no running engine was found, the next start obeys it");
  }
  return 0;
}

/// The engine reads its own file, the one that it was started with.
int reload_engine(const ControlOptions& options) {
  const net::HttpResult result = post(settings_of(options), "/api/v1/reload", Json::object());
  const auto told = nlohmann::json::parse(result.body, nullptr, false);
  if (result.failure != net::HttpFailure::none || !told.is_object() || !told.contains("taken")) {
    fmt::print(stderr, "regimeguard: {}\n", error_text(result));
    return 1;
  }
  const bool taken = told["taken"].get<bool>();
  if (options.json) {
    fmt::print("{}\n", told.dump());
    return taken ? 0 : 2;
  }
  for (const auto& line : told["lines"]) {
    fmt::print(taken ? stdout : stderr, "{}{}\n",
               taken ? "" : "regimeguard: ", line.get<std::string>());
  }
  fmt::print(taken ? stdout : stderr, "{}\n",
             !taken                  ? "regimeguard: configuration refused: nothing was changed"
             : told["lines"].empty() ? "Nothing differs."
                                     : "Configuration taken.");
  return taken ? 0 : 2;
}

std::shared_ptr<ControlOptions> common(CLI::App* command) {
  auto options = std::make_shared<ControlOptions>();
  command->add_option("--config", options->config, "TOML file; absent = the built-in defaults");
  command->add_flag("--json", options->json, "one JSON document");
  return options;
}

} // namespace

void add_status(CLI::App& root, Chosen& chosen) {
  CLI::App* command = root.add_subcommand(
      "status", "what a running engine does, and per pair why it is not trading");
  auto options = common(command);
  command->callback([options, &chosen] { chosen = [options] { return show_status(*options); }; });
}

void add_kill(CLI::App& root, Chosen& chosen) {
  CLI::App* command =
      root.add_subcommand("kill", "pull the latched kill switch of a running engine");
  auto options = common(command);
  command->add_option("--pair", options->pair,
                      "this pair alone (BTC, BTCUSDT or cmt_btcusdt); the others trade on");
  command->add_flag("--flatten", options->flatten,
                    "also close every position, or the pair's; without it they keep their stops");
  command->add_option("--reason", options->reason, "goes into the journal");
  command->callback([options, &chosen] { chosen = [options] { return kill_engine(*options); }; });
}

void add_reload(CLI::App& root, Chosen& chosen) {
  CLI::App* command = root.add_subcommand(
      "reload", "let a running engine read its config file again: all of it is taken, or nothing");
  auto options = common(command);
  command->callback([options, &chosen] { chosen = [options] { return reload_engine(*options); }; });
}

void add_pause(CLI::App& root, Chosen& chosen) {
  CLI::App* command = root.add_subcommand("pause", "no new risk on one pair");
  auto options = common(command);
  command->add_option("pair", options->pair, "BTC, BTCUSDT or cmt_btcusdt")->required();
  command->add_option("--reason", options->reason, "goes into the journal");
  command->callback([options, &chosen] {
    chosen = [options] {
      return change(*options, pair_path(*options, "pause"), Json{{"reason", options->reason}},
                    "Paused.");
    };
  });
}

void add_resume(CLI::App& root, Chosen& chosen) {
  CLI::App* command =
      root.add_subcommand("resume", "resume a paused pair, or release the latch with --all");
  auto options = common(command);
  command->add_option("pair,--pair", options->pair, "BTC, BTCUSDT or cmt_btcusdt");
  command->add_flag("--all", options->all, "release the kill switch's latch");
  command->add_option("--reason", options->reason,
                      "goes into the journal; required to release a latch");
  command->callback([options, &chosen] {
    chosen = [options] {
      if (options->all != options->pair.empty()) {
        throw UsageError("resume needs a pair or --all, not both");
      }
      if (options->all && options->reason.empty()) {
        throw UsageError("resume --all releases a latch and needs --reason TEXT");
      }
      const std::string whole = settings_of(*options).kill_file;
      if (const std::string file = options->all ? whole : pair_kill_file(whole, pair_of(*options));
          read_kill_file(file)) {
        fmt::print(stderr,
                   "regimeguard: {} is still there: remove it, or the next start latches again\n",
                   file);
      }
      const std::string path = options->all ? "/api/v1/resume" : pair_path(*options, "resume");
      return change(*options, path, Json{{"reason", options->reason}}, "Resumed.");
    };
  });
}

} // namespace rg::app
