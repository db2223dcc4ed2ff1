// v3's own ways: single-letter keys in any order, acks without a channel, pages of fills, modes.

#include "infra/weex/v3_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/wire_reading.hpp"

namespace rg::weex::test {

namespace {

std::string read(Reads what, std::string_view text) {
  static Reader reader;
  return reader.read("v3", what, text).line;
}

} // namespace

TEST_CASE("v3: rows that stand before their name are read all the same", "[unit][weex][v3]") {
  const std::string trade = R"([{"T":1775121040002,"p":"2041.50","q":"0.020","m":true}])";
  const std::string expected = "trades ETH 1775121040002 2041.5 0.02 sold";
  CHECK(read(Reads::public_frame, R"({"e":"trade","E":1,"s":"ETHUSDT","d":)" + trade + "}") ==
        expected);
  CHECK(read(Reads::public_frame, R"({"d":)" + trade + R"(,"s":"ETHUSDT","e":"trade"})") ==
        expected);
  CHECK(
      read(
          Reads::public_frame,
          R"({"b":[["9","1"]],"a":[["10","2"]],"d":"CHANGED","U":4,"u":5,"s":"ETHUSDT","e":"depth"})") ==
      "depth ETH change 4..5 of 0 asks 10x2 bids 9x1");
  CHECK(
      read(
          Reads::private_frame,
          R"({"d":[{"id":"1","symbol":"BTCUSDT","side":"SHORT","size":"1","openValue":"5","createdTime":"1764505776347"}],"v":3,"e":"positions"})") ==
      "positions v3 cause 3 BTC short 1 value 5 1764505776347");
}

TEST_CASE("v3: snapshots are told by name or by word", "[unit][weex][v3]") {
  for (
      const char* text :
      {R"({"e":"depthSnapshot","s":"BTCUSDT","U":1,"u":2,"l":15,"d":"SNAPSHOT","b":[],"a":[["10","2"]]})",
       R"({"e":"depth","s":"BTCUSDT","U":1,"u":2,"l":15,"d":"SNAPSHOT","b":[],"a":[["10","2"]]})",
       R"({"e":"depthSnapshot","s":"BTCUSDT","U":1,"u":2,"l":15,"d":"x","b":[],"a":[["10","2"]]})"}) {
    CHECK(read(Reads::public_frame, text) == "depth BTC snapshot 1..2 of 15 asks 10x2 bids");
  }
  CHECK(read(Reads::public_frame,
             R"({"e":"klineSnapshot","s":"BTCUSDT","p":"LAST_PRICE","d":[]})") == "candles none");
}

TEST_CASE("v3: candles of another price or interval are not ours", "[unit][weex][v3]") {
  const std::string row = R"("t":1775088000000,"o":"5","c":"6","h":"7","l":"4","v":"1"}]})";
  CHECK(read(Reads::public_frame, R"({"e":"kline","s":"BTCUSDT","p":"LAST_PRICE","d":[{"i":"1m",)" +
                                      row) == "candles BTC 1775088000000 5 7 4 6 1");
  CHECK(read(Reads::public_frame, R"({"e":"kline","s":"BTCUSDT","p":"LAST_PRICE","d":[{"i":"1d",)" +
                                      row) == "candles none");
  CHECK(read(Reads::public_frame,
             R"({"e":"kline","s":"BTCUSDT","p":"MARK_PRICE","d":[{"i":"1m",)" + row) == "ignored");
}

TEST_CASE("v3: a ticker carries no data stamp: trades on their way must not be overtaken",
          "[unit][weex][v3]") {
  V3Codec codec;
  PublicFrame frame;
  REQUIRE(codec.decode(Padded(R"({"e":"ticker","E":1775120226169,"s":"ETHUSDT","d":[{"c":"5"}]})"),
                       frame) == ParseError::none);
  CHECK(frame.ticker.stamp == Timestamp{});
}

TEST_CASE("v3: greetings and the echo of our own pong are nothing", "[unit][weex][v3]") {
  for (const char* text : {"connected", R"({"event":"connected"})", R"({"type":"connected"})",
                           R"({"id":"1776078750000","method":"PONG"})"}) {
    CHECK(read(Reads::public_frame, text) == "ignored");
    CHECK(read(Reads::private_frame, text) == "ignored");
  }
}

TEST_CASE("v3: pushes about contracts outside the eight are errors or left out",
          "[unit][weex][v3]") {
  CHECK(read(Reads::public_frame, R"({"e":"ticker","s":"PEPEUSDT","d":[{"c":"5"}]})") ==
        "unknown_symbol");
  V3Codec codec;
  PrivateFrame frame;
  REQUIRE(
      codec.decode(
          Padded(
              R"({"e":"positions","v":1,"d":[{"id":"1","symbol":"PEPEUSDT","side":"LONG","size":"1","openValue":"1"}]})"),
          frame) == ParseError::none);
  CHECK(frame.positions.empty());
  CHECK(frame.foreign_rows == 1);
}

TEST_CASE("v3: fills are read page by page back to the time asked for", "[unit][weex][v3]") {
  V3Codec codec;
  Query query;
  query.kind = QueryKind::fills;
  query.since = ms(1'764'000'000'000);
  const auto row = [](int id, std::int64_t time) {
    return R"({"id":)" + std::to_string(id) +
           R"(,"orderId":5,"symbol":"BTCUSDT","commission":"0.1","maker":true,"price":"10","qty":"2","quoteQty":"20","realizedPnl":"0","side":"SELL","positionSide":"LONG","time":)" +
           std::to_string(time) + "}";
  };
  PageState page;
  QueryPayload payload;
  VenueError error;
  const auto feed = [&](const std::string& text) {
    return codec.decode_page(query, Padded(text), page, payload, error);
  };
  REQUIRE(feed("[" + row(3, 1'764'000'300'000) + "," + row(2, 1'764'000'200'000) + "]") ==
          ParseError::none);
  CHECK(page.more); // a page need not be full: it shows one window
  REQUIRE(feed("[" + row(2, 1'764'000'200'000) + "," + row(1, 1'763'999'999'999) + "]") ==
          ParseError::none);
  CHECK_FALSE(page.more);
  const auto& fills = std::get<std::vector<Fill>>(payload);
  REQUIRE(fills.size() == 2); // the one before the time asked for is left out
  CHECK(fills[0].venue_fill_id == 2);
  CHECK(fills[1].venue_fill_id == 3);
  CHECK_FALSE(fills[0].opens);
  CHECK(fills[0].maker);
  REQUIRE(feed("[" + row(2, 1'764'000'200'000) + "]") == ParseError::none);
  CHECK_FALSE(page.more); // nothing new
}

TEST_CASE("v3: pairs in another mode are not set up whatever their leverage", "[unit][weex][v3]") {
  CHECK(
      read(
          Reads::settings,
          R"([{"symbol":"ETHUSDT","marginType":"CROSSED","separatedType":"COMBINED","crossLeverage":"20.00"},)"
          R"({"symbol":"BTCUSDT","marginType":"CROSSED","separatedType":"SEPARATED","crossLeverage":"20"},)"
          R"({"symbol":"SOLUSDT","marginType":"ISOLATED","separatedType":"COMBINED","crossLeverage":"0"},)"
          R"({"symbol":"PEPEUSDT","marginType":"CROSSED","separatedType":"COMBINED","crossLeverage":"7"}])") ==
      "rows BTC 20/-1 ETH 20/20 SOL 0/-1");
}

TEST_CASE("v3: entries listed apart in SEPARATED mode count together", "[unit][weex][v3]") {
  CHECK(
      read(
          Reads::positions,
          R"([{"id":1,"symbol":"BTCUSDT","side":"LONG","size":"0.1","openValue":"9000","createdTime":1764505776347},)"
          R"({"id":2,"symbol":"BTCUSDT","side":"LONG","size":"0.2","openValue":"18100","createdTime":1764505776000},)"
          R"({"id":3,"symbol":"BTCUSDT","side":"SHORT","size":"0.3","openValue":"1","createdTime":1764505776000}])") ==
      "rows BTC long 0.3 value 27100 1764505776000 BTC short 0.3 value 1 1764505776000");
}

TEST_CASE("v3: contract rules as numbers, exponents included", "[unit][weex][v3]") {
  CHECK(
      read(
          Reads::contracts,
          R"({"symbols":[{"symbol":"DOGEUSDT","pricePrecision":5,"quantityPrecision":-2,"contractVal":1e-06,"minOrderSize":1E+2,"maxOrderSize":1e7,"maxLeverage":50,"makerFeeRate":2e-4,"takerFeeRate":"0.0008"},)"
          R"({"symbol":"PEPEUSDT","pricePrecision":99}]})") ==
      "rows DOGE tick 0.00001 lot 100 min 100 max 10000000 position 10000000 market 10000000 fees "
      "0.0002/0.0008 leverage 50 band 0.01");
  CHECK(read(Reads::contracts, R"({"assets":[]})") == "missing_field");
}

TEST_CASE("v3: refusals inside acks", "[unit][weex][v3]") {
  CHECK(
      read(
          Reads::place,
          R"({"orderId":null,"clientOrderId":"x","success":false,"errorCode":"-1054","errorMessage":"INVALID_ARGUMENT: y"})") ==
      "venue says -1054 INVALID_ARGUMENT: y");
  CHECK(
      read(
          Reads::place,
          R"({"orderId":0,"success":false,"errorCode":"","errorMessage":"FAILED_PRECONDITION: y"})") ==
      "venue says -1054 FAILED_PRECONDITION: y");
  CHECK(
      read(
          Reads::cancel,
          R"({"orderId":"1","success":false,"errorCode":"","errorMessage":"FAILED_ORDER_NOT_FOUND"})") ==
      "venue says -3200 FAILED_ORDER_NOT_FOUND");
  CHECK(read(Reads::place, R"({"orderId":"0","success":true})") == "not understood");
  CHECK(read(Reads::place, R"({"code":-1140,"msg":"m"})") == "venue says -1140 m");
  CHECK(read(Reads::leverage_ack,
             R"({"symbol":"BTCUSDT","marginType":"CROSSED","crossLeverage":"10"})") ==
        "venue says -1140 the leverage in force is another than the one asked for");
  CHECK(read(Reads::leverage_ack, R"({"symbol":"BTCUSDT"})") == "not understood");
}

} // namespace rg::weex::test
