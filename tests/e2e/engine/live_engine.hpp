#pragma once
// Drives the built program against the built exchange: two processes, real sockets, one journal.

#include "infra/journal/journal_reader.hpp"
#include "tests/support/process.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

namespace rg::test {

using Json = nlohmann::json;

/// Looks until `done`, at most `limit`; false when it did not come.
inline bool wait_for(const std::function<bool()>& done, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    if (done()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10)); // between two looks, nothing else
  }
  return done();
}

/// `regimeguard exchange` on a free port.
class ExchangeProcess {
public:
  ExchangeProcess(const TempDir& dir, const std::string& seed, const std::string& speed)
      : out_(dir / "exchange.out"), err_(dir / "exchange.err"),
        process_({engine_binary(), "exchange", "--port", "0", "--seed", seed, "--speed", speed},
                 out_, err_, dir.path()) {
    if (!wait_for([&] { return read_file(out_).find('\n') != std::string::npos; },
                  std::chrono::seconds(30))) {
      throw std::runtime_error("the exchange does not start: " + read_file(err_));
    }
    greeting_ = Json::parse(read_file(out_));
  }
  [[nodiscard]] const Json& greeting() const { return greeting_; }
  /// Its own counts, told when it ends.
  Json finish() {
    process_.signal(SIGTERM);
    process_.wait();
    const std::string told = read_file(err_);
    const auto begin =
        told.rfind('{', told.rfind('\n', told.size() - 2) == std::string::npos ? std::string::npos
                                                                               : told.size());
    return Json::parse(told.substr(told.find('{') == std::string::npos ? begin : told.find('{')));
  }

private:
  std::string out_, err_;
  Process process_;
  Json greeting_;
};

/// The demo's rules (config/demo.toml): the shipped ones trade too seldom for a test of seconds.
inline const std::string kBriskRules =
    "[strategy]\nema_fast = 3\nema_slow = 12\nband_entry_z = 1.6\nentry_life_bars = 3\n"
    "trend_max_bars = 16\n";

/// What the tests vary in the engine's configuration.
struct EngineChoices {
  std::string foreign = "refuse";
  bool console = true;
  std::string more{}; ///< further tables of the config file
  std::vector<std::string> environment{};
  std::string api = "v2";
};

/// `regimeguard run` against it, always on the same journal.
class EngineUnderTest {
public:
  EngineUnderTest(const TempDir& dir, const Json& exchange, const EngineChoices& choices = {})
      : dir_(dir), journal_(dir / "journal.db"), config_(dir / "engine.toml"), exchange_(exchange) {
    configure(choices);
    const Json& keys = exchange_.at("credentials");
    environment_ = {"WEEX_API_KEY=" + keys.at("api_key").get<std::string>(),
                    "WEEX_SECRET_KEY=" + keys.at("secret_key").get<std::string>(),
                    "WEEX_PASSPHRASE=" + keys.at("passphrase").get<std::string>()};
    environment_.insert(environment_.end(), choices.environment.begin(), choices.environment.end());
  }

  /// Holds from the next start on.
  void configure(const EngineChoices& choices) const {
    const auto text = [&](const char* key) {
      return "\"" + exchange_.at(key).get<std::string>() + "\"\n";
    };
    write_file(config_,
               "mode = \"sim\"\nkill_file = \"" + (dir_ / "KILL") + "\"\n[exchange]\napi = \"" +
                   choices.api + "\"\nrest_url = " + text("rest_url") + "ws_public_url = " +
                   text("ws_public_url") + "ws_private_url = " + text("ws_private_url") +
                   "ca_file = " + text("ca_file") + "[journal]\npath = \"" + journal_ +
                   "\"\nkey_path = \"" + (dir_ / "journal.key") +
                   "\"\n[console]\nenabled = " + (choices.console ? "true" : "false") +
                   "\nlisten = \"127.0.0.1:0\"\ntoken_file = \"" + (dir_ / "operator.token") +
                   "\"\n[startup]\nforeign = \"" + choices.foreign + "\"\n" + choices.more);
  }

  void start() {
    ++starts_;
    process_ = std::make_unique<Process>(
        std::vector<std::string>{engine_binary(), "run", "--config", config_}, dir_ / "run.out",
        dir_ / ("run" + std::to_string(starts_) + ".err"), dir_.path(), environment_);
  }
  void signal(int number) const { process_->signal(number); }
  [[nodiscard]] int pid() const { return process_->pid(); }
  int end(int number) {
    process_->signal(number);
    return process_->wait();
  }
  /// Waits for an end that nobody asked for here.
  int wait() { return process_->wait(); }
  [[nodiscard]] std::string told() const {
    return read_file(dir_ / ("run" + std::to_string(starts_) + ".err"));
  }

  /// A command of the program with this engine's config or journal.
  Finished run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), engine_binary());
    Process process(arguments, dir_ / "cmd.out", dir_ / "cmd.err", dir_.path(), environment_);
    const int code = process.wait();
    return {code, read_file(dir_ / "cmd.out"), read_file(dir_ / "cmd.err")};
  }
  /// A command with --config.
  Finished command(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", config_});
    return run(std::move(arguments));
  }
  /// `status --json`; null while nobody answers.
  Json status() {
    const Finished told = command({"status", "--json"});
    return told.exit_code == 0 ? Json::parse(told.out) : Json();
  }
  bool wait_until_reconciled() {
    return wait_for(
        [&] {
          const Json now = status();
          return now.is_object() && now.at("reconciled").get<bool>();
        },
        std::chrono::seconds(30));
  }
  bool wait_for_tier(const std::string& tier) {
    return wait_for(
        [&] {
          const Json now = status();
          return now.is_object() && now.at("tier") == tier;
        },
        std::chrono::seconds(20));
  }
  /// Asks the exchange; its weight budget, which the engine shares, may be used up for ten seconds.
  Json account(const std::string& what) {
    Finished told = command({what, "--json"});
    for (int i = 0; i < 15 && told.err.find("Too many requests") != std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::seconds(1)); // between two looks
      told = command({what, "--json"});
    }
    if (told.exit_code != 0) {
      throw std::runtime_error(what + ": " + told.err);
    }
    return Json::parse(told.out).at(what);
  }
  template <class Record> [[nodiscard]] std::vector<Record> journalled() const {
    std::vector<Record> out;
    auto reader = JournalReader::open(journal_);
    if (reader) {
      for (auto& stored : reader->template last<Record>()) {
        out.push_back(std::move(stored.record));
      }
    }
    return out;
  }
  [[nodiscard]] std::size_t events(OrderState to, OrderRole role) const {
    std::size_t n = 0;
    for (const OrderEvent& e : journalled<OrderEvent>()) {
      n += e.to == to && e.role == role ? 1 : 0;
    }
    return n;
  }
  [[nodiscard]] bool recorded(const std::string& kind) const {
    for (const SupervisionRecord& r : journalled<SupervisionRecord>()) {
      if (r.kind == kind) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] const std::string& journal() const { return journal_; }
  [[nodiscard]] const std::string& config() const { return config_; }
  [[nodiscard]] const std::vector<std::string>& environment() const { return environment_; }

private:
  const TempDir& dir_;
  std::string journal_, config_;
  Json exchange_;
  std::vector<std::string> environment_;
  std::unique_ptr<Process> process_;
  int starts_ = 0;
};

} // namespace rg::test
