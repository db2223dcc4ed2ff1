#include "infra/exchange/v3_push.hpp"

#include "infra/exchange/market_figures.hpp"
#include "infra/exchange/push_figures.hpp"
#include "infra/exchange/v3_words.hpp"

#include <chrono>

namespace rg::exchange::v3 {

using namespace std::chrono_literals;

namespace {

/// {"e":…,"E":…,"s":…: the object stays open.
JsonWriter& head(JsonWriter& out, std::string_view event, const ChannelSpec& c,
                 const ExchangeCore& core) {
  return out.begin_object()
      .text("e", event)
      .integer("E", core.data_now().ms())
      .text("s", c.symbol.compact());
}

void write_order(JsonWriter& out, const Order& o, const Account& acc) {
  const ContractRules& rules = contract_defaults()[o.symbol.id()];
  const int places = price_places(o.symbol);
  const auto price_or_zero = [&](std::string_view name, Price p) {
    out.decimal(name, p, p.is_zero() ? 0 : places);
  };
  out.begin_object()
      .id_text("id", o.id)
      .text("coin", "USDT")
      .text("symbol", o.symbol.compact())
      .text("marginMode", margin_type(o.margin_mode))
      .text("separatedMode", "COMBINED")
      .text("separatedOpenOrderId", "0")
      .text("positionSide", position_side(o.position))
      .text("orderSide", order_side(o.side()));
  if (o.market) {
    out.text("price", "0.0");
  } else {
    out.decimal("price", o.price, places);
  }
  out.decimal("size", o.size, size_places(o.symbol))
      .text("clientOrderId", o.client_oid)
      .text("type", order_type(o))
      .text("timeInForce", time_in_force(o.tif))
      .boolean("reduceOnly", !o.opens);
  price_or_zero("triggerPrice", o.trigger_price);
  out.text("triggerPriceType", source_word(o.trigger_source))
      .text("orderSource", o.origin == OrderOrigin::outside ? "WEB" : "API")
      .id_text("openTpslParentOrderId", o.parent)
      .boolean("positionTpsl", false)
      .boolean("setOpenTp", o.preset_take_profit.is_positive())
      .boolean("setOpenSl", o.preset_stop_loss.is_positive());
  out.key("leverage").decimal(acc.ledger.leverage(o.symbol).of(o.margin_mode, o.position));
  out.key("takerFeeRate").decimal(fixed::from_double(rules.taker_fee.value(), Rounding::nearest));
  out.key("makerFeeRate").decimal(fixed::from_double(rules.maker_fee.value(), Rounding::nearest));
  out.text("feeDiscount", "1")
      .text("liquidateFeeRate", "0")
      .text("status", order_status(o.status))
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
      .end_object();
}

void write_fill(JsonWriter& out, const FillRow& f) {
  out.begin_object()
      .id_text("id", f.id)
      .text("coin", "USDT")
      .text("symbol", f.symbol.compact())
      .id_text("orderId", f.order_id)
      .text("marginMode", margin_type(f.margin_mode))
      .text("separatedMode", "COMBINED")
      .text("separatedOpenOrderId", "0")
      .text("positionSide", position_side(f.position))
      .text("orderSide", order_side(f.side()))
      .decimal("fillSize", f.size, size_places(f.symbol))
      .decimal("fillValue", f.value)
      .decimal("fillFee", f.fee, 8)
      .decimal("liquidateFee", f.liquidation_fee)
      .decimal("realizePnl", f.realised)
      .text("direction", f.maker ? "MAKER" : "TAKER")
      .stamp_text("createdTime", f.time)
      .stamp_text("updatedTime", f.time)
      .end_object();
}

void write_position(JsonWriter& out, const PositionRow& p, const Account& acc) {
  out.begin_object()
      .id_text("id", p.id)
      .text("coin", "USDT")
      .text("symbol", p.symbol.compact())
      .text("side", position_side(p.side))
      .text("marginMode", margin_type(p.margin_mode));
  write_position_size(out, p, acc);
  out.boolean("autoAppendIsolatedMargin", p.auto_append);
  write_position_history(out, p);
  out.end_object();
}

void write_collateral(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core) {
  const Account& acc = core.account(event.account);
  const Totals& t = acc.ledger.totals();
  out.begin_object()
      .text("coin", "USDT")
      .text("marginMode", "CROSSED")
      .text("crossSymbol", "0")
      .text("isolatedPositionId", "0")
      .decimal("amount", acc.ledger.collateral())
      .text("pendingDepositAmount", "0")
      .text("pendingWithdrawAmount", "0")
      .text("pendingTransferInAmount", "0")
      .text("pendingTransferOutAmount", "0")
      .boolean("liquidating", false)
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
      .end_object();
}

} // namespace

void push_ticker(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core) {
  const Symbol s = c.symbol;
  const DayStats& day = core.candles(s).day();
  const int places = price_places(s);
  head(out, "ticker", c, core).key("d").begin_array().begin_object();
  out.key("p").decimal((core.last(s) - day.open).raw(), places);
  out.key("P").decimal(day_change(core, s), 6);
  out.decimal("w", day_average(core, s))
      .decimal("c", core.last(s), places)
      .decimal("o", day.open, places)
      .decimal("h", day.high, places)
      .decimal("l", day.low, places)
      .decimal("v", day.volume)
      .decimal("q", day.turnover)
      .integer("O", (core.data_now() - 24h).ms())
      .integer("C", core.data_now().ms())
      .integer("n", day_trades(core, s))
      .decimal("m", core.quote(s).mark, places)
      .decimal("i", core.quote(s).index)
      .end_object()
      .end_array()
      .end_object();
}

void push_klines(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core, bool snapshot,
                 std::span<const Candle> rows) {
  const int places = price_places(c.symbol);
  head(out, snapshot ? "klineSnapshot" : "kline", c, core)
      .text("p", c.price == CandlePrice::mark ? "MARK_PRICE" : "LAST_PRICE")
      .key("d")
      .begin_array();
  for (const Candle& row : rows) {
    const Quantity bought = taker_bought(row, c.symbol);
    out.begin_object()
        .integer("t", row.open_time.ms())
        .integer("T", next_slot(c.interval, row.open_time).ms())
        .text("s", c.symbol.compact())
        .text("i", interval_word(c.interval))
        .decimal("o", row.open, places)
        .decimal("c", row.close, places)
        .decimal("h", row.high, places)
        .decimal("l", row.low, places)
        .decimal("v", row.volume)
        .integer("n", candle_trades(c.interval, row))
        .decimal("q", row.turnover)
        .decimal("V", bought)
        .decimal("Q", capped_value(row.close, bought))
        .end_object();
  }
  out.end_array().end_object();
}

void push_depth(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core,
                const DepthUpdate& update) {
  const int prices = price_places(c.symbol), sizes = size_places(c.symbol);
  const auto side = [&](std::string_view name, std::span<const BookLevel> levels) {
    out.key(name).begin_array();
    for (const BookLevel& l : levels) {
      out.begin_array()
          .decimal(l.price, prices)
          .decimal(l.size, l.size.is_zero() ? 0 : sizes)
          .end_array();
    }
    out.end_array();
  };
  head(out, update.snapshot ? "depthSnapshot" : "depth", c, core)
      .integer("U", update.start_version)
      .integer("u", update.end_version)
      .integer("l", update.levels)
      .text("d", update.snapshot ? "SNAPSHOT" : "CHANGED");
  side("b", update.bids);
  side("a", update.asks);
  out.end_object();
}

void push_trades(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core, bool snapshot,
                 std::span<const TradePrint> prints) {
  head(out, snapshot ? "tradeSnapshot" : "trade", c, core).key("d").begin_array();
  for (const TradePrint& p : prints) {
    out.begin_object()
        .integer("T", p.time.ms())
        .text("t", print_name(p))
        .decimal("p", p.price, price_places(c.symbol))
        .decimal("q", p.size, size_places(c.symbol))
        .decimal("v", multiply(p.price, p.size, Rounding::nearest))
        .boolean("m", p.buyer_maker)
        .end_object();
  }
  out.end_array().end_object();
}

void push_private(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core) {
  const Account& acc = core.account(event.account);
  out.begin_object()
      .text("e", private_channel(event.what.index()))
      .integer("E", event.time.ms())
      .integer("v", event.version)
      .text("msgEvent", cause_word(event.cause))
      .key("d")
      .begin_array();
  if (const auto* order = std::get_if<Order>(&event.what)) {
    write_order(out, *order, acc);
  } else if (const auto* fill = std::get_if<FillRow>(&event.what)) {
    write_fill(out, *fill);
  } else if (const auto* position = std::get_if<PositionRow>(&event.what)) {
    write_position(out, *position, acc);
  } else {
    write_collateral(out, event, core);
  }
  out.end_array().end_object();
}

} // namespace rg::exchange::v3
