#pragma once
// What people and commands ask about a market; the engine itself lives on the streams.

#include "infra/weex/frames.hpp"
#include "infra/weex/venue_error.hpp"
#include "messages/units/ratio.hpp"

#include <optional>
#include <vector>

namespace rg::weex {

enum class InfoKind : std::uint8_t {
  prices,          ///< of the last day
  book,            ///< 15 levels
  trades,          ///< the latest
  funding,         ///< in force and next
  funding_history, ///< past settlements
  open_interest,
  fees, ///< of the account; the only one that needs a key
};

struct PriceInfo {
  Symbol symbol;
  Price last, mark, index, best_bid, best_ask, high, low; ///< 0 = not told
  Quantity volume;                                        ///< base coin, 24 h
  Timestamp stamp;                                        ///< zero = not told
};
struct FundingInfo {
  Symbol symbol;
  std::optional<double> rate; ///< fraction per cycle; > 0: longs pay shorts
  Duration cycle{};           ///< zero = not told
  Timestamp time;             ///< of the settlement, or of the next one; zero = not told
};
struct InterestInfo {
  Symbol symbol;
  Quantity open; ///< base coin
  Timestamp stamp;
};
struct FeeInfo {
  Symbol symbol;
  Ratio maker, taker; ///< fractions of the fill value
};

/// Only the part that was asked for is filled. Rows of contracts outside the eight are left out.
struct MarketInfo {
  std::vector<PriceInfo> prices;
  std::vector<Level> asks, bids; ///< best first
  std::vector<TradeRow> trades;  ///< oldest first
  std::vector<FundingInfo> funding;
  std::vector<InterestInfo> interest;
  std::vector<FeeInfo> fees;
};

/// Either generation's answer. `text` has json::kPadding readable bytes behind it. An error of the
/// venue's is told in `error` with ParseError::none.
/// @param asked  of answers that name no symbol
[[nodiscard]] ParseError read_market_info(json::Parser& parser, InfoKind kind, Symbol asked,
                                          std::string_view text, MarketInfo& out,
                                          VenueError& error);

} // namespace rg::weex
