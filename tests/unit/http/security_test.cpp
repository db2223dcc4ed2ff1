// What hostile or careless clients send, byte for byte over real sockets, and what must come back.

#include "infra/http/static_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/http/served.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

using namespace rg;
using namespace rg::http;
using namespace rg::http::test;

namespace {

std::uint16_t port_of(const Served& s) {
  const std::string url = s.server->url();
  unsigned port = 0;
  std::from_chars(url.data() + url.rfind(':') + 1, url.data() + url.size(), port);
  return static_cast<std::uint16_t>(port);
}

int connected(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{5, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is like that
  REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

/// Sends these bytes, then `filler` zeroes, and gives what comes back until the other side closes
/// or the first answer's head is whole.
std::string answer_to(Served& s, const std::string& bytes, std::size_t filler = 0) {
  std::string answer;
  std::thread client([&] {
    const int fd = connected(port_of(s));
    static_cast<void>(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    const std::string block(1U << 16, '0');
    for (std::size_t sent = 0; sent < filler;) {
      const ssize_t n =
          ::send(fd, block.data(), std::min(block.size(), filler - sent), MSG_NOSIGNAL);
      if (n <= 0) {
        break; // refused before it was all told
      }
      sent += static_cast<std::size_t>(n);
    }
    char buffer[4096];
    while (answer.find("\r\n\r\n") == std::string::npos) {
      const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) {
        break;
      }
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
    s.loop.stop();
  });
  s.loop.run();
  client.join();
  return answer;
}

int status_of(const std::string& answer) {
  return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string request(const std::string& line, const std::string& headers,
                    const std::string& body = {}) {
  return line + " HTTP/1.1\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string upgrade(const std::string& headers) {
  return "GET /api/v1/stream HTTP/1.1\r\n" + headers +
         "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

constexpr const char* kHost = "Host: 127.0.0.1\r\n";

} // namespace

TEST_CASE("a name that was made to point at us is refused, for pages, reads, changes and stream",
          "[unit][http][security]") {
  Served s;
  const std::string rebound = "Host: evil.example:8080\r\n";
  const std::string bearer = "Authorization: Bearer " + s.token + "\r\n";
  CHECK(status_of(answer_to(s, request("GET /", rebound))) == 403);
  CHECK(status_of(answer_to(s, request("GET /api/v1/status", rebound))) == 403);
  CHECK(status_of(answer_to(s, request("GET /metrics", rebound))) == 403);
  CHECK(status_of(answer_to(s, request("POST /api/v1/kill", rebound + bearer, "{}"))) == 403);
  CHECK(status_of(answer_to(s, upgrade(rebound))) == 403);
  CHECK(status_of(answer_to(s, request("GET /", "Host: 127.0.0.1.evil.example\r\n"))) == 403);
  CHECK(s.commands.empty());
}

TEST_CASE("another site can neither post nor listen, token or not", "[unit][http][security]") {
  Served s;
  const std::string foreign = std::string(kHost) + "Origin: https://evil.example\r\n";
  const std::string bearer = "Authorization: Bearer " + s.token + "\r\n";
  CHECK(status_of(answer_to(s, request("POST /api/v1/kill", foreign, "{}"))) == 403);
  CHECK(status_of(answer_to(s, request("POST /api/v1/kill", foreign + bearer, "{}"))) == 403);
  CHECK(status_of(answer_to(s, upgrade(foreign))) == 403);
  CHECK(status_of(answer_to(s, upgrade(std::string(kHost) + "Origin: null\r\n"))) == 403);
  CHECK(s.commands.empty());
  CHECK(status_of(answer_to(s, upgrade(kHost))) == 101); // the refusals were not for something else
}

TEST_CASE("changes without the token, or with another, are refused", "[unit][http][security]") {
  Served s;
  std::string wrong = s.token;
  wrong.back() = '0';
  CHECK(status_of(answer_to(s, request("POST /api/v1/kill", kHost, "{}"))) == 401);
  CHECK(
      status_of(answer_to(s, request("POST /api/v1/kill",
                                     std::string(kHost) + "Authorization: Bearer " + wrong + "\r\n",
                                     "{}"))) == 401);
  CHECK(status_of(answer_to(
            s, request("POST /api/v1/kill",
                       std::string(kHost) + "Authorization: Bearer " + s.token.substr(1) + "\r\n",
                       "{}"))) == 401);
  CHECK(s.commands.empty());
}

TEST_CASE("a body of ten megabytes is refused before it is read", "[unit][http][security]") {
  Served s;
  const std::size_t size = 10U << 20;
  const std::string head = "POST /api/v1/kill HTTP/1.1\r\n" + std::string(kHost) +
                           "Authorization: Bearer " + s.token +
                           "\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  const std::string answer = answer_to(s, head, size);
  CHECK(
      (status_of(answer) == 413 || answer.empty())); // cut off in the middle of telling is fine too
  CHECK(s.commands.empty());
  CHECK(s.call({"GET", "/healthz", {}, {}}).status == 200); // and it lives
}

TEST_CASE("a path that climbs gets no page", "[unit][http][security]") {
  Served s;
  for (const char* path :
       {"/..", "/../", "/../../etc/passwd", "/assets/../index.html", "/assets/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd", "/..\\..\\etc\\passwd", "/assets/....//index.html",
        "/api/v1/runs/..", "/api/v1/runs/../../etc", "/api/v1/journal/export/../fills.csv"}) {
    const int status = status_of(answer_to(s, request(std::string("GET ") + path, kHost)));
    INFO(path);
    CHECK((status == 400 || status == 404));
  }
}

TEST_CASE("the page forbids everything but its own files", "[unit][http][security]") {
  Served s;
  const std::string answer = answer_to(s, request("GET /", kHost));
  REQUIRE(status_of(answer) == 200);
  for (const char* header :
       {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "frame-ancestors 'none'", "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
        "Referrer-Policy: no-referrer"}) {
    INFO(header);
    CHECK(answer.find(header) != std::string::npos);
  }
  CHECK(answer.find("unsafe") == std::string::npos);
}

TEST_CASE("hashed files may be kept for ever, the page itself may not, both come packed",
          "[unit][http]") {
  const std::string text(4000, 'x');
  const std::vector<StaticFile> files{{"/index.html", text, "packed"},
                                      {"/assets/index-a1.js", text, "packed"},
                                      {"/report-template.html", text, {}}};
  net::HttpRequest plain{"GET", "/", {}, {}};
  net::HttpRequest packing{"GET", "/", {{"Accept-Encoding", "br, gzip"}}, {}};
  const auto header = [](const net::HttpResponse& r, const std::string& name) {
    for (const auto& [key, value] : r.headers) {
      if (key == name) {
        return value;
      }
    }
    return std::string();
  };
  const auto page = serve_static(files, packing, "/");
  CHECK(page.body == "packed");
  CHECK(header(page, "Content-Encoding") == "gzip");
  CHECK(header(page, "Cache-Control") == "no-cache");
  CHECK(serve_static(files, plain, "/").body == text);
  CHECK(header(serve_static(files, plain, "/assets/index-a1.js"), "Cache-Control") ==
        "public, max-age=31536000, immutable");
  CHECK(serve_static(files, plain, "/report-template.html").status == 404); // no page of its own
  CHECK(report_template(files) == text);
  CHECK(serve_static(files, plain, "/assets/none.js").status == 404);
}

TEST_CASE("without its files the engine says that the console was left out", "[unit][http]") {
  const auto page = serve_static({}, {"GET", "/", {}, {}}, "/");
  CHECK(page.status == 200);
  CHECK(page.body.find("without its console") != std::string::npos);
}

TEST_CASE("behind a proxy its name and its path are ours", "[unit][http]") {
  Served s("https://trade.example/rg/");
  const std::string proxied = "Host: trade.example\r\nOrigin: https://trade.example\r\n";
  CHECK(status_of(answer_to(s, request("GET /rg/api/v1/status", proxied))) == 200);
  CHECK(status_of(answer_to(s, request("GET /api/v1/status", proxied))) == 200); // prefix cut off
  CHECK(status_of(answer_to(s, request("GET /rg", proxied))) == 200);
  CHECK(status_of(answer_to(s, request("GET /rgx/api/v1/status", proxied))) == 404);
  CHECK(status_of(answer_to(s, request("GET /rg/../etc/passwd", proxied))) == 400);
  CHECK(status_of(answer_to(s, request("GET /rg/", "Host: other.example\r\n"))) == 403);
}

TEST_CASE("a stream client that never reads loses statuses, then its connection",
          "[unit][http][security]") {
  Served s;
  s.status.run_id = std::string(200'000, 'x'); // each update is large, so buffers fill soon
  const int fd = connected(port_of(s));
  const int small = 4096;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  const std::string open = upgrade(kHost);
  REQUIRE(::send(fd, open.data(), open.size(), MSG_NOSIGNAL) > 0);
  // A masked text frame with {"since":0}; a zero mask leaves the text as it is.
  const std::string frame = std::string("\x81\x8b\0\0\0\0", 6) + "{\"since\":0}";
  REQUIRE(::send(fd, frame.data(), frame.size(), MSG_NOSIGNAL) > 0);
  // Beside it, one that reads gets each new status all the while.
  const auto seen = s.stream(0, [&](const nlohmann::json& m) {
    ++s.source.state_version;
    return m["kind"] == "status" && m["seq"] >= 6;
  });
  CHECK(seen.size() >= 6);
  ::close(fd);
}
