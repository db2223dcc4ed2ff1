#pragma once
// Reads any of the venue's texts with the codec of its generation and tells in one line what came
// of it, so that tables of texts and values stay readable.

#include "infra/weex/codec.hpp"
#include "tests/unit/weex/padded.hpp"

#include <memory>
#include <string>

namespace rg::weex::test {

enum class Reads : std::uint8_t {
  place,
  cancel,
  stop,
  sweep,
  leverage_ack, ///< acks of changes
  contracts,
  account,
  positions,
  open_orders,
  trigger_orders,
  history,
  fills,
  settings,
  bills,
  time,      ///< pages of answers
  one_order, ///< a row alone, read as a list of one: no question of ours asks for it
  candles,
  coded_ack,
  prices,
  book,
  market_trades,
  funding,
  funding_history,
  interest,
  fees, ///< what people ask about a market
  modes,
  trigger_history, ///< what people ask of an account
  public_frame,
  private_frame,
};

struct Reading {
  bool refused = false; ///< an error value: not understood, or the venue's own error
  bool sane = true;     ///< what was read keeps the types' promises
  std::string line;
};

/// Codecs keep their parsers; one of each generation serves a whole test.
class Reader {
public:
  [[nodiscard]] Reading read(const std::string& api, Reads what, std::string_view text) {
    Codec& codec = api == "v3" ? *v3_ : *v2_;
    const Padded bytes(text);
    switch (what) {
    case Reads::public_frame:
      return public_frame(codec, bytes);
    case Reads::private_frame:
      return private_frame(codec, bytes);
    case Reads::candles:
      return candles(codec, bytes);
    case Reads::modes:
      return modes(codec, bytes);
    case Reads::trigger_history:
      return trigger_history(codec, bytes);
    case Reads::one_order:
      return page(codec, Reads::history, Padded("[" + std::string(text) + "]"));
    case Reads::coded_ack:
      return coded_ack(codec, bytes);
    case Reads::place:
      return change(codec, PlaceOrder{}, bytes);
    case Reads::cancel:
      return change(codec, CancelOrder{}, bytes);
    case Reads::stop:
      return change(codec, PlaceStop{}, bytes);
    case Reads::sweep:
      return change(codec, CancelAll{}, bytes);
    case Reads::leverage_ack:
      return change(codec, SetLeverage{{}, 20}, bytes);
    case Reads::prices:
    case Reads::book:
    case Reads::market_trades:
    case Reads::funding:
    case Reads::funding_history:
    case Reads::interest:
    case Reads::fees:
      return info(codec, what, bytes);
    default:
      return page(codec, what, bytes);
    }
  }

private:
  std::unique_ptr<Codec> v2_ = make_codec("v2"), v3_ = make_codec("v3");
  PublicFrame public_;
  PrivateFrame private_;

  static Reading refusal(ParseError problem) { return {true, true, to_string(problem)}; }
  static Reading refusal(const VenueError& error) {
    return {true, true, "venue says " + std::to_string(error.code) + " " + error.message};
  }
  static std::string name(Symbol s) { return std::string(s.base_coin()); }
  static std::string when(Timestamp t) { return std::to_string(t.ms()); }

  static bool is_sane(const CandleRow& c) {
    return c.low.is_positive() && c.low <= c.open && c.low <= c.close && c.high >= c.open &&
           c.high >= c.close && !c.volume.is_negative();
  }
  static bool is_sane(const std::vector<Level>& levels) {
    for (const Level& l : levels) {
      if (!l.price.is_positive() || l.size.is_negative()) {
        return false;
      }
    }
    return true;
  }

  static std::string line(const CandleRow& c) {
    return " " + name(c.symbol) + " " + when(c.open_time) + " " + c.open.text() + " " +
           c.high.text() + " " + c.low.text() + " " + c.close.text() + " " + c.volume.text();
  }
  static std::string line(const VenueOrder& o) {
    return " " + name(o.symbol) + " " + std::to_string(o.venue_id) + " '" + o.client_id + "' " +
           (o.opens ? "open " : "close ") + to_string(o.position) +
           (o.trigger ? " trigger " : " order ") + to_string(o.state) + " " + o.filled.text() +
           "/" + o.quantity.text() + " at " + o.price.text() + " on " + o.trigger_price.text() +
           " " + when(o.created);
  }
  static std::string line(const Fill& f) {
    return " " + name(f.symbol) + " " + std::to_string(f.venue_fill_id) + " of " +
           std::to_string(f.venue_order_id) + " " + to_string(f.side) +
           (f.opens ? " open " : " close ") + to_string(f.position) +
           (f.maker ? " maker " : " taker ") + f.quantity.text() + " at " + f.price.text() +
           " value " + f.value.text() + " fee " + f.fee.text() + " pnl " + f.realised_pnl.text() +
           (f.liquidation ? " liquidation " : " ") + when(f.exchange_time);
  }
  static std::string line(const Position& p) {
    return " " + name(p.symbol) + " " + to_string(p.side) + " " + p.quantity.text() + " value " +
           p.open_value.text() + " " + when(p.opened);
  }
  static std::string line(const LeverageSetting& l) {
    return " " + name(l.symbol) + " " + std::to_string(l.long_leverage) + "/" +
           std::to_string(l.short_leverage);
  }
  static std::string line(const CashFlow& c) {
    return " " + std::to_string(c.venue_bill_id) + " " + name(c.symbol) + " " + c.amount.text() +
           " kind " + std::to_string(static_cast<int>(c.kind)) + " " + when(c.exchange_time);
  }
  static std::string line(const ContractRules& c) {
    const auto ratio = [](double r) {
      return fixed::format(static_cast<std::int64_t>(r * 1e8 + 0.5));
    };
    return " " + name(c.symbol) + " tick " + c.tick_size.text() + " lot " + c.lot_size.text() +
           " min " + c.min_quantity.text() + " max " + c.max_quantity.text() + " position " +
           c.max_position.text() + " market " + c.max_market_open.text() + " fees " +
           ratio(c.maker_fee.value()) + "/" + ratio(c.taker_fee.value()) + " leverage " +
           ratio(c.max_leverage) + " band " + ratio(c.price_band);
  }
  template <class T> static std::string line(const std::vector<T>& rows) {
    std::string text;
    for (const T& row : rows) {
      text += line(row);
    }
    return text.empty() ? " none" : text;
  }

  static Reading change(Codec& codec, const ChangeRequest& request, std::string_view text) {
    const ChangeResult result = codec.decode_change(request, text);
    if (result.error.code != 0) {
      return refusal(result.error);
    }
    return result.understood ? Reading{false, true, "ok " + std::to_string(result.venue_id)}
                             : Reading{true, true, "not understood"};
  }

  static Reading coded_ack(Codec& codec, std::string_view text) {
    bool understood = false;
    const VenueError error = codec.decode_ack(text, understood);
    if (error.code != 0) {
      return refusal(error);
    }
    return {!understood, true, understood ? "ok" : "not understood"};
  }

  static Reading candles(Codec& codec, std::string_view text) {
    std::vector<CandleRow> rows;
    VenueError error;
    const ParseError problem = codec.decode_candles(kBtc, text, rows, error);
    if (problem != ParseError::none) {
      return refusal(problem);
    }
    if (error.code != 0) {
      return refusal(error);
    }
    Reading reading{false, true, "candles" + line(rows)};
    for (const CandleRow& c : rows) {
      reading.sane = reading.sane && is_sane(c);
    }
    return reading;
  }

  static Reading modes(Codec& codec, std::string_view text) {
    std::vector<PairModes> rows;
    VenueError error;
    const ParseError problem = codec.decode_modes(text, rows, error);
    if (problem != ParseError::none || error.code != 0) {
      return problem != ParseError::none ? refusal(problem) : refusal(error);
    }
    Reading out{false, true, "modes"};
    for (const PairModes& m : rows) {
      out.line += " " + name(m.symbol) + (m.cross ? " cross" : " isolated") +
                  (m.combined ? " combined" : " separated") + (m.hedge ? " hedge" : " one-way");
    }
    return out;
  }
  static Reading trigger_history(Codec& codec, std::string_view text) {
    PageState state;
    std::vector<VenueOrder> rows;
    VenueError error;
    const ParseError problem = codec.decode_trigger_history(text, state, rows, error);
    if (problem != ParseError::none || error.code != 0) {
      return problem != ParseError::none ? refusal(problem) : refusal(error);
    }
    return {false, true, "rows" + line(rows) + (state.more ? " and more" : "")};
  }

  static Reading page(Codec& codec, Reads what, std::string_view text) {
    static constexpr QueryKind kKinds[] = {QueryKind::contracts,      QueryKind::account,
                                           QueryKind::positions,      QueryKind::open_orders,
                                           QueryKind::trigger_orders, QueryKind::order_history,
                                           QueryKind::fills,          QueryKind::leverage,
                                           QueryKind::bills,          QueryKind::server_time};
    Query query;
    query.kind =
        kKinds[static_cast<std::size_t>(what) - static_cast<std::size_t>(Reads::contracts)];
    PageState state;
    QueryPayload payload;
    VenueError error;
    const ParseError problem = codec.decode_page(query, text, state, payload, error);
    if (problem != ParseError::none) {
      return refusal(problem);
    }
    if (error.code != 0) {
      return refusal(error);
    }
    Reading reading;
    std::visit([&](const auto& rows) { tell(rows, reading); }, payload);
    reading.line += state.more ? " and more" : "";
    return reading;
  }
  static void tell(std::monostate, Reading& out) { out.line = "nothing"; }
  static void tell(const ServerTime& t, Reading& out) { out.line = "time " + when(t.server); }
  static void tell(const AccountSnapshot& a, Reading& out) {
    out.line = "account " + a.wallet_balance.text() + " free " + a.available.text() + " frozen " +
               a.frozen.text() + " unrealised " + a.unrealised_pnl.text();
  }
  static void tell(const std::vector<Fill>& rows, Reading& out) {
    out.line = "rows" + line(rows);
    for (const Fill& f : rows) {
      out.sane = out.sane && f.quantity.is_positive() && f.price.is_positive();
    }
  }
  static void tell(const std::vector<ContractRules>& rows, Reading& out) {
    out.line = "rows" + line(rows);
    for (const ContractRules& c : rows) {
      out.sane = out.sane && c.tick_size.is_positive() && c.lot_size.is_positive() &&
                 c.min_quantity >= c.lot_size && !c.max_quantity.is_negative() &&
                 c.max_leverage >= 1.0;
    }
  }
  template <class T> static void tell(const std::vector<T>& rows, Reading& out) {
    out.line = "rows" + line(rows);
  }

  static Reading info(Codec& codec, Reads what, std::string_view text) {
    const auto kind =
        static_cast<InfoKind>(static_cast<int>(what) - static_cast<int>(Reads::prices));
    MarketInfo info;
    VenueError error;
    const ParseError problem = codec.decode_info(kind, kBtc, text, info, error);
    if (problem != ParseError::none) {
      return refusal(problem);
    }
    if (error.code != 0) {
      return refusal(error);
    }
    const auto decimal = [](double r) {
      const auto units = static_cast<std::int64_t>(r * 1e8 + (r < 0 ? -0.5 : 0.5));
      return fixed::format(units);
    };
    Reading out{false, is_sane(info.asks) && is_sane(info.bids), "info"};
    for (const PriceInfo& p : info.prices) {
      out.line += " " + name(p.symbol) + " last " + p.last.text() + " mark " + p.mark.text() +
                  " index " + p.index.text() + " bid " + p.best_bid.text() + " ask " +
                  p.best_ask.text() + " range " + p.low.text() + ".." + p.high.text() + " volume " +
                  p.volume.text() + " " + when(p.stamp);
      out.sane = out.sane && !p.last.is_negative() && !p.volume.is_negative();
    }
    if (!info.asks.empty() || !info.bids.empty()) {
      out.line += " asks" + levels(info.asks) + " bids" + levels(info.bids);
    }
    for (const TradeRow& t : info.trades) {
      out.line += " " + when(t.time) + " " + t.price.text() + " " + t.size.text() +
                  (t.seller_took ? " sold" : " bought");
    }
    for (const FundingInfo& f : info.funding) {
      out.line += " " + name(f.symbol) + " rate " + (f.rate ? decimal(*f.rate) : "?") + " cycle " +
                  std::to_string(f.cycle / std::chrono::minutes(1)) + " at " + when(f.time);
    }
    for (const InterestInfo& i : info.interest) {
      out.line += " " + name(i.symbol) + " open " + i.open.text() + " " + when(i.stamp);
    }
    for (const FeeInfo& f : info.fees) {
      out.line += " " + name(f.symbol) + " maker " + decimal(f.maker.value()) + " taker " +
                  decimal(f.taker.value());
    }
    return out;
  }

  static std::string control(FrameKind kind, std::string_view channel, std::string_view time,
                             std::string_view note) {
    switch (kind) {
    case FrameKind::ping:
      return "ping " + std::string(time);
    case FrameKind::subscribed:
      return "subscribed " + std::string(channel);
    case FrameKind::unsubscribed:
      return "unsubscribed " + std::string(channel);
    case FrameKind::refused:
      return "refused " + std::string(note);
    default:
      return "ignored";
    }
  }

  Reading public_frame(Codec& codec, std::string_view text) {
    const ParseError problem = codec.decode(text, public_);
    if (problem != ParseError::none) {
      return refusal(problem);
    }
    const PublicFrame& f = public_;
    Reading out{false, is_sane(f.depth.asks) && is_sane(f.depth.bids), ""};
    const std::string head = name(f.symbol);
    switch (f.kind) {
    case FrameKind::ticker:
      out.line = "ticker " + head + " last " + f.ticker.last.text() + " mark " +
                 f.ticker.mark.text() + " index " + f.ticker.index.text();
      out.sane = !f.ticker.last.is_negative() && !f.ticker.mark.is_negative();
      return out;
    case FrameKind::candles:
      for (const CandleRow& c : f.candles) {
        out.sane = out.sane && is_sane(c);
      }
      out.line = "candles" + line(f.candles);
      return out;
    case FrameKind::trades:
      out.line = "trades " + head;
      for (const TradeRow& t : f.trades) {
        out.sane = out.sane && t.price.is_positive() && !t.size.is_negative();
        out.line += " " + when(t.time) + " " + t.price.text() + " " + t.size.text() +
                    (t.seller_took ? " sold" : " bought");
      }
      return out;
    case FrameKind::depth:
      out.line = "depth " + head + (f.depth.snapshot ? " snapshot " : " change ") +
                 std::to_string(f.depth.start_version) + ".." +
                 std::to_string(f.depth.end_version) + " of " + std::to_string(f.depth.levels) +
                 " asks" + levels(f.depth.asks) + " bids" + levels(f.depth.bids);
      return out;
    default:
      out.line = control(f.kind, f.channel, f.ping_time, f.note);
      out.refused = f.kind == FrameKind::refused;
      return out;
    }
  }
  static std::string levels(const std::vector<Level>& side) {
    std::string text;
    for (const Level& l : side) {
      text += " " + l.price.text() + "x" + l.size.text();
    }
    return text;
  }

  Reading private_frame(Codec& codec, std::string_view text) {
    const ParseError problem = codec.decode(text, private_);
    if (problem != ParseError::none) {
      return refusal(problem);
    }
    const PrivateFrame& f = private_;
    Reading out;
    const std::string head =
        "v" + std::to_string(f.version) + " cause " + std::to_string(static_cast<int>(f.cause));
    switch (f.kind) {
    case FrameKind::account:
      out.line = "account " + head;
      return out;
    case FrameKind::positions:
      out.line = "positions " + head + line(f.positions);
      return out;
    case FrameKind::fills:
      tell(f.fills, out);
      out.line = "fills " + head + line(f.fills);
      return out;
    case FrameKind::orders:
      out.line = "orders " + head + line(f.orders);
      return out;
    default:
      out.line = control(f.kind, f.channel, f.ping_time, f.note);
      out.refused = f.kind == FrameKind::refused;
      return out;
    }
  }
};

} // namespace rg::weex::test
