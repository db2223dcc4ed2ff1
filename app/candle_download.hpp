#pragma once
// Candles of the venue into candle files, one file per pair and UTC day, so that a download which
// was killed goes on where it stopped: a file is whole or not there.

#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace rg::app {

/// Where pages come from. Both calls wait for the venue. @throws std::runtime_error when it does
/// not answer after several tries.
class CandlePages {
public:
  virtual ~CandlePages() = default;
  /// The newest 100 rows that open at or before `end`, in any order.
  [[nodiscard]] virtual std::vector<CandleRow> page(Symbol symbol, Timestamp end) = 0;
  /// Open time of the row that is still forming; zero when the pair has none.
  [[nodiscard]] virtual Timestamp forming(Symbol symbol) = 0;
};

struct DownloadPlan {
  std::vector<Symbol> pairs;
  Duration interval{};
  Timestamp from, to; ///< data time, UTC days; to exclusive
  std::string out;
};

/// Rows that the venue does not have, [from, to) of open times.
struct CandleHole {
  Timestamp from, to;
  std::uint64_t rows = 0;
};

struct PairDownload {
  Symbol symbol;
  std::uint64_t rows = 0;               ///< in the files now
  std::uint64_t fetched = 0, pages = 0; ///< by this run
  std::uint64_t days_kept = 0;          ///< found whole from an earlier run
  Timestamp until;                      ///< end of what can be had: --to, or the forming row
  std::vector<CandleHole> holes;
};

/// @param progress  told after each day, in days of all pairs.
/// @throws UsageError when a file cannot be written, std::runtime_error when the venue fails.
[[nodiscard]] std::vector<PairDownload>
download_candles(const DownloadPlan& plan, CandlePages& venue,
                 const std::function<void(std::size_t days_done)>& progress);

/// Days of all pairs: the work of the plan.
[[nodiscard]] std::size_t days_of(const DownloadPlan& plan);

/// Pages backwards from `end` until `begin` is reached or nothing older comes. Whether the venue
/// counts `end` itself is not documented; either way nothing is missed and nothing taken twice.
[[nodiscard]] std::map<Timestamp, CandleRow>
fetch_rows(CandlePages& venue, Symbol symbol, Timestamp begin, Timestamp end, std::uint64_t& pages);

} // namespace rg::app
