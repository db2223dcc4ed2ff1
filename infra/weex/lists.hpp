#pragma once
// Whole answers that both generations give alike: acks, lists of orders and positions, candles.

#include "infra/weex/codec.hpp"
#include "infra/weex/envelope.hpp"

namespace rg::weex::wire {

inline constexpr std::size_t kPageRows = 100; ///< asked for, and the most the venue gives

/// What a refused row that names no code is filed under.
struct RowCodes {
  int gone;   ///< no such order
  int engine; ///< the matching engine's refusal
  int other;
};

/// The ack of any change: one object, an array of rows, or an envelope without data.
[[nodiscard]] ChangeResult read_change(json::Parser& parser, const ChangeRequest& request,
                                       std::string_view text, const RowCodes& codes);

/// One page: an array, or an object with the array under `list` or `orders`. New rows are those
/// whose id is not in page.seen.
ParseError read_orders(json::Value value, bool triggers, std::vector<VenueOrder>& out,
                       PageState& page);
/// Appends one fill unless the page state has seen it; `fresh` then becomes true.
ParseError take_fill(json::Value row, std::vector<Fill>& out, PageState& page, bool& fresh);
ParseError read_contracts(json::Value rows, std::vector<ContractRules>& out);
/// The USDT row.
ParseError read_assets(json::Value rows, AccountSnapshot& out);
/// Rows of one symbol and side are added up: in SEPARATED mode the venue lists each entry apart.
ParseError read_positions(json::Value rows, std::vector<Position>& out);
/// [open time, open, high, low, close, volume, …] rows in any order to sorted, distinct ones.
ParseError read_candles(json::Parser& parser, Symbol symbol, std::string_view text,
                        std::vector<CandleRow>& rows, VenueError& error);

ParseError read_bills(json::Value object, std::vector<CashFlow>& out, PageState& page);
ParseError read_server_time(json::Value object, ServerTime& out);
/// Margin and position modes; pairs outside the eight are left out.
[[nodiscard]] ParseError read_modes(json::Parser& parser, std::string_view text,
                                    std::vector<PairModes>& modes, VenueError& error);
/// One page of trigger orders that are no more.
[[nodiscard]] ParseError read_trigger_history(json::Parser& parser, std::string_view text,
                                              PageState& page, std::vector<VenueOrder>& orders,
                                              VenueError& error);
/// Of requests that answer a code and nothing else.
[[nodiscard]] VenueError read_coded_ack(json::Parser& parser, std::string_view text,
                                        bool& understood);

/// What the generations tell in shapes of their own.
struct PageReaders {
  ParseError (*contracts)(json::Value, std::vector<ContractRules>&);
  ParseError (*fills)(json::Value, const Query&, std::vector<Fill>&, PageState&);
  ParseError (*leverage)(json::Value, std::vector<LeverageSetting>&);
};
/// Unwraps one page of an answer, reads it as the question wants it and counts the page.
[[nodiscard]] ParseError read_page(json::Parser& parser, const PageReaders& own, const Query& query,
                                   std::string_view text, PageState& page, QueryPayload& payload,
                                   VenueError& error);

} // namespace rg::weex::wire
