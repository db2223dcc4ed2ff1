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

/// {"id":…,"coin":…,"symbol":…: the object stays open.
JsonWriter& row(JsonWriter& out, std::uint64_t id, Symbol s) {
  return out.begin_object().id_text("id", id).text("coin", "USDT").text("symbol", s.compact());
}

void write_order(JsonWriter& out, const Order& o, const Account& acc) {
  row(out, o.id, o.symbol).text("marginMode", margin_type(o.margin_mode));
  const OrderWords words{order_type(o), time_in_force(o.tif), source_word(o.trigger_source),
                         order_status(o.status)};
  write_order_terms(out, o, words);
  write_order_exits(out, o);
  write_order_course(out, o, acc, words);
  out.end_object();
}

void write_fill(JsonWriter& out, const FillRow& f) {
  row(out, f.id, f.symbol)
      .id_text("orderId", f.order_id)
      .text("marginMode", margin_type(f.margin_mode));
  write_fill_figures(out, f, 8);
  out.end_object();
}

void write_position(JsonWriter& out, const PositionRow& p, const Account& acc) {
  row(out, p.id, p.symbol)
      .text("side", position_side(p.side))
      .text("marginMode", margin_type(p.margin_mode));
  write_position_size(out, p, acc);
  out.boolean("autoAppendIsolatedMargin", p.auto_append);
  write_position_history(out, p);
  out.end_object();
}

void write_collateral(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core) {
  const Account& acc = core.account(event.account);
  out.begin_object()
      .text("coin", "USDT")
      .text("marginMode", "CROSSED")
      .text("crossSymbol", "0")
      .text("isolatedPositionId", "0")
      .decimal("amount", acc.ledger.collateral());
  write_pending_amounts(out);
  out.boolean("liquidating", false).decimal("legacyAmount", core.equity(event.account));
  write_collateral_sums(out, acc.ledger.totals());
  out.stamp_text("createdTime", acc.created).stamp_text("updatedTime", event.time).end_object();
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
