#include "infra/exchange/v2_push.hpp"

#include "infra/exchange/market_figures.hpp"
#include "infra/exchange/push_figures.hpp"
#include "infra/exchange/v2_words.hpp"

namespace rg::exchange::v2 {

namespace {

JsonWriter& head(JsonWriter& out, std::string_view channel) {
  return out.begin_object().text("event", "payload").text("channel", channel);
}

/// {"id":…,"coinId":…,"contractId":…: the object stays open.
JsonWriter& row(JsonWriter& out, std::uint64_t id, Symbol s) {
  return out.begin_object().id_text("id", id).text("coinId", "USDT").text("contractId", s.name());
}

void write_order(JsonWriter& out, const Order& o, const Account& acc) {
  row(out, o.id, o.symbol).text("marginMode", margin_mode(o.margin_mode));
  const OrderWords words{push_type(o), push_tif(o), trigger_source(o), push_status(o.status)};
  write_order_terms(out, o, words);
  write_order_course(out, o, acc, words);
  write_order_exits(out, o);
  out.end_object();
}

void write_fill(JsonWriter& out, const FillRow& f) {
  row(out, f.id, f.symbol)
      .id_text("orderId", f.order_id)
      .text("marginMode", margin_mode(f.margin_mode));
  write_fill_figures(out, f, 0);
  out.end_object();
}

void write_position(JsonWriter& out, const PositionRow& p, const Account& acc) {
  row(out, p.id, p.symbol);
  out.text("side", position_side(p.side)).text("marginMode", margin_mode(p.margin_mode));
  write_position_size(out, p, acc);
  write_position_history(out, p);
  out.boolean("autoAppendIsolatedMargin", p.auto_append).end_object();
}

void write_collateral_push(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core) {
  const Account& acc = core.account(event.account);
  out.begin_object()
      .text("coinId", "USDT")
      .text("marginMode", "SHARED")
      .text("crossContractId", "0")
      .text("isolatedPositionId", "0")
      .decimal("amount", acc.ledger.collateral());
  write_pending_amounts(out);
  out.decimal("legacyAmount", core.equity(event.account));
  write_collateral_sums(out, acc.ledger.totals());
  out.stamp_text("createdTime", acc.created)
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
