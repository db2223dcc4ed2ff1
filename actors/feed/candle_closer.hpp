#pragma once
// Candle rows in, closed base bars out, none skipped silently (design §5, feed). Pure.
//
// A row is forming until a later one exists (design §12); server time decides nothing. When rows
// are missing between two, or the stream broke while a row was forming, the rows are asked for
// again (back-fill) and nothing later is handed on before the answer is in.

#include "messages/market/bar.hpp"
#include "messages/market/tick.hpp"
#include "messages/venue/answers.hpp"

#include <optional>
#include <vector>

namespace rg {

struct CandleStep {
  std::vector<Bar> closed; ///< in time order, each later than all before
  bool back_fill = false;  ///< ask the venue for base candles, `rows_wanted` of them
  int rows_wanted = 0;
  std::optional<FeedGap> gap; ///< what went missing: told once when found, or when it stays missing
};

class CandleCloser {
public:
  CandleCloser(Symbol symbol, Duration base);

  /// The first base bar wanted opens here: what history already covers is not handed on again.
  void start_after(Timestamp history_end);

  [[nodiscard]] CandleStep on_row(const CandleRow& row);
  /// An answer to a back-fill. A failed one keeps the gap open: ask again (retry() says what).
  [[nodiscard]] CandleStep on_back_fill(const CandleAnswer& answer);
  /// The stream was interrupted: the forming row may miss its end.
  void on_interruption() { suspect_ = forming_.has_value(); }

  [[nodiscard]] bool back_filling() const { return back_filling_; }
  /// The request that is open, again (after a failure).
  [[nodiscard]] int rows_wanted() const;
  [[nodiscard]] std::uint64_t refused_rows() const {
    return refused_;
  } ///< malformed: high < low, price <= 0
  [[nodiscard]] Timestamp next_open() const { return next_open_; }

private:
  [[nodiscard]] bool acceptable(const CandleRow& row);
  [[nodiscard]] Bar to_bar(const CandleRow& row) const;
  void close(const CandleRow& row, CandleStep& out);
  void ask(CandleStep& out);

  Symbol symbol_;
  Duration base_;
  std::optional<CandleRow> forming_;
  Timestamp next_open_;  ///< open of the next bar to hand on; zero = whatever comes first
  bool suspect_ = false; ///< the forming row may be incomplete
  bool back_filling_ = false;
  bool joined_ = false; ///< a row of the stream was seen
  static constexpr std::int64_t kSlack = 40;
  std::int64_t slack_ = kSlack; ///< rows asked for beyond those known to be missing
  int answers_short_ = 0;       ///< back-fill answers in a row that did not reach the forming row
  std::uint64_t refused_ = 0;
};

} // namespace rg
