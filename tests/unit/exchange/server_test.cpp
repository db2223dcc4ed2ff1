// The exchange over real loopback sockets, TLS and plain, spoken to by the engine's own HTTP and
// websocket clients.

#include "infra/exchange/exchange_server.hpp"
#include "infra/market/synthetic_market.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/ws_client.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <deque>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

using namespace rg;
using namespace rg::exchange;
using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

namespace {

std::string wall_ms() {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count());
}

std::unique_ptr<MarketProcess> small_market(std::uint64_t seed = 1) {
  SyntheticOptions o;
  o.seed = seed;
  o.history_minutes = 300;
  return std::make_unique<SyntheticMarket>(o);
}

/// A loop thread with a client on it.
class TestClient {
public:
  explicit TestClient(const ExchangeServer& server)
      : credentials_(server.credentials()), trust_{server.ca_file()},
        http_(loop_, server.rest_url(), trust_), thread_([this] { loop_.run(); }) {}
  ~TestClient() {
    loop_.stop();
    thread_.join();
  }

  std::vector<net::Header> signed_headers(const std::string& text) const {
    const std::string stamp = wall_ms();
    return {{"ACCESS-KEY", credentials_.api_key},
            {"ACCESS-SIGN", sign(credentials_.secret_key, stamp + text)},
            {"ACCESS-TIMESTAMP", stamp},
            {"ACCESS-PASSPHRASE", credentials_.passphrase},
            {"Content-Type", "application/json"},
            {"User-Agent", "test/1"}};
  }
  net::HttpResult ask(const std::string& method, const std::string& path,
                      const std::string& body = "", Duration timeout = 5s) {
    std::promise<net::HttpResult> done;
    loop_.post([&] {
      net::HttpRequest r;
      r.method = method;
      r.target = "/capi/v2/" + path;
      r.body = body;
      r.headers = signed_headers(method + r.target + body);
      http_.send(std::move(r), timeout,
                 [&](net::HttpResult result) { done.set_value(std::move(result)); });
    });
    return done.get_future().get();
  }
  Json get(const std::string& path) { return Json::parse(ask("GET", path).body); }
  Json post(const std::string& path, const Json& body) {
    return Json::parse(ask("POST", path, body.dump()).body);
  }
  net::IoLoop& loop() { return loop_; }
  const net::TlsTrust& trust() const { return trust_; }

private:
  Credentials credentials_;
  net::TlsTrust trust_;
  net::IoLoop loop_;
  net::HttpClient http_;
  std::thread thread_;
};

/// A websocket whose messages wait for the test.
class TestSocket {
public:
  TestSocket(TestClient& client, const std::string& url, std::vector<net::Header> headers)
      : client_(client) {
    client_.loop().post([this, url, headers = std::move(headers)] {
      ws_ = std::make_unique<net::WsClient>(client_.loop(), client_.trust());
      net::WsClient::Callbacks callbacks;
      callbacks.on_open = [this] { push("open", {}); };
      callbacks.on_text = [this](std::string_view text) { push("text", Json::parse(text)); };
      callbacks.on_close = [this](const std::string& reason) { push("close", reason); };
      ws_->connect(url, headers, callbacks);
    });
  }
  ~TestSocket() {
    std::promise<void> done;
    client_.loop().post([&] {
      ws_.reset();
      done.set_value();
    });
    done.get_future().get();
  }
  void say(const std::string& event, const std::string& channel) {
    client_.loop().post(
        [this, text = Json{{"event", event}, {"channel", channel}}.dump()] { ws_->send(text); });
  }
  /// The next message of this kind; fails after ten seconds.
  Json next(const std::string& kind) {
    std::unique_lock lock(mutex_);
    const bool came = arrived_.wait_for(lock, 10s, [&] { return !inbox_.empty(); });
    if (!came) {
      FAIL("nothing arrived");
    }
    auto [what, json] = inbox_.front();
    inbox_.pop_front();
    if (what != kind) {
      FAIL("wanted " << kind << ", got " << what << " " << json.dump());
    }
    return json;
  }

private:
  void push(const std::string& kind, Json json) {
    const std::lock_guard lock(mutex_);
    inbox_.emplace_back(kind, std::move(json));
    arrived_.notify_all(); // under the lock: who waits may end this object at once
  }
  TestClient& client_;
  std::unique_ptr<net::WsClient> ws_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<std::string, Json>> inbox_;
};

Json order(const std::string& id) {
  return {{"symbol", "cmt_btcusdt"}, {"client_oid", id},   {"size", "0.01"}, {"type", "1"},
          {"order_type", "0"},       {"match_price", "1"}, {"price", "0"}};
}

} // namespace

TEST_CASE("the exchange serves REST and both websockets over loopback", "[unit][exchange]") {
  for (const bool plain : {false, true}) {
    CAPTURE(plain);
    ExchangeServerOptions options;
    options.plain = plain;
    options.speed = 900.0;
    ExchangeServer server(std::move(options), small_market());
    CHECK(server.rest_url().find(plain ? "http://127.0.0.1:" : "https://127.0.0.1:") == 0);
    CHECK(server.ca_file().empty() == plain);
    TestClient client(server);
    CHECK(client.get("market/time")["timestamp"].is_number());
    CHECK(client.get("account/assets")[0]["equity"] == "10000.00000000");

    TestSocket market(client, server.ws_public_url(), {{"User-Agent", "test/1"}});
    market.next("open");
    market.say("subscribe", "kline.LAST_PRICE.cmt_btcusdt.MINUTE_1");
    CHECK(market.next("text")["event"] == "subscribed");
    std::string last;
    for (int i = 0; i < 8; ++i) {             // rows of time come in order, none left out
      const Json frame = market.next("text"); // a range-for keeps no part of a temporary alive
      for (const Json& row : frame.at("data")) {
        const std::string t = row["klineTime"];
        if (!last.empty() && t != last) {
          CHECK(std::stoll(t) == std::stoll(last) + 60'000);
        }
        last = t;
      }
    }

    TestSocket account(client, server.ws_private_url(), client.signed_headers("/v2/ws/private"));
    account.next("open");
    account.say("subscribe", "fill");
    CHECK(account.next("text")["event"] == "subscribed");
    const Json ack = client.post("order/placeOrder", order("sock-1"));
    CHECK(ack["client_oid"] == "sock-1");
    const Json fill = account.next("text");
    CHECK(fill["msg"]["data"]["orderFillTransaction"][0]["orderId"] == ack["order_id"]);

    TestSocket stranger(client, server.ws_private_url(), {{"User-Agent", "test/1"}});
    stranger.next("close"); // 401

    const ExchangeStats stats = server.stats();
    CHECK(stats.order_requests == 1);
    CHECK(stats.fills == 1);
    CHECK(stats.max_requests_per_second == 1);
    CHECK(stats.steps >= 8);
    server.stop();
    CHECK(server.stats().fills == 1);
  }
}

TEST_CASE("the market clock: paused, resumed, as fast as asked, no step skipped",
          "[unit][exchange]") {
  ExchangeServerOptions options;
  options.plain = true;
  options.speed = 1800.0;
  options.paused = true;
  ExchangeServer server(std::move(options), small_market());
  std::this_thread::sleep_for(50ms);
  CHECK(server.stats().steps == 0);
  const auto begun = std::chrono::steady_clock::now();
  server.resume();
  server.with_core([](ExchangeCore&) { std::this_thread::sleep_for(200ms); }); // a stall
  std::uint64_t steps = 0;
  while (std::chrono::steady_clock::now() - begun < 600ms) {
    steps = server.stats().steps;
  }
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  steps = server.stats().steps;
  // 120 steps a second; the stall was made up for.
  CHECK(static_cast<double>(steps) <= wall * 120.0 + 2.0);
  CHECK(static_cast<double>(steps) >= 0.6 * 120.0 * 0.8);
  CHECK(server.stats().longest_stall_ms >= 150.0);
  CHECK(server.truth().size() >= 8);
}

TEST_CASE("injected time-outs and cuts are what a client of ours calls unknown",
          "[unit][exchange]") {
  ExchangeServerOptions options;
  FaultRule once;
  once.rate = 1.0;
  once.max = 1;
  once.only = "placeOrder";
  options.faults.set(FaultKind::timeout_after, once);
  options.faults.set(FaultKind::drop_after, once);
  ExchangeServer server(std::move(options), small_market());
  TestClient client(server);
  // The first call meets both rules: the cut comes first in line, the time-out strikes the second.
  CHECK(client.ask("POST", "order/placeOrder", order("a").dump(), 1s).failure ==
        net::HttpFailure::unknown);
  CHECK(client.ask("POST", "order/placeOrder", order("b").dump(), 300ms).failure ==
        net::HttpFailure::unknown);
  CHECK(server.stats().fills == 2); // both were executed
  CHECK(client.post("order/placeOrder", order("c"))["client_oid"] == "c");
}

TEST_CASE("several accounts, the certificate where it was asked for, a taken port refused",
          "[unit][exchange]") {
  const std::string path = "/tmp/rg-exchange-test-" + std::to_string(::getpid()) + ".pem";
  ExchangeServerOptions options;
  options.random_accounts = 3;
  options.ca_file = path;
  ExchangeServer server(std::move(options), small_market());
  CHECK(server.credentials(0).api_key != server.credentials(2).api_key);
  CHECK_THROWS(server.credentials(3));
  CHECK(server.stats().equity.size() == 3);
  std::ifstream file(path);
  std::string first;
  std::getline(file, first);
  CHECK(first == "-----BEGIN CERTIFICATE-----");
  std::remove(path.c_str());
  ExchangeServerOptions same;
  same.plain = true;
  same.port = static_cast<std::uint16_t>(
      std::stoi(server.rest_url().substr(server.rest_url().rfind(':') + 1)));
  CHECK_THROWS_AS(ExchangeServer(std::move(same), small_market()), std::runtime_error);
}
