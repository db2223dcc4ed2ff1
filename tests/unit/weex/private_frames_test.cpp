#include "infra/weex/v2_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

namespace rg::weex::test {

namespace {

struct Decoded {
  V2Codec codec;
  PrivateFrame frame;
  ParseError problem;
  Padded text;
  explicit Decoded(std::string_view t) : problem(ParseError::none), text(t) {
    problem = codec.decode(text, frame);
  }
};

std::string push(const std::string& channel, const std::string& event, const std::string& list,
                 const std::string& rows) {
  return R"({"type":"trade-event","channel":")" + channel +
         R"(","event":"payload","msg":{"msgEvent":")" + event + R"(","version":46655,"data":{")" +
         list + R"(":[)" + rows + R"(]},"time":1747203188154}})";
}

const std::string kOrderRow =
    R"({"id":"617414920861909658","coinId":"USDT","contractId":"cmt_btcusdt","positionSide":"LONG",
        "orderSide":"BUY","price":"103000.5","size":"0.10000","clientOrderId":"rg0000aa-btc-1-s-e1","type":"LIMIT",
        "timeInForce":"POST_ONLY","reduceOnly":false,"triggerPrice":"0","triggerPriceType":"UNKNOWN_PRICE_TYPE",
        "status":"OPEN","cumFillSize":"0.04","cumFillValue":"4120.02","createdTime":"1747203188148","positionTpsl":false})";

} // namespace

TEST_CASE("an order push gives the order as it stands", "[unit][weex]") {
  const Decoded d(push("orders", "OrderUpdate", "order", kOrderRow));
  REQUIRE(d.problem == ParseError::none);
  CHECK(d.frame.kind == FrameKind::orders);
  CHECK(d.frame.version == 46'655);
  CHECK(d.frame.cause == AccountCause::order);
  REQUIRE(d.frame.orders.size() == 1);
  const VenueOrder& o = d.frame.orders[0];
  CHECK(o.venue_id == 617'414'920'861'909'658);
  CHECK(o.symbol == kBtc);
  CHECK(o.client_id == "rg0000aa-btc-1-s-e1");
  CHECK(o.position == PositionSide::long_side);
  CHECK(o.opens);
  CHECK_FALSE(o.trigger);
  CHECK(o.state == OrderState::partially_filled);
  CHECK(o.quantity == quantity("0.1"));
  CHECK(o.filled == quantity("0.04"));
  CHECK(o.price == price("103000.5"));
  CHECK(o.trigger_price.is_zero());
  CHECK(o.created == ms(1'747'203'188'148));
}

TEST_CASE("states, sides and triggers of order pushes", "[unit][weex]") {
  const auto with = [](std::string row, const std::string& from, const std::string& to) {
    row.replace(row.find(from), from.size(), to);
    const Decoded d(push("orders", "OrderUpdate", "order", row));
    REQUIRE(d.problem == ParseError::none);
    return d.frame.orders.at(0);
  };
  const std::string open = R"("status":"OPEN","cumFillSize":"0.04")";
  CHECK(with(kOrderRow, open, R"("status":"PENDING","cumFillSize":"0")").state ==
        OrderState::acked);
  CHECK(with(kOrderRow, open, R"("status":"NEW","cumFillSize":"0")").state == OrderState::acked);
  CHECK(with(kOrderRow, open, R"("status":"filled","cumFillSize":"0.1")").state ==
        OrderState::filled);
  CHECK(with(kOrderRow, open, R"("status":"CANCELING","cumFillSize":"0")").state ==
        OrderState::acked);
  CHECK(with(kOrderRow, open, R"("status":"CANCELED","cumFillSize":"0.04")").state ==
        OrderState::cancelled);
  CHECK(with(kOrderRow, open, R"("status":"SOMETHING_NEW","cumFillSize":"0")").state ==
        OrderState::acked);
  const VenueOrder waiting = with(kOrderRow, open, R"("status":"UNTRIGGERED","cumFillSize":"0")");
  CHECK(waiting.trigger);
  CHECK(waiting.state == OrderState::acked);
  CHECK(with(kOrderRow, R"("type":"LIMIT")", R"("type":"STOP_MARKET")").trigger);
  CHECK_FALSE(with(kOrderRow, R"("orderSide":"BUY")", R"("orderSide":"SELL")").opens);
  const VenueOrder short_exit =
      with(kOrderRow, R"("positionSide":"LONG")", R"("positionSide":"SHORT")");
  CHECK(short_exit.position == PositionSide::short_side);
  CHECK_FALSE(short_exit.opens); // a buy closes a short
  CHECK(with(kOrderRow, R"("price":"103000.5")", R"("price":"0.0")").price.is_zero());
}

TEST_CASE("a fill push gives exact value and the price nearest to it", "[unit][weex]") {
  const Decoded d(push("fill", "OrderUpdate", "orderFillTransaction",
                       R"({"id":"617414920887075482","coinId":"USDT","contractId":"cmt_btcusdt",
      "orderId":"617414920861909658","marginMode":"SHARED","positionSide":"LONG","orderSide":"BUY",
      "fillSize":"0.10000","fillValue":"10381.270000","fillFee":"6.228762","liquidateFee":"0","realizePnl":"0",
      "direction":"TAKER","createdTime":"1747203188154","updatedTime":"1747203188154"})"));
  REQUIRE(d.problem == ParseError::none);
  REQUIRE(d.frame.fills.size() == 1);
  const Fill& f = d.frame.fills[0];
  CHECK(f.venue_fill_id == 617'414'920'887'075'482);
  CHECK(f.venue_order_id == 617'414'920'861'909'658);
  CHECK(f.symbol == kBtc);
  CHECK(f.side == Side::buy);
  CHECK(f.position == PositionSide::long_side);
  CHECK(f.opens);
  CHECK_FALSE(f.maker);
  CHECK_FALSE(f.liquidation);
  CHECK(f.quantity == quantity("0.1"));
  CHECK(f.value == notional("10381.27"));
  CHECK(f.price == price("103812.7"));
  CHECK(f.fee == notional("6.228762"));
  CHECK(f.exchange_time == ms(1'747'203'188'154));
  CHECK(f.client_id.empty());
}

TEST_CASE("a position push, and a flat one", "[unit][weex]") {
  const std::string row =
      R"({"id":"615193369903104410","contractId":"cmt_ethusdt","side":"SHORT","leverage":"20",
    "size":"0.500","openValue":"992.405443","createdTime":"1746673529125","updatedTime":"1747188961302"})";
  const Decoded d(push("positions", "PositionFundingSettle", "position", row));
  REQUIRE(d.problem == ParseError::none);
  CHECK(d.frame.cause == AccountCause::funding);
  REQUIRE(d.frame.positions.size() == 1);
  CHECK(d.frame.positions[0].symbol == kEth);
  CHECK(d.frame.positions[0].side == PositionSide::short_side);
  CHECK(d.frame.positions[0].quantity == quantity("0.5"));
  CHECK(d.frame.positions[0].open_value == notional("992.405443"));
  CHECK(d.frame.positions[0].opened == ms(1'746'673'529'125));
  std::string flat = row;
  flat.replace(flat.find("0.500"), 5, "0.000");
  CHECK(
      Decoded(push("positions", "OrderUpdate", "position", flat)).frame.positions.at(0).is_flat());
}

TEST_CASE("account pushes tell the cause, balances are read elsewhere", "[unit][weex]") {
  const auto cause = [](const char* word) {
    const Decoded d(
        push("account", word, "collateral", R"({"coinId":"USDT","amount":"6625267.708162"})"));
    REQUIRE(d.problem == ParseError::none);
    CHECK(d.frame.kind == FrameKind::account);
    return d.frame.cause;
  };
  CHECK(cause("OrderUpdate") == AccountCause::order);
  CHECK(cause("PositionFundingSettle") == AccountCause::funding);
  CHECK(cause("DepositUpdate") == AccountCause::transfer);
  CHECK(cause("WithdrawUpdate") == AccountCause::transfer);
  CHECK(cause("SomethingElse") == AccountCause::other);
}

TEST_CASE("rows of contracts outside the eight are counted and left out", "[unit][weex]") {
  std::string foreign = kOrderRow;
  foreign.replace(foreign.find("cmt_btcusdt"), 11, "cmt_suiusdt");
  const Decoded d(push("orders", "OrderUpdate", "order", foreign + "," + kOrderRow));
  REQUIRE(d.problem == ParseError::none);
  CHECK(d.frame.orders.size() == 1);
  CHECK(d.frame.foreign_rows == 1);
}

TEST_CASE("control frames, and pushes of a strange shape", "[unit][weex]") {
  const Decoded ping(R"({"type":"ping","time":"1776172740000"})");
  CHECK(ping.frame.kind == FrameKind::ping);
  CHECK(ping.frame.ping_time == "1776172740000");
  const Decoded ack(R"({"event":"subscribed","channel":"orders"})");
  CHECK(ack.frame.kind == FrameKind::subscribed);
  CHECK(ack.frame.channel == "orders");
  CHECK(Decoded(R"({"event":"error","msg":"no"})").frame.kind == FrameKind::refused);
  CHECK(Decoded(R"({"event":"payload","channel":"fill","msg":{"data":{}}})").problem ==
        ParseError::missing_field);
  CHECK(Decoded(R"({"event":"payload","channel":"fill","msg":{"data":[]}})").problem ==
        ParseError::malformed);
  CHECK(Decoded("[]").problem == ParseError::malformed);
  CHECK(Decoded(push("orders", "OrderUpdate", "order", "{}")).problem == ParseError::missing_field);
  CHECK(Decoded(push("orders", "OrderUpdate", "order", "7")).problem == ParseError::malformed);
}

} // namespace rg::weex::test
