#include "infra/exchange/v2_push.hpp"

#include "infra/exchange/market_figures.hpp"
#include "infra/exchange/push_figures.hpp"
#include "infra/exchange/v2_words.hpp"

namespace rg::exchange::v2 {

namespace {

JsonWriter& head(JsonWriter& out, std::string_view channel) {
  return out.begin_object().text("event", "payload").text("channel", channel);
}

void write_common(JsonWriter& out, Symbol s, MarginMode mode) {
  out.text("coinId", "USDT").text("contractId", s.name());
  out.text("marginMode", margin_mode(mode))
      .text("separatedMode", "COMBINED")
      .text("separatedOpenOrderId", "0");
}

void write_order(JsonWriter& out, const Order& o, const Account& acc) {
  const ContractRules& rules = contract_defaults()[o.symbol.id()];
  const int places = price_places(o.symbol);
  const auto price_or_zero = [&](std::string_view name, Price p) {
    out.decimal(name, p, p.is_zero() ? 0 : places);
  };
  out.begin_object().id_text("id", o.id);
  write_common(out, o.symbol, o.margin_mode);
  out.text("positionSide", position_side(o.position)).text("orderSide", order_side(o.side()));
  if (o.market) {
    out.text("price", "0.0");
  } else {
    out.decimal("price", o.price, places);
  }
  out.decimal("size", o.size, size_places(o.symbol))
      .text("clientOrderId", o.client_oid)
      .text("type", push_type(o))
      .text("timeInForce", push_tif(o))
      .boolean("reduceOnly", !o.opens);
  price_or_zero("triggerPrice", o.trigger_price);
  out.text("triggerPriceType", trigger_source(o))
      .text("orderSource", o.origin == OrderOrigin::outside ? "WEB" : "API")
      .id_text("openTpslParentOrderId", o.parent);
  out.key("leverage").decimal(acc.ledger.leverage(o.symbol).of(o.margin_mode, o.position));
  out.key("takerFeeRate").decimal(fixed::from_double(rules.taker_fee.value(), Rounding::nearest));
  out.key("makerFeeRate").decimal(fixed::from_double(rules.maker_fee.value(), Rounding::nearest));
  out.text("feeDiscount", "1")
      .text("liquidateFeeRate", "0")
      .text("status", push_status(o.status))
      .stamp_text("triggerTime", o.trigger_time)
      .stamp_text("triggerPriceTime", o.trigger_time)
      .text("triggerPriceValue", "0")
      .text("cancelReason", cancel_reason(o.cancel_reason));
  price_or_zero("latestFillPrice", o.latest_fill);
  price_or_zero("maxFillPrice", o.max_fill);
  price_or_zero("minFillPrice", o.min_fill);
  out.decimal("cumFillSize", o.filled, o.filled.is_zero() ? 0 : size_places(o.symbol))
      .decimal("cumFillValue", o.filled_value)
      .decimal("cumFillFee", o.fee)
      .decimal("cumLiquidateFee", o.liquidation_fee)
      .decimal("cumRealizePnl", o.realised)
      .stamp_text("createdTime", o.created)
      .stamp_text("updatedTime", o.updated)
      .boolean("positionTpsl", false)
      .boolean("setOpenTp", o.preset_take_profit.is_positive())
      .boolean("setOpenSl", o.preset_stop_loss.is_positive())
      .end_object();
}

void write_fill(JsonWriter& out, const FillRow& f) {
  out.begin_object().id_text("id", f.id).text("coinId", "USDT").text("contractId", f.symbol.name());
  out.id_text("orderId", f.order_id)
      .text("marginMode", margin_mode(f.margin_mode))
      .text("separatedMode", "COMBINED")
      .text("separatedOpenOrderId", "0")
      .text("positionSide", position_side(f.position))
      .text("orderSide", order_side(f.side()))
      .decimal("fillSize", f.size, size_places(f.symbol))
      .decimal("fillValue", f.value)
      .decimal("fillFee", f.fee)
      .decimal("liquidateFee", f.liquidation_fee)
      .decimal("realizePnl", f.realised)
      .text("direction", f.maker ? "MAKER" : "TAKER")
      .stamp_text("createdTime", f.time)
      .stamp_text("updatedTime", f.time)
      .end_object();
}

void write_position(JsonWriter& out, const PositionRow& p, const Account& acc) {
  out.begin_object().id_text("id", p.id).text("coinId", "USDT").text("contractId", p.symbol.name());
  out.text("side", position_side(p.side)).text("marginMode", margin_mode(p.margin_mode));
  write_position_size(out, p, acc);
  write_position_history(out, p);
  out.boolean("autoAppendIsolatedMargin", p.auto_append).end_object();
}

void write_collateral_push(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core) {
  const Account& acc = core.account(event.account);
  const Totals& t = acc.ledger.totals();
  out.begin_object()
      .text("coinId", "USDT")
      .text("marginMode", "SHARED")
      .text("crossContractId", "0")
      .text("isolatedPositionId", "0")
      .decimal("amount", acc.ledger.collateral())
      .text("pendingDepositAmount", "0")
      .text("pendingWithdrawAmount", "0")
      .text("pendingTransferInAmount", "0")
      .text("pendingTransferOutAmount", "0")
      .decimal("legacyAmount", core.equity(event.account))
      .text("cumDepositAmount", "0")
      .text("cumWithdrawAmount", "0")
      .decimal("cumTransferInAmount", t.transferred_in)
      .decimal("cumTransferOutAmount", t.transferred_out)
      .decimal("cumMarginMoveInAmount", t.margin_moved_in)
      .decimal("cumMarginMoveOutAmount", t.margin_moved_out)
      .decimal("cumPositionOpenLongAmount", t.opened_long)
      .decimal("cumPositionOpenShortAmount", t.opened_short)
      .decimal("cumPositionCloseLongAmount", t.closed_long)
      .decimal("cumPositionCloseShortAmount", t.closed_short)
      .decimal("cumPositionFillFeeAmount", t.fees)
      .decimal("cumPositionLiquidateFeeAmount", t.liquidation_fees)
      .decimal("cumPositionFundingAmount", t.funding)
      .text("cumOrderFillFeeIncomeAmount", "0")
      .text("cumOrderLiquidateFeeIncomeAmount", "0")
      .stamp_text("createdTime", acc.created)
      .stamp_text("updatedTime", event.time)
      .boolean("liquidating", false)
      .end_object();
}

} // namespace

void push_ticker(JsonWriter& out, std::string_view channel, const ExchangeCore& core, Symbol s) {
  const DayStats& day = core.candles(s).day();
  const Price last = core.last(s);
  const int places = price_places(s);
  head(out, channel).key("data").begin_array().begin_object().text("symbol", s.name());
  out.key("priceChange").decimal((last - day.open).raw(), places);
  out.key("priceChangePercent").decimal(day_change(core, s), 6);
  out.id_text("trades", day_trades(core, s))
      .decimal("size", day.volume)
      .decimal("value", day.turnover)
      .decimal("high", day.high, places)
      .decimal("low", day.low, places)
      .decimal("lastPrice", last, places)
      .decimal("markPrice", core.quote(s).mark, places)
      .end_object()
      .end_array()
      .end_object();
}

void push_klines(JsonWriter& out, std::string_view channel, Symbol s, std::string_view type,
                 std::span<const Candle> rows) {
  const int places = price_places(s);
  out.begin_object().text("event", "payload").text("type", type).text("channel", channel);
  out.key("data").begin_array();
  for (const Candle& c : rows) {
    out.begin_object()
        .text("symbol", s.name())
        .stamp_text("klineTime", c.open_time)
        .decimal("size", c.volume)
        .decimal("value", c.turnover)
        .decimal("high", c.high, places)
        .decimal("low", c.low, places)
        .decimal("open", c.open, places)
        .decimal("close", c.close, places)
        .end_object();
  }
  out.end_array().end_object();
}

void push_depth(JsonWriter& out, std::string_view channel, Symbol s, const DepthUpdate& update) {
  const int prices = price_places(s), sizes = size_places(s);
  const auto side = [&](std::string_view name, std::span<const BookLevel> levels) {
    out.key(name).begin_array();
    for (const BookLevel& l : levels) {
      out.begin_object()
          .decimal("price", l.price, prices)
          .decimal("size", l.size, l.size.is_zero() ? 0 : sizes)
          .end_object();
    }
    out.end_array();
  };
  head(out, channel).key("data").begin_array().begin_object();
  out.id_text("startVersion", update.start_version)
      .id_text("endVersion", update.end_version)
      .integer("level", update.levels)
      .text("depthType", update.snapshot ? "SNAPSHOT" : "CHANGED")
      .text("symbol", s.name());
  side("asks", update.asks);
  side("bids", update.bids);
  out.end_object().end_array().end_object();
}

void push_trades(JsonWriter& out, std::string_view channel, Symbol s,
                 std::span<const TradePrint> prints) {
  head(out, channel).key("data").begin_array();
  for (const TradePrint& p : prints) {
    out.begin_object()
        .stamp_text("time", p.time)
        .decimal("price", p.price, price_places(s))
        .decimal("size", p.size, size_places(s))
        .decimal("value", multiply(p.price, p.size, Rounding::nearest))
        .boolean("buyerMaker", p.buyer_maker)
        .end_object();
  }
  out.end_array().end_object();
}

void push_private(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core) {
  constexpr std::array<std::string_view, 4> kLists{"order", "orderFillTransaction", "position",
                                                   "collateral"};
  const Account& acc = core.account(event.account);
  out.begin_object()
      .text("type", "trade-event")
      .text("channel", private_channel(event.what.index()))
      .text("event", "payload");
  out.key("msg").begin_object().text("msgEvent", cause_word(event.cause));
  out.integer("version", event.version).key("data").begin_object();
  out.key(kLists[event.what.index()]).begin_array();
  if (const auto* order = std::get_if<Order>(&event.what)) {
    write_order(out, *order, acc);
  } else if (const auto* fill = std::get_if<FillRow>(&event.what)) {
    write_fill(out, *fill);
  } else if (const auto* position = std::get_if<PositionRow>(&event.what)) {
    write_position(out, *position, acc);
  } else {
    write_collateral_push(out, event, core);
  }
  out.end_array().end_object().integer("time", event.time.ms()).end_object().end_object();
}

} // namespace rg::exchange::v2
