#include "infra/weex/v2_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

namespace rg::weex::test {

namespace {

struct Decoded {
  V2Codec codec;
  PublicFrame frame;
  ParseError problem;
  Padded text; // the frame's views point into it
  explicit Decoded(std::string_view t) : problem(ParseError::none), text(t) {
    problem = codec.decode(text, frame);
  }
};

} // namespace

TEST_CASE("kline frames give candle rows", "[unit][weex]") {
  const Decoded d(
      R"({"event":"payload","type":"snapshot","channel":"kline.LAST_PRICE.cmt_ethusdt.MINUTE_1",
    "data":[{"symbol":"cmt_ethusdt","klineTime":"1747125600000","size":"31.204","value":"3206651.4",
             "high":"2770.5","low":"2751.25","open":"2755.5","close":"2760.75"},
            {"klineTime":1747125660000,"size":0,"value":"0","high":2771,"low":"2760.5","open":"2760.75","close":"2771","new":{"x":[1]}}]})");
  REQUIRE(d.problem == ParseError::none);
  CHECK(d.frame.kind == FrameKind::candles);
  CHECK(d.frame.symbol == kEth);
  REQUIRE(d.frame.candles.size() == 2);
  const CandleRow& first = d.frame.candles[0];
  CHECK(first.symbol == kEth);
  CHECK(first.open_time == ms(1'747'125'600'000));
  CHECK(first.open == price("2755.5"));
  CHECK(first.high == price("2770.5"));
  CHECK(first.low == price("2751.25"));
  CHECK(first.close == price("2760.75"));
  CHECK(first.volume == quantity("31.204"));
  CHECK(d.frame.candles[1].high == price("2771"));
  CHECK(d.frame.candles[1].volume.is_zero());
}

TEST_CASE("other intervals and price types are left alone", "[unit][weex]") {
  for (const char* channel :
       {"kline.LAST_PRICE.cmt_btcusdt.MINUTE_15", "kline.MARK_PRICE.cmt_btcusdt.MINUTE_1",
        "liquidations.cmt_btcusdt"}) {
    const Decoded d(std::string(R"({"event":"payload","channel":")") + channel +
                    R"(","data":[{"a":1}]})");
    CHECK(d.problem == ParseError::none);
    CHECK(d.frame.kind == FrameKind::ignored);
  }
}

TEST_CASE("ticker frames give last and mark", "[unit][weex]") {
  const Decoded d(
      R"({"event":"payload","channel":"ticker.cmt_btcusdt","data":[{"symbol":"cmt_btcusdt",
    "priceChange":"-2055.6","priceChangePercent":"-0.019637","trades":"28941","size":"176145.66489",
    "value":"18115688543.1","high":"104692.2","low":"100709.6","lastPrice":"102623.9","markPrice":"102624.1"}]})");
  REQUIRE(d.problem == ParseError::none);
  CHECK(d.frame.kind == FrameKind::ticker);
  CHECK(d.frame.symbol == kBtc);
  CHECK(d.frame.ticker.last == price("102623.9"));
  CHECK(d.frame.ticker.mark == price("102624.1"));
  CHECK(d.frame.ticker.index.is_zero());
  CHECK(d.frame.ticker.stamp == Timestamp{});
}

TEST_CASE("trade frames are put in order of time", "[unit][weex]") {
  const Decoded d(R"({"event":"payload","channel":"trades.cmt_dogeusdt","data":[
    {"time":"1747131727600","price":"0.17512","size":"300","value":"52.5","buyerMaker":true},
    {"time":1747131727502,"price":"0.1751","size":"100","value":"17.5","buyerMaker":false}]})");
  REQUIRE(d.problem == ParseError::none);
  REQUIRE(d.frame.trades.size() == 2);
  CHECK(d.frame.symbol == kDoge);
  CHECK(d.frame.trades[0].time == ms(1'747'131'727'502));
  CHECK(d.frame.trades[0].price == price("0.1751"));
  CHECK_FALSE(d.frame.trades[0].seller_took);
  CHECK(d.frame.trades[1].size == quantity("300"));
  CHECK(d.frame.trades[1].seller_took);
}

TEST_CASE("depth frames give versions and levels", "[unit][weex]") {
  const Decoded d(
      R"({"event":"payload","channel":"depth.cmt_btcusdt.15","data":[{"startVersion":"3644174246",
    "endVersion":"3644174270","level":"15","depthType":"CHANGED","symbol":"cmt_btcusdt",
    "asks":[{"price":"103436.1","size":"0.91500"},{"price":"103436.5","size":"0"}],"bids":[{"price":"103435.9","size":"2.405"}]}]})");
  REQUIRE(d.problem == ParseError::none);
  CHECK(d.frame.kind == FrameKind::depth);
  const DepthRows& depth = d.frame.depth;
  CHECK(depth.start_version == 3'644'174'246);
  CHECK(depth.end_version == 3'644'174'270);
  CHECK_FALSE(depth.snapshot);
  CHECK(depth.levels == 15);
  REQUIRE(depth.asks.size() == 2);
  CHECK(depth.asks[0].price == price("103436.1"));
  CHECK(depth.asks[0].size == quantity("0.915"));
  CHECK(depth.asks[1].size.is_zero());
  REQUIRE(depth.bids.size() == 1);
  const Decoded s(
      R"({"channel":"depth.cmt_btcusdt.15","data":[{"startVersion":1,"endVersion":2,"level":15,
    "depthType":"snapshot","asks":[],"bids":[]}]})");
  CHECK(s.problem == ParseError::none);
  CHECK(s.frame.depth.snapshot);
}

TEST_CASE("fields may come in any order, the rows before the channel too", "[unit][weex]") {
  const Decoded d(
      R"({"data":[{"price":"5","time":"1747131727502","size":"1"}],"channel":"trades.cmt_btcusdt","event":"payload"})");
  REQUIRE(d.problem == ParseError::none);
  REQUIRE(d.frame.trades.size() == 1);
  CHECK(d.frame.trades[0].price == price("5"));
}

TEST_CASE("pings under both names, acks and refusals", "[unit][weex]") {
  const Decoded by_event(R"({"event":"ping","time":"1693208170000"})");
  CHECK(by_event.frame.kind == FrameKind::ping);
  CHECK(by_event.frame.ping_time == "1693208170000");
  const Decoded by_type(R"({"type":"ping","time":1776172740000})");
  CHECK(by_type.frame.kind == FrameKind::ping);
  CHECK(by_type.frame.ping_time == "1776172740000");
  const Decoded ack(R"({"event":"subscribed","channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1"})");
  CHECK(ack.frame.kind == FrameKind::subscribed);
  CHECK(ack.frame.channel == "kline.LAST_PRICE.cmt_btcusdt.MINUTE_1");
  CHECK(Decoded(R"({"event":"unsubscribed","channel":"x"})").frame.kind == FrameKind::unsubscribed);
  CHECK(Decoded(R"({"event":"error","msg":"no such channel"})").frame.kind == FrameKind::refused);
  const Decoded refused(R"({"result":false,"id":1,"msg":"INVALID_ARGUMENT: invalid symbol"})");
  CHECK(refused.frame.kind == FrameKind::refused);
  CHECK(refused.frame.note == "INVALID_ARGUMENT: invalid symbol");
  CHECK(Decoded("{}").frame.kind == FrameKind::ignored);
}

TEST_CASE("numbers that are none, negative, absurd or missing are refused", "[unit][weex]") {
  const auto kline = [](const std::string& field, const std::string& value) {
    std::string text =
        R"({"event":"payload","channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1","data":[{)"
        R"("klineTime":"1747125600000","size":"1","high":"3","low":"1","open":"2","close":"2"}]})";
    const std::size_t at = text.find("\"" + field + "\":") + field.size() + 3;
    text.replace(at, text.find_first_of(",}", at) - at, value);
    return Decoded(text).problem;
  };
  for (const char* bad :
       {"\"NaN\"", "\"-2\"", "\"1e5\"", "\"\"", "\"Infinity\"", "null", "true", "{}", "[]",
        "\"99999999999999\"", "-1", "\"1.2.3\"", "\" 2\"", "\"0x10\"", "\"+2\""}) {
    INFO(bad);
    CHECK(kline("open", bad) == ParseError::bad_value);
  }
  CHECK(kline("open", "\"0\"") == ParseError::bad_value);   // a price is positive
  CHECK(kline("open", "\"9\"") == ParseError::bad_value);   // above the high
  CHECK(kline("high", "\"1.5\"") == ParseError::bad_value); // below the open
  CHECK(kline("size", "\"-1\"") == ParseError::bad_value);
  CHECK(kline("klineTime", "\"17471256\"") == ParseError::bad_value);
  CHECK(kline("klineTime", "\"174712560000000\"") == ParseError::bad_value);
  CHECK(kline("open", "\"2.000000000\"") == ParseError::none); // zeros beyond the grid
  CHECK(kline("open", "2") == ParseError::none);
}

TEST_CASE("missing fields, foreign symbols and wrong shapes have names", "[unit][weex]") {
  CHECK(
      Decoded(
          R"({"channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1","data":[{"klineTime":"1747125600000"}]})")
          .problem == ParseError::missing_field);
  CHECK(Decoded(R"({"channel":"trades.cmt_btcusdt","data":[{"price":"1","size":"1"}]})").problem ==
        ParseError::missing_field);
  CHECK(Decoded(R"({"channel":"ticker.cmt_btcusdt","data":[{}]})").problem ==
        ParseError::missing_field);
  CHECK(Decoded(R"({"channel":"depth.cmt_btcusdt.15","data":[{"asks":[],"bids":[]}]})").problem ==
        ParseError::missing_field);
  CHECK(Decoded(R"({"channel":"ticker.cmt_suiusdt","data":[]})").problem ==
        ParseError::unknown_symbol);
  CHECK(Decoded(R"({"channel":"ticker.cmt_btcusdt","data":{"lastPrice":"1"}})").problem ==
        ParseError::malformed);
  CHECK(Decoded(R"({"channel":"ticker.cmt_btcusdt","data":["lastPrice"]})").problem ==
        ParseError::malformed);
  for (const char* junk :
       {"", " ", "null", "[]", "3", "\"x\"", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1",
        "{\"a\":1}x", "{\"a\":1}{\"b\":2}", "\xff\xfe", "{\"a\":\"\xff\"}"}) {
    INFO(junk);
    CHECK(Decoded(junk).problem == ParseError::malformed);
  }
}

TEST_CASE("a frame that was refused leaves nothing behind, and the next one starts clean",
          "[unit][weex]") {
  V2Codec codec;
  PublicFrame frame;
  const Padded good(
      R"({"channel":"trades.cmt_btcusdt","data":[{"time":"1747131727502","price":"1","size":"1"}]})");
  const Padded bad(
      R"({"channel":"trades.cmt_btcusdt","data":[{"time":"1747131727502","price":"1","size":"1"},{"time":"x"}]})");
  REQUIRE(codec.decode(good, frame) == ParseError::none);
  CHECK(frame.trades.size() == 1);
  CHECK(codec.decode(bad, frame) == ParseError::bad_value);
  CHECK(frame.trades.empty());
  CHECK(frame.kind == FrameKind::ignored);
  REQUIRE(codec.decode(good, frame) == ParseError::none);
  CHECK(frame.trades.size() == 1);
}

} // namespace rg::weex::test
