#include "infra/market/candle_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace rg {

namespace {

constexpr std::string_view kCandleHeader = "ts_ms,open,high,low,close,volume";
constexpr std::string_view kFundingHeader = "ts_ms,funding_rate";

/// Last millisecond whose nanoseconds fit into 63 bits (year 2262).
constexpr std::int64_t kMaxMs = std::numeric_limits<std::int64_t>::max() / 1'000'000;

/// Largest whole part a fixed-point number holds.
constexpr std::uint64_t kMaxWhole =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / kFixedScale) - 1;

constexpr std::uint64_t kPow10[] = {1,       10,        100,        1'000,      10'000,
                                    100'000, 1'000'000, 10'000'000, 100'000'000};

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

/// Cursor over one line; every reader stops at the first character it cannot use.
struct Cursor {
  const char* at;
  const char* end;

  [[nodiscard]] bool done() const { return at == end; }

  /// Decimal digits → number; false when there is none or it does not fit.
  bool read_ms(std::int64_t& out) {
    const char* start = at;
    std::int64_t value = 0;
    while (at != end && is_digit(*at)) {
      value = value * 10 + (*at++ - '0');
      if (value > kMaxMs) {
        return false;
      }
    }
    out = value;
    return at != start;
  }

  /// Digits with an optional fraction → units of 1e-8. Digits beyond the eighth decimal are cut;
  /// `cut` tells whether one of them was not zero. No sign, no exponent, no "nan".
  bool read_fixed(std::int64_t& out, bool& cut) {
    const char* start = at;
    std::uint64_t whole = 0;
    while (at != end && is_digit(*at)) {
      whole = whole * 10 + static_cast<std::uint64_t>(*at++ - '0');
      if (whole > kMaxWhole) {
        return false;
      }
    }
    bool digits = at != start;
    std::uint64_t part = 0;
    std::size_t places = 0;
    cut = false;
    if (at != end && *at == '.') {
      ++at;
      for (; at != end && is_digit(*at); ++at) {
        digits = true;
        if (places < kFixedDecimals) {
          part = part * 10 + static_cast<std::uint64_t>(*at - '0');
          ++places;
        } else {
          cut = cut || *at != '0';
        }
      }
    }
    out = static_cast<std::int64_t>(whole * static_cast<std::uint64_t>(kFixedScale) +
                                    part * kPow10[kFixedDecimals - places]);
    return digits;
  }

  bool skip(char c) {
    if (at == end || *at != c) {
      return false;
    }
    ++at;
    return true;
  }
};

/// Walks the lines of a text; carries the name and the line number for errors.
class Lines {
public:
  Lines(std::string_view text, const std::string& where) : rest_(text), where_(where) {}

  /// Next line without its end (LF or CRLF); false at the end of the text.
  bool next(std::string_view& line) {
    if (rest_.empty()) {
      return false;
    }
    ++number_;
    const std::size_t length = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, length);
    rest_.remove_prefix(std::min(length + 1, rest_.size()));
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    return true;
  }
  [[nodiscard]] InputError error(std::string what) const {
    return InputError{where_, number_, std::move(what)};
  }

private:
  std::string_view rest_;
  const std::string& where_;
  std::uint64_t number_ = 0;
};

/// What stands in the file, cut and made printable, for an error line.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 60)) {
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return "\"" + out + (text.size() > 60 ? "…\"" : "\"");
}

std::string header_complaint(std::string_view got, std::string_view wanted) {
  return "the header must be " + std::string(wanted) + ", found " + shown(got);
}

struct Row {
  std::int64_t ts_ms = 0;
  std::int64_t open = 0, high = 0, low = 0, close = 0, volume = 0;
};

/// Reads the six fields; the name of the first one that is no number, or nullptr.
const char* read_row(std::string_view line, Row& row, bool& too_precise) {
  Cursor c{line.data(), line.data() + line.size()};
  bool cut = false;
  too_precise = false;
  if (!c.read_ms(row.ts_ms) || !c.skip(',')) {
    return "ts_ms";
  }
  struct Field {
    std::int64_t Row::*member;
    const char* name;
  };
  constexpr Field kPrices[] = {
      {&Row::open, "open"}, {&Row::high, "high"}, {&Row::low, "low"}, {&Row::close, "close"}};
  for (const Field& f : kPrices) {
    if (!c.read_fixed(row.*f.member, cut) || !c.skip(',')) {
      return f.name;
    }
    too_precise = too_precise || cut;
  }
  if (!c.read_fixed(row.volume, cut) || !c.done()) {
    return "volume";
  }
  return nullptr;
}

/// What is wrong with a row of numbers; nullptr when nothing is.
const char* price_complaint(const Row& row) {
  if (row.low <= 0) {
    return "prices must be above zero";
  }
  if (row.high < row.low) {
    return "high is below low";
  }
  if (row.open < row.low || row.open > row.high) {
    return "open lies outside low and high";
  }
  if (row.close < row.low || row.close > row.high) {
    return "close lies outside low and high";
  }
  return nullptr;
}

Bar to_bar(const Row& row, Symbol symbol, Duration interval) {
  Bar bar;
  bar.symbol = symbol;
  bar.open_time = Timestamp::from_ms(row.ts_ms);
  bar.length = interval;
  bar.open = Price::from_raw(row.open);
  bar.high = Price::from_raw(row.high);
  bar.low = Price::from_raw(row.low);
  bar.close = Price::from_raw(row.close);
  bar.volume = Quantity::from_raw(row.volume);
  return bar;
}

} // namespace

Result<std::vector<Bar>, InputError> parse_candles(std::string_view text, Symbol symbol,
                                                   Duration interval, const std::string& where) {
  Lines lines(text, where);
  std::string_view line;
  if (!lines.next(line)) {
    return fail(InputError{where, 0, "the file is empty"});
  }
  if (line != kCandleHeader) {
    return fail(lines.error(header_complaint(line, kCandleHeader)));
  }
  const std::int64_t step = interval.count() / 1'000'000;
  std::vector<Bar> bars;
  bars.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  std::int64_t last = -1;
  Row row;
  bool too_precise = false;
  while (lines.next(line)) {
    if (const char* field = read_row(line, row, too_precise)) {
      return fail(
          lines.error(std::string(field) +
                      " is not a plain number, zero or above, in a row of six: " + shown(line)));
    }
    if (too_precise) {
      return fail(lines.error("a price has more than eight decimals: " + shown(line)));
    }
    if (const char* complaint = price_complaint(row)) {
      return fail(lines.error(std::string(complaint) + ": " + shown(line)));
    }
    if (row.ts_ms <= last) {
      return fail(lines.error("ts_ms does not increase (" + std::to_string(row.ts_ms) + " after " +
                              std::to_string(last) + ")"));
    }
    if (row.ts_ms % step != 0) {
      return fail(lines.error("ts_ms " + std::to_string(row.ts_ms) +
                              " is not on the grid of the bar length in the file's name"));
    }
    last = row.ts_ms;
    bars.push_back(to_bar(row, symbol, interval));
  }
  if (bars.empty()) {
    return fail(InputError{where, 1, "there is no row below the header"});
  }
  return bars;
}

Result<std::vector<FundingPoint>, InputError> parse_funding(std::string_view text,
                                                            const std::string& where) {
  Lines lines(text, where);
  std::string_view line;
  if (!lines.next(line)) {
    return fail(InputError{where, 0, "the file is empty"});
  }
  if (line != kFundingHeader) {
    return fail(lines.error(header_complaint(line, kFundingHeader)));
  }
  std::vector<FundingPoint> points;
  std::int64_t last = -1;
  while (lines.next(line)) {
    Cursor c{line.data(), line.data() + line.size()};
    std::int64_t ms = 0;
    if (!c.read_ms(ms) || !c.skip(',')) {
      return fail(lines.error("ts_ms is not a number: " + shown(line)));
    }
    double rate = 0.0;
    const auto [end, failure] = std::from_chars(c.at, c.end, rate);
    // A rate of 5 % per settlement is far beyond what any venue charges: a wrong column or unit.
    if (failure != std::errc{} || end != c.end || !std::isfinite(rate) || std::fabs(rate) > 0.05) {
      return fail(
          lines.error("funding_rate is not a fraction between -0.05 and 0.05: " + shown(line)));
    }
    if (ms <= last) {
      return fail(lines.error("ts_ms does not increase (" + std::to_string(ms) + " after " +
                              std::to_string(last) + ")"));
    }
    last = ms;
    points.push_back({Timestamp::from_ms(ms), rate});
  }
  return points;
}

} // namespace rg
