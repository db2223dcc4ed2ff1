#pragma once
// An embedded exchange over TLS and the client against it, with everything that is told on record.

#include "infra/clock/system_clock.hpp"
#include "infra/exchange/exchange_server.hpp"
#include "infra/market/synthetic_market.hpp"
#include "infra/weex/gateway.hpp"
#include "infra/weex/market.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <condition_variable>
#include <map>
#include <mutex>

namespace rg::weex::test {

using net::test::kPatience;
using net::test::LoopThread;
using namespace std::chrono_literals;

inline const Symbol kBtc = *Symbol::parse("BTC");
inline const Symbol kEth = *Symbol::parse("ETH");

/// Keeps what it hears; the test's thread waits for what it needs.
class Recorder final : public GatewayListener, public MarketListener {
public:
  void on_answer(const ChangeAnswer& answer) override { keep(changes, answer); }
  void on_answer(const QueryAnswer& answer) override { keep(queries, answer); }
  void on_order(const VenueOrderUpdate& update) override { keep(orders, update.order); }
  void on_fill(const Fill& fill) override { keep(fills, fill); }
  void on_account(const AccountSnapshot& account) override { keep(accounts, account); }
  void on_position(const Position& position) override { keep(positions, position); }
  void on_cash_flow(const CashFlow& flow) override { keep(cash, flow); }
  void on_link(const LinkEvent& event) override { keep(links, event); }
  void on_tick(const Tick& tick) override { keep(ticks, tick); }
  void on_candle(const CandleRow& row) override { keep(candles, row); }
  void on_gap(const FeedGap& gap) override { keep(gaps, gap); }

  /// Waits until `found(*this)`; fails the test with `what` when it never comes.
  template <class F> void wait(const char* what, F found) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, kPatience, [&] { return found(*this); });
    INFO(what);
    REQUIRE(came);
  }
  template <class F> auto read(F f) {
    const std::lock_guard guard(mutex_);
    return f(*this);
  }

  std::vector<ChangeAnswer> changes;
  std::vector<QueryAnswer> queries;
  std::vector<VenueOrder> orders;
  std::vector<Fill> fills;
  std::vector<AccountSnapshot> accounts;
  std::vector<Position> positions;
  std::vector<CashFlow> cash;
  std::vector<LinkEvent> links;
  std::vector<Tick> ticks;
  std::vector<CandleRow> candles;
  std::vector<FeedGap> gaps;

private:
  template <class T> void keep(std::vector<T>& into, const T& value) {
    const std::lock_guard guard(mutex_);
    into.push_back(value);
    changed_.notify_all(); // under the lock: who waits may end this object at once
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// The generation of the protocol between client and exchange; the same tests are built for each.
#ifndef RG_TEST_API
#define RG_TEST_API "v2"
#endif
inline const std::string kApi = RG_TEST_API;
/// What either generation spells in its own way.
inline const char* spelled(const char* v2, const char* v3) {
  return kApi == "v3" ? v3 : v2;
}

struct VenueOptions {
  double speed = 60.0;
  bool paused = false;
  bool plain = false;
  exchange::FaultPlan faults = exchange::FaultPlan(1);
  WeexOptions client;
};

struct Venue {
  SystemClock clock;
  Recorder heard;
  exchange::ExchangeServer server;
  LoopThread t;
  ExchangeSettings settings;
  std::unique_ptr<WeexGateway> gateway;
  std::unique_ptr<WeexMarket> market;
  RequestId last_id = 0;

  explicit Venue(VenueOptions o = VenueOptions())
      : server(server_options(o), std::make_unique<SyntheticMarket>(market_options())) {
    settings.api = kApi;
    settings.rest_url = server.rest_url();
    settings.ws_public_url = server.ws_public_url();
    settings.ws_private_url = server.ws_private_url();
    settings.ca_file = server.ca_file();
    const exchange::Credentials& given = server.credentials();
    const Credentials credentials{Secret(given.api_key), Secret(given.secret_key),
                                  Secret(given.passphrase)};
    t.call([&] {
      gateway = std::make_unique<WeexGateway>(t.loop, clock, settings, credentials, o.client);
      gateway->set_listener(&heard);
      market = std::make_unique<WeexMarket>(t.loop, clock, settings, o.client);
      market->set_listener(&heard);
      return 0;
    });
  }
  ~Venue() {
    t.call([&] {
      gateway.reset();
      market.reset();
      return 0;
    });
  }

  static SyntheticOptions market_options() {
    SyntheticOptions o;
    o.history_minutes = 1'200;
    return o;
  }
  static exchange::ExchangeServerOptions server_options(const VenueOptions& o) {
    exchange::ExchangeServerOptions options;
    options.speed = o.speed;
    options.paused = o.paused;
    options.plain = o.plain;
    options.faults = o.faults;
    options.core.listing_lag = 300ms;
    return options;
  }

  void start() {
    t.call([&] {
      gateway->start();
      return 0;
    });
    heard.wait("private stream", [](Recorder& r) { return is_up(r, Link::private_stream); });
  }
  static bool is_up(const Recorder& r, Link link) {
    bool up = false;
    for (const LinkEvent& e : r.links) {
      up = e.link == link ? e.up : up;
    }
    return up;
  }

  ChangeAnswer change(const ChangeRequest& request, bool prepare_first = false) {
    const RequestId id = ++last_id;
    t.loop.post([this, id, request, prepare_first] {
      if (prepare_first) {
        gateway->prepare(id, request);
      }
      gateway->send(id, request);
    });
    return find(heard, heard.changes, id, "answer to a change");
  }
  QueryAnswer ask(QueryKind kind, std::optional<Symbol> symbol = {}, Timestamp since = {}) {
    const RequestId id = ++last_id;
    Query query;
    query.kind = kind;
    query.all_symbols = !symbol;
    query.symbol = symbol.value_or(Symbol{});
    query.since = since;
    t.loop.post([this, id, query] { gateway->ask(id, query); });
    return find(heard, heard.queries, id, "answer to a question");
  }
  template <class T>
  T rows(QueryKind kind, std::optional<Symbol> symbol = {}, Timestamp since = {}) {
    const QueryAnswer answer = ask(kind, symbol, since);
    INFO(answer.message);
    REQUIRE(answer.outcome == RequestOutcome::ok);
    REQUIRE(std::holds_alternative<T>(answer.payload));
    return std::get<T>(answer.payload);
  }
  template <class T>
  static T find(Recorder& heard, std::vector<T>& in, RequestId id, const char* what) {
    T found;
    heard.wait(what, [&](Recorder&) {
      for (const T& answer : in) {
        if (answer.id == id) {
          found = answer;
          return true;
        }
      }
      return false;
    });
    return found;
  }

  /// Asks again every 50 ms until `found(rows)`: trigger orders are listed some time after they
  /// were placed.
  template <class F> std::vector<VenueOrder> poll_stops(F found) {
    for (int i = 0; i < 100; ++i) {
      auto stops = rows<std::vector<VenueOrder>>(QueryKind::trigger_orders);
      if (found(stops)) {
        return stops;
      }
      std::promise<void> later;
      auto future = later.get_future();
      t.loop.post([&] { t.loop.timer().after(50ms, [&] { later.set_value(); }); });
      net::test::wait_for(future, "timer");
    }
    return {};
  }

  ClientOrderId fresh_client_id() {
    return *ClientOrderId::parse("rg0000aa-btc-1735690500000-s-q" + std::to_string(++last_id));
  }
  /// A market entry (limit zero) of the pair's smallest sensible size.
  PlaceOrder entry(Symbol symbol, PositionSide side, int lots) {
    PlaceOrder order;
    order.client_id = fresh_client_id();
    order.symbol = symbol;
    order.position = side;
    order.quantity = Quantity::from_raw(contract_defaults()[symbol.id()].lot_size.raw() * lots);
    return order;
  }
  Price last(Symbol symbol) {
    Price price;
    server.with_core([&](exchange::ExchangeCore& core) { price = core.last(symbol); });
    return price;
  }
  /// `factor` times the last price, on the tick.
  Price around(Symbol symbol, double factor) {
    return Price::from_double(last(symbol).to_double() * factor, Rounding::down)
        .to_step(contract_defaults()[symbol.id()].tick_size, Rounding::down);
  }
};

} // namespace rg::weex::test
