#include "infra/alerts/alert_rules.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace rg;
using namespace rg::alerts;
using namespace std::chrono_literals;

namespace {

/// An engine in order, looked at when the test says so.
struct Watch {
  Watch() : rules(settings()) {
    status.run_id = "run-1";
    status.public_link = status.private_link = status.reconciled = true;
    status.tier = "none";
  }
  static AlertSettings settings() {
    AlertSettings s;
    s.repeat_after = 30min;
    return s;
  }
  std::vector<Alert> look(Duration later = 500ms) {
    now = now + later;
    if (alive) {
      status.wall_time = now;
    }
    auto out = rules.look({now, status, limits, events});
    events.clear();
    return out;
  }
  void event(const std::string& kind, const std::string& subject, const std::string& detail) {
    events.push_back({++sequence, now, now, kind, subject, detail});
  }
  void limit(double used) {
    limits = {{"gross_leverage", "Gross leverage", "x", used, 1.0, std::nullopt}};
  }

  AlertRules rules;
  EngineStatus status;
  std::vector<LimitStatus> limits;
  std::vector<JournalEvent> events;
  Timestamp now = Timestamp::from_ms(1'735'689'600'000);
  std::uint64_t sequence = 0;
  bool alive = true;
};

} // namespace

TEST_CASE("an engine in order has nothing to tell", "[unit][alerts]") {
  Watch w;
  for (int i = 0; i < 100; ++i) {
    CHECK(w.look().empty());
  }
}

TEST_CASE("a halt is told at once, again when due, and once when it ends", "[unit][alerts]") {
  Watch w;
  w.status.tier = "latched";
  const auto first = w.look();
  REQUIRE(first.size() == 1);
  CHECK(first[0].id == "halt");
  CHECK(first[0].severity == Severity::critical);
  CHECK(first[0].run_id == "run-1");
  CHECK(w.look().empty());
  CHECK(w.look(29min).empty());
  CHECK(w.look(1min).size() == 1); // it still stands
  w.status.tier = "none";
  const auto ended = w.look();
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].cleared);
  CHECK(ended[0].severity == Severity::info);
  CHECK(w.look().empty());
  w.status.tier = "flatten"; // a halt is told however soon it comes back
  CHECK(w.look().size() == 1);
}

TEST_CASE("a limit is told from the warning share on, and again when it binds", "[unit][alerts]") {
  Watch w;
  w.limit(0.79);
  CHECK(w.look().empty());
  w.limit(0.80);
  const auto warning = w.look();
  REQUIRE(warning.size() == 1);
  CHECK(warning[0].id == "limit");
  CHECK(warning[0].subject == "gross_leverage");
  CHECK(warning[0].severity == Severity::warning);
  CHECK(warning[0].text.find("80 %") != std::string::npos);
  w.limit(1.0);
  const auto bound = w.look();
  REQUIRE(bound.size() == 1);
  CHECK(bound[0].severity == Severity::critical);
}

TEST_CASE("a warning that comes and goes is not told again before its time", "[unit][alerts]") {
  Watch w;
  std::size_t raised = 0;
  for (int i = 0; i < 60; ++i) { // half an hour of flicker
    w.limit(i % 2 == 0 ? 0.85 : 0.5);
    for (const Alert& a : w.look(29s)) {
      raised += a.cleared ? 0 : 1;
    }
  }
  CHECK(raised == 1);
  w.limit(0.85);
  CHECK(w.look(31min).size() == 1);
}

TEST_CASE("an engine that stands still is told within five seconds, and only that",
          "[unit][alerts]") {
  Watch w;
  CHECK(w.look().empty());
  w.alive = false;
  w.status.private_link = false; // whatever else the old snapshot says
  Duration waited{};
  std::vector<Alert> told;
  while (told.empty() && waited < 10s) {
    told = w.look(500ms);
    waited += 500ms;
  }
  REQUIRE(told.size() == 1);
  CHECK(told[0].id == "stale");
  CHECK(told[0].subject == "engine");
  CHECK(waited <= 4s);
}

TEST_CASE("a link may be away for a moment, at the start everything may be, for a minute",
          "[unit][alerts]") {
  Watch w;
  w.look();
  w.status.public_link = false;
  CHECK(w.look(1s).empty());
  CHECK(w.look(1s).empty());
  w.status.public_link = true;
  CHECK(w.look(1s).empty());
  w.status.public_link = false;
  static_cast<void>(w.look(1s));
  static_cast<void>(w.look(1s));
  static_cast<void>(w.look(1s));
  const auto told = w.look(1s);
  REQUIRE(told.size() == 1);
  CHECK(told[0].subject == "market data");

  Watch fresh;
  fresh.status.public_link = fresh.status.private_link = fresh.status.reconciled = false;
  for (int i = 0; i < 60; ++i) { // the first look is where the minute begins
    CHECK(fresh.look(1s).empty());
  }
  CHECK(fresh.look(1s).size() == 3);
  CHECK(fresh.look(1s).empty());
}

TEST_CASE("events of the journal are told by what they mean", "[unit][alerts]") {
  Watch w;
  w.event("kill_latched", "portfolio", "flatten: drill (console)");
  w.event("restart", "cmt_btcusdt", "the group warms up again");
  w.event("position_corrected", "cmt_ethusdt", "the venue holds 1, we knew 2");
  w.event("funding_of_no_interest", "x", "y");
  const auto told = w.look();
  REQUIRE(told.size() == 3);
  CHECK(told[0].severity == Severity::critical);
  CHECK(told[0].text.find("drill") != std::string::npos);
  CHECK(told[1].id == "restart");
  CHECK(told[2].id == "reconciliation");
  for (int i = 0; i < 5; ++i) {
    w.event("restart", "cmt_btcusdt", "again");
    w.event("kill_latched", "portfolio", "again");
  }
  CHECK(w.look().size() == 5); // the kills; the restart has been told
}

TEST_CASE("standing warnings of the house are told", "[unit][alerts]") {
  Watch w;
  w.status.warnings = {{"disk_budget", "83 %"}, {"model_drift", "cmt_btcusdt: ..."}};
  const auto told = w.look();
  REQUIRE(told.size() == 2);
  CHECK(told[0].id == "disk_budget");
  CHECK(told[1].text == "cmt_btcusdt: ...");
}

TEST_CASE("new settings change when the same is told again", "[unit][alerts]") {
  Watch w;
  w.status.tier = "latched";
  CHECK(w.look().size() == 1);
  AlertSettings often = Watch::settings();
  often.repeat_after = 1min;
  w.rules.set_settings(often);
  CHECK(w.look(1min).size() == 1);
}

TEST_CASE("an alert is one line of JSON whatever its text holds", "[unit][alerts]") {
  Alert alert{"kill", "portfolio", Severity::critical, "a \"quoted\"\nreason \xff", {}, "r", false};
  const std::string line = alert_json(alert);
  CHECK(line.find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(line);
  CHECK(json["id"] == "kill");
  CHECK(json["state"] == "raised");
  CHECK(json["severity"] == "critical");
}
