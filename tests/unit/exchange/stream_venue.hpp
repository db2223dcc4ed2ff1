#pragma once
// The websockets of the exchange without sockets: clients whose messages a test reads.

#include "infra/exchange/streams.hpp"
#include "infra/exchange/v2_push.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/exchange/v2_venue.hpp"

namespace rg::exchange::test {

struct FakeSocket final : net::WsSession {
  std::vector<std::string> sent;
  bool closed = false, dropped = false;
  std::size_t waiting = 0;
  void send(std::string text) override { sent.push_back(std::move(text)); }
  void close(const std::string&) override { closed = true; }
  void drop() override { dropped = true; }
  std::size_t queued_bytes() const override { return waiting; }
};

struct Client {
  std::shared_ptr<FakeSocket> socket = std::make_shared<FakeSocket>();
  net::WsHandler handler;

  void say(const std::string& event, const std::string& channel) {
    handler.on_text(Json{{"event", event}, {"channel", channel}}.dump());
  }
  std::vector<Json> take() {
    std::vector<Json> out;
    for (const std::string& text : socket->sent) {
      out.push_back(Json::parse(text));
    }
    socket->sent.clear();
    return out;
  }
};

struct StreamVenue : V2Venue {
  explicit StreamVenue(FaultPlan faults = FaultPlan{}, StreamOptions options = {})
      : V2Venue({}, {}, std::move(faults)), streams(*core, keys, options, [this] { return wall; }) {
  }

  net::ServerRequest handshake(const std::string& path) const {
    net::ServerRequest r;
    r.remote_address = "127.0.0.1";
    r.http.method = "GET";
    r.http.target = path;
    const std::string stamp = std::to_string(wall.ms());
    r.http.headers = {{"User-Agent", "test/1"},
                      {"ACCESS-KEY", "key-1"},
                      {"ACCESS-PASSPHRASE", "phrase"},
                      {"ACCESS-TIMESTAMP", stamp},
                      {"ACCESS-SIGN", sign("rg-demo-secret-0123456789abcdef", stamp + path)}};
    return r;
  }
  Client connect(const std::string& path) {
    Client c;
    const auto refused = streams.open(handshake(path), c.socket, c.handler);
    REQUIRE(!refused);
    return c;
  }
  Client connect_public() { return connect("/v2/ws/public"); }
  Client connect_private() { return connect("/v2/ws/private"); }
  /// A market step and, `later` on the wall, a flush.
  void tick(const char* last, Duration later = 15ms) {
    step(last);
    wall = wall + later;
    streams.publish(core->take_events(), wall);
    streams.flush(wall);
  }
  void publish() { streams.publish(core->take_events(), wall); }

  Streams streams;
};

} // namespace rg::exchange::test
