#include "infra/config/config_change.hpp"
#include "infra/config/config_file.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {
EngineSettings settings_of(const std::string& toml) {
  return parse_config(toml, "c.toml").value();
}
} // namespace

TEST_CASE("settings that mean the same differ in nothing", "[unit][config]") {
  CHECK(settings_difference(settings_of(""), settings_of("[portfolio]\nmax_gross_leverage = 2\n"))
            .empty());
}

TEST_CASE("each key that differs is told with both values and whether it may change live",
          "[unit][config]") {
  const auto differences = settings_difference(
      settings_of(""),
      settings_of("[portfolio]\nmax_gross_leverage = 1.5\n[strategy]\nema_fast = 7\n"
                  "[pairs.cmt_btcusdt]\nenabled = false\n"));
  REQUIRE(differences.size() == 3);
  const auto find = [&](const std::string& key) {
    for (const SettingDifference& d : differences) {
      if (d.key == key) {
        return d;
      }
    }
    return SettingDifference{};
  };
  CHECK(find("portfolio.max_gross_leverage").before == "2.0");
  CHECK(find("portfolio.max_gross_leverage").after == "1.5");
  CHECK(find("portfolio.max_gross_leverage").while_running);
  CHECK(find("pairs.cmt_btcusdt.enabled").while_running);
  CHECK(find("strategy.ema_fast").after == "7");
  CHECK_FALSE(find("strategy.ema_fast").while_running);
}

TEST_CASE("limits may change while running, what was learnt, told or opened with them may not",
          "[unit][config]") {
  for (const char* key :
       {"portfolio.max_gross_leverage", "portfolio.max_drawdown", "portfolio.max_daily_loss",
        "risk.risk_per_trade", "guard.jump_sigmas_halt", "alerts.command",
        "retention.keep_recordings", "pairs.cmt_ethusdt.enabled"}) {
    INFO(key);
    CHECK(may_change_while_running(key));
  }
  for (const char* key :
       {"portfolio.leverage", "portfolio.correlation_half_life_bars", "guard.cusum_k",
        "risk.cluster_half_life_hours", "mode", "instance", "journal.path", "exchange.rest_url",
        "order.requests_per_second", "console.listen", "bars.interval", "regime.model"}) {
    INFO(key);
    CHECK_FALSE(may_change_while_running(key));
  }
}

TEST_CASE("a webhook's address is named by a variable or is on this machine: it is a secret",
          "[unit][config]") {
  CHECK(parse_config("[alerts]\nwebhook = \"env:RG_WEBHOOK\"\n", "c.toml").has_value());
  CHECK(parse_config("[alerts]\nwebhook = \"http://127.0.0.1:9000/hook\"\n", "c.toml").has_value());
  const auto secret =
      parse_config("[alerts]\nwebhook = \"https://hooks.example/T0/s3cret\"\n", "c.toml");
  REQUIRE_FALSE(secret.has_value());
  CHECK(secret.error().text().find("s3cret") == std::string::npos);
  CHECK(secret.error().text().find("env:NAME") != std::string::npos);
}
