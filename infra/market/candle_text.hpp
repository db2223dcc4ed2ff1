#pragma once
// Rows of candle and funding files, parsed by hand: loading years of minutes must take less time
// than reading them from the disk.

#include "infra/market/candle_file.hpp"

#include <string_view>

namespace rg {

/// Text of a candle file → bars. Checks every row as load_candles promises.
/// @param where  the file's name, for errors.
[[nodiscard]] Result<std::vector<Bar>, InputError>
parse_candles(std::string_view text, Symbol symbol, Duration interval, const std::string& where);

/// Text of a funding file (`ts_ms,funding_rate`) → points, times strictly increasing.
[[nodiscard]] Result<std::vector<FundingPoint>, InputError> parse_funding(std::string_view text,
                                                                          const std::string& where);

} // namespace rg
