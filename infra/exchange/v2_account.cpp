// Account endpoints of v2 (weex-api §9).

#include "infra/exchange/account_lists.hpp"
#include "infra/exchange/ai_log_upload.hpp"
#include "infra/exchange/v2_endpoints.hpp"

namespace rg::exchange::v2 {

namespace {

constexpr std::uint64_t kAccountIdBase = 538'941'453'963'887'000ULL;

void write_fee_setting(JsonWriter& out, const ContractRules& rules) {
  out.boolean("is_set_fee_rate", false);
  out.key("taker_fee_rate")
      .decimal(fixed::from_double(rules.taker_fee.value(), Rounding::nearest), 8);
  out.key("maker_fee_rate")
      .decimal(fixed::from_double(rules.maker_fee.value(), Rounding::nearest), 8);
  out.boolean("is_set_fee_discount", false)
      .text("fee_discount", "0")
      .boolean("is_set_taker_maker_fee_discount", false)
      .text("taker_fee_discount", "0")
      .text("maker_fee_discount", "0");
}

void write_leverages(JsonWriter& out, const LeverageRow& row) {
  out.key("isolated_long_leverage").decimal(row.isolated_long, 2);
  out.key("isolated_short_leverage").decimal(row.isolated_short, 2);
  out.key("cross_leverage").decimal(row.cross, 2);
}

/// getAccounts and getAccount differ in two key names only (weex-api §9.3).
void write_account(Call& call, bool enum_names) {
  JsonWriter& out = call.out;
  const Account& acc = call.acc();
  out.begin_object().key("account").begin_object();
  out.key("defaultFeeSetting").begin_object();
  write_fee_setting(out, call.core.rules(Symbol{}));
  out.end_object().key("feeSetting").begin_array();
  for (const Symbol s : call.core.symbols()) {
    out.begin_object().text("symbol", s.name());
    write_fee_setting(out, call.core.rules(s));
    out.end_object();
  }
  out.end_array().key("modeSetting").begin_array();
  for (const Symbol s : call.core.symbols()) {
    out.begin_object()
        .text("symbol", s.name())
        .text("marginMode", margin_mode(acc.ledger.margin_mode(s)))
        .text(enum_names ? "separatedModeEnum" : "separatedMode",
              separated_mode(acc.ledger.is_separated(s)))
        .text(enum_names ? "positionModeEnum" : "positionMode", "HEDGE")
        .end_object();
  }
  out.end_array().key("leverageSetting").begin_array();
  for (const Symbol s : call.core.symbols()) {
    out.begin_object().text("symbol", s.name());
    write_leverages(out, acc.ledger.leverage(s));
    out.end_object();
  }
  out.end_array()
      .integer("createOrderRateLimitPerMinute", 0)
      .integer("createOrderDelayMilliseconds", 0)
      .integer("createdTime", acc.created.ms())
      .integer("updatedTime", call.core.data_now().ms())
      .end_object();
  out.key("collateral").begin_array();
  write_collateral(out, call.core, call.account);
  out.end_array().null("version").end_object();
}

void write_position(Call& call, const PositionRow& p) {
  const Account& acc = call.acc();
  const Price mark = call.core.marks()[p.symbol.id()];
  const int places = size_places(p.symbol);
  call.out.begin_object()
      .integer("id", p.id)
      .integer("account_id", kAccountIdBase + call.account)
      .integer("coin_id", 2)
      .integer("contract_id", 10'000'001 + p.symbol.id())
      .text("symbol", p.symbol.name())
      .text("side", position_side(p.side))
      .text("margin_mode", margin_mode(p.margin_mode))
      .text("separated_mode", separated_mode(p.opened_by != 0))
      .integer("separated_open_order_id", p.opened_by);
  call.out.key("leverage").decimal(acc.ledger.leverage(p.symbol).of(p.margin_mode, p.side), 2);
  call.out.decimal("size", p.size, places)
      .decimal("open_value", p.open_value)
      .decimal("open_fee", p.open_fee)
      .decimal("funding_fee", p.funding)
      .decimal("marginSize", acc.ledger.position_margin(p, mark))
      .decimal("isolated_margin", p.isolated_margin)
      .boolean("is_auto_append_isolated_margin", p.auto_append)
      .decimal("cum_open_size", p.cum_open_size, places)
      .decimal("cum_open_value", p.cum_open_value)
      .decimal("cum_open_fee", p.cum_open_fee)
      .decimal("cum_close_size", p.cum_close_size)
      .decimal("cum_close_value", p.cum_close_value)
      .decimal("cum_close_fee", p.cum_close_fee)
      .decimal("cum_funding_fee", p.cum_funding)
      .decimal("cum_liquidate_fee", p.cum_liquidation_fee)
      .integer("created_match_sequence_id", p.created_sequence)
      .integer("updated_match_sequence_id", p.updated_sequence)
      .integer("created_time", p.created.ms())
      .integer("updated_time", p.updated.ms())
      .decimal("contractVal", call.core.rules(p.symbol).lot_size)
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

std::int64_t leverage_of(const Parameters& in, std::string_view name) {
  const std::string text = in.required(name);
  const auto units = fixed::parse(text);
  if (!units) {
    throw parameter_invalid(name);
  }
  return *units;
}

MarginMode required_mode(const Parameters& in) {
  const auto number = in.integer("marginMode", 0, 9);
  if (!number) {
    throw parameter_empty();
  }
  const auto mode = margin_mode_of(*number);
  if (!mode) {
    throw parameter_invalid("marginMode");
  }
  return *mode;
}

void finish_setting(Call& call, const std::optional<Refusal>& refusal) {
  if (refusal) {
    throw from_refusal(*refusal);
  }
  write_ack_200(call);
}

} // namespace

void write_ack_200(Call& call) {
  call.out.begin_object()
      .text("msg", "success")
      .integer("requestTime", call.wall.ms())
      .text("code", "200")
      .end_object();
}

void write_ack_00000(Call& call, std::string_view data) {
  call.out.begin_object()
      .text("code", "00000")
      .text("msg", "success")
      .integer("requestTime", call.wall.ms())
      .text("data", data)
      .end_object();
}

void write_collateral(JsonWriter& out, const ExchangeCore& core, AccountIndex a) {
  const Account& acc = core.account(a);
  const Totals& t = acc.ledger.totals();
  out.begin_object()
      .text("coin", "USDT")
      .text("marginMode", "SHARED")
      .null("crossSymbol")
      .integer("isolatedPositionId", 0)
      .decimal("amount", acc.ledger.collateral())
      .text("pending_deposit_amount", "0")
      .text("pending_withdraw_amount", "0")
      .text("pending_transfer_in_amount", "0")
      .text("pending_transfer_out_amount", "0")
      .boolean("is_liquidating", false)
      .decimal("legacy_amount", core.equity(a))
      .decimal("cum_deposit_amount", t.deposited)
      .decimal("cum_withdraw_amount", t.withdrawn)
      .decimal("cum_transfer_in_amount", t.transferred_in)
      .decimal("cum_transfer_out_amount", t.transferred_out)
      .decimal("cum_margin_move_in_amount", t.margin_moved_in)
      .decimal("cum_margin_move_out_amount", t.margin_moved_out)
      .decimal("cum_position_open_long_amount", t.opened_long)
      .decimal("cum_position_open_short_amount", t.opened_short)
      .decimal("cum_position_close_long_amount", t.closed_long)
      .decimal("cum_position_close_short_amount", t.closed_short)
      .decimal("cum_position_fill_fee_amount", t.fees)
      .decimal("cum_position_liquidate_fee_amount", t.liquidation_fees)
      .decimal("cum_position_funding_amount", t.funding)
      .text("cum_order_fill_fee_income_amount", "0")
      .text("cum_order_liquidate_fee_income_amount", "0")
      .integer("created_time", acc.created.ms())
      .integer("updated_time", core.data_now().ms())
      .end_object();
}

void get_assets(Call& call) {
  const Account& acc = call.acc();
  call.out.begin_array()
      .begin_object()
      .text("coinName", "USDT")
      .decimal("available", call.core.available(call.account), 8)
      .decimal("equity", call.core.equity(call.account), 8)
      .decimal("frozen", acc.frozen, 8)
      .decimal("unrealizePnl", acc.ledger.unrealised(call.core.marks()), 8)
      .end_object()
      .end_array();
}

void get_accounts(Call& call) {
  write_account(call, false);
}

void get_account(Call& call) {
  if (call.in.required("coin") != "USDT") {
    throw parameter_invalid("coin");
  }
  write_account(call, true);
}

void post_bills(Call& call) {
  const auto symbol = call.in.symbol(call.core);
  const auto coin = call.in.text("coin");
  const auto type = call.in.text("businessType");
  const ListFilter filter{symbol, std::nullopt, call.in.stamp("startTime"),
                          call.in.stamp("endTime")};
  const Page page{0, static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(20))};
  if (coin && *coin != "USDT") {
    throw parameter_invalid("coin");
  }
  const Rows<Bill> found = bills(call.acc(), filter, type.value_or(""), page);
  call.out.begin_object().boolean("hasNextPage", found.more(page)).key("items").begin_array();
  for (const Bill* b : found.rows) {
    call.out.begin_object()
        .integer("billId", b->id)
        .text("coin", "USDT")
        .text("symbol", b->has_symbol ? b->symbol.name() : "")
        .decimal("amount", b->amount)
        .text("businessType", business_type(b->kind))
        .decimal("balance", b->balance)
        .decimal("fillFee", b->fee)
        .text("transferReason", transfer_reason(b->kind))
        .integer("ctime", b->time.ms())
        .end_object();
  }
  call.out.end_array().end_object();
}

void get_settings(Call& call) {
  const auto only = call.in.symbol(call.core);
  call.out.begin_object();
  for (const Symbol s : call.core.symbols()) {
    if (!only || *only == s) {
      call.out.key(s.name()).begin_object();
      write_leverages(call.out, call.acc().ledger.leverage(s));
      call.out.end_object();
    }
  }
  call.out.end_object();
}

void post_leverage(Call& call) {
  const MarginMode mode = required_mode(call.in);
  const std::int64_t longs = leverage_of(call.in, "longLeverage");
  const std::int64_t shorts = leverage_of(call.in, "shortLeverage");
  const Symbol s = call.in.trading_symbol(call.core);
  finish_setting(call, call.core.set_leverage(call.account, s, mode, longs, shorts));
}

void post_adjust_margin(Call& call) {
  if (call.in.integer("coinId", 0, 1'000'000).value_or(2) != 2) {
    throw parameter_invalid("coinId");
  }
  const auto position = call.in.id("isolatedPositionId");
  const SentNumber amount = call.in.number("collateralAmount");
  if (!position || amount.absent()) {
    throw parameter_empty();
  }
  if (!amount.valid || amount.units == 0) {
    throw parameter_invalid("collateralAmount");
  }
  finish_setting(
      call, call.core.adjust_margin(call.account, *position, Notional::from_raw(amount.units)));
}

void post_auto_append(Call& call) {
  const auto position = call.in.id("positionId");
  const auto on = call.in.boolean("autoAppendMargin");
  if (!position || !on) {
    throw parameter_empty();
  }
  finish_setting(call, call.core.set_auto_append(call.account, *position, *on));
}

void get_all_positions(Call& call) {
  write_positions(call, std::nullopt);
}

void get_single_position(Call& call) {
  write_positions(call, call.in.required_symbol(call.core));
}

void post_upload_ai_log(Call& call) {
  if (!call.flags->ai_log_allowed) {
    throw Error{400, "40021", "check openapi permission is error", ""};
  }
  store_ai_log(call);
}

void post_change_hold_model(Call& call) {
  const MarginMode mode = required_mode(call.in);
  if (call.in.integer("separatedMode", 0, 9).value_or(1) != 1) {
    throw parameter_invalid("separatedMode");
  }
  const Symbol s = call.in.trading_symbol(call.core);
  finish_setting(call, call.core.set_modes(call.account, s, mode, false));
}

} // namespace rg::exchange::v2
