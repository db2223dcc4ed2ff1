// Public websocket frames of v3 (weex-api §16): {"e": what, "E": time, "s": symbol, "d": rows}.
// This is the hot parse path: one pass over the bytes, no allocation once the frame's vectors have
// grown.
//
// "E" tells when a frame was made. It is not used as a data stamp: trades of before may still
// follow in the next frame, and a tick's time must not overtake them.

#include "infra/weex/public_rows.hpp"
#include "infra/weex/v3_channels.hpp"
#include "infra/weex/v3_codec.hpp"

namespace rg::weex {

namespace {

using json::Value;
using wire::Checker;

/// Keys are single letters; anything longer is none of a row's that we read.
char letter(std::string_view key) {
  return key.size() == 1 ? key.front() : '\0';
}

ParseError read_ticker(Value rows, TickerRow& out) {
  Checker check;
  bool any = false;
  const bool shaped = json::each_element(rows, [&](Value row) {
    out = TickerRow{};
    any = true;
    return json::each_field(row, [&](std::string_view key, Value v) {
      switch (letter(key)) {
      case 'c':
        return check.expect(json::assign(out.last, json::price(json::scalar(v))));
      case 'm':
        return check.expect(json::assign(out.mark, json::price(json::scalar(v))));
      case 'i':
        return check.expect(json::assign(out.index, json::price(json::scalar(v))));
      default:
        return true;
      }
    });
  });
  const ParseError verdict = check.verdict(shaped);
  const bool told = any && (out.last.is_positive() || out.mark.is_positive());
  return verdict == ParseError::none && !told ? ParseError::missing_field : verdict;
}

/// Rows of other intervals than one minute are left out.
ParseError read_candles(Value rows, Symbol symbol, std::vector<CandleRow>& out) {
  Checker check;
  const bool shaped = json::each_element(rows, [&](Value row) {
    CandleRow candle;
    candle.symbol = symbol;
    unsigned seen = 0;
    bool minute = true;
    const auto take = [&](unsigned bit, bool good) {
      seen |= bit;
      return check.expect(good);
    };
    const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
      switch (letter(key)) {
      case 't':
        return take(1, json::assign(candle.open_time, json::stamp(json::scalar(v))));
      case 'v':
        return take(2, json::assign(candle.volume, json::quantity(json::scalar(v))));
      case 'h':
        return take(4, json::assign(candle.high, json::price(json::scalar(v))));
      case 'l':
        return take(8, json::assign(candle.low, json::price(json::scalar(v))));
      case 'o':
        return take(16, json::assign(candle.open, json::price(json::scalar(v))));
      case 'c':
        return take(32, json::assign(candle.close, json::price(json::scalar(v))));
      case 'i':
        minute = json::scalar(v) == "1m";
        return check.expect(!json::scalar(v).empty());
      default:
        return true;
      }
    });
    if (!whole) {
      return false;
    }
    if (seen != 63) {
      return check.fail(ParseError::missing_field);
    }
    if (minute) {
      out.push_back(candle);
    }
    return check.expect(wire::is_sane(candle));
  });
  return check.verdict(shaped);
}

ParseError read_trades(Value rows, std::vector<TradeRow>& out) {
  Checker check;
  const bool shaped = json::each_element(rows, [&](Value row) {
    TradeRow trade;
    unsigned seen = 0;
    const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
      switch (letter(key)) {
      case 'T':
        seen |= 1;
        return check.expect(json::assign(trade.time, json::stamp(json::scalar(v))));
      case 'p':
        seen |= 2;
        return check.expect(json::assign(trade.price, json::price(json::scalar(v))));
      case 'q':
        seen |= 4;
        return check.expect(json::assign(trade.size, json::quantity(json::scalar(v))));
      case 'm':
        return check.expect(v.get_bool().get(trade.seller_took) == simdjson::SUCCESS);
      default:
        return true;
      }
    });
    if (!whole) {
      return false;
    }
    out.push_back(trade);
    return seen == 7 || check.fail(ParseError::missing_field);
  });
  const ParseError verdict = check.verdict(shaped);
  if (verdict == ParseError::none) {
    wire::sort_trades(out);
  }
  return verdict;
}

/// [["price","size"], …]
bool read_levels(Value rows, std::vector<Level>& out, Checker& check) {
  return json::each_element(rows, [&](Value row) {
    Level level;
    std::size_t index = 0;
    const bool whole = json::each_element(row, [&](Value v) {
      const std::string_view text = json::scalar(v);
      switch (index++) {
      case 0:
        return check.expect(json::assign(level.price, json::price(text)));
      case 1:
        return check.expect(json::assign(level.size, json::quantity(text)));
      default:
        return true;
      }
    });
    out.push_back(level);
    return whole && (index >= 2 || check.fail(ParseError::missing_field));
  });
}

struct Name {
  FrameKind kind = FrameKind::ignored;
  bool snapshot = false;
};

Name name_of(std::string_view word) {
  Name name;
  if (word.ends_with("Snapshot")) {
    name.snapshot = true;
    word.remove_suffix(8);
  }
  name.kind = word == "kline"    ? FrameKind::candles
              : word == "ticker" ? FrameKind::ticker
              : word == "depth"  ? FrameKind::depth
              : word == "trade"  ? FrameKind::trades
                                 : FrameKind::ignored;
  return name;
}

/// One walk over a frame's fields. Rows are read when name and symbol are known by then; else the
/// walk is done once more.
struct Walk {
  enum : unsigned { kBids = 1, kAsks = 2, kFirst = 4, kLast = 8, kWord = 16, kDepth = 31 };

  PublicFrame& frame;
  v3::Control control{};
  std::string_view name{}, symbol{};
  Checker check{};
  unsigned depth = 0;
  bool has_rows = false, rows_read = false, foreign_price = false;

  [[nodiscard]] bool ready() const { return frame.kind != FrameKind::ignored && !symbol.empty(); }

  /// The frame's name may have said so already.
  bool take_depth_word(Value v) {
    depth |= kWord;
    const auto snapshot = wire::is_snapshot(v);
    frame.depth.snapshot = frame.depth.snapshot || snapshot.value_or(false);
    return check.expect(snapshot.has_value() || frame.depth.snapshot);
  }

  bool take_rows(Value v) {
    has_rows = true;
    if (!ready()) {
      return true;
    }
    rows_read = true;
    switch (frame.kind) {
    case FrameKind::ticker:
      check.problem = read_ticker(v, frame.ticker);
      break;
    case FrameKind::candles:
      check.problem = read_candles(v, frame.symbol, frame.candles);
      break;
    case FrameKind::trades:
      check.problem = read_trades(v, frame.trades);
      break;
    default: // depth: the word says what the levels are
      return take_depth_word(v);
    }
    return check.problem == ParseError::none;
  }

  bool take_symbol(Value v) {
    symbol = json::scalar(v);
    const auto known = symbol_of(symbol);
    if (!known) {
      return check.fail(ParseError::unknown_symbol);
    }
    frame.symbol = *known;
    return true;
  }

  bool take_version(std::uint64_t& into, unsigned bit, Value v) {
    depth |= bit;
    return check.expect(json::assign(into, json::unsigned_number(json::scalar(v))));
  }

  bool take_levels(std::vector<Level>& into, unsigned bit, Value v) {
    has_rows = true;
    if (frame.kind != FrameKind::depth) {
      return true;
    }
    rows_read = true;
    depth |= bit;
    return read_levels(v, into, check);
  }

  bool on_field(std::string_view key, Value v) {
    switch (letter(key)) {
    case 'e': {
      name = json::scalar(v);
      const Name known = name_of(name);
      frame.kind = known.kind;
      frame.depth.snapshot = known.snapshot;
      return true;
    }
    case 's':
      return take_symbol(v);
    case 'd':
      return take_rows(v);
    case 'p':
      foreign_price = json::scalar(v) != "LAST_PRICE";
      return check.expect(!json::scalar(v).empty());
    case 'U':
      return take_version(frame.depth.start_version, kFirst, v);
    case 'u':
      return take_version(frame.depth.end_version, kLast, v);
    case 'l':
      return check.expect(json::assign(frame.depth.levels, wire::level_count(v)));
    case 'b':
      return take_levels(frame.depth.bids, kBids, v);
    case 'a':
      return take_levels(frame.depth.asks, kAsks, v);
    default:
      return control.take(key, v);
    }
  }

  void start_again() {
    frame.depth.asks.clear();
    frame.depth.bids.clear();
    depth = 0;
    rows_read = false;
  }
  /// Something of the rows stood before what they are.
  [[nodiscard]] bool must_repeat() const {
    return has_rows && frame.kind != FrameKind::ignored &&
           (frame.kind == FrameKind::depth ? (depth & kDepth) != kDepth : !rows_read);
  }

  [[nodiscard]] ParseError verdict() {
    if (name.empty() && has_rows) {
      return ParseError::missing_field; // data of nobody knows what
    }
    if (name.empty()) {
      frame.kind = control.kind();
      frame.channel = control.channel();
      frame.ping_time = control.time;
      frame.note = control.note;
      return ParseError::none;
    }
    if (frame.kind == FrameKind::ignored) {
      return ParseError::none; // a channel we did not ask for
    }
    if (!rows_read || (frame.kind == FrameKind::depth && depth != kDepth)) {
      return ParseError::missing_field;
    }
    if (frame.kind == FrameKind::depth && frame.depth.end_version < frame.depth.start_version) {
      return ParseError::bad_value;
    }
    frame.channel = v3::public_channel(frame.kind, frame.symbol);
    if (frame.kind == FrameKind::candles && foreign_price) {
      wire::clear(frame); // candles of the mark price
    }
    return ParseError::none;
  }
};

} // namespace

ParseError V3Codec::decode(std::string_view text, PublicFrame& frame) {
  wire::clear(frame);
  if (text == "connected") { // a greeting
    return ParseError::none;
  }
  json::Document document;
  json::Object root;
  if (!json::open(parser_, text, document) ||
      document.get_object().get(root) != simdjson::SUCCESS) {
    return ParseError::malformed;
  }
  Walk walk{frame};
  const auto run = [&] {
    return json::each_field(root,
                            [&](std::string_view key, Value v) { return walk.on_field(key, v); });
  };
  bool whole = run();
  if (whole && walk.must_repeat()) {
    walk.start_again();
    whole = root.reset().error() == simdjson::SUCCESS && run();
  }
  ParseError problem = walk.check.verdict(whole && json::at_end(document));
  if (problem == ParseError::none) {
    problem = walk.verdict();
  }
  if (problem != ParseError::none) {
    wire::clear(frame);
  }
  return problem;
}

} // namespace rg::weex
