// No dead limit: every control of the registry is tried through the code that trades.

#include "app/controls/control.hpp"
#include "app/engine/console_limits.hpp"
#include "infra/config/config_file.hpp"
#include "infra/http/status_json.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

using namespace rg;
using namespace rg::app;

namespace {

EngineSettings settings_of(const std::string& toml) {
  return parse_config(toml, "c.toml").value();
}

/// Names of all registered tests, without their program; empty when some program is not built.
std::set<std::string> registered_tests() {
  std::set<std::string> names;
  std::FILE* list = ::popen("ctest --test-dir \"" RG_BUILD_DIR "\" -N 2>/dev/null", "r");
  REQUIRE(list != nullptr);
  std::string text;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, list)) > 0;) {
    text.append(buffer, n);
  }
  ::pclose(list);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("_NOT_BUILT") != std::string::npos) {
      return {};
    }
    const std::size_t program = line.find(": rg_");
    const std::size_t colon = line.find(':', program == std::string::npos ? 0 : program + 2);
    if (program != std::string::npos && colon != std::string::npos) {
      names.insert(line.substr(colon + 1));
    }
  }
  return names;
}

/// The same from the sources, for a tree of which only a part is built.
std::string all_test_sources() {
  std::ostringstream all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(RG_SOURCE_DIR "/tests")) {
    if (entry.path().extension() == ".cpp") {
      all << std::ifstream(entry.path()).rdbuf();
    }
  }
  return all.str();
}

} // namespace

TEST_CASE("every control binds under the default settings, each for its own reason",
          "[unit][app][controls]") {
  CHECK(controls().size() >= 25);
  for (const ControlResult& r : assess_all(EngineSettings{})) {
    INFO(r.control->id << ": " << r.problem);
    CHECK(r.binds);
  }
}

TEST_CASE("controls bind where a person puts them, wide or narrow", "[unit][app][controls]") {
  const std::vector<std::string> configs{
      "[portfolio]\nmax_gross_leverage = 20\nmax_net_leverage = 20\nmax_pair_leverage = 20\n"
      "max_cluster_leverage = 20\nleverage = 20\nmax_orders_per_day = 3\n",
      "[portfolio]\nmax_gross_leverage = 0.3\nmax_net_leverage = 0.2\nmax_pair_leverage = 0.1\n"
      "max_cluster_leverage = 0.1\nmax_drawdown = 0.03\nsoft_drawdown = 0.01\n"
      "max_daily_loss = 0.01\n[risk]\nmin_confidence = 0.3\nmax_entry_leverage = 0.05\n"
      "[order]\nrequests_per_second = 3\nreserved_for_protection = 1\nprice_collar = 0.005\n"
      "repeated_executions = 2\nstale_decision = \"20s\"\n[guard]\nsilence_halt = \"4s\"\n"
      "[supervision]\nmax_restarts = 1\n[alerts]\nlimit_warning = 0.6\n"
      "[retention]\ndisk_free_min_mb = 2000\n"};
  for (const std::string& config : configs) {
    for (const ControlResult& r : assess_all(settings_of(config))) {
      INFO(config << r.control->id << ": " << r.problem);
      CHECK(r.binds);
    }
  }
}

TEST_CASE("a dead limit is seen: a control that lets everything pass does not bind",
          "[unit][app][controls]") {
  Control dead = controls().front();
  dead.probe = [](const EngineSettings&) {
    return ControlEvidence{{true, "passed"}, {true, "passed"}};
  };
  CHECK_FALSE(assess(dead, EngineSettings{}).binds);
  Control other = controls().front();
  other.binds_as = "something else";
  CHECK_FALSE(assess(other, EngineSettings{}).binds);
  Control shut = controls().front();
  shut.probe = [](const EngineSettings&) { return ControlEvidence{{false, "x"}, {false, "x"}}; };
  CHECK_FALSE(assess(shut, EngineSettings{}).binds);
}

TEST_CASE("every control names a test that exists", "[unit][app][controls]") {
  const std::set<std::string> registered = registered_tests();
  const std::string sources = registered.empty() ? all_test_sources() : "";
  for (const Control& c : controls()) {
    INFO(c.id << ": " << c.test);
    if (registered.empty()) {
      // Not after "TEST_CASE(": a long name stands on a line of its own.
      CHECK(sources.find('"' + std::string(c.test) + '"') != std::string::npos);
    } else {
      CHECK(registered.contains(c.test));
    }
  }
}

TEST_CASE("every control has a metric that is served and an id of its own",
          "[unit][app][controls]") {
  EngineStatus status;
  status.limits = {{"gross_leverage", 1.0, 2.0}};
  PairStatus pair;
  status.pairs.push_back(pair);
  const std::string served =
      http::status_to_metrics(status) + http::access_to_metrics(http::AccessCounts{});
  std::set<std::string> ids;
  for (const Control& c : controls()) {
    INFO(c.id);
    CHECK(served.find(std::string("# TYPE regimeguard_") + c.metric + " ") != std::string::npos);
    CHECK(ids.insert(c.id).second);
    CHECK_FALSE(std::string(c.enforced_by).empty());
  }
}

TEST_CASE("every limit that is a number stands among the console's limits",
          "[unit][app][controls]") {
  const EngineSettings settings;
  EngineStatus status;
  for (const char* id : {"gross_leverage", "net_leverage", "pair_leverage", "cluster_leverage",
                         "drawdown", "daily_loss", "orders_per_day"}) {
    status.limits.push_back({id, 0.0, 1.0}); // what a running portfolio tells
  }
  std::set<std::string> shown;
  for (const LimitStatus& row : limits_of(status, settings, {})) {
    shown.insert(row.id);
    CHECK(row.warn_at == settings.alerts.limit_warning);
  }
  for (const Control& c : controls()) {
    INFO(c.id);
    CHECK((std::isnan(c.limit(settings)) || shown.contains(c.id)));
  }
}
