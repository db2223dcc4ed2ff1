// What the venue changes under a running engine: rules, fees and status of a contract, maintenance.
// The engine notices over its sockets, takes no new risk, says so, and goes on afterwards.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

/// A brisk market, so that every pair would trade within seconds.
struct TradingHouse {
  TempDir dir;
  ServedExchange exchange{1200.0};
  EngineUnderTest engine;

  explicit TradingHouse(const std::string& api = "v2")
      : engine(dir, addresses(exchange.greeting(), api),
               {.more = kBriskRules + "[reconcile]\nevery = \"1s\"\n", .api = api}) {
    engine.start();
    INFO(engine.told());
    REQUIRE(engine.wait_until_reconciled());
  }
  static Json addresses(Json greeting, const std::string& api) {
    if (api == "v3") {
      greeting["ws_public_url"] = greeting.at("ws_v3_public_url");
      greeting["ws_private_url"] = greeting.at("ws_v3_private_url");
    }
    return greeting;
  }
  [[nodiscard]] Json pair(Symbol symbol) {
    const Json now = engine.status();
    return now.is_object() ? now.at("pairs").at(std::string(symbol.name())) : Json::object();
  }
  [[nodiscard]] bool stands(Symbol symbol, const std::string& word) {
    const Json because = pair(symbol).value("not_trading_because", Json::array());
    return std::find(because.begin(), because.end(), word) != because.end();
  }
  /// Words of the newest record of this kind about the pair, or nothing.
  [[nodiscard]] std::string said(const std::string& kind, const std::string& subject) const {
    std::string detail;
    for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
      detail = r.kind == kind && r.subject == subject ? r.detail : detail;
    }
    return detail;
  }
  [[nodiscard]] std::size_t entries() {
    std::size_t n = 0;
    for (const Symbol s : Symbol::all()) {
      n += exchange.entries(s);
    }
    return n;
  }
  /// Until the engine has opened something new anywhere.
  [[nodiscard]] bool trades_on() {
    const std::size_t before = entries();
    return wait_for([&] { return entries() > before; }, 60s);
  }
};

} // namespace

TEST_CASE("a fee and a rule that change while the engine runs: no new risk on the pair until a "
          "person resumes it",
          "[e2e]") {
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    TradingHouse house(api);
    REQUIRE(house.trades_on());
    house.exchange.change(R"({"symbol": "BTC", "taker_fee": "0.0011"})");
    house.exchange.change(
        R"({"symbol": "ETH", "tick_size": "0.1", "size_step": "0.01", "min_size": "0.01"})");
    REQUIRE(wait_for(
        [&] {
          return house.stands(kBtc, "contract_changed") && house.stands(kEth, "contract_changed");
        },
        30s));
    CHECK(house.said("contract_changed", "cmt_btcusdt").find("taker fee 0.000800 -> 0.001100") !=
          std::string::npos);
    CHECK(
        house.said("contract_changed", "cmt_ethusdt").find("tick 0.01 -> 0.1; lot 0.001 -> 0.01") !=
        std::string::npos);
    const std::size_t btc = house.exchange.entries(kBtc), eth = house.exchange.entries(kEth);
    REQUIRE(house.trades_on()); // the other pairs go on
    CHECK(house.exchange.entries(kBtc) == btc);
    CHECK(house.exchange.entries(kEth) == eth);
    for (const char* name : {"BTC", "ETH"}) {
      REQUIRE(house.engine.command({"resume", name}).exit_code == 0);
    }
    REQUIRE(wait_for(
        [&] {
          return !house.stands(kBtc, "contract_changed") && !house.stands(kEth, "contract_changed");
        },
        20s));
    CHECK(wait_for(
        [&] { return house.exchange.entries(kBtc) + house.exchange.entries(kEth) > btc + eth; },
        90s));
    const int exit_code = house.engine.end(SIGTERM);
    INFO(house.engine.told());
    CHECK(exit_code == 0);
  }
}

TEST_CASE("a contract that is suspended and opened again needs nobody", "[e2e]") {
  TradingHouse house;
  house.exchange.change(R"({"symbol": "BTC", "status": "suspended"})");
  REQUIRE(wait_for([&] { return house.stands(kBtc, "contract_changed"); }, 30s));
  CHECK(house.said("contract_status", "cmt_btcusdt").find("not open to the API") !=
        std::string::npos);
  const std::size_t before = house.exchange.entries(kBtc);
  REQUIRE(house.trades_on());
  CHECK(house.exchange.entries(kBtc) == before);
  house.exchange.change(R"({"symbol": "BTC", "status": "trading"})");
  REQUIRE(wait_for([&] { return !house.stands(kBtc, "contract_changed"); }, 30s));
  CHECK(house.said("contract_status", "cmt_btcusdt") == "open again");
  CHECK(wait_for([&] { return house.exchange.entries(kBtc) > before; }, 90s));
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("a contract that takes closes only: the first refusal closes the pair for entries",
          "[e2e]") {
  TradingHouse house;
  for (const Symbol s : Symbol::all()) { // whichever pair the engine tries first
    house.exchange.change(R"({"status": "reduce_only", "symbol": ")" + std::string(s.name()) +
                          "\"}");
  }
  const std::size_t before = house.entries();
  Symbol tried;
  REQUIRE(wait_for(
      [&] {
        for (const Symbol s : Symbol::all()) {
          if (!house.said("contract_status", std::string(s.name())).empty()) {
            tried = s;
            return true;
          }
        }
        return false;
      },
      90s));
  CHECK(house.said("contract_status", std::string(tried.name())).find("not open to the API") !=
        std::string::npos);
  CHECK(wait_for([&] { return house.stands(tried, "contract_changed"); }, 20s));
  CHECK(house.entries() == before); // what was refused is no order
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("maintenance of the venue: no answers, no new risk, said so, and then it goes on",
          "[e2e]") {
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    TradingHouse house(api);
    REQUIRE(house.trades_on());
    house.exchange.change(R"({"maintenance": "begin"})");
    const std::size_t before = house.entries();
    REQUIRE(wait_for(
        [&] {
          const Json now = house.engine.status();
          return now.is_object() && !now.at("reconciled").get<bool>();
        },
        30s));
    CHECK(wait_for([&] { return house.stands(kBtc, "not_reconciled"); }, 20s));
    CHECK(wait_for([&] { return !house.said("reconcile_failed", "venue").empty(); }, 30s));
    // Rules may change meanwhile: they are read again before anything is risked.
    house.exchange.change(R"({"symbol": "SOL", "taker_fee": "0.0009"})");
    CHECK(house.entries() == before);
    house.exchange.change(R"({"maintenance": "end"})");
    REQUIRE(house.engine.wait_until_reconciled());
    CHECK_FALSE(house.said("contract_changed", "cmt_solusdt").empty());
    CHECK(house.trades_on());
    const int exit_code = house.engine.end(SIGTERM);
    INFO(house.engine.told());
    CHECK(exit_code == 0);
  }
}

TEST_CASE(
    "deposits and withdrawals while the engine runs move the high-water mark, not the drawdown",
    "[e2e]") {
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    TempDir dir;
    ServedExchange exchange; // a quiet account: nothing else moves the money
    EngineUnderTest engine(dir, TradingHouse::addresses(exchange.greeting(), api),
                           {.more = "[reconcile]\nevery = \"1s\"\n", .api = api});
    engine.start();
    REQUIRE(engine.wait_until_reconciled());
    const auto mark = [&] {
      const Json now = engine.status();
      return now.is_object() ? now.at("high_water_mark").get<std::string>() : std::string();
    };
    const auto flows = [&] {
      std::size_t n = 0;
      for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
        n += r.kind == "cash_flow" ? 1 : 0;
      }
      return n;
    };
    const auto recorded = [&] {
      std::string text;
      for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
        text += r.kind + " " + r.subject + ": " + r.detail + "\n";
      }
      return text;
    };
    struct Row {
      const char* json;
      const char* mark;
    };
    std::size_t told = 0;
    for (const Row& row :
         {Row{R"({"deposit": "2500"})", "12500"}, Row{R"({"withdraw": "4000.5"})", "8499.5"},
          Row{R"({"transfer_in": "0.5"})", "8500"}, Row{R"({"transfer_out": "500"})", "8000"}}) {
      INFO(row.json);
      exchange.change(row.json);
      CHECK(wait_for([&] { return mark() == row.mark; }, 20s));
      CHECK(mark() == row.mark);
      wait_for([&] { return flows() > told; }, 10s);
      INFO(recorded());
      CHECK(flows() == told + 1);
      ++told;
      const Json now = engine.status();
      REQUIRE(now.is_object());
      CHECK(now.at("drawdown").get<double>() == 0.0);
      CHECK(now.at("tier") == "none");
      CHECK(now.at("wallet_balance") == row.mark);
    }
    CHECK_FALSE(engine.recorded("difference"));
    CHECK(engine.end(SIGTERM) == 0);
    CHECK(flows() == 4); // each once
  }
}
