// What goes wrong: each failure says exactly whether anything may have happened at the other end.

#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

namespace rg::net::test {

namespace {

HttpServer::OnRequest answer_ok() {
  return [](const ServerRequest&, const std::function<void(HttpResponse)>& reply) {
    reply({200, {}, "ok"});
  };
}

} // namespace

TEST_CASE("connection refused is not_sent", "[unit][net]") {
  LoopThread t;
  HttpClient client(t.loop, "http://127.0.0.1:" + std::to_string(dead_port()), {});
  const HttpResult result = ask(t, client, post("/", "x"));
  CHECK(result.failure == HttpFailure::not_sent);
  CHECK(result.error.find("onnect") != std::string::npos);
}

TEST_CASE("a name that does not resolve is not_sent", "[unit][net]") {
  LoopThread t;
  HttpClient client(t.loop, "https://no-such-host.invalid", {});
  CHECK(ask(t, client, get("/"), 10s).failure == HttpFailure::not_sent);
}

TEST_CASE("a request that waits for a busy connection until its time is up is not_sent",
          "[unit][net]") {
  LoopThread t;
  std::vector<std::function<void(HttpResponse)>> waiting;
  HttpServer server(
      t.loop, {},
      [&](const ServerRequest&, std::function<void(HttpResponse)> reply) {
        waiting.push_back(std::move(reply));
      },
      nullptr);
  HttpClient client(t.loop, base_url(server), {}, 1);
  std::promise<HttpResult> first;
  auto future = first.get_future();
  t.loop.post([&] {
    client.send(post("/", ""), 2s, [&](HttpResult r) { first.set_value(std::move(r)); });
  });
  const HttpResult queued = ask(t, client, post("/", ""), 200ms);
  CHECK(queued.failure == HttpFailure::not_sent);
  const HttpResult in_flight = wait_for(future, "first");
  CHECK(in_flight.failure == HttpFailure::unknown);
  CHECK(in_flight.error.find("timed out") != std::string::npos);
}

TEST_CASE("silence, resets and half answers after sending are unknown", "[unit][net]") {
  struct Case {
    const char* name;
    std::function<void(RawSocket&)> act;
  };
  const std::vector<Case> cases{
      {"closed without a word", [](RawSocket& s) { s.close(); }},
      {"reset without a word", [](RawSocket& s) { s.reset(); }},
      {"half a header", [](RawSocket& s) { s.send("HTTP/1.1 200 OK\r\nContent-"); }},
      {"half a body",
       [](RawSocket& s) { s.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"); }},
      {"reset in the middle",
       [](RawSocket& s) {
         s.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
         s.reset();
       }},
      {"chunk cut",
       [](RawSocket& s) {
         s.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
       }},
      {"no HTTP", [](RawSocket& s) { s.send("SSH-2.0-OpenSSH\r\n\r\n"); }},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    RawServer server([&](RawSocket s, int) {
      static_cast<void>(s.read_until("the body"));
      c.act(s);
    });
    LoopThread t;
    HttpClient client(t.loop, server.url(), {}, 1);
    const HttpResult result = ask(t, client, post("/order", "the body"));
    CHECK(result.failure == HttpFailure::unknown);
    CHECK_FALSE(result.error.empty());
    CHECK(result.body.empty());
  }
}

TEST_CASE("after a failure the next request gets a fresh connection", "[unit][net]") {
  RawServer server([](RawSocket s, int index) {
    static_cast<void>(s.read_until("\r\n\r\n"));
    if (index == 1) {
      s.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain");
    }
  });
  LoopThread t;
  HttpClient client(t.loop, server.url(), {}, 1);
  CHECK(ask(t, client, post("/", "")).failure == HttpFailure::unknown);
  CHECK(ask(t, client, post("/", "")).body == "again");
}

TEST_CASE(
    "an idle connection that the server closed costs a GET nothing and a POST is not sent twice",
    "[unit][net]") {
  // The server answers one request per connection and closes after it has seen the next one begin.
  std::atomic<int> posts = 0;
  RawServer server([&](RawSocket s, int) {
    const std::string request = s.read_until("\r\n\r\n");
    posts += request.starts_with("POST") ? 1 : 0;
    s.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const std::string second = s.read_until("\r\n\r\n");
    posts += second.starts_with("POST") ? 1 : 0;
  });
  LoopThread t;
  HttpClient client(t.loop, server.url(), {}, 1);
  CHECK(ask(t, client, get("/1")).body == "ok");
  CHECK(ask(t, client, get("/2")).body == "ok"); // met the closing server, was asked again
  const HttpResult unlucky = ask(t, client, post("/3", ""));
  CHECK(unlucky.failure == HttpFailure::unknown);
  CHECK(posts == 1);
}

TEST_CASE("a late answer is never taken for the next request's", "[unit][net]") {
  LoopThread t;
  std::vector<std::function<void(HttpResponse)>> waiting;
  HttpServer server(
      t.loop, {},
      [&](const ServerRequest& request, std::function<void(HttpResponse)> reply) {
        if (request.http.target == "/late") {
          waiting.push_back(std::move(reply));
        } else {
          waiting.front()({200, {}, "late"});
          reply({200, {}, "mine"});
        }
      },
      nullptr);
  HttpClient client(t.loop, base_url(server), {}, 1);
  CHECK(ask(t, client, post("/late", ""), 100ms).failure == HttpFailure::unknown);
  CHECK(ask(t, client, get("/now")).body == "mine");
}

TEST_CASE("a request that would smuggle a header is not sent", "[unit][net]") {
  LoopThread t;
  HttpServer server(t.loop, {}, answer_ok(), nullptr);
  HttpClient client(t.loop, base_url(server), {});
  HttpRequest bad = get("/");
  bad.headers.emplace_back("X", "a\r\nY: b");
  CHECK(ask(t, client, bad).failure == HttpFailure::not_sent);
  CHECK(ask(t, client, get("/a b")).failure == HttpFailure::not_sent);
  CHECK(ask(t, client, get("")).failure == HttpFailure::not_sent);
  CHECK(ask(t, client, get("/")).status == 200);
}

TEST_CASE("a body above the limit is refused with 413 and the answer arrives", "[unit][net]") {
  LoopThread t;
  ServerOptions options;
  options.max_body = 1000;
  std::atomic<int> handled = 0;
  HttpServer server(
      t.loop, options,
      [&](const ServerRequest&, const std::function<void(HttpResponse)>& reply) {
        ++handled;
        reply({200, {}, "ok"});
      },
      nullptr);
  HttpClient client(t.loop, base_url(server), {}, 1);
  CHECK(ask(t, client, post("/", std::string(1000, 'x'))).status == 200);
  CHECK(ask(t, client, post("/", std::string(1001, 'x'))).status == 413);
  CHECK(ask(t, client, post("/", std::string(300'000, 'x'))).status == 413);
  CHECK(handled == 1);
}

TEST_CASE("malformed requests are answered 400, long headers 431, and the connection ends",
          "[unit][net]") {
  LoopThread t;
  HttpServer server(t.loop, {}, answer_ok(), nullptr);
  const auto status_of = [&](const std::string& bytes) {
    RawSocket s = RawSocket::connect_to(server.port());
    s.send(bytes);
    return s.read_all().substr(0, 12);
  };
  CHECK(status_of("NONSENSE\r\n\r\n") == "HTTP/1.1 400");
  CHECK(status_of("GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n") == "HTTP/1.1 400");
  CHECK(status_of("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'y') + "\r\n\r\n") ==
        "HTTP/1.1 431");
}

TEST_CASE("clients that send their header too slowly, or nothing, are dropped", "[unit][net]") {
  LoopThread t;
  ServerOptions options;
  options.header_timeout = 100ms;
  options.idle_timeout = 200ms;
  HttpServer server(t.loop, options, answer_ok(), nullptr);
  RawSocket silent = RawSocket::connect_to(server.port());
  RawSocket slow = RawSocket::connect_to(server.port());
  slow.send("GET / HTTP/1.1\r\nHost: x\r\n");
  RawSocket slow_body = RawSocket::connect_to(server.port());
  slow_body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n123");
  CHECK(silent.ends());
  CHECK(slow.ends());
  CHECK(slow_body.ends());
}

TEST_CASE("an idle kept-open connection is closed after the idle time, not before", "[unit][net]") {
  LoopThread t;
  ServerOptions options;
  options.header_timeout = 50ms;
  options.idle_timeout = 400ms;
  HttpServer server(t.loop, options, answer_ok(), nullptr);
  RawSocket s = RawSocket::connect_to(server.port());
  s.send("GET / HTTP/1.1\r\n\r\n");
  CHECK_FALSE(s.read_until("ok").empty());
  const auto start = std::chrono::steady_clock::now();
  CHECK(s.ends());
  CHECK(std::chrono::steady_clock::now() - start > 300ms);
}

TEST_CASE("connections beyond the limit are closed, and freed places are used again",
          "[unit][net]") {
  LoopThread t;
  ServerOptions options;
  options.max_connections = 2;
  HttpServer server(t.loop, options, answer_ok(), nullptr);
  const auto served = [](RawSocket& s) {
    s.send("GET / HTTP/1.1\r\n\r\n");
    return s.read_until("ok").find("200") != std::string::npos;
  };
  auto first = std::make_unique<RawSocket>(RawSocket::connect_to(server.port()));
  RawSocket second = RawSocket::connect_to(server.port());
  CHECK(served(*first));
  CHECK(served(second));
  RawSocket third = RawSocket::connect_to(server.port());
  CHECK(third.ends());
  first->close();
  bool again = false;
  for (int i = 0; i < 100 && !again; ++i) { // the server learns of the close in its own time
    RawSocket next = RawSocket::connect_to(server.port());
    again = served(next);
  }
  CHECK(again);
}

TEST_CASE("where room is made, half-open connections cannot lock anybody out", "[unit][net]") {
  LoopThread t;
  ServerOptions options;
  options.max_connections = 8;
  options.make_room = true;
  HttpServer server(t.loop, options, answer_ok(), nullptr);
  std::vector<RawSocket> half_open;
  for (int i = 0; i < 40; ++i) {
    half_open.push_back(RawSocket::connect_to(server.port()));
    if (i % 2 == 0) {
      half_open.back().send("GET / HTTP/1.1\r\nHost: "); // ... and never more
    }
  }
  RawSocket late = RawSocket::connect_to(server.port());
  late.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(late.read_until("ok").find("200") != std::string::npos);
  CHECK(half_open.front().ends()); // the one that had waited longest went first
}

TEST_CASE("a reply that is dropped closes the connection without an answer", "[unit][net]") {
  LoopThread t;
  HttpServer server(
      t.loop, {}, [](const ServerRequest&, const std::function<void(HttpResponse)>&) {}, nullptr);
  HttpClient client(t.loop, base_url(server), {}, 1);
  CHECK(ask(t, client, post("/", "x")).failure == HttpFailure::unknown);
}

TEST_CASE("pipelined requests are answered in order", "[unit][net]") {
  LoopThread t;
  HttpServer server(
      t.loop, {},
      [](const ServerRequest& r, const std::function<void(HttpResponse)>& reply) {
        reply({200, {}, r.http.target});
      },
      nullptr);
  RawSocket s = RawSocket::connect_to(server.port());
  s.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nHEAD /3 HTTP/1.1\r\nConnection: "
         "close\r\n\r\n");
  const std::string all = s.read_all();
  const std::size_t one = all.find("\r\n\r\n/1");
  const std::size_t two = all.find("\r\n\r\n/2");
  CHECK(one != std::string::npos);
  CHECK(two != std::string::npos);
  CHECK(one < two);
  CHECK(all.ends_with("\r\n\r\n")); // HEAD: no body
}

TEST_CASE("Expect: 100-continue is granted before the body is read", "[unit][net]") {
  LoopThread t;
  HttpServer server(t.loop, {}, answer_ok(), nullptr);
  RawSocket s = RawSocket::connect_to(server.port());
  s.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(s.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  s.send("abc");
  CHECK(s.read_until("ok").find("200") != std::string::npos);
}

TEST_CASE("a port in use is told at once", "[unit][net]") {
  LoopThread t;
  HttpServer first(t.loop, {}, answer_ok(), nullptr);
  ServerOptions options;
  options.port = first.port();
  CHECK_THROWS_WITH(HttpServer(t.loop, options, answer_ok(), nullptr), Catch::Contains("in use"));
}

} // namespace rg::net::test
