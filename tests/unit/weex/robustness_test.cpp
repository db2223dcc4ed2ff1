// Bytes that were cut, garbled or are hostile: always an error value or a sane result, never a
// crash. Run under the address sanitizer, these read exactly the padding that is promised.

#include "infra/weex/v2_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

#include <array>
#include <random>

namespace rg::weex::test {

namespace {

const std::array<std::string, 7> kPublic{
    R"({"event":"payload","type":"change","channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1","data":[{"symbol":"cmt_btcusdt","klineTime":"1747125660000","size":"23.76600","value":"2442678.713400","high":"102784.6","low":"102760.6","open":"102760.6","close":"102764.0"}]})",
    R"({"event":"payload","channel":"ticker.cmt_btcusdt","data":[{"symbol":"cmt_btcusdt","lastPrice":"102623.9","markPrice":"102623.9"}]})",
    R"({"event":"payload","channel":"trades.cmt_btcusdt","data":[{"time":"1747131727502","price":"103337.5","size":"0.01600","value":"1653.400000","buyerMaker":false}]})",
    R"({"event":"payload","channel":"depth.cmt_btcusdt.15","data":[{"startVersion":"1","endVersion":"2","level":15,"depthType":"CHANGED","symbol":"cmt_btcusdt","asks":[{"price":"103436.1","size":"0.91500"}],"bids":[{"price":"103435.9","size":"2.40500"},{"price":"103435.7","size":"0"}]}]})",
    R"({"event":"ping","time":"1693208170000"})",
    R"({"event":"subscribed","channel":"ticker.cmt_btcusdt"})",
    R"({"data":[{"time":"1747131727502","price":"5","size":"1"}],"channel":"trades.cmt_btcusdt"})"};

const std::array<std::string, 4> kPrivate{
    R"({"type":"trade-event","channel":"fill","event":"payload","msg":{"msgEvent":"OrderUpdate","version":46655,"data":{"orderFillTransaction":[{"id":"617414920887075482","contractId":"cmt_btcusdt","orderId":"617414920861909658","positionSide":"LONG","orderSide":"BUY","fillSize":"0.10000","fillValue":"10381.270000","fillFee":"6.228762","direction":"TAKER","createdTime":"1747203188154"}]},"time":1747203188154}})",
    R"({"type":"trade-event","channel":"orders","event":"payload","msg":{"msgEvent":"OrderUpdate","version":46654,"data":{"order":[{"id":"617414920861909658","contractId":"cmt_btcusdt","positionSide":"LONG","orderSide":"BUY","price":"0.0","size":"0.10000","clientOrderId":"x","type":"MARKET","status":"PENDING","triggerPrice":"0","cumFillSize":"0","createdTime":"1747203188148"}]},"time":1747203188148}})",
    R"({"type":"trade-event","channel":"positions","event":"payload","msg":{"msgEvent":"OrderUpdate","version":46571,"data":{"position":[{"id":"1","contractId":"cmt_btcusdt","side":"LONG","size":"0.01000","openValue":"992.405443","createdTime":"1746673529125"}]},"time":1747188961302}})",
    R"({"type":"trade-event","channel":"account","event":"payload","msg":{"msgEvent":"DepositUpdate","version":1,"data":{"collateral":[{"coinId":"USDT","amount":"1"}]},"time":1747188961302}})"};

struct Answer {
  QueryKind kind;
  std::string text;
};
const std::array<Answer, 8> kAnswers{{
    {QueryKind::contracts,
     R"([{"symbol":"cmt_btcusdt","contract_val":"0.0001","delivery":["00:00:00"],"size_increment":"4","tick_size":"1","priceEndStep":1,"minOrderSize":"0.0001","maxOrderSize":"1200"}])"},
    {QueryKind::account,
     R"([{"coinName":"USDT","available":"5413.06","equity":"5696.49","frozen":"81.28","unrealizePnl":"-34.55"}])"},
    {QueryKind::account,
     R"({"code":"00000","msg":"success","requestTime":17,"data":[{"coinName":"USDT","available":"1","equity":"1","frozen":"0","unrealizePnl":"0"}]})"},
    {QueryKind::positions,
     R"([{"id":1,"symbol":"cmt_btcusdt","side":"LONG","size":"0.02","open_value":"1801.067","created_time":1764505776347}])"},
    {QueryKind::open_orders,
     R"([{"symbol":"cmt_btcusdt","size":"0.01","client_oid":"c","createTime":"1764505828770","filled_qty":"0","order_id":"689987455633326746","price":"88888.0","status":"open","type":"open_long"}])"},
    {QueryKind::fills,
     R"({"list":[{"tradeId":5,"orderId":4,"symbol":"cmt_btcusdt","positionSide":"LONG","orderSide":"BUY","fillSize":"1","fillValue":"2","fillFee":"0","createdTime":1747203188154}],"nextFlag":false,"totals":1})"},
    {QueryKind::leverage,
     R"({"cmt_ethusdt":{"isolated_long_leverage":"20.00","cross_leverage":"20.00"}})"},
    {QueryKind::bills,
     R"({"hasNextPage":true,"items":[{"billId":1,"symbol":"cmt_btcusdt","amount":"0.08","businessType":"position_funding","ctime":1763784031721}]})"},
}};

const std::array<std::pair<ChangeRequest, std::string>, 4> kAcks{{
    {PlaceOrder{}, R"({"client_oid":null,"order_id":"596471064624628269"})"},
    {PlaceStop{}, R"([{"orderId":696073048050107226,"success":true}])"},
    {CancelOrder{},
     R"({"order_id":"596476148997685805","client_oid":null,"result":true,"err_msg":null})"},
    {SetLeverage{}, R"({"msg":"success","requestTime":1713339011237,"code":"200"})"},
}};

/// Decodes with the frame of its side; the result of a good one is sane.
struct Decoders {
  V2Codec codec;
  PublicFrame public_frame;
  PrivateFrame private_frame;

  ParseError decode_public(std::string_view text) {
    return codec.decode(Padded(text), public_frame);
  }
  ParseError decode_private(std::string_view text) {
    return codec.decode(Padded(text), private_frame);
  }
  ParseError decode_answer(QueryKind kind, std::string_view text, bool& error_told) {
    Query query;
    query.kind = kind;
    PageState page;
    QueryPayload payload;
    VenueError error;
    const ParseError problem = codec.decode_page(query, Padded(text), page, payload, error);
    error_told = error.code != 0;
    return problem;
  }
};

/// What the listener would get must obey the types' promises whatever the bytes were.
bool is_sane(const PublicFrame& f) {
  for (const CandleRow& c : f.candles) {
    if (!c.low.is_positive() || c.low > c.open || c.low > c.close || c.high < c.open ||
        c.high < c.close || c.volume.is_negative()) {
      return false;
    }
  }
  for (const TradeRow& t : f.trades) {
    if (!t.price.is_positive() || t.size.is_negative()) {
      return false;
    }
  }
  for (const auto* side : {&f.depth.asks, &f.depth.bids}) {
    for (const Level& l : *side) {
      if (!l.price.is_positive() || l.size.is_negative()) {
        return false;
      }
    }
  }
  return !f.ticker.last.is_negative() && !f.ticker.mark.is_negative();
}

std::string mutate(std::string text, std::mt19937_64& random) {
  static constexpr std::string_view kBytes = "{}[]\",:.-+0123456789eE\\ntf \x00\xff";
  const auto at = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (std::uint64_t edits = 1 + random() % 4; edits > 0 && !text.empty(); --edits) {
    const std::size_t i = at(text.size());
    switch (random() % 4) {
    case 0:
      text[i] = kBytes[at(kBytes.size())];
      break;
    case 1:
      text.erase(i, 1 + at(8));
      break;
    case 2:
      text.insert(i, text.substr(at(text.size()), at(20)));
      break;
    default:
      text.insert(i, 1, kBytes[at(kBytes.size())]);
      break;
    }
  }
  return text;
}

} // namespace

TEST_CASE("a frame cut at any byte is an error value", "[unit][weex]") {
  Decoders d;
  for (const std::string& text : kPublic) {
    REQUIRE(d.decode_public(text) == ParseError::none);
    for (std::size_t n = 0; n < text.size(); ++n) {
      INFO(text.substr(0, n));
      CHECK(d.decode_public(text.substr(0, n)) != ParseError::none);
    }
  }
  for (const std::string& text : kPrivate) {
    REQUIRE(d.decode_private(text) == ParseError::none);
    for (std::size_t n = 0; n < text.size(); ++n) {
      INFO(text.substr(0, n));
      CHECK(d.decode_private(text.substr(0, n)) != ParseError::none);
    }
  }
}

TEST_CASE("an answer cut at any byte is an error value", "[unit][weex]") {
  Decoders d;
  for (const Answer& answer : kAnswers) {
    bool told = false;
    REQUIRE(d.decode_answer(answer.kind, answer.text, told) == ParseError::none);
    REQUIRE_FALSE(told);
    for (std::size_t n = 0; n < answer.text.size(); ++n) {
      INFO(answer.text.substr(0, n));
      const ParseError problem = d.decode_answer(answer.kind, answer.text.substr(0, n), told);
      CHECK(problem != ParseError::none);
    }
  }
  for (const auto& [request, text] : kAcks) {
    REQUIRE(d.codec.decode_change(request, Padded(text)).understood);
    for (std::size_t n = 0; n < text.size(); ++n) {
      INFO(text.substr(0, n));
      const ChangeResult r = d.codec.decode_change(request, Padded(text.substr(0, n)));
      CHECK_FALSE(r.understood);
      CHECK(r.error.code == 0);
    }
  }
}

TEST_CASE("each field left out or of another type is an error or harmless, never a crash",
          "[unit][weex]") {
  Decoders d;
  for (const std::string& text : kPublic) {
    for (const char* other : {"null", "true", "{}", "[]", "-1", "1e400", "\"\"", "\"\\u0031\"",
                              "999999999999999999999999"}) {
      for (std::size_t colon = text.find(':'); colon != std::string::npos;
           colon = text.find(':', colon + 1)) {
        const std::size_t end = text.find_first_of(",}", colon);
        const std::string changed = text.substr(0, colon + 1) + other + text.substr(end);
        static_cast<void>(d.decode_public(changed));
        CHECK(is_sane(d.public_frame));
      }
    }
  }
}

TEST_CASE("garbled bytes never crash a decoder and never make an insane value", "[unit][weex]") {
  Decoders d;
  std::mt19937_64 random(20250101);
  std::size_t refused = 0, taken = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string public_text = mutate(kPublic[random() % kPublic.size()], random);
    (d.decode_public(public_text) == ParseError::none ? taken : refused) += 1;
    if (!is_sane(d.public_frame)) {
      FAIL(public_text);
    }
    static_cast<void>(d.decode_private(mutate(kPrivate[random() % kPrivate.size()], random)));
    for (const Fill& fill : d.private_frame.fills) {
      REQUIRE(fill.quantity.is_positive());
      REQUIRE(fill.price.is_positive());
    }
    const Answer& answer = kAnswers[random() % kAnswers.size()];
    bool told = false;
    static_cast<void>(d.decode_answer(answer.kind, mutate(answer.text, random), told));
    const auto& [request, text] = kAcks[random() % kAcks.size()];
    static_cast<void>(d.codec.decode_change(request, Padded(mutate(text, random))));
  }
  CHECK(refused > 10'000);
  CHECK(taken > 100);
}

TEST_CASE("deep nesting and long strings are survived", "[unit][weex]") {
  Decoders d;
  const std::string deep = R"({"channel":"ticker.cmt_btcusdt","data":)" + std::string(5000, '[') +
                           std::string(5000, ']') + "}";
  CHECK(d.decode_public(deep) != ParseError::none);
  const std::string wide =
      R"({"channel":")" + std::string(1'000'000, 'x') + R"(","event":"subscribed"})";
  CHECK(d.decode_public(wide) == ParseError::none);
  const std::string objects = R"({"x":)" + [] {
    std::string s;
    for (int i = 0; i < 3000; ++i) {
      s += R"({"a":)";
    }
    return s + "1" + std::string(3000, '}');
  }() + "}";
  static_cast<void>(d.decode_public(objects));
  static_cast<void>(d.decode_private(objects));
}

} // namespace rg::weex::test
