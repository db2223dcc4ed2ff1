#include "infra/exchange/push_figures.hpp"

#include "infra/exchange/venue_words.hpp"

namespace rg::exchange {

namespace {

void write_separation(JsonWriter& out, OrderId opened_by) {
  out.text("separatedMode", separated_mode(opened_by != 0))
      .id_text("separatedOpenOrderId", opened_by);
}

void price_or_zero(JsonWriter& out, std::string_view name, Price p, int places) {
  out.decimal(name, p, p.is_zero() ? 0 : places);
}

} // namespace

void write_order_terms(JsonWriter& out, const Order& o, const OrderWords& words) {
  const int places = price_places(o.symbol);
  write_separation(out, o.opened_by);
  out.text("positionSide", position_side(o.position)).text("orderSide", order_side(o.side()));
  if (o.market) {
    out.text("price", "0.0");
  } else {
    out.decimal("price", o.price, places);
  }
  out.decimal("size", o.size, size_places(o.symbol))
      .text("clientOrderId", o.client_oid)
      .text("type", words.type)
      .text("timeInForce", words.time_in_force)
      .boolean("reduceOnly", !o.opens);
  price_or_zero(out, "triggerPrice", o.trigger_price, places);
  out.text("triggerPriceType", words.trigger_source)
      .text("orderSource", o.origin == OrderOrigin::outside ? "WEB" : "API")
      .id_text("openTpslParentOrderId", o.parent);
}

void write_order_exits(JsonWriter& out, const Order& o) {
  out.boolean("positionTpsl", false)
      .boolean("setOpenTp", o.preset_take_profit.is_positive())
      .boolean("setOpenSl", o.preset_stop_loss.is_positive());
}

void write_order_course(JsonWriter& out, const Order& o, const Account& account,
                        const OrderWords& words) {
  const int places = price_places(o.symbol);
  out.key("leverage").decimal(account.ledger.leverage(o.symbol).of(o.margin_mode, o.position));
  out.key("takerFeeRate").decimal(o.taker_fee_units);
  out.key("makerFeeRate").decimal(o.maker_fee_units);
  out.text("feeDiscount", "1")
      .text("liquidateFeeRate", "0")
      .text("status", words.status)
      .stamp_text("triggerTime", o.trigger_time)
      .stamp_text("triggerPriceTime", o.trigger_time)
      .text("triggerPriceValue", "0")
      .text("cancelReason", cancel_reason(o.cancel_reason));
  price_or_zero(out, "latestFillPrice", o.latest_fill, places);
  price_or_zero(out, "maxFillPrice", o.max_fill, places);
  price_or_zero(out, "minFillPrice", o.min_fill, places);
  out.decimal("cumFillSize", o.filled, o.filled.is_zero() ? 0 : size_places(o.symbol))
      .decimal("cumFillValue", o.filled_value)
      .decimal("cumFillFee", o.fee)
      .decimal("cumLiquidateFee", o.liquidation_fee)
      .decimal("cumRealizePnl", o.realised)
      .stamp_text("createdTime", o.created)
      .stamp_text("updatedTime", o.updated);
}

void write_fill_figures(JsonWriter& out, const FillRow& f, int fee_places) {
  write_separation(out, f.opened_by);
  out.text("positionSide", position_side(f.position))
      .text("orderSide", order_side(f.side()))
      .decimal("fillSize", f.size, size_places(f.symbol))
      .decimal("fillValue", f.value)
      .decimal("fillFee", f.fee, fee_places)
      .decimal("liquidateFee", f.liquidation_fee)
      .decimal("realizePnl", f.realised)
      .text("direction", f.maker ? "MAKER" : "TAKER")
      .stamp_text("createdTime", f.time)
      .stamp_text("updatedTime", f.time);
}

void write_pending_amounts(JsonWriter& out) {
  for (const char* name : {"pendingDepositAmount", "pendingWithdrawAmount",
                           "pendingTransferInAmount", "pendingTransferOutAmount"}) {
    out.text(name, "0"); // money moves at once
  }
}

void write_collateral_sums(JsonWriter& out, const Totals& t) {
  out.decimal("cumDepositAmount", t.deposited)
      .decimal("cumWithdrawAmount", t.withdrawn)
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
      .text("cumOrderLiquidateFeeIncomeAmount", "0");
}

void write_position_size(JsonWriter& out, const PositionRow& p, const Account& account) {
  const int places = size_places(p.symbol);
  write_separation(out, p.opened_by);
  out.key("leverage").decimal(account.ledger.leverage(p.symbol).of(p.margin_mode, p.side));
  out.decimal("size", p.size, places)
      .decimal("openValue", p.open_value)
      .decimal("openFee", p.open_fee)
      .decimal("fundingFee", p.funding)
      .decimal("isolatedMargin", p.isolated_margin);
}

void write_position_history(JsonWriter& out, const PositionRow& p) {
  const int places = size_places(p.symbol);
  out.decimal("cumOpenSize", p.cum_open_size, places)
      .decimal("cumOpenValue", p.cum_open_value)
      .decimal("cumOpenFee", p.cum_open_fee)
      .decimal("cumCloseSize", p.cum_close_size, places)
      .decimal("cumCloseValue", p.cum_close_value)
      .decimal("cumCloseFee", p.cum_close_fee)
      .decimal("cumFundingFee", p.cum_funding)
      .decimal("cumLiquidateFee", p.cum_liquidation_fee)
      .id_text("createdMatchSequenceId", p.created_sequence)
      .id_text("updatedMatchSequenceId", p.updated_sequence)
      .stamp_text("createdTime", p.created)
      .stamp_text("updatedTime", p.updated);
}

} // namespace rg::exchange
