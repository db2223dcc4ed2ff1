// The demo tells the console's address before it does anything else, on whatever port it gets.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/support/catch.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

/// A running `regimeguard demo`.
class DemoProcess {
public:
  DemoProcess(const TempDir& dir, std::vector<std::string> more)
      : err_(dir / "demo.err"), out_(dir / "demo.out"),
        process_(command(dir, std::move(more)), out_, err_, dir.path()) {}
  [[nodiscard]] std::string told() const { return read_file(err_); }
  /// The console's address as printed; empty when it does not come.
  [[nodiscard]] std::string address() const {
    const std::string mark = "console:           http"; // before it may stand why another port
    const auto line = [&] {
      const std::string text = told();
      const auto at = text.find(mark);
      const auto end = at == std::string::npos ? at : text.find('\n', at);
      const auto from = at + mark.size() - 4;
      return end == std::string::npos ? std::string() : text.substr(from, end - from);
    };
    wait_for([&] { return !line().empty(); }, 20s);
    return line();
  }
  int end() {
    process_.signal(SIGINT);
    return process_.wait();
  }

private:
  static std::vector<std::string> command(const TempDir& dir, std::vector<std::string> more) {
    std::vector<std::string> words{engine_binary(), "demo",          "--duration",
                                   "600",           "--seed",        "22",
                                   "--journal",     dir / "demo.db", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::string err_, out_;
  Process process_;
};

/// Somebody else listens on a port of 127.0.0.1 for as long as this lives.
class BusyPort {
public:
  BusyPort() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(fd_, any, size) == 0);
    REQUIRE(::listen(fd_, 1) == 0);
    REQUIRE(::getsockname(fd_, any, &size) == 0);
    port_ = std::to_string(ntohs(address.sin_port));
  }
  ~BusyPort() { ::close(fd_); }
  BusyPort(const BusyPort&) = delete;
  BusyPort& operator=(const BusyPort&) = delete;
  [[nodiscard]] const std::string& port() const { return port_; }

private:
  int fd_;
  std::string port_;
};

} // namespace

TEST_CASE("the demo prints its console's address at once, and it answers there", "[e2e]") {
  const TempDir dir;
  DemoProcess demo(dir, {});
  const std::string address = demo.address();
  INFO(demo.told());
  REQUIRE(address.starts_with("http://127.0.0.1:"));
  // The endpoint file names the same address: `status` finds it without being told.
  Process status({engine_binary(), "status", "--json"}, dir / "status.out", dir / "status.err",
                 dir.path());
  CHECK(status.wait() == 0);
  CHECK(Json::parse(read_file(dir / "status.out")).at("pairs").size() == 8);
  CHECK(demo.end() == 0);
}

TEST_CASE("a busy port is one clear line, and the demo goes on with a free one", "[e2e]") {
  const BusyPort busy;
  const TempDir dir;
  DemoProcess demo(dir, {"--console-port", busy.port()});
  const std::string address = demo.address();
  INFO(demo.told());
  REQUIRE(address.starts_with("http://127.0.0.1:"));
  CHECK_FALSE(address.ends_with(":" + busy.port()));
  const std::string text = demo.told();
  const auto line = text.find("127.0.0.1:" + busy.port());
  REQUIRE(line != std::string::npos);
  CHECK(text.find("in use", line) != std::string::npos);
  CHECK(demo.end() == 0);
}

TEST_CASE("demo --no-console opens none", "[e2e]") {
  const TempDir dir;
  DemoProcess demo(dir, {"--no-console"});
  REQUIRE(wait_for([&] { return demo.told().find("journal:") != std::string::npos; }, 20s));
  // Port 8080 or another: nothing is told, and nobody can ask.
  Process status({engine_binary(), "status"}, dir / "status.out", dir / "status.err", dir.path());
  CHECK(status.wait() == 2);
  CHECK(demo.end() == 0);
  CHECK(demo.told().find("console") == std::string::npos);
}

TEST_CASE("a busy port of a configured engine is bad input", "[e2e]") {
  const TempDir dir;
  ExchangeProcess exchange(dir, "5", "1");
  EngineUnderTest engine(dir, exchange.greeting());
  std::string config = read_file(engine.config());
  const BusyPort busy;
  const std::string free = "127.0.0.1:0";
  config.replace(config.find(free), free.size(), "127.0.0.1:" + busy.port());
  write_file(engine.config(), config);
  engine.start();
  CHECK(engine.wait() == 2);
  INFO(engine.told());
  CHECK(engine.told().find("listen") != std::string::npos);
  CHECK(engine.told().find("127.0.0.1:" + busy.port()) != std::string::npos);
}
