// Public websocket frames of v2 (weex-api §12.2–§12.4). This is the hot parse path: one pass over
// the bytes, no allocation once the frame's vectors have grown.

#include "infra/weex/public_rows.hpp"
#include "infra/weex/v2_codec.hpp"

namespace rg::weex {

namespace {

using json::Value;
using wire::Checker;

struct Channel {
  FrameKind kind = FrameKind::ignored;
  std::string_view symbol;
};

/// "kline.LAST_PRICE.cmt_btcusdt.MINUTE_1", "ticker.cmt_btcusdt", "depth.cmt_btcusdt.15".
Channel parse_channel(std::string_view name) {
  const auto up_to_dot = [](std::string_view text) { return text.substr(0, text.find('.')); };
  if (name.starts_with("kline.LAST_PRICE.")) {
    const std::string_view rest = name.substr(17);
    const std::string_view symbol = up_to_dot(rest);
    return {rest.ends_with(".MINUTE_1") ? FrameKind::candles : FrameKind::ignored, symbol};
  }
  if (name.starts_with("depth.")) {
    return {FrameKind::depth, up_to_dot(name.substr(6))};
  }
  if (name.starts_with("trades.")) {
    return {FrameKind::trades, name.substr(7)};
  }
  if (name.starts_with("ticker.")) {
    return {FrameKind::ticker, name.substr(7)};
  }
  return {};
}

ParseError read_ticker(Value rows, TickerRow& out) {
  Checker check;
  bool any = false;
  const bool shaped = json::each_element(rows, [&](Value row) {
    out = TickerRow{};
    any = true;
    return json::each_field(row, [&](std::string_view key, Value v) {
      if (key == "lastPrice") {
        return check.expect(json::assign(out.last, json::price(json::scalar(v))));
      }
      if (key == "markPrice") {
        return check.expect(json::assign(out.mark, json::price(json::scalar(v))));
      }
      if (key == "indexPrice") {
        return check.expect(json::assign(out.index, json::price(json::scalar(v))));
      }
      if (key == "time" || key == "timestamp") {
        return check.expect(json::assign(out.stamp, json::stamp(json::scalar(v))));
      }
      return true;
    });
  });
  if (!shaped) {
    return check.verdict(shaped);
  }
  return any && (out.last.is_positive() || out.mark.is_positive()) ? ParseError::none
                                                                   : ParseError::missing_field;
}

ParseError read_candles(Value rows, Symbol symbol, std::vector<CandleRow>& out) {
  Checker check;
  const bool shaped = json::each_element(rows, [&](Value row) {
    CandleRow candle;
    candle.symbol = symbol;
    unsigned seen = 0;
    const auto take = [&](unsigned bit, bool good) {
      seen |= bit;
      return check.expect(good);
    };
    const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
      if (key == "klineTime") {
        return take(1, json::assign(candle.open_time, json::stamp(json::scalar(v))));
      }
      if (key == "size") {
        return take(2, json::assign(candle.volume, json::quantity(json::scalar(v))));
      }
      if (key == "high") {
        return take(4, json::assign(candle.high, json::price(json::scalar(v))));
      }
      if (key == "low") {
        return take(8, json::assign(candle.low, json::price(json::scalar(v))));
      }
      if (key == "open") {
        return take(16, json::assign(candle.open, json::price(json::scalar(v))));
      }
      if (key == "close") {
        return take(32, json::assign(candle.close, json::price(json::scalar(v))));
      }
      return true; // symbol stands in the channel; value is not needed
    });
    if (!whole) {
      return false;
    }
    if (seen != 63) {
      return check.fail(ParseError::missing_field);
    }
    out.push_back(candle);
    return check.expect(wire::is_sane(candle));
  });
  if (!shaped) {
    return check.verdict(shaped);
  }
  return ParseError::none;
}

ParseError read_trades(Value rows, std::vector<TradeRow>& out) {
  Checker check;
  const bool shaped = json::each_element(rows, [&](Value row) {
    TradeRow trade;
    unsigned seen = 0;
    const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
      if (key == "time") {
        seen |= 1;
        return check.expect(json::assign(trade.time, json::stamp(json::scalar(v))));
      }
      if (key == "price") {
        seen |= 2;
        return check.expect(json::assign(trade.price, json::price(json::scalar(v))));
      }
      if (key == "size") {
        seen |= 4;
        return check.expect(json::assign(trade.size, json::quantity(json::scalar(v))));
      }
      if (key == "buyerMaker") {
        return check.expect(v.get_bool().get(trade.seller_took) == simdjson::SUCCESS);
      }
      return true;
    });
    if (!whole) {
      return false;
    }
    out.push_back(trade);
    return seen == 7 || check.fail(ParseError::missing_field);
  });
  if (!shaped) {
    return check.verdict(shaped);
  }
  wire::sort_trades(out);
  return ParseError::none;
}

bool read_levels(Value rows, std::vector<Level>& out, Checker& check) {
  return json::each_element(rows, [&](Value row) {
    Level level;
    unsigned seen = 0;
    const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
      if (key == "price") {
        seen |= 1;
        return check.expect(json::assign(level.price, json::price(json::scalar(v))));
      }
      if (key == "size") {
        seen |= 2;
        return check.expect(json::assign(level.size, json::quantity(json::scalar(v))));
      }
      return true;
    });
    if (!whole) {
      return false;
    }
    out.push_back(level);
    return seen == 3 || check.fail(ParseError::missing_field);
  });
}

ParseError read_depth(Value rows, DepthRows& out) {
  Checker check;
  unsigned seen = 0;
  const bool shaped = json::each_element(rows, [&](Value row) {
    return json::each_field(row, [&](std::string_view key, Value v) {
      if (key == "asks") {
        seen |= 1;
        return read_levels(v, out.asks, check);
      }
      if (key == "bids") {
        seen |= 2;
        return read_levels(v, out.bids, check);
      }
      if (key == "startVersion" || key == "endVersion") {
        const bool start = key.front() == 's';
        seen |= start ? 4U : 8U;
        return check.expect(json::assign(start ? out.start_version : out.end_version,
                                         json::unsigned_number(json::scalar(v))));
      }
      if (key == "depthType") {
        seen |= 16;
        return check.expect(json::assign(out.snapshot, wire::is_snapshot(v)));
      }
      if (key == "level") {
        return check.expect(json::assign(out.levels, wire::level_count(v)));
      }
      return true;
    });
  });
  if (!shaped) {
    return check.verdict(shaped);
  }
  if (seen != 31) {
    return ParseError::missing_field;
  }
  return out.end_version >= out.start_version ? ParseError::none : ParseError::bad_value;
}

ParseError read_rows(Value rows, PublicFrame& frame) {
  switch (frame.kind) {
  case FrameKind::ticker:
    return read_ticker(rows, frame.ticker);
  case FrameKind::candles:
    return read_candles(rows, frame.symbol, frame.candles);
  case FrameKind::trades:
    return read_trades(rows, frame.trades);
  case FrameKind::depth:
    return read_depth(rows, frame.depth);
  default:
    return ParseError::none;
  }
}

/// The kind of a frame that carries no rows.
FrameKind control_kind(std::string_view event) {
  if (event == "ping") {
    return FrameKind::ping;
  }
  if (event == "subscribed") {
    return FrameKind::subscribed;
  }
  if (event == "unsubscribed") {
    return FrameKind::unsubscribed;
  }
  return event == "error" ? FrameKind::refused : FrameKind::ignored;
}

/// Header fields of a frame, and the rows when the channel was known by then.
struct Pass {
  PublicFrame& frame;
  std::string_view event, type;
  bool result_false = false, has_rows = false, rows_read = false;
  ParseError problem = ParseError::none;

  bool on_field(std::string_view key, Value v) {
    if (key == "channel") {
      frame.channel = json::scalar(v);
      const Channel channel = parse_channel(frame.channel);
      frame.kind = channel.kind;
      if (frame.kind != FrameKind::ignored) {
        const auto symbol = symbol_of(channel.symbol);
        if (!symbol) {
          problem = ParseError::unknown_symbol;
          return false;
        }
        frame.symbol = *symbol;
      }
    } else if (key == "data") {
      has_rows = true;
      if (frame.kind != FrameKind::ignored) {
        rows_read = true;
        problem = read_rows(v, frame);
        return problem == ParseError::none;
      }
    } else if (key == "event") {
      event = json::scalar(v);
    } else if (key == "type") {
      type = json::scalar(v);
    } else if (key == "time") {
      frame.ping_time = json::scalar(v);
    } else if (key == "result") {
      bool result = true;
      result_false = v.get_bool().get(result) == simdjson::SUCCESS && !result;
    } else if (key == "msg") {
      frame.note = json::scalar(v);
    }
    return true;
  }
};

} // namespace

ParseError V2Codec::decode(std::string_view text, PublicFrame& frame) {
  wire::clear(frame);
  json::Document document;
  json::Object root;
  if (!json::open(parser_, text, document) ||
      document.get_object().get(root) != simdjson::SUCCESS) {
    return ParseError::malformed;
  }
  Pass pass{frame, {}, {}};
  const auto run = [&] {
    return json::each_field(root,
                            [&](std::string_view key, Value v) { return pass.on_field(key, v); });
  };
  bool whole = run();
  if (whole && pass.has_rows && !pass.rows_read && frame.kind != FrameKind::ignored) {
    whole = root.reset().error() == simdjson::SUCCESS && run(); // data stood before channel
  }
  if (!whole || !json::at_end(document)) {
    const ParseError problem =
        pass.problem != ParseError::none ? pass.problem : ParseError::malformed;
    wire::clear(frame);
    return problem;
  }
  if (pass.event == "payload" && (!pass.has_rows || frame.channel.empty())) {
    wire::clear(frame); // data of nobody knows what
    return ParseError::missing_field;
  }
  if (!pass.has_rows) {
    frame.kind = control_kind(pass.event.empty() ? pass.type : pass.event);
    if (pass.result_false) {
      frame.kind = FrameKind::refused;
    }
  }
  return ParseError::none;
}

} // namespace rg::weex
