#pragma once
// What one websocket frame says, in our words. Decoders fill one of these again and again, so a
// warm connection does not allocate.

#include "infra/weex/json_reader.hpp"
#include "messages/venue/answers.hpp"

#include <string_view>
#include <vector>

namespace rg::weex {

enum class FrameKind : std::uint8_t {
  ignored, ///< understood, nothing for us (pong, greeting, a channel we did not ask for)
  ping,    ///< answer with Codec::pong
  subscribed,
  unsubscribed,
  refused, ///< a subscription was refused; `note` says why
  ticker,
  candles,
  depth,
  trades, // public
  account,
  positions,
  fills,
  orders, // private
};

struct TickerRow {
  Price last, mark, index, best_bid, best_ask; ///< 0 = not told
  Timestamp stamp;                             ///< data time; zero: v2 frames carry none
};
struct TradeRow {
  Timestamp time; ///< data time
  Price price;
  Quantity size;
  bool seller_took = false; ///< the aggressor sold
};
struct Level {
  Price price;
  Quantity size; ///< 0 = the level is gone
};
struct DepthRows {
  std::uint64_t start_version = 0, end_version = 0;
  bool snapshot = false;
  std::uint32_t levels = 0; ///< of the channel: 15 or 200; 0 = not told
  std::vector<Level> asks, bids;
};

struct PublicFrame {
  FrameKind kind = FrameKind::ignored;
  Symbol symbol;
  std::string_view channel; ///< lives as long as the frame's bytes
  std::string_view ping_time;
  std::string_view note;
  TickerRow ticker;
  std::vector<CandleRow> candles; ///< in the order of the frame
  std::vector<TradeRow> trades;   ///< oldest first
  DepthRows depth;
};

/// Why the venue moved the account; deposits, withdrawals and funding make us read the bills.
enum class AccountCause : std::uint8_t { order, funding, transfer, other };

struct PrivateFrame {
  FrameKind kind = FrameKind::ignored;
  std::string_view channel, ping_time, note;
  AccountCause cause = AccountCause::other;
  std::uint64_t version = 0;
  std::vector<Position> positions;
  std::vector<Fill> fills;
  std::vector<VenueOrder> orders;
  std::size_t foreign_rows = 0; ///< rows of contracts outside the eight, left out
};

} // namespace rg::weex
