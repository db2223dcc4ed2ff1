#pragma once
// Candles of all intervals of one symbol, built from one-minute rows. A row exists once something
// traded in it; the newest row of each interval is still forming until a later one exists.

#include "infra/market/market_process.hpp"
#include "messages/units/notional.hpp"

#include <optional>
#include <vector>

namespace rg::exchange {

enum class CandleInterval : std::uint8_t {
  m1,
  m5,
  m15,
  m30,
  h1,
  h2,
  h4,
  h6,
  h8,
  h12,
  d1,
  w1,
  month1
};
inline constexpr std::size_t kIntervalCount = 13;
/// Start of the slot that holds t. Weeks begin on Monday, months on their first day, all UTC.
[[nodiscard]] Timestamp slot_of(CandleInterval interval, Timestamp t);
/// Start of the slot after the one that begins at `slot`.
[[nodiscard]] Timestamp next_slot(CandleInterval interval, Timestamp slot);

struct Candle {
  Timestamp open_time;
  Price open, high, low, close;
  Quantity volume;
  Notional turnover;

  void join(const Candle& later); ///< widens this candle by a later one
};

enum class CandlePrice : std::uint8_t { last, mark, index };

struct DayStats {
  Price high, low, open;
  Quantity volume;
  Notional turnover;
};

class CandleStore {
public:
  explicit CandleStore(const std::vector<Bar>& history);

  void on_step(const PairStep& step, Timestamp begin);
  /// Rows with from <= open time <= to, the newest `limit` of them, oldest first.
  [[nodiscard]] std::vector<Candle> rows(CandleInterval interval, CandlePrice price,
                                         std::size_t limit, Timestamp from, Timestamp to) const;
  /// The same, but the oldest `limit` from `from` on.
  [[nodiscard]] std::vector<Candle> rows_from(CandleInterval interval, CandlePrice price,
                                              std::size_t limit, Timestamp from) const;
  /// Every row of the interval that opens at or after `from`, oldest first; cheap for recent times.
  void recent(CandleInterval interval, CandlePrice price, Timestamp from,
              std::vector<Candle>& out) const;
  /// The forming row of an interval; none before the first trade.
  [[nodiscard]] std::optional<Candle> newest(CandleInterval interval, CandlePrice price) const;
  [[nodiscard]] const std::vector<Candle>& minutes() const { return last_; }
  /// The 1,440 minutes that end with the newest row.
  [[nodiscard]] const DayStats& day() const;

private:
  [[nodiscard]] Candle minute(CandlePrice price, std::size_t i) const;
  [[nodiscard]] std::size_t first_at(Timestamp t) const;
  [[nodiscard]] Timestamp step_back(CandleInterval interval, std::size_t limit, Timestamp to) const;

  std::vector<Candle> last_;          // one per minute that traded
  std::size_t live_from_ = 0;         // rows before it are history, where mark and index equal last
  std::vector<Candle> mark_, index_;  // rows from live_from_ on
  mutable std::size_t day_rows_ = 0;  // last_.size() at which day_closed_ was computed
  mutable DayStats day_closed_, day_; // without and with the forming row
};

} // namespace rg::exchange
