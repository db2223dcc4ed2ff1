#pragma once
// Figures of the market that both generations show and the core does not keep: day change, open
// interest, funding, counts and taker shares of candles, names of prints. Where the market has no
// such figure, a plausible one is derived from what it has; nothing trades on it.

#include "infra/exchange/exchange_core.hpp"

#include <string>

namespace rg::exchange {

/// Change over 24 h as a fraction with six decimals, in units of 1e-8.
[[nodiscard]] std::int64_t day_change(const ExchangeCore& core, Symbol s);
/// Turnover / volume of the day; the last price before the first trade.
[[nodiscard]] Price day_average(const ExchangeCore& core, Symbol s);
/// Prints of the last 24 h.
[[nodiscard]] std::uint64_t day_trades(const ExchangeCore& core, Symbol s);
/// A third of the day's volume stands open.
[[nodiscard]] Quantity open_interest(const ExchangeCore& core, Symbol s);
/// price × base, kept within the fixed point's range.
[[nodiscard]] Notional capped_value(Price price, Quantity base);
/// Rate per cycle at a settlement, units of 1e-8.
[[nodiscard]] std::int64_t funding_units(const ExchangeCore& core, Symbol s, Timestamp settlement);
inline constexpr std::int64_t kFundingCycleMinutes = 480;

/// How many prints a candle of this length stands for.
[[nodiscard]] std::uint64_t candle_trades(CandleInterval interval, const Candle& c);
/// Part of the volume that buyers took: where the close stands between low and high.
[[nodiscard]] Quantity taker_bought(const Candle& c, Symbol s);

/// A print's id in the venue's form, a UUID.
[[nodiscard]] std::string print_name(const TradePrint& p);

} // namespace rg::exchange
