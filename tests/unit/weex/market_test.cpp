#include "infra/clock/system_clock.hpp"
#include "infra/weex/market.hpp"
#include "tests/unit/weex/padded.hpp"
#include "tests/unit/weex/scripted_venue.hpp"

namespace rg::weex::test {

namespace {

struct Bench {
  ScriptedVenue venue;
  SystemClock clock;
  Heard heard;
  std::unique_ptr<WeexMarket> market;

  explicit Bench(WeexOptions options = fast()) {
    venue.t.call([&] {
      market = std::make_unique<WeexMarket>(venue.t.loop, clock, venue.settings(), options);
      market->set_listener(&heard);
      return 0;
    });
  }
  ~Bench() {
    venue.t.call([&] {
      market.reset();
      return 0;
    });
  }
  static WeexOptions fast() {
    WeexOptions o;
    o.reconnect_min = 10ms;
    o.reconnect_max = 40ms;
    return o;
  }
  ScriptedVenue::Session open(const std::vector<Symbol>& symbols) {
    venue.t.call([&] {
      market->subscribe(symbols);
      return 0;
    });
    auto s = venue.session();
    s.acknowledge_all(4 * symbols.size());
    CHECK(heard.next_link(Link::public_stream).up);
    return s;
  }
  MarketStats stats() {
    return venue.t.call([&] { return market->stats(); });
  }
};

std::string trade(const char* pair, std::int64_t time, const char* p, const char* q) {
  return std::string(R"({"event":"payload","channel":"trades.)") + pair + R"(","data":[{"time":")" +
         std::to_string(time) + R"(","price":")" + p + R"(","size":")" + q +
         R"(","value":"1","buyerMaker":false}]})";
}
std::string ticker(const char* last, const char* mark) {
  return std::string(
             R"({"event":"payload","channel":"ticker.cmt_btcusdt","data":[{"symbol":"cmt_btcusdt","lastPrice":")") +
         last + R"(","markPrice":")" + mark + R"("}]})";
}
std::string kline(std::int64_t open_time, const char* close) {
  return std::string(
             R"({"event":"payload","type":"change","channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1","data":[{"klineTime":")") +
         std::to_string(open_time) +
         R"(","size":"1","high":"200","low":"50","open":"100","close":")" + close + R"("}]})";
}
std::string depth(std::uint64_t start, std::uint64_t end, const char* type, const char* bid,
                  const char* ask) {
  return R"({"event":"payload","channel":"depth.cmt_btcusdt.15","data":[{"startVersion":")" +
         std::to_string(start) + R"(","endVersion":")" + std::to_string(end) +
         R"(","level":15,"depthType":")" + type + R"(","asks":[{"price":")" + ask +
         R"(","size":"2"}],"bids":[{"price":")" + bid + R"(","size":"3"}]}]})";
}
constexpr std::int64_t kT = 1'747'131'727'000;

} // namespace

TEST_CASE("trades carry last and volume with the venue's stamp, tickers and depths borrow it",
          "[unit][weex]") {
  Bench b;
  auto s = b.open({kBtc});
  s.send(ticker("100", "101")); // nothing has a stamp yet: dropped
  s.send(kline(kT - 7'000, "100"));
  CHECK(b.heard.candles.next().close == price("100"));
  s.send(ticker("100", "101"));
  const Tick early = b.heard.ticks.next();
  CHECK(early.exchange_time == ms(kT - 7'000));
  CHECK(early.mark == price("101"));
  CHECK(early.last.is_zero()); // trades tell it with its own time
  s.send(trade("cmt_btcusdt", kT, "100.5", "0.25"));
  const Tick t = b.heard.ticks.next();
  CHECK(t.symbol == kBtc);
  CHECK(t.exchange_time == ms(kT));
  CHECK(t.last == price("100.5"));
  CHECK(t.traded == quantity("0.25"));
  CHECK(t.mark.is_zero());
  CHECK(t.receive_time > ms(kT));
  s.send(kline(kT + 60'000, "100")); // the next minute's row overtakes
  s.send(depth(1, 2, "SNAPSHOT", "99", "101"));
  const Tick d = b.heard.ticks.next();
  CHECK(d.exchange_time == ms(kT));
  CHECK(d.best_bid == price("99"));
  CHECK(d.best_ask == price("101"));
  CHECK(d.bid_depth == quantity("3"));
  CHECK(d.ask_depth == quantity("2"));
}

TEST_CASE("trades of one stamp make one tick, older ones are dropped", "[unit][weex]") {
  Bench b;
  auto s = b.open({kBtc});
  s.send(R"({"channel":"trades.cmt_btcusdt","data":[{"time":"1747131727001","price":"3","size":"1"},
    {"time":"1747131727000","price":"1","size":"1"},{"time":"1747131727000","price":"2","size":"4"}]})");
  const Tick first = b.heard.ticks.next();
  CHECK(first.last == price("2"));
  CHECK(first.traded == quantity("5"));
  CHECK(b.heard.ticks.next().last == price("3"));
  s.send(trade("cmt_btcusdt", kT - 5, "9", "1"));
  s.send(trade("cmt_btcusdt", kT + 5, "4", "1"));
  CHECK(b.heard.ticks.next().last == price("4"));
  CHECK(b.stats().late_trades == 1);
}

TEST_CASE("a break in the depth chain re-subscribes that channel alone", "[unit][weex]") {
  Bench b;
  auto s = b.open({kBtc});
  s.send(trade("cmt_btcusdt", kT, "100", "1"));
  s.send(depth(1, 10, "SNAPSHOT", "99", "101"));
  static_cast<void>(b.heard.ticks.next());
  static_cast<void>(b.heard.ticks.next());
  s.send(depth(12, 14, "CHANGED", "98", "102"));
  const FeedGap gap = b.heard.gaps.next();
  CHECK(gap.kind == GapKind::version_break);
  CHECK(gap.symbol == kBtc);
  CHECK(gap.from == ms(kT));
  CHECK(s.next() == R"({"event":"unsubscribe","channel":"depth.cmt_btcusdt.15"})");
  CHECK(s.next() == R"({"event":"subscribe","channel":"depth.cmt_btcusdt.15"})");
  s.send(depth(14, 15, "CHANGED", "98", "102")); // still on its way: ignored
  s.send(depth(15, 16, "SNAPSHOT", "97", "103"));
  CHECK(b.heard.ticks.next().best_bid == price("97"));
  CHECK(b.stats().depth_breaks == 1);
}

TEST_CASE("a lost link is a gap of every pair, and all is subscribed again", "[unit][weex]") {
  Bench b;
  auto s = b.open({kBtc, kEth});
  s.drop();
  CHECK_FALSE(b.heard.next_link(Link::public_stream).up);
  CHECK(b.heard.gaps.next().symbol == kBtc);
  CHECK(b.heard.gaps.next().symbol == kEth);
  auto again = b.venue.session();
  again.acknowledge_all(8);
  CHECK(b.heard.next_link(Link::public_stream).up);
  again.send(depth(5, 6, "CHANGED", "99", "101")); // no snapshot on this connection yet
  again.send(trade("cmt_ethusdt", kT, "5", "1"));
  CHECK(b.heard.ticks.next().symbol == kEth);
}

TEST_CASE("malformed frames are counted, and a burst of them is a gap", "[unit][weex]") {
  WeexOptions o = Bench::fast();
  o.error_burst = 5;
  Bench b(o);
  auto s = b.open({kBtc});
  for (int i = 0; i < 5; ++i) {
    s.send(trade("cmt_btcusdt", kT, "NaN", "1"));
  }
  CHECK(b.heard.gaps.next().kind == GapKind::burst_of_errors);
  CHECK(b.stats().malformed == 5);
  CHECK(b.heard.ticks.empty());
  s.send(trade("cmt_btcusdt", kT, "5", "1")); // the connection lives
  CHECK(b.heard.ticks.next().last == price("5"));
}

TEST_CASE("silence is told once, and a longer one cuts the connection", "[unit][weex]") {
  WeexOptions o = Bench::fast();
  o.silence = 100ms;
  Bench b(o);
  auto s = b.open({kBtc});
  s.send(R"({"event":"ping","time":"1"})"); // a ping is no market data
  CHECK(b.heard.gaps.next().kind == GapKind::silence);
  s.wait_closed();
  CHECK(b.heard.gaps.next().kind == GapKind::link_lost);
  auto again = b.venue.session();
  CHECK(again.next() ==
        R"({"event":"subscribe","channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1"})");
}

TEST_CASE("when the loop was held up, ticks are merged per pair and volume is kept",
          "[unit][weex]") {
  Bench b;
  auto s = b.open({kBtc});
  s.send(trade("cmt_btcusdt", kT, "100", "1"));
  static_cast<void>(b.heard.ticks.next());
  // The client's loop is busy while another thread's server floods it.
  net::test::LoopThread other;
  std::vector<std::shared_ptr<net::WsSession>> sockets;
  Inbox<int> ready;
  net::HttpServer flood(
      other.loop, {},
      [](const net::ServerRequest&, const std::function<void(net::HttpResponse)>& reply) {
        reply({});
      },
      [&](const net::ServerRequest&, const std::shared_ptr<net::WsSession>& socket,
          net::WsHandler& handler) {
        sockets.push_back(socket);
        handler.on_text = [&ready](std::string_view) { ready.push(1); };
        return std::optional<net::HttpResponse>();
      });
  ExchangeSettings settings = b.venue.settings();
  settings.ws_public_url = net::test::base_url(flood, "ws");
  Heard heard;
  std::unique_ptr<WeexMarket> market;
  b.venue.t.call([&] {
    WeexOptions options = Bench::fast();
    // How much a socket takes in while nobody reads is the system's choice: less than the default.
    options.merge_behind = std::size_t{32} * 1024;
    market = std::make_unique<WeexMarket>(b.venue.t.loop, b.clock, settings, options);
    market->set_listener(&heard);
    market->subscribe({kBtc});
    return 0;
  });
  static_cast<void>(ready.next());
  constexpr int kCount = 20'000;
  std::promise<void> sent;
  b.venue.t.loop.post([&] { sent.get_future().wait(); });
  other.call([&] {
    for (int i = 0; i < kCount; ++i) {
      sockets[0]->send(trade("cmt_btcusdt", kT + i, "100", "1"));
    }
    return 0;
  });
  std::this_thread::yield();
  // Release the client once the socket is full: the server's queue then stops shrinking, with far
  // more on its way than the client merges from on. A machine that is busy elsewhere only takes
  // longer.
  constexpr std::size_t kOnItsWay = 512 * 1024;
  const std::size_t total = kCount * trade("cmt_btcusdt", kT, "100", "1").size();
  std::size_t before = 0, now = total;
  while (now != 0 && (before != now || now + kOnItsWay > total)) {
    before = now;
    std::promise<std::size_t> queued;
    auto future = queued.get_future();
    other.loop.post([&] {
      other.loop.timer().after(50ms, [&] { queued.set_value(sockets[0]->queued_bytes()); });
    });
    now = net::test::wait_for(future, "queue");
  }
  sent.set_value();
  Quantity traded;
  std::size_t ticks = 0;
  while (traded < Quantity::from_raw(kCount * kFixedScale)) {
    const Tick tick = heard.ticks.next();
    traded += tick.traded;
    ++ticks;
  }
  const MarketStats stats = b.venue.t.call([&] {
    const MarketStats s2 = market->stats();
    market.reset();
    return s2;
  });
  CHECK(traded == Quantity::from_raw(kCount * kFixedScale));
  CHECK(stats.conflated > 0);
  CHECK(stats.conflated + ticks == kCount);
}

TEST_CASE("candles by REST: errors are told, rows are not invented", "[unit][weex]") {
  Bench b;
  const auto fetch = [&] {
    Inbox<CandleAnswer> inbox;
    b.venue.t.call([&] {
      b.market->candles(kBtc, 1min, 10,
                        [&](CandleAnswer answer) { inbox.push(std::move(answer)); });
      return 0;
    });
    return inbox.next();
  };
  b.venue.answer(
      "candles", 200,
      R"([["1764482460000","2","2","2","2","1","1"],["1764482400000","1","1","1","1","1","1"]])");
  const CandleAnswer good = fetch();
  CHECK(good.outcome == RequestOutcome::ok);
  REQUIRE(good.rows.size() == 2);
  CHECK(good.rows[0].close == price("1"));
  b.venue.answer("candles", 400, R"({"code":"40020","msg":"Parameter symbol is invalid"})");
  const CandleAnswer refused = fetch();
  CHECK(refused.outcome == RequestOutcome::rejected);
  CHECK(refused.message == "Parameter symbol is invalid");
  b.venue.answer("candles", 200, "<html>");
  CHECK(fetch().outcome == RequestOutcome::unknown);
  b.venue.answer("candles", 429, "{}");
  CHECK(fetch().outcome == RequestOutcome::rate_limited);
}

} // namespace rg::weex::test
