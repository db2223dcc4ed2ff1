#include "infra/net/ws_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <deque>
#include <mutex>

namespace rg::net::test {

namespace {

/// Everything that happens on one side, for the test's thread to wait on.
class Events {
public:
  void push(std::string event) {
    const std::lock_guard guard(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all(); // under the lock: who waits may end this object at once
  }
  std::string next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return !events_.empty(); })) {
      return "nothing came";
    }
    std::string event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  bool empty() {
    const std::lock_guard guard(mutex_);
    return events_.empty();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> events_;
};

struct WsServer {
  Events events;                                    // before the loop: outlives its callbacks
  std::vector<std::shared_ptr<WsSession>> sessions; // on the loop's thread
  std::function<void(WsSession&, std::string_view)> on_text;
  LoopThread t;
  std::unique_ptr<HttpServer> server;

  explicit WsServer(ServerOptions options = {}) {
    server = std::make_unique<HttpServer>(
        t.loop, std::move(options),
        [](const ServerRequest&, const std::function<void(HttpResponse)>& reply) {
          reply({404, {}, "no such path"});
        },
        [this](const ServerRequest& request, const std::shared_ptr<WsSession>& session,
               WsHandler& handler) -> std::optional<HttpResponse> {
          if (request.http.target == "/refuse") {
            return HttpResponse{401, {}, "who are you?"};
          }
          sessions.push_back(session);
          for (const auto& [name, value] : request.http.headers) {
            if (name == "ACCESS-KEY" || name == "User-Agent") {
              events.push(name + "=" + value);
            }
          }
          handler.on_text = [this, raw = session.get()](std::string_view text) {
            if (on_text) {
              on_text(*raw, text);
            } else {
              events.push(std::string(text));
            }
          };
          handler.on_close = [this] { events.push("closed"); };
          return std::nullopt;
        });
  }
  ~WsServer() { server.reset(); }
  [[nodiscard]] std::string url(const std::string& path = "/ws") const {
    return base_url(*server, "ws") + path;
  }
};

WsClient::Callbacks recording(Events& events) {
  return {[&] { events.push("open"); },
          [&](std::string_view text) { events.push(std::string(text)); },
          [&](const std::string& why) { events.push("closed: " + why); }};
}

} // namespace

TEST_CASE("a websocket carries texts both ways and its handshake headers", "[unit][net]") {
  WsServer s;
  Events events;
  WsClient client(s.t.loop, {});
  s.t.loop.post([&] { client.connect(s.url(), {{"ACCESS-KEY", "k"}}, recording(events)); });
  CHECK(events.next() == "open");
  CHECK(s.events.next() == "ACCESS-KEY=k");
  CHECK(s.events.next() == "User-Agent=RegimeGuard/1.0");
  s.t.call([&] {
    CHECK(client.is_open());
    client.send("to the server");
    s.sessions[0]->send("to the client");
    return 0;
  });
  CHECK(s.events.next() == "to the server");
  CHECK(events.next() == "to the client");
}

TEST_CASE("ten thousand messages arrive complete and in order", "[unit][net]") {
  WsServer s;
  constexpr int kCount = 10'000;
  Events events;
  int next = 0;
  bool in_order = true;
  WsClient client(s.t.loop, {});
  s.on_text = [&](WsSession& session, std::string_view) {
    for (int i = 0; i < kCount; ++i) {
      session.send(std::to_string(i) + std::string(static_cast<std::size_t>(i % 700), '.'));
    }
  };
  s.t.loop.post([&] {
    client.connect(s.url(), {},
                   {[&] { client.send("go"); },
                    [&](std::string_view text) {
                      const auto want = std::to_string(next) +
                                        std::string(static_cast<std::size_t>(next % 700), '.');
                      in_order = in_order && text == want;
                      if (++next == kCount) {
                        events.push("all");
                      }
                    },
                    {}});
  });
  CHECK(events.next() == "all");
  CHECK(in_order);
}

TEST_CASE("a large message arrives whole and the text has room behind it", "[unit][net]") {
  WsServer s;
  Events events;
  const std::string large(900'000, 'z');
  s.on_text = [](WsSession& session, std::string_view text) { session.send(std::string(text)); };
  WsClient client(s.t.loop, {});
  s.t.loop.post([&] {
    client.connect(s.url(), {},
                   {[&] { client.send(large); },
                    [&](std::string_view text) {
                      volatile const char* end = text.data() + text.size();
                      for (int i = 0; i < 64; ++i) {
                        static_cast<void>(end[i]); // readable: a sanitizer would object
                      }
                      events.push(std::string(text));
                    },
                    {}});
  });
  CHECK(events.next() == large);
}

TEST_CASE("either side may close and both are told once", "[unit][net]") {
  WsServer s;
  Events events;
  WsClient client(s.t.loop, {});
  const auto open = [&] {
    s.t.loop.post([&] { client.connect(s.url(), {}, recording(events)); });
    CHECK(events.next() == "open");
    CHECK(s.events.next() == "User-Agent=RegimeGuard/1.0");
  };
  open();
  s.t.call([&] {
    s.sessions.back()->send("last words");
    s.sessions.back()->close("maintenance");
    s.sessions.back()->send("dropped");
    return 0;
  });
  CHECK(events.next() == "last words");
  CHECK(events.next() == "closed: closed by the peer, code 1000: maintenance");
  CHECK(s.events.next() == "closed");

  open();
  s.t.call([&] {
    client.close();
    client.close();
    return 0;
  });
  CHECK(events.next() == "closed: closed by us");
  CHECK(s.events.next() == "closed");
  CHECK(events.empty());
  CHECK(s.events.empty());
}

TEST_CASE("a cut connection is told to both sides", "[unit][net]") {
  WsServer s;
  Events events;
  WsClient client(s.t.loop, {});
  s.t.loop.post([&] { client.connect(s.url(), {}, recording(events)); });
  CHECK(events.next() == "open");
  static_cast<void>(s.events.next());
  s.t.call([&] {
    s.sessions[0]->drop();
    return 0;
  });
  CHECK(events.next().starts_with("closed: "));
  CHECK(s.events.next() == "closed");
}

TEST_CASE("a refused upgrade tells status and text, refused connections tell why", "[unit][net]") {
  WsServer s;
  Events events;
  WsClient client(s.t.loop, {});
  s.t.loop.post([&] { client.connect(s.url("/refuse"), {}, recording(events)); });
  CHECK(events.next() == "closed: websocket handshake refused: HTTP 401 who are you?");
  s.t.loop.post([&] {
    client.connect("ws://127.0.0.1:" + std::to_string(dead_port()), {}, recording(events));
  });
  CHECK(events.next().find("refused") != std::string::npos);
  CHECK_THROWS_AS(client.connect("ws://weex.com/x", {}, {}), std::invalid_argument);
  CHECK_THROWS_AS(client.connect(s.url(), {{"A", "b\r\nC: d"}}, {}), std::invalid_argument);
}

TEST_CASE("a peer that falls silent is given up after the idle time", "[unit][net]") {
  // Answers the handshake, then nothing: no pong either.
  RawServer server([](RawSocket s, int) {
    const std::string request = s.read_until("\r\n\r\n");
    s.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: wrong\r\n\r\n");
    static_cast<void>(s.ends());
  });
  LoopThread t;
  Events events;
  WsClient client(t.loop, {});
  t.loop.post([&] {
    client.connect("ws://127.0.0.1:" + std::to_string(server.port()), {}, recording(events));
  });
  CHECK(events.next().starts_with("closed: websocket handshake")); // the accept key is checked

  // A server whose own idle time is long, and whose loop is asleep: the client must notice by
  // itself.
  std::promise<void> wake; // before the loops that wait for it
  WsServer s;
  Events live;
  WsClient patient(t.loop, {});
  patient.set_time_limits(5s, 300ms);
  t.loop.post([&] { patient.connect(s.url(), {}, recording(live)); });
  CHECK(live.next() == "open");
  s.t.loop.post([&] { wake.get_future().wait(); });
  CHECK(live.next().find("timed out") != std::string::npos);
  wake.set_value();
}

TEST_CASE("pings keep a quiet but living connection open", "[unit][net]") {
  ServerOptions options;
  options.ws_idle_timeout = 150ms;
  WsServer s(options);
  LoopThread t;
  Events events;
  WsClient client(t.loop, {});
  client.set_time_limits(5s, 150ms);
  t.loop.post([&] { client.connect(s.url(), {}, recording(events)); });
  CHECK(events.next() == "open");
  std::promise<void> later;
  auto future = later.get_future();
  t.loop.post([&] { t.loop.timer().after(700ms, [&] { later.set_value(); }); });
  wait_for(future, "timer");
  CHECK(events.empty());
  CHECK(t.call([&] { return client.is_open(); }));
}

TEST_CASE("a reader that does not read is cut off when too much waits", "[unit][net]") {
  ServerOptions options;
  options.max_ws_queue = 1U << 20;
  std::promise<void> wake; // before the loops that wait for it
  auto sleeping = wake.get_future();
  WsServer s(options);
  LoopThread t;
  Events events;
  WsClient client(t.loop, {});
  t.loop.post([&] {
    client.connect(s.url(), {},
                   {[&] {
                      events.push("open");
                      sleeping.wait(); // the client's loop reads nothing
                    },
                    {},
                    {}});
  });
  CHECK(events.next() == "open");
  static_cast<void>(s.events.next());
  const std::size_t most = s.t.call([&] {
    std::size_t waiting = 0;
    for (int i = 0; i < 100; ++i) {
      s.sessions[0]->send(std::string(1U << 16, 'x'));
      waiting = std::max(waiting, s.sessions[0]->queued_bytes());
    }
    return waiting;
  });
  CHECK(s.events.next() == "closed");
  CHECK(most <= (1U << 20));
  CHECK(most > 0);
  wake.set_value();
}

TEST_CASE("a client may reconnect from its close callback and be destroyed from any",
          "[unit][net]") {
  WsServer s;
  s.on_text = [](WsSession& session, std::string_view) { session.drop(); };
  Events events;
  auto client = std::make_unique<WsClient>(s.t.loop, TlsTrust{});
  int round = 0;
  std::function<void()> connect = [&] {
    client->connect(s.url(), {},
                    {[&] { client->send("drop me"); },
                     {},
                     [&](const std::string&) {
                       if (++round < 3) {
                         connect();
                       } else {
                         client.reset();
                         events.push("done");
                       }
                     }});
  };
  s.t.loop.post(connect);
  CHECK(events.next() == "done");

  auto second = std::make_unique<WsClient>(s.t.loop, TlsTrust{});
  s.on_text = [](WsSession& session, std::string_view text) { session.send(std::string(text)); };
  s.t.loop.post([&] {
    second->connect(s.url(), {},
                    {[&] { second->send("x"); },
                     [&](std::string_view) {
                       second.reset();
                       events.push("gone");
                     },
                     {}});
  });
  CHECK(events.next() == "gone");
}

TEST_CASE("sessions outlive their server as closed ones", "[unit][net]") {
  WsServer s;
  Events events;
  WsClient client(s.t.loop, {});
  s.t.loop.post([&] { client.connect(s.url(), {}, recording(events)); });
  CHECK(events.next() == "open");
  static_cast<void>(s.events.next());
  s.server.reset();
  CHECK(events.next().starts_with("closed"));
  s.t.call([&] {
    s.sessions[0]->send("nobody hears this");
    s.sessions[0]->close("");
    CHECK(s.sessions[0]->queued_bytes() == 0);
    s.sessions.clear();
    return 0;
  });
  CHECK(s.events.empty()); // no callback after the server is gone
}

} // namespace rg::net::test
