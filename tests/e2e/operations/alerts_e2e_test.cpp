// From what happens in a running engine to a webhook and a command, within five seconds.

#include "infra/net/http_server.hpp"
#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"

#include <mutex>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

/// Remembers when which alert was posted.
class Hook {
public:
  Hook()
      : server_(
            loop_, {},
            [this](const net::ServerRequest& request,
                   const std::function<void(net::HttpResponse)>& reply) {
              const std::lock_guard lock(mutex_);
              alerts_.push_back({std::chrono::steady_clock::now(),
                                 Json::parse(request.http.body, nullptr, false)});
              reply({200, {}, "ok"});
            },
            nullptr),
        thread_([this] { loop_.run(); }) {}
  ~Hook() {
    loop_.stop();
    thread_.join();
  }
  Hook(const Hook&) = delete;
  Hook& operator=(const Hook&) = delete;
  [[nodiscard]] std::string address() const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook/s3cret-path";
  }
  /// When the first alert of this kind and state came; nothing when it did not within the limit.
  std::optional<std::chrono::steady_clock::time_point>
  wait_for_alert(const std::string& id, const std::string& text, std::chrono::seconds limit) {
    std::optional<std::chrono::steady_clock::time_point> found;
    static_cast<void>(wait_for(
        [&] {
          const std::lock_guard lock(mutex_);
          for (const auto& [when, alert] : alerts_) {
            if (alert.is_object() && alert.at("id") == id &&
                alert.at("text").get<std::string>().find(text) != std::string::npos) {
              found = when;
              return true;
            }
          }
          return false;
        },
        limit));
    return found;
  }

private:
  net::IoLoop loop_;
  net::HttpServer server_;
  std::mutex mutex_;
  std::vector<std::pair<std::chrono::steady_clock::time_point, Json>> alerts_;
  std::thread thread_;
};

} // namespace

TEST_CASE("a kill is told within five seconds, by webhook and command, and no secret is written",
          "[e2e]") {
  const TempDir dir;
  Hook hook;
  ServedExchange exchange;
  EngineUnderTest engine(dir, exchange.greeting(),
                         {"refuse",
                          true,
                          "[alerts]\nwebhook = \"env:RG_TEST_HOOK\"\ncommand = \"cat >> " +
                              (dir / "alerts.jsonl") + "\"\n",
                          {"RG_TEST_HOOK=" + hook.address()}});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  const auto pulled = std::chrono::steady_clock::now();
  REQUIRE(engine.command({"kill", "--reason", "alert drill"}).exit_code == 0);
  const auto told = hook.wait_for_alert("kill", "alert drill", 20s);
  REQUIRE(told);
  CHECK(*told - pulled < 5s);
  const auto halted = hook.wait_for_alert("halt", "new risk is halted", 20s);
  REQUIRE(halted);
  CHECK(*halted - pulled < 5s);
  CHECK(wait_for(
      [&] { return read_file(dir / "alerts.jsonl").find("alert drill") != std::string::npos; },
      10s));
  CHECK(wait_for([&] { return engine.status().value("alerts_sent", 0) >= 4; }, 5s));

  // A frozen engine cannot tell by itself: its own upkeep thread freezes along, so it is told when
  // it wakes, and the watchdog, a process of its own, meanwhile.
  CHECK(engine.end(SIGTERM) == 0);
  for (const char* file : {"journal.db", "journal.db-wal", "run1.err", "run.out"}) {
    INFO(file);
    CHECK(read_file(dir / file).find("s3cret-path") == std::string::npos);
  }
}

TEST_CASE("a webhook whose variable is not set is one clear line at the start", "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  EngineUnderTest engine(dir, exchange.greeting(),
                         {"refuse", true, "[alerts]\nwebhook = \"env:RG_NOT_SET_ANYWHERE\"\n"});
  engine.start();
  CHECK(engine.wait() == 2);
  CHECK(engine.told().find("RG_NOT_SET_ANYWHERE is not set") != std::string::npos);
}

TEST_CASE("a disk with less than the floor stops new risk, is told, and lets go again", "[e2e]") {
  const TempDir dir;
  Hook hook;
  ServedExchange exchange;
  // No disk has this much room; a reload brings the floor back down.
  EngineUnderTest engine(
      dir, exchange.greeting(),
      {"refuse", true,
       "[alerts]\nwebhook = \"" + hook.address() + "\"\n[retention]\ndisk_free_min_mb = 1e9\n"});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  const auto stands = [&] {
    const Json now = engine.status();
    if (!now.is_object()) {
      return false;
    }
    const Json& because = now.at("pairs").at("cmt_btcusdt").at("not_trading_because");
    return std::find(because.begin(), because.end(), "disk_low") != because.end();
  };
  CHECK(wait_for(stands, 15s));
  CHECK(hook.wait_for_alert("condition", "disk_free_min_mb", 10s));
  std::string config = read_file(engine.config());
  config.replace(config.find("1e9"), 3, "1.0");
  write_file(engine.config(), config);
  REQUIRE(engine.command({"reload"}).exit_code == 0);
  CHECK(wait_for([&] { return engine.status().is_object() && !stands(); }, 20s));
  CHECK(engine.recorded("condition_stands"));
  CHECK(engine.recorded("condition_cleared"));
  CHECK(engine.end(SIGTERM) == 0);
}
