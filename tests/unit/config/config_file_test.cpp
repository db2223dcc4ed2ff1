#include "infra/config/config_file.hpp"
#include "infra/config/digest.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace rg;
using namespace std::chrono_literals;

namespace {

EngineSettings parsed(std::string_view toml) {
  const auto settings = parse_config(toml, "test.toml");
  INFO((settings ? "" : settings.error().text()));
  REQUIRE(settings.has_value());
  return *settings;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

} // namespace

// A setting added to messages/settings must become a key in infra/config/config_keys_*.cpp too.
// These sizes are those of the settings that have one.
static_assert(sizeof(BarSettings) == 40 && sizeof(RegimeSettings) == 24 &&
              sizeof(StrategySettings) == 72);
static_assert(sizeof(RiskSettings) == 128 && sizeof(GuardSettings) == 168 &&
              sizeof(PortfolioSettings) == 96);
static_assert(sizeof(OrderSettings) == 80 && sizeof(ExchangeSettings) == 192 &&
              sizeof(JournalSettings) == 72);
static_assert(sizeof(ConsoleSettings) == 136 && sizeof(SupervisionSettings) == 32 &&
              sizeof(PairSettings) == 1 && sizeof(RefitSettings) == 72);

TEST_CASE("an empty config gives the documented defaults", "[unit][config]") {
  const EngineSettings settings = parsed("");
  CHECK(canonical_config(settings) == canonical_config(EngineSettings{}));
  CHECK(settings.portfolio.max_gross_leverage == 2.0);
  CHECK(settings.bars.interval == 15min);
  CHECK(settings.mode == RunMode::sim);
}

TEST_CASE("the demo differs in its rules only", "[unit][config]") {
  EngineSettings demo = parsed(demo_config_toml());
  const EngineSettings shipped = parsed("");
  CHECK(demo.strategy.ema_slow < shipped.strategy.ema_slow);
  demo.strategy = shipped.strategy;
  CHECK(canonical_config(demo) == canonical_config(shipped));
}

TEST_CASE("the shipped file documents every key once, with its default, and no other",
          "[unit][config]") {
  // The text below is made from the parser's own list of keys; after a change of that list run
  // `regimeguard check-config --defaults > config/regimeguard.toml`.
  REQUIRE(std::string(builtin_config_toml()) == documented_config());
  CHECK(canonical_config(parsed(builtin_config_toml())) == canonical_config(EngineSettings{}));

  // Independently of how it is made: one `key = value` a line at column 0, each key's comment above
  // it with unit, range and the very value as default.
  const auto lines = lines_of(builtin_config_toml());
  std::size_t keys = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.empty() || line[0] == '#' || line[0] == '[') {
      continue;
    }
    ++keys;
    INFO(line);
    const std::size_t equals = line.find(" = ");
    REQUIRE(equals != std::string::npos);
    CHECK(line.find_first_of(". {\t") >= equals);
    REQUIRE(i > 0);
    CHECK(lines[i - 1].find("#   unit: ") == 0);
    CHECK(lines[i - 1].find(" · range: ") != std::string::npos);
    CHECK(lines[i - 1].ends_with(" · default: " + line.substr(equals + 3)));
  }
  CHECK(keys > 100);
}

TEST_CASE("the shipped file holds the tables and values that other programs rely on",
          "[unit][config]") {
  std::string table;
  std::set<std::string> found;
  for (const std::string& line : lines_of(builtin_config_toml())) {
    if (!line.empty() && line[0] == '[') {
      table = line;
    } else if (!line.empty() && line[0] != '#') {
      found.insert(table + line);
    }
  }
  for (const char* expected :
       {"mode = \"sim\"", "[exchange]api = \"v2\"",
        "[exchange]rest_url = \"https://127.0.0.1:8443\"",
        "[exchange]ws_public_url = \"wss://127.0.0.1:8443/v2/ws/public\"",
        "[exchange]ws_private_url = \"wss://127.0.0.1:8443/v2/ws/private\"",
        "[exchange]ca_file = \"\"", "[exchange]credentials = \"env:WEEX\"",
        "[journal]path = \"data/journal.db\"", "[console]listen = \"127.0.0.1:8080\"",
        "[bars]interval = \"15m\"", "[portfolio]max_gross_leverage = 2.0",
        "[portfolio]max_drawdown = 0.15", "[portfolio]resume_after = \"24h\"",
        "[backtest]initial_equity = 10000.0", "[startup]foreign = \"refuse\"",
        "[pairs.cmt_btcusdt]enabled = true", "[pairs.cmt_ltcusdt]enabled = true"}) {
    INFO(expected);
    CHECK(found.count(expected) == 1);
  }
}

TEST_CASE("values of each kind are taken over", "[unit][config]") {
  const EngineSettings s = parsed(R"(
mode = "live"
instance = 77
[exchange]
api = "v3"
rest_url = "https://api-contract.weex.com"
ws_public_url = "wss://ws-contract.weex.com/v2/ws/public"
ws_private_url = "wss://ws-contract.weex.com/v2/ws/private"
credentials = "file:secrets/weex.env"
[journal]
record_market = false
[bars]
base = "5m"
interval = "1h"
[portfolio]
max_gross_leverage = 3
resume_after = "1d"
[order]
requests_per_second = 6
request_timeout = "500ms"
flatten_on_shutdown = true
[startup]
foreign = "adopt"
)");
  CHECK(s.mode == RunMode::live);
  CHECK(s.instance == 77);
  CHECK(s.exchange.api == "v3");
  CHECK(s.exchange.rest_url == "https://api-contract.weex.com");
  CHECK_FALSE(s.journal.record_market);
  CHECK(s.bars.base == 5min);
  CHECK(s.bars.interval == 60min);
  CHECK(s.portfolio.max_gross_leverage == 3.0); // an integer is a number too
  CHECK(s.portfolio.resume_after == 24h);
  CHECK(s.order.requests_per_second == 6);
  CHECK(s.order.request_timeout == 500ms);
  CHECK(s.order.flatten_on_shutdown);
  CHECK(s.foreign == ForeignPolicy::adopt);
}

TEST_CASE("pairs are accepted under each of their names", "[unit][config]") {
  const EngineSettings s = parsed("[pairs.BTC]\nenabled = false\n[pairs.ETHUSDT]\nenabled = false\n"
                                  "[pairs.cmt_solusdt]\nenabled = false\n");
  for (const Symbol symbol : Symbol::all()) {
    CHECK(s.pairs[symbol.id()].enabled == (symbol.id() > 2));
  }
}

TEST_CASE("the canonical text gives the same settings back", "[unit][config]") {
  const EngineSettings s = parsed(
      "[risk]\nrisk_per_trade = 0.0033333333333333335\n[journal]\n"
      "path = \"odd \\\"name\\\" \\\\ \\u00e9.db\"\n[order]\nrequest_timeout = \"1500ms\"\n");
  CHECK(s.journal.path == "odd \"name\" \\ \xc3\xa9.db");
  const EngineSettings back = parsed(canonical_config(s));
  CHECK(canonical_config(back) == canonical_config(s));
  CHECK(back.risk.risk_per_trade == 0.0033333333333333335);
  CHECK(back.journal.path == s.journal.path);
  CHECK(back.config_sha256 == s.config_sha256);
}

TEST_CASE("numbers survive the canonical text to the last bit", "[unit][config]") {
  CHECK(rc::check([] {
    const auto numerator = *rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 53);
    EngineSettings s;
    s.backtest_initial_equity = 1e9 * std::ldexp(static_cast<double>(numerator), -53);
    const auto back = parse_config(canonical_config(s), "p");
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->backtest_initial_equity == s.backtest_initial_equity);
  }));
}

TEST_CASE("the hash is that of the canonical text and follows each change", "[unit][config]") {
  const EngineSettings a = parsed("");
  CHECK(a.config_sha256 == sha256(canonical_config(a)));
  CHECK(parsed("[pairs.LTC]\nenabled = false\n").config_sha256 != a.config_sha256);
  CHECK(parsed("# a comment\n[pairs.LTC]\nenabled = true\n").config_sha256 == a.config_sha256);
}

TEST_CASE("a warning rung left alone follows a lower drawdown limit", "[unit][config]") {
  CHECK(parsed("[portfolio]\nmax_drawdown = 0.03\n").portfolio.soft_drawdown == Approx(0.01));
  CHECK(parsed("[portfolio]\nmax_drawdown = 0.10\n").portfolio.soft_drawdown == 0.05);
  CHECK_FALSE(
      parse_config("[portfolio]\nmax_drawdown = 0.03\nsoft_drawdown = 0.04\n", "t").has_value());
}

TEST_CASE("loopback addresses are recognised", "[unit][config]") {
  for (const char* url :
       {"http://127.0.0.1:80/x", "ws://localhost:9/", "https://[::1]:8443", "wss://127.9.9.9/a"}) {
    CHECK(is_loopback_url(url));
  }
  for (const char* url : {"http://127.0.0.1.evil.com/", "http://10.0.0.1",
                          "https://localhost.evil/", "nonsense", "http://127.0.0.1@evil.com/"}) {
    CHECK_FALSE(is_loopback_url(url));
  }
}

TEST_CASE("a file is read from disk, and what cannot be read is said", "[unit][config]") {
  const std::string path = std::tmpnam(nullptr) + std::string(".toml");
  std::ofstream(path) << "[portfolio]\nmax_gross_leverage = 1.5\n";
  const auto good = load_config(path);
  REQUIRE(good.has_value());
  CHECK(good->portfolio.max_gross_leverage == 1.5);
  std::remove(path.c_str());

  const auto missing = load_config(path);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().text().find(path + ": cannot read the config file (No such file") == 0);
  CHECK(load_config("/tmp").error().text() == "/tmp: is a folder; give the path of a TOML file");
}

TEST_CASE("the examples are valid", "[unit][config]") {
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator("config/examples")) {
    const auto settings = load_config(entry.path().string());
    INFO((settings ? "" : settings.error().text()));
    CHECK(settings.has_value());
    ++examples;
  }
  CHECK(examples >= 3);
}

TEST_CASE("each key sets a field of its own", "[unit][config]") {
  // Take each line of the canonical text, change its value to another allowed one, and see exactly
  // that line change: two keys on one field, or a key on the wrong one, would show.
  const auto lines = lines_of(canonical_config(EngineSettings{}));
  std::string table;
  std::size_t tried = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::size_t equals = line.find(" = ");
    if (equals == std::string::npos) {
      table = line.empty() ? table : line;
      continue;
    }
    const std::string name = line.substr(0, equals);
    const std::string value = line.substr(equals + 3);
    // Candidates near the default; the first accepted one counts (ranges and orders differ per
    // key).
    std::vector<std::string> candidates;
    if (value == "true" || value == "false") {
      candidates = {value == "true" ? "false" : "true"};
    } else if (value[0] == '"') {
      candidates = {"\"v3\"",
                    "\"jump\"",
                    "\"paper\"",
                    "\"adopt\"",
                    "\"flatten\"",
                    "\"https://127.0.0.1:1\"",
                    "\"wss://127.0.0.1:1\"",
                    "\"env:OTHER\"",
                    "\"127.0.0.1:1\"",
                    "\"9s\"",
                    "\"41s\"",
                    "\"1s\"",
                    "\"5m\"",
                    "\"30m\"",
                    "\"3h\"",
                    "\"another\""};
    } else if (value.find('.') != std::string::npos) {
      const double x = std::stod(value);
      for (const double factor : {0.99, 1.01, 0.8, 1.2}) {
        candidates.push_back(std::to_string(x * factor));
      }
      candidates.push_back("4.0"); // leverage: whole numbers only
    } else {
      const int n = std::stoi(value);
      candidates = {std::to_string(n - 1), std::to_string(n + 1)};
    }
    bool accepted = false;
    for (const std::string& candidate : candidates) {
      std::string toml;
      for (std::size_t j = 0; j < lines.size(); ++j) {
        toml += (j == i ? name + " = " + candidate : lines[j]) + "\n";
      }
      const auto settings = parse_config(toml, "t");
      if (candidate == value || !settings) {
        continue;
      }
      accepted = true;
      const auto changed = lines_of(canonical_config(*settings));
      REQUIRE(changed.size() == lines.size());
      for (std::size_t j = 0; j < lines.size(); ++j) {
        INFO(table << " " << line << " -> " << candidate << " changed " << changed[j]);
        CHECK((changed[j] == lines[j]) == (j != i));
      }
      break;
    }
    INFO(table << " " << line);
    CHECK(accepted);
    ++tried;
  }
  CHECK(tried > 100);
}
