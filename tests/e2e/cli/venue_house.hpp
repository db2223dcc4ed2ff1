#pragma once
// The built commands against an exchange in the test's own process, whose faults the test chooses.

#include "infra/exchange/exchange_server.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/e2e/engine/live_engine.hpp"
#include "tests/support/catch.hpp"

namespace rg::test {

struct VenueChoices {
  double speed = 1.0; ///< data time per wall time
  std::vector<std::pair<exchange::FaultKind, exchange::FaultRule>> faults{};
  std::uint64_t seed = 5;
  std::uint32_t history_minutes = SyntheticOptions{}.history_minutes;
};

class VenueHouse {
public:
  explicit VenueHouse(const VenueChoices& choices = {})
      : server_(options(choices), market(choices)) {}

  [[nodiscard]] exchange::ExchangeServer& server() { return server_; }
  [[nodiscard]] const exchange::Credentials& keys() const { return server_.credentials(); }
  /// From now on; replaces the rule of this kind.
  void set_fault(exchange::FaultKind kind, const exchange::FaultRule& rule) {
    server_.with_core([&](exchange::ExchangeCore& core) { core.faults().set(kind, rule); });
  }
  [[nodiscard]] std::vector<exchange::AiLog> ai_logs() {
    std::vector<exchange::AiLog> logs;
    server_.with_core([&](exchange::ExchangeCore& core) { logs = core.account(0).ai_logs; });
    return logs;
  }
  [[nodiscard]] bool flat() {
    bool yes = false;
    server_.with_core([&](exchange::ExchangeCore& core) {
      yes = core.account(0).ledger.flat() && core.account(0).live.empty();
    });
    return yes;
  }

  /// The same with the generation spelled out; its streams have addresses of their own.
  [[nodiscard]] std::string config_for(const TempDir& dir, const std::string& api) const {
    std::string text = read_file(config(dir));
    text.insert(text.find("[exchange]\n") + 11, "api = \"" + api + "\"\n");
    const std::string path = dir / (api + ".toml");
    write_file(path, text);
    return path;
  }
  /// A config in the folder; `more` is appended (tables of its own).
  [[nodiscard]] std::string config(const TempDir& dir, const std::string& mode = "sim",
                                   const std::string& more = {}) const {
    const std::string path = dir / (mode + ".toml");
    write_file(path, "mode = \"" + mode + "\"\nkill_file = \"" + (dir / "KILL") +
                         "\"\n[exchange]\nrest_url = \"" + server_.rest_url() +
                         "\"\nws_public_url = \"" + server_.ws_public_url() +
                         "\"\nws_private_url = \"" + server_.ws_private_url() + "\"\nca_file = \"" +
                         server_.ca_file() + "\"\n[journal]\npath = \"" + (dir / (mode + ".db")) +
                         "\"\nkey_path = \"" + (dir / "journal.key") +
                         "\"\n[console]\nlisten = \"127.0.0.1:0\"\ntoken_file = \"" +
                         (dir / "operator.token") + "\"\n" + more);
    return path;
  }
  [[nodiscard]] std::vector<std::string> environment() const {
    return {"WEEX_API_KEY=" + keys().api_key, "WEEX_SECRET_KEY=" + keys().secret_key,
            "WEEX_PASSPHRASE=" + keys().passphrase};
  }
  Finished run(const TempDir& dir, std::vector<std::string> arguments,
               std::vector<std::string> environment_of = {}) const {
    arguments.insert(arguments.begin(), engine_binary());
    if (environment_of.empty()) {
      environment_of = environment();
    }
    Process process(arguments, dir / "cmd.out", dir / "cmd.err", dir.path(), environment_of);
    const int code = process.wait();
    return {code, read_file(dir / "cmd.out"), read_file(dir / "cmd.err")};
  }

private:
  static std::unique_ptr<MarketProcess> market(const VenueChoices& choices) {
    SyntheticOptions options;
    options.seed = choices.seed;
    options.history_minutes = choices.history_minutes;
    return std::make_unique<SyntheticMarket>(options);
  }
  static exchange::ExchangeServerOptions options(const VenueChoices& choices) {
    exchange::ExchangeServerOptions o;
    o.speed = choices.speed;
    o.core.seed = choices.seed;
    o.core.listing_lag = std::chrono::milliseconds(300);
    for (const auto& [kind, rule] : choices.faults) {
      o.faults.set(kind, rule);
    }
    return o;
  }

  exchange::ExchangeServer server_;
};

} // namespace rg::test
