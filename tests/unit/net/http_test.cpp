// What works: requests and answers over real loopback sockets.

#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <set>

namespace rg::net::test {

namespace {

HttpResponse echo(const ServerRequest& request) {
  HttpResponse response;
  response.headers.emplace_back("X-Method", request.http.method);
  response.headers.emplace_back("X-Target", request.http.target);
  response.headers.emplace_back("X-Remote", request.remote_address);
  for (const auto& [name, value] : request.http.headers) {
    if (name == "X-Token") {
      response.headers.emplace_back("X-Token", value);
    }
  }
  response.body = request.http.body;
  return response;
}

struct EchoServer {
  LoopThread t;
  std::atomic<int> requests = 0;
  std::unique_ptr<HttpServer> server;

  explicit EchoServer(ServerOptions options = {}) {
    server = std::make_unique<HttpServer>(
        t.loop, std::move(options),
        [this](const ServerRequest& request, const std::function<void(HttpResponse)>& reply) {
          ++requests;
          reply(echo(request));
        },
        nullptr);
  }
};

} // namespace

TEST_CASE("an HTTP request arrives as sent and its answer as given", "[unit][net]") {
  EchoServer e;
  HttpClient client(e.t.loop, base_url(*e.server), {});
  HttpRequest request = post("/capi/v2/order?x=1&y=%20", R"({"a":1})");
  request.headers.emplace_back("X-Token", "abc def");
  const HttpResult result = ask(e.t, client, request);
  CHECK(result.failure == HttpFailure::none);
  CHECK(result.status == 200);
  CHECK(result.body == R"({"a":1})");
  CHECK(result.body.capacity() >= result.body.size() + 64);
  CHECK(result.header("x-method") == "POST");
  CHECK(result.header("X-TARGET") == "/capi/v2/order?x=1&y=%20");
  CHECK(result.header("X-Token") == "abc def");
  CHECK(result.header("X-Remote") == "127.0.0.1");
  CHECK(result.header("absent").empty());
}

TEST_CASE("bodies of every size up to the limit survive, empty ones too", "[unit][net]") {
  EchoServer e;
  HttpClient client(e.t.loop, base_url(*e.server), {}, 1);
  for (const std::size_t size : {0UL, 1UL, 8191UL, 8192UL, 16384UL, 100'000UL, 1UL << 20}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; ++i) {
      body[i] = static_cast<char>('a' + i % 26);
    }
    const HttpResult result = ask(e.t, client, post("/", body));
    CHECK(result.failure == HttpFailure::none);
    CHECK(result.body == body);
  }
}

TEST_CASE("one connection carries many requests in order", "[unit][net]") {
  LoopThread t;
  RawServer counting([](RawSocket, int) {});
  EchoServer e;
  HttpClient client(e.t.loop, base_url(*e.server), {}, 1);
  constexpr int kCount = 500;
  std::vector<int> order;
  std::promise<void> done;
  auto future = done.get_future();
  e.t.loop.post([&] {
    for (int i = 0; i < kCount; ++i) {
      client.send(post("/", std::to_string(i)), 10s, [&, i](const HttpResult& r) {
        if (r.body == std::to_string(i)) {
          order.push_back(i);
        }
        if (i + 1 == kCount) {
          done.set_value();
        }
      });
    }
  });
  wait_for(future, "last answer");
  CHECK(order.size() == kCount);
  CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("kept-open connections are reused, never more than allowed", "[unit][net]") {
  std::set<int> seen;
  RawServer server([&](RawSocket s, int index) {
    seen.insert(index);
    for (int i = 0; i < 3; ++i) {
      if (s.read_until("\r\n\r\n").empty()) {
        return;
      }
      s.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
    s.send(""); // keeps the socket open until the client has had its three answers
    static_cast<void>(s.read_until("\r\n\r\n"));
  });
  LoopThread t;
  {
    HttpClient client(t.loop, server.url(), {}, 1);
    for (int i = 0; i < 3; ++i) {
      CHECK(ask(t, client, get("/")).body == "ok");
    }
  }
  CHECK(seen.size() == 1);
}

TEST_CASE("a chunked answer, and one that ends with the connection, are read whole",
          "[unit][net]") {
  RawServer server([](RawSocket s, int index) {
    static_cast<void>(s.read_until("\r\n\r\n"));
    s.send(index == 0 ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        "4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n"
                      : "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 503 Busy\r\n\r\nuntil the end");
  });
  LoopThread t;
  HttpClient client(t.loop, server.url(), {}, 1);
  CHECK(ask(t, client, get("/")).body == "wikipedia");
  const HttpResult second = ask(t, client, get("/"));
  CHECK(second.status == 503);
  CHECK(second.body == "until the end");
}

TEST_CASE("an answer may be given later, and after other requests", "[unit][net]") {
  LoopThread t;
  std::vector<std::function<void(HttpResponse)>> waiting;
  HttpServer server(
      t.loop, {},
      [&](const ServerRequest& request, std::function<void(HttpResponse)> reply) {
        if (request.http.target == "/slow") {
          waiting.push_back(std::move(reply));
        } else {
          reply({200, {}, "quick"});
          waiting.front()({200, {}, "slow"});
          waiting.front()({200, {}, "a second answer is ignored"});
        }
      },
      nullptr);
  HttpClient client(t.loop, base_url(server), {}, 2);
  std::promise<std::string> slow;
  auto future = slow.get_future();
  t.loop.post([&] {
    client.send(get("/slow"), 10s, [&](const HttpResult& r) { slow.set_value(r.body); });
  });
  CHECK(ask(t, client, get("/quick")).body == "quick");
  CHECK(wait_for(future, "slow answer") == "slow");
}

TEST_CASE("no callback comes after the client is gone", "[unit][net]") {
  LoopThread t;
  std::vector<std::function<void(HttpResponse)>> waiting;
  std::promise<void> arrived;
  HttpServer server(
      t.loop, {},
      [&](const ServerRequest&, std::function<void(HttpResponse)> reply) {
        waiting.push_back(std::move(reply));
        arrived.set_value();
      },
      nullptr);
  std::atomic<int> calls = 0;
  auto client = std::make_unique<HttpClient>(t.loop, base_url(server), TlsTrust{}, 1);
  t.loop.post([&] {
    for (int i = 0; i < 3; ++i) { // one in flight, two queued
      client->send(get("/"), 10s, [&](const HttpResult&) { ++calls; });
    }
  });
  auto future = arrived.get_future();
  wait_for(future, "request");
  client.reset(); // from a foreign thread, while the loop runs
  t.call([&] {
    waiting.front()({200, {}, "late"});
    return 0;
  });
  t.call([] { return 0; });
  CHECK(calls == 0);
}

TEST_CASE("a client may be destroyed inside its own callback", "[unit][net]") {
  EchoServer e;
  auto client = std::make_unique<HttpClient>(e.t.loop, base_url(*e.server), TlsTrust{}, 1);
  std::promise<int> done;
  auto future = done.get_future();
  e.t.loop.post([&] {
    client->send(get("/"), 10s, [&](const HttpResult& r) {
      client.reset();
      done.set_value(r.status);
    });
  });
  CHECK(wait_for(future, "answer") == 200);
}

TEST_CASE("warm_up connects ahead of the first request", "[unit][net]") {
  std::promise<void> accepted;
  RawServer server([&](RawSocket s, int index) {
    if (index == 0) {
      accepted.set_value();
    }
    static_cast<void>(s.read_until("\r\n\r\n"));
    s.send("HTTP/1.1 204 No Content\r\n\r\n");
    static_cast<void>(s.read_until("\r\n\r\n"));
  });
  LoopThread t;
  HttpClient client(t.loop, server.url(), {}, 1);
  t.loop.post([&] { client.warm_up(); });
  auto future = accepted.get_future();
  wait_for(future, "connection");
  CHECK(ask(t, client, get("/")).status == 204);
}

} // namespace rg::net::test
