#pragma once
// Candle files: <PAIR>-<bar>-<first>-<last>.csv[.gz] with the header
// ts_ms,open,high,low,close,volume.

#include "messages/market/bar.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rg {

struct CandleSeries {
  Symbol symbol;
  Duration interval{};
  std::string path;
  std::vector<Bar> bars; ///< strictly increasing open times, on the interval's grid
  std::string sha256;    ///< hex, of the file's bytes as stored
};

/// One folder is one span (design §15), one series per pair. A pair may come in several files of
/// the same bar length that do not overlap; `sha256` is then the hash of their hashes.
struct CandleFolder {
  std::string path, name;           ///< name = last component
  std::vector<CandleSeries> series; ///< by symbol id
  std::vector<std::string> notes;   ///< absent pairs, ignored files
};

/// Every row is checked: finite plain decimals, low <= open, close <= high, low > 0, volume >= 0,
/// time strictly increasing and on the grid. The first bad row refuses the whole file, with its
/// line.
[[nodiscard]] Result<CandleSeries, InputError> load_candles(const std::string& path);

/// @param only  pairs wanted; empty = all. Refuses a folder without candle files.
[[nodiscard]] Result<CandleFolder, InputError> load_candle_folder(const std::string& dir,
                                                                  const std::vector<Symbol>& only);

struct FundingPoint {
  Timestamp time;
  double rate = 0.0; ///< fraction of the notional; > 0: longs pay shorts
};
/// Rates of one pair from <PAIR>-funding-*.csv[.gz] in dir; empty vector when there is no such
/// file.
[[nodiscard]] Result<std::vector<FundingPoint>, InputError> load_funding(const std::string& dir,
                                                                         Symbol symbol);

} // namespace rg
