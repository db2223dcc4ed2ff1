#pragma once
// One span of candles laid out on its time axis: rows are the distinct closes of base bars, and
// each pair's bars are found by row. Spans are never joined (design §15).

#include "infra/market/candle_file.hpp"
#include "messages/market/bar.hpp"
#include "messages/units/timestamp.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

/// Which part of a folder is traded, and what comes before it to warm the models.
struct SpanWindow {
  std::optional<Timestamp> from, to; ///< UTC days; from inclusive, to exclusive
  Duration interval{};               ///< of the pipeline bars
  std::uint32_t warm_up_slots = 1000;
};

/// One pair's bars that take part, warm-up included. Views the folder's memory.
struct SpanPair {
  Symbol symbol;
  Duration base{};
  std::span<const Bar> bars;
};

class Span {
public:
  /// With `from`, bars of the warm-up slots before it are taken along (and, where one of them is
  /// missing at their start, the slot of the last bar before); no row before it is recorded.
  /// Fails when nothing is left, and when a base bar is longer than, or no part of, the interval.
  [[nodiscard]] static Result<Span, InputError> cut(const CandleFolder& folder,
                                                    const SpanWindow& window);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<SpanPair>& pairs() const { return pairs_; } ///< by symbol id
  [[nodiscard]] const std::vector<Timestamp>& stamps() const { return stamps_; }
  /// First row that is recorded; the rows before it only warm the models.
  [[nodiscard]] std::size_t first_row() const { return first_row_; }
  /// Decisions are allowed after this stamp (zero: from the end of the warm-up).
  [[nodiscard]] Timestamp trading_after() const { return trading_after_; }
  [[nodiscard]] Timestamp start() const { return start_; } ///< open of the first recorded bar
  [[nodiscard]] Timestamp end() const { return stamps_.back(); }
  [[nodiscard]] std::uint64_t bar_count() const { return bar_count_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

private:
  Span() = default;
  void lay_out_rows();

  std::string name_;
  std::vector<SpanPair> pairs_;
  std::vector<Timestamp> stamps_;
  std::size_t first_row_ = 0;
  Timestamp trading_after_, start_;
  std::uint64_t bar_count_ = 0;
  std::vector<std::string> notes_;
};

/// Walks a span row by row; gives the bars that close at each.
class RowCursor {
public:
  explicit RowCursor(const Span& span) : span_(span), next_(span.pairs().size(), 0) {}

  struct RowBar {
    const Bar* bar = nullptr;
    bool last = false; ///< the pair's last base bar
  };
  /// Bars closing at the next stamp, by symbol id; the view lives until the next call.
  std::span<const RowBar> next();
  [[nodiscard]] bool done() const { return row_ == span_.stamps().size(); }
  [[nodiscard]] std::size_t row() const { return row_ - 1; } ///< of what next() gave last
  [[nodiscard]] Timestamp stamp() const { return span_.stamps()[row_ - 1]; }

private:
  const Span& span_;
  std::vector<std::size_t> next_; // next bar per pair
  std::size_t row_ = 0;
  RowBar bars_[Symbol::kCount];
};

} // namespace rg
