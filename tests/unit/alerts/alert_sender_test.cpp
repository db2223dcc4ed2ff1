// Alerts on their way: to a webhook on loopback, to a command, and to neither when both are broken.

#include "infra/alerts/alert_sender.hpp"
#include "infra/alerts/run_command.hpp"
#include "infra/net/http_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_folder.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

using namespace rg;
using namespace rg::alerts;
using namespace std::chrono_literals;

namespace {

Alert halt() {
  return {"halt", "portfolio", Severity::critical, "tier latched", {}, "run-1", false};
}

/// A web server that remembers what was posted and answers as told.
class Hook {
public:
  Hook()
      : server_(
            loop_, {},
            [this](const net::ServerRequest& request,
                   const std::function<void(net::HttpResponse)>& reply) {
              const int answer = status; // as it is now: the test may change it at once
              {
                const std::lock_guard lock(mutex_);
                bodies_.push_back(request.http.target + " " + request.http.body);
              }
              came_.notify_all();
              reply({answer, {}, "ok"});
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
    return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook/s3cret";
  }
  /// Waits for the n-th post.
  bool wait_for(std::size_t n, Duration limit = 10s) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, limit, [&] { return bodies_.size() >= n; });
  }
  [[nodiscard]] std::string body(std::size_t i) {
    const std::lock_guard lock(mutex_);
    return bodies_.at(i);
  }
  std::atomic<int> status{200};

private:
  net::IoLoop loop_;
  net::HttpServer server_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> bodies_;
  std::thread thread_;
};

/// Lines of the log, and a wait for the n-th.
class Lines {
public:
  AlertSender::Log log() {
    return [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
      came_.notify_all();
    };
  }
  bool wait_for(std::size_t n) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, 20s, [&] { return lines_.size() >= n; });
  }
  [[nodiscard]] std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> lines_;
};

} // namespace

TEST_CASE("an alert reaches its webhook as JSON", "[unit][alerts]") {
  Hook hook;
  Lines lines;
  AlertSender sender(hook.address(), "", lines.log());
  sender.send(halt());
  REQUIRE(hook.wait_for(1));
  const std::string told = hook.body(0);
  CHECK(told.starts_with("/hook/s3cret "));
  CHECK(nlohmann::json::parse(told.substr(told.find(' ')))["id"] == "halt");
}

TEST_CASE("an alert reaches its command on standard input, without our secrets", "[unit][alerts]") {
  const test::TempFolder folder;
  const std::string out = folder.file("alert.json"), env = folder.file("env.txt");
  ::setenv("WEEX_SECRET_KEY", "very-secret-value", 1);
  {
    AlertSender sender("", "cat > " + out + "; env > " + env, [](const std::string&) {});
    sender.send(halt());
  } // the farewell waits for it
  ::unsetenv("WEEX_SECRET_KEY");
  CHECK(nlohmann::json::parse(test::read_whole(out))["text"] == "tier latched");
  CHECK_FALSE(test::read_whole(env).empty());
  CHECK(test::read_whole(env).find("very-secret-value") == std::string::npos);
}

TEST_CASE("a webhook that refuses is said once, without its address, and counted",
          "[unit][alerts]") {
  Hook hook;
  hook.status = 503;
  Lines lines;
  AlertSender sender(hook.address(), "", lines.log());
  sender.send(halt());
  REQUIRE(lines.wait_for(1));
  sender.send(halt());
  REQUIRE(hook.wait_for(6)); // three attempts each
  hook.status = 200;
  sender.send(halt());
  REQUIRE(lines.wait_for(2));
  const auto said = lines.all();
  REQUIRE(said.size() == 2);
  CHECK(said[0].find("503") != std::string::npos);
  CHECK(said[1].find("works again") != std::string::npos);
  for (const std::string& line : said) {
    CHECK(line.find("s3cret") == std::string::npos);
    CHECK(line.find("127.0.0.1") == std::string::npos);
  }
  CHECK(sender.counts().failed == 2);
}

TEST_CASE("a receiver that hangs makes nobody wait, and the queue is bounded", "[unit][alerts]") {
  AlertSender sender("", "sleep 60", [](const std::string&) {});
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) {
    sender.send(halt());
  }
  // Two thousand calls beside a command that does not end: no call waited for it.
  CHECK(std::chrono::steady_clock::now() - before < 5s);
  CHECK(sender.counts().failed >= 2000 - 256 - 1);
}

TEST_CASE("commands end as they end, and late ones are killed with their children",
          "[unit][alerts]") {
  CHECK(run_command("true", "", 5s).empty());
  CHECK(run_command("exit 3", "", 5s) == "ended with exit code 3");
  CHECK(run_command("kill -9 $$", "", 5s) == "was ended by signal 9");
  CHECK(run_command("/does/not/exist", "", 5s) == "ended with exit code 127");
  CHECK(run_command("true", std::string(40'000, 'x'), 5s).empty()); // reads nothing of it
  CHECK(run_command("sleep 60 & sleep 60", "", 200ms) == "did not end in time and was killed");
}

TEST_CASE("a webhook's address is read from the environment, and only its name is ever said",
          "[unit][alerts]") {
  AlertSettings settings;
  CHECK(webhook_address(settings).value().empty());
  settings.webhook = "env:RG_TEST_WEBHOOK";
  ::unsetenv("RG_TEST_WEBHOOK");
  CHECK(webhook_address(settings).error().text().find("RG_TEST_WEBHOOK is not set") !=
        std::string::npos);
  ::setenv("RG_TEST_WEBHOOK", "ftp://s3cret", 1);
  CHECK(webhook_address(settings).error().text().find("s3cret") == std::string::npos);
  ::setenv("RG_TEST_WEBHOOK", "https://hooks.example/s3cret", 1);
  CHECK(webhook_address(settings).value() == "https://hooks.example/s3cret");
  ::unsetenv("RG_TEST_WEBHOOK");
}
