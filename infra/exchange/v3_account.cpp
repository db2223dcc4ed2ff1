// Account endpoints of v3 (weex-api §16).

#include "infra/exchange/ai_log_upload.hpp"
#include "infra/exchange/v3_endpoints.hpp"

#include <chrono>

namespace rg::exchange::v3 {

namespace {

void write_position(Call& call, const PositionRow& p) {
  const Account& acc = call.acc();
  const Price mark = call.core.marks()[p.symbol.id()];
  const int places = size_places(p.symbol);
  call.out.begin_object()
      .integer("id", p.id)
      .text("asset", call.demo ? "SUSDT" : "USDT")
      .text("symbol", symbol_name(p.symbol, call.demo))
      .text("side", position_side(p.side))
      .text("marginType", margin_type(p.margin_mode))
      .text("separatedMode", separated_mode(p.opened_by != 0))
      .integer("separatedOpenOrderId", p.opened_by);
  call.out.key("leverage").decimal(acc.ledger.leverage(p.symbol).of(p.margin_mode, p.side), 2);
  call.out.decimal("size", p.size, places)
      .decimal("openValue", p.open_value)
      .decimal("openFee", p.open_fee)
      .decimal("fundingFee", p.funding)
      .decimal("marginSize", acc.ledger.position_margin(p, mark))
      .decimal("isolatedMargin", p.isolated_margin)
      .boolean("isAutoAppendIsolatedMargin", p.auto_append)
      .decimal("cumOpenSize", p.cum_open_size, places)
      .decimal("cumOpenValue", p.cum_open_value)
      .decimal("cumOpenFee", p.cum_open_fee)
      .decimal("cumCloseSize", p.cum_close_size)
      .decimal("cumCloseValue", p.cum_close_value)
      .decimal("cumCloseFee", p.cum_close_fee)
      .decimal("cumFundingFee", p.cum_funding)
      .decimal("cumLiquidateFee", p.cum_liquidation_fee)
      .integer("createdMatchSequenceId", p.created_sequence)
      .integer("updatedMatchSequenceId", p.updated_sequence)
      .integer("createdTime", p.created.ms())
      .integer("updatedTime", p.updated.ms())
      .decimal("unrealizePnl", Ledger::unrealised(p, mark))
      .decimal("liquidatePrice", call.core.liquidation_price(call.account, p))
      .end_object();
}

void write_positions(Call& call, std::optional<Symbol> only) {
  call.out.begin_array();
  std::as_const(call.acc().ledger).each_open([&](const PositionRow& p) {
    if (!only || *only == p.symbol) {
      write_position(call, p);
    }
  });
  call.out.end_array();
}

std::optional<MarginMode> optional_margin_type(const Parameters& in) {
  const auto word = in.text("marginType");
  const auto mode = word ? margin_type_of(*word) : std::nullopt;
  if (word && !mode) {
    throw parameter_invalid("marginType");
  }
  return mode;
}

std::optional<std::int64_t> leverage_of(const Parameters& in, std::string_view name) {
  const SentNumber n = in.number(name);
  if (n.absent()) {
    return std::nullopt;
  }
  if (!n.valid) {
    throw parameter_invalid(name);
  }
  return n.units;
}

void refuse(const std::optional<Refusal>& refusal) {
  if (refusal) {
    throw from_refusal(*refusal);
  }
}

} // namespace

void write_ack(Call& call) {
  call.out.begin_object()
      .text("code", "200")
      .text("msg", call.options.bare_acks ? "" : "success")
      .integer("requestTime", call.wall.ms())
      .end_object();
}

void get_balance(Call& call) {
  const Account& acc = call.acc();
  call.out.begin_array()
      .begin_object()
      .text("asset", call.demo ? "SUSDT" : "USDT")
      .decimal("balance", call.core.equity(call.account), 8)
      .decimal("availableBalance", call.core.available(call.account), 8)
      .decimal("frozen", acc.frozen, 8)
      .decimal("unrealizePnl", acc.ledger.unrealised(call.core.marks()), 8)
      .end_object()
      .end_array();
}

void get_commission_rate(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const ContractRules& r = call.core.rules(s);
  call.out.begin_object().text("symbol", s.compact());
  call.out.key("makerCommissionRate")
      .decimal(fixed::from_double(r.maker_fee.value(), Rounding::nearest));
  call.out.key("takerCommissionRate")
      .decimal(fixed::from_double(r.taker_fee.value(), Rounding::nearest));
  call.out.end_object();
}

void get_account_config(Call& call) {
  call.out.begin_object()
      .boolean("canTrade", !call.flags->read_only)
      .boolean("canDeposit", true)
      .boolean("canWithdraw", false)
      .boolean("dualSidePosition", true)
      .integer("updateTime", call.acc().created.ms())
      .end_object();
}

void get_symbol_config(Call& call) {
  const auto only = call.in.symbol(call.core);
  const Ledger& ledger = call.acc().ledger;
  call.out.begin_array();
  for (const Symbol s : call.core.symbols()) {
    if (only && *only != s) {
      continue;
    }
    const LeverageRow& row = ledger.leverage(s);
    call.out.begin_object()
        .text("symbol", s.compact())
        .text("marginType", margin_type(ledger.margin_mode(s)))
        .text("separatedType", separated_mode(ledger.is_separated(s)));
    call.out.key("crossLeverage").decimal(row.cross, 2);
    call.out.key("isolatedLongLeverage").decimal(row.isolated_long, 2);
    call.out.key("isolatedShortLeverage").decimal(row.isolated_short, 2);
    call.out.end_object();
  }
  call.out.end_array();
}

void get_all_positions(Call& call) {
  write_positions(call, std::nullopt);
}

void get_single_position(Call& call) {
  write_positions(call, call.in.required_symbol(call.core));
}

void post_income(Call& call) {
  constexpr int kMostDays = 100;
  ListFilter filter = list_filter(call, kMostDays);
  const auto asset = call.in.text("asset");
  if (asset && *asset != "USDT") {
    throw parameter_invalid("asset");
  }
  const Page page{0, static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(20))};
  const Rows<Bill> found = bills(call.acc(), filter, call.in.text("incomeType").value_or(""), page);
  call.out.begin_object().boolean("hasNextPage", found.more(page)).key("items").begin_array();
  for (const Bill* b : found.rows) {
    call.out.begin_object().integer("billId", b->id).text("asset", "USDT");
    if (b->has_symbol) {
      call.out.text("symbol", b->symbol.compact());
    } else {
      call.out.null("symbol");
    }
    call.out.decimal("income", b->amount)
        .text("incomeType", business_type(b->kind))
        .decimal("balance", b->balance)
        .decimal("fillFee", b->fee)
        .integer("time", b->time.ms())
        .text("transferReason", transfer_reason(b->kind))
        .end_object();
  }
  call.out.end_array().end_object();
}

/// The position mode comes along; left out, the contract goes back to combined positions.
void post_margin_type(Call& call) {
  const auto mode = optional_margin_type(call.in);
  if (!mode) {
    throw parameter_empty();
  }
  const std::string separated = call.in.text("separatedType").value_or("COMBINED");
  if (separated != "COMBINED" && separated != "SEPARATED") {
    throw parameter_invalid("separatedType");
  }
  const Symbol s = call.in.trading_symbol(call.core);
  refuse(call.core.set_modes(call.account, s, *mode, separated == "SEPARATED"));
  write_ack(call);
}

void post_leverage(Call& call) {
  const auto cross = leverage_of(call.in, "crossLeverage");
  const auto longs = leverage_of(call.in, "isolatedLongLeverage");
  const auto shorts = leverage_of(call.in, "isolatedShortLeverage");
  const MarginMode mode = optional_margin_type(call.in).value_or(
      longs || shorts ? MarginMode::isolated : MarginMode::cross);
  const Symbol s = call.in.trading_symbol(call.core);
  const bool is_cross = mode == MarginMode::cross;
  if (is_cross ? !cross.has_value() : !longs && !shorts) {
    throw bad_combination(is_cross
                              ? "CROSSED needs crossLeverage"
                              : "ISOLATED needs isolatedLongLeverage or isolatedShortLeverage");
  }
  const LeverageRow now = call.acc().ledger.leverage(s);
  refuse(call.core.set_leverage(call.account, s, mode,
                                is_cross ? *cross : longs.value_or(now.isolated_long),
                                is_cross ? *cross : shorts.value_or(now.isolated_short)));
  const LeverageRow& row = call.acc().ledger.leverage(s);
  call.out.begin_object().text("symbol", s.compact()).text("marginType", margin_type(mode));
  call.out.key("crossLeverage").decimal(is_cross ? row.cross : 0);
  call.out.key("isolatedLongLeverage").decimal(is_cross ? 0 : row.isolated_long);
  call.out.key("isolatedShortLeverage").decimal(is_cross ? 0 : row.isolated_short);
  call.out.end_object();
}

void post_position_margin(Call& call) {
  const auto position = call.in.id("isolatedPositionId");
  const SentNumber amount = call.in.number("amount");
  const auto type = call.in.integer("type", 1, 2);
  if (!position || amount.absent() || !type) {
    throw parameter_empty();
  }
  if (!amount.valid || amount.units <= 0) {
    throw parameter_invalid("amount");
  }
  const Notional moved = Notional::from_raw(*type == 1 ? amount.units : -amount.units);
  refuse(call.core.adjust_margin(call.account, *position, moved));
  write_ack(call);
}

void post_auto_append(Call& call) {
  const auto position = call.in.id("positionId");
  const auto on = call.in.boolean("autoAppendMargin");
  if (!position || !on) {
    throw parameter_empty();
  }
  refuse(call.core.set_auto_append(call.account, *position, *on));
  write_ack(call);
}

void post_upload_ai_log(Call& call) {
  if (!call.flags->ai_log_allowed) {
    throw ApiError{400, "-1053", "Permission validation failed", ""};
  }
  store_ai_log(call);
}

} // namespace rg::exchange::v3
