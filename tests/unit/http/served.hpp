#pragma once
// A console server on a free port over a source with fixed answers.

#include "infra/http/console_server.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/ws_client.hpp"

#include <nlohmann/json.hpp>

namespace rg::http::test {

class FixedClock : public Clock {
public:
  [[nodiscard]] Timestamp now() const override { return Timestamp::from_ms(1'735'689'600'000); }
};

/// A console source with fixed answers that remembers what it was told to do.
class FakeSource : public ConsoleSource {
public:
  EngineStatus state;
  std::uint64_t state_version = 1;
  std::vector<OperatorCommand> commands;
  Decision known;
  mutable DecisionQuery asked;

  mutable int statuses_asked = 0;
  [[nodiscard]] EngineStatus status() const override {
    ++statuses_asked;
    return state;
  }
  [[nodiscard]] std::uint64_t version() const override { return state_version; }
  [[nodiscard]] PairHistory history(Symbol symbol) const override {
    PairHistory h;
    h.symbol = symbol;
    h.interval = std::chrono::minutes(15);
    return h;
  }
  [[nodiscard]] std::vector<EquityPoint> equity() const override {
    return {{Timestamp::from_ms(1000), 1.5, 0.0, 0.2}};
  }
  [[nodiscard]] std::vector<LimitStatus> limits() const override {
    return {{"gross_leverage", "Gross leverage", "x", 1.7, 2.0, std::nullopt}};
  }
  [[nodiscard]] std::vector<DecisionRow> decisions(const DecisionQuery& query) const override {
    asked = query;
    if (query.symbol && *query.symbol != known.id.symbol) {
      return {};
    }
    return {{known, "Trade refused under unknown regime with 0% confidence.", 1}};
  }
  [[nodiscard]] std::optional<DecisionDetail> decision(const DecisionId& id) const override {
    if (id != known.id) {
      return std::nullopt;
    }
    DecisionDetail detail;
    detail.decision = known;
    detail.sentence = "s";
    return detail;
  }
  [[nodiscard]] std::vector<OrderEvent> orders(std::size_t) const override { return {}; }
  [[nodiscard]] std::vector<Fill> fills(std::size_t) const override { return {}; }
  [[nodiscard]] std::string model_json() const override { return R"({"format":1})"; }
  [[nodiscard]] JournalCheck verify_journal() const override { return {true, 7, ""}; }
  [[nodiscard]] std::optional<std::string> export_csv(const std::string& table) const override {
    return table == "fills" ? std::optional<std::string>("a,b\n1,2\n") : std::nullopt;
  }
  void execute(OperatorCommand command) override { commands.push_back(std::move(command)); }
};

struct Served {
  net::IoLoop loop;
  FixedClock clock;
  FakeSource source;
  EngineStatus& status = source.state;
  std::vector<OperatorCommand>& commands = source.commands;
  std::string token = std::string(64, 'f');
  ConsoleSettings settings;
  std::unique_ptr<ConsoleServer> server;
  std::unique_ptr<net::HttpClient> client;

  explicit Served(const std::string& public_url = {}) {
    settings.listen = "127.0.0.1:0";
    settings.public_url = public_url;
    status.wall_time = clock.now();
    status.public_link = status.private_link = status.reconciled = true;
    status.tier = "none";
    status.equity = *Notional::parse("10000.5");
    PairStatus pair;
    pair.symbol = *Symbol::parse("ETH");
    pair.not_trading_because = {"not_warm"};
    status.pairs.push_back(pair);
    source.known.id = {pair.symbol, Timestamp::from_ms(1'735'690'500'000), DecisionKind::signal, 0};
    server = std::make_unique<ConsoleServer>(loop, settings, token, clock, source);
    client = std::make_unique<net::HttpClient>(loop, server->url(), net::TlsTrust{}, 1);
  }

  /// Messages of the live stream until `enough` says stop.
  std::vector<nlohmann::json> stream(std::uint64_t since,
                                     const std::function<bool(const nlohmann::json&)>& enough) {
    std::vector<nlohmann::json> seen;
    net::WsClient ws(loop, {});
    ws.connect("ws" + server->url().substr(4) + "/api/v1/stream", {},
               {[&] {
                  ws.send(nlohmann::json{{"since", since}}.dump());
                },
                [&](std::string_view text) {
                  seen.push_back(nlohmann::json::parse(text));
                  if (enough(seen.back())) {
                    loop.stop();
                  }
                },
                [&](const std::string&) { loop.stop(); }});
    loop.run();
    return seen;
  }

  net::HttpResult call(net::HttpRequest request) {
    net::HttpResult result;
    client->send(std::move(request), std::chrono::seconds(5), [&](net::HttpResult r) {
      result = std::move(r);
      loop.stop();
    });
    loop.run();
    return result;
  }
  net::HttpResult post(const std::string& path, const std::string& body) {
    return call({"POST", path, {{"Authorization", "Bearer " + token}}, body});
  }
};

} // namespace rg::http::test
