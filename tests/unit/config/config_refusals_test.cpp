#include "infra/config/config_file.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace rg;

namespace {

struct Refusal {
  const char* toml;
  const char* expected; ///< beginning of the one line a person sees
};

std::string refusal_of(const char* toml) {
  const auto settings = parse_config(toml, "c.toml");
  return settings ? "accepted" : settings.error().text();
}

} // namespace

TEST_CASE("bad configs are refused with file, line, key and what to do", "[unit][config]") {
  const std::array cases{
      Refusal{
          "[portfolio]\nmax_gros_leverage = 2.0\n",
          "c.toml:2: portfolio.max_gros_leverage: unknown key; did you mean max_gross_leverage?"},
      Refusal{"[portfoliо]\n", "c.toml:1: "}, // a Cyrillic letter
      Refusal{"[protfolio]\nx = 1\n",
              "c.toml:1: [protfolio]: unknown table; did you mean portfolio?"},
      Refusal{"mod = \"sim\"\n", "c.toml:1: mod: unknown key; did you mean mode?"},
      Refusal{"[exchange.deep]\nx = 1\n", "c.toml:1: exchange.deep: unknown key"},
      Refusal{"\n[portfolio]\nmax_gross_leverage = 25\n",
              "c.toml:3: portfolio.max_gross_leverage: 25 is out of range; write a finite number "
              "in (0, 20]"},
      Refusal{"[portfolio]\nmax_gross_leverage = 20.000001\n",
              "c.toml:2: portfolio.max_gross_leverage: 20.000001 is out"},
      Refusal{"[portfolio]\nmax_gross_leverage = 0\n",
              "c.toml:2: portfolio.max_gross_leverage: 0 is out of range"},
      Refusal{"[portfolio]\nleverage = 25\n", "c.toml:2: portfolio.leverage: 25 is out of range"},
      Refusal{"[portfolio]\nleverage = 2.5\n",
              "c.toml:2: portfolio.leverage: 2.5 is no whole number"},
      Refusal{"[portfolio]\nmax_drawdown = nan\n",
              "c.toml:2: portfolio.max_drawdown: is not finite"},
      Refusal{"[risk]\nstop_max = inf\n", "c.toml:2: risk.stop_max: is not finite"},
      Refusal{"[portfolio]\nmax_drawdown = \"0.1\"\n",
              "c.toml:2: portfolio.max_drawdown: is a string; write a finite number"},
      Refusal{"[strategy]\nema_fast = 12.5\n",
              "c.toml:2: strategy.ema_fast: is a number; write a whole number in [1, 900]"},
      Refusal{"[strategy]\nema_fast = -1\n", "c.toml:2: strategy.ema_fast: -1 is out of range"},
      Refusal{"[journal]\nrecord_market = 1\n",
              "c.toml:2: journal.record_market: is an integer; write true or false"},
      Refusal{"[journal]\npath = 3\n",
              "c.toml:2: journal.path: is an integer; write a text in double quotes"},
      Refusal{"[journal]\npath = \"\"\n", "c.toml:2: journal.path: is empty"},
      Refusal{"[bars]\ninterval = 15\n",
              "c.toml:2: bars.interval: is an integer; write a whole number and a unit"},
      Refusal{"[bars]\ninterval = \"15 m\"\n", "c.toml:2: bars.interval: \"15 m\" is no duration"},
      Refusal{"[bars]\ninterval = \"-15m\"\n", "c.toml:2: bars.interval: \"-15m\" is no duration"},
      Refusal{"[bars]\ninterval = \"99999999999999h\"\n",
              "c.toml:2: bars.interval: \"99999999999999h\" is no duration"},
      Refusal{"[bars]\ninterval = \"48h\"\n", "c.toml:2: bars.interval: \"48h\" is out of range"},
      Refusal{"[bars]\nbase = \"4m\"\n",
              "c.toml: bars.interval: \"15m\" is no multiple of bars.base = \"4m\""},
      Refusal{"[bars]\ninterval = \"7m\"\n",
              "c.toml:2: bars.interval: \"7m\" does not divide a day"},
      Refusal{"[portfolio]\nsoft_drawdown = 0.2\n",
              "c.toml:2: portfolio.soft_drawdown: 0.2 is not below portfolio.max_drawdown = 0.15"},
      Refusal{"[strategy]\nema_fast = 24\n",
              "c.toml:2: strategy.ema_fast: 24.0 is not below strategy.ema_slow = 24.0"},
      Refusal{"[order]\nreserved_for_protection = 7\nrequests_per_second = 5\n",
              "c.toml:2: order.reserved_for_protection: "},
      Refusal{"[order]\nrequests_per_second = 9\n",
              "c.toml:2: order.requests_per_second: 9 is out of range"},
      Refusal{"[model]\nrefit_every = 24\n",
              "c.toml:2: model.refit_every: is an integer; write a whole number and a unit"},
      Refusal{"[model]\nrefit_every = \"9s\"\n",
              "c.toml:2: model.refit_every: \"9s\" is too often; write at least \"10s\""},
      Refusal{"[model]\nrefit_every = \"9000h\"\n",
              "c.toml:2: model.refit_every: \"9000h\" is out of range"},
      Refusal{"[model]\nrefit_data = \"a,, b\"\n",
              "c.toml:2: model.refit_data: \"a,, b\" has an empty name between its commas"},
      Refusal{"[model]\nrefit_data = \" \"\n",
              "c.toml:2: model.refit_data: \" \" has an empty name"},
      Refusal{"[model]\nrefit_out = \"\"\n", "c.toml:2: model.refit_out: is empty"},
      Refusal{"mode = \"demo\"\n",
              "c.toml:1: mode: \"demo\" is not known; write one of \"sim\", \"paper\", \"live\""},
      Refusal{"[exchange]\napi = \"v4\"\n",
              "c.toml:2: exchange.api: \"v4\" is not known; write one of \"v2\", \"v3\""},
      Refusal{"[exchange]\nrest_url = \"http://api-contract.weex.com\"\n",
              "c.toml:2: exchange.rest_url: \"http://api-contract.weex.com\" would go over the "
              "network without TLS"},
      Refusal{"[exchange]\nws_public_url = \"ws://10.0.0.1/x\"\n",
              "c.toml:2: exchange.ws_public_url: \"ws://10.0.0.1/x\" would go"},
      Refusal{"[exchange]\nws_public_url = \"https://127.0.0.1\"\n",
              "c.toml:2: exchange.ws_public_url: \"https://127.0.0.1\" is no address"},
      Refusal{"[exchange]\nrest_url = \"https://user:pw@127.0.0.1/\"\n",
              "c.toml:2: exchange.rest_url: "},
      Refusal{"[exchange]\nrest_url = \"https://h:99999/\"\n",
              "c.toml:2: exchange.rest_url: \"https://h:99999/\" has no valid host and port"},
      Refusal{"[exchange]\nrest_url = \"https://api-contract.weex.com\"\n",
              "c.toml:2: exchange.rest_url: \"https://api-contract.weex.com\" is not a loopback "
              "address"},
      Refusal{"mode = \"live\"\n[exchange]\nrest_url = \"http://127.0.0.1:8443\"\n",
              "c.toml:3: exchange.rest_url: \"http://127.0.0.1:8443\" has no TLS"},
      Refusal{"[console]\nlisten = \"8080\"\n",
              "c.toml:2: console.listen: \"8080\" is no listening address"},
      Refusal{"[pairs.cmt_pepeusdt]\nenabled = true\n",
              "c.toml:1: pairs.cmt_pepeusdt: unknown symbol; only cmt_btcusdt"},
      Refusal{"[pairs.BTC]\nenabled = true\n[pairs.cmt_btcusdt]\nenabled = true\n", "c.toml:"},
      Refusal{"[pairs]\nBTC = true\n", "c.toml:2: pairs.BTC: must be a table"},
      Refusal{"[pairs.BTC]\nenable = true\n",
              "c.toml:2: pairs.cmt_btcusdt.enable: unknown key; did you mean enabled?"},
      Refusal{"portfolio = 3\n", "c.toml:1: portfolio: unknown key"},
      Refusal{"a = \n", "c.toml:1: not valid TOML: "},
      Refusal{"[bars]\ninterval = \"15m\"\ninterval = \"1h\"\n", "c.toml:3: not valid TOML: "},
      Refusal{"\xff\xfe", "c.toml:1: not valid TOML: "},
  };
  for (const Refusal& c : cases) {
    INFO(c.toml);
    const std::string line = refusal_of(c.toml);
    CHECK(line.substr(0, std::string_view(c.expected).size()) == c.expected);
    CHECK(line != "accepted");
    CHECK(line.find('\n') == std::string::npos);
  }
}

TEST_CASE("a secret pasted into the credentials key is not repeated", "[unit][config]") {
  const std::string line = refusal_of("[exchange]\ncredentials = \"s3cr3t-value\"\n");
  CHECK(line.find("c.toml:2: exchange.credentials: says no source of credentials") == 0);
  CHECK(line.find("s3cr3t") == std::string::npos);
}
