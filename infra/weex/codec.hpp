#pragma once
// One generation of the venue's protocol: our words to bytes and back. No I/O and no clock. Nothing
// outside infra/weex knows how the venue spells things: V2Codec and V3Codec do.

#include "infra/weex/frames.hpp"
#include "infra/weex/market_info.hpp"
#include "infra/weex/venue_error.hpp"
#include "messages/venue/requests.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rg::weex {

/// A request before headers and signature.
struct WireRequest {
  const char* method = "GET";
  std::string target; ///< path and query, exactly as signed and sent
  std::string body;
  bool is_private = true;
  int weight = 1; ///< the larger of the IP and the account weight
};

/// What came of a change.
struct ChangeResult {
  VenueError error; ///< row-level refusals included
  VenueOrderId venue_id = 0;
  bool understood = false; ///< false: no answer of the venue's shape; only the HTTP status speaks
};

/// How far a question with several pages has come.
struct PageState {
  int page = 0;                 ///< pages read so far
  Timestamp until;              ///< data time; next page ends here (zero = newest)
  std::set<std::uint64_t> seen; ///< ids of the rows so far: pages overlap
  bool more = false;            ///< ask again
};

using QueryPayload = decltype(QueryAnswer::payload);

/// One upload to the venue's AI log (weex-api §11).
struct AiLogUpload {
  VenueOrderId order_id = 0; ///< 0 = a decision without an order
  std::string stage, model;
  std::string input_json, output_json; ///< JSON objects
  std::string explanation;             ///< cut to 1000 characters
};

/// How the venue holds a pair's positions. The engine needs all three.
struct PairModes {
  Symbol symbol;
  bool cross = true;    ///< margin of the whole account; else isolated
  bool combined = true; ///< one position per side; else each entry apart
  bool hedge = true;    ///< a long and a short side by side; the venue offers nothing else
};

class Codec {
public:
  virtual ~Codec() = default;

  // ---- REST ----
  [[nodiscard]] virtual WireRequest encode(const ChangeRequest& request) const = 0;
  /// @param text  of the answer, with json::kPadding readable bytes behind it
  [[nodiscard]] virtual ChangeResult decode_change(const ChangeRequest& request,
                                                   std::string_view text) = 0;

  [[nodiscard]] virtual WireRequest encode(const Query& query, const PageState& page) const = 0;
  /// Appends this page's new rows to `payload` (made empty on the first page) and updates `page`.
  /// An error of the venue's is told in `error` with ParseError::none.
  [[nodiscard]] virtual ParseError decode_page(const Query& query, std::string_view text,
                                               PageState& page, QueryPayload& payload,
                                               VenueError& error) = 0;

  [[nodiscard]] virtual WireRequest encode_candles(Symbol symbol, Duration interval,
                                                   int limit) const = 0;
  /// Oldest first, deduplicated.
  [[nodiscard]] virtual ParseError decode_candles(Symbol symbol, std::string_view text,
                                                  std::vector<CandleRow>& rows,
                                                  VenueError& error) = 0;
  /// Candles before `end` (data time), at most 100: `download` pages backwards with it.
  [[nodiscard]] virtual WireRequest encode_history_candles(Symbol symbol, Duration interval,
                                                           Timestamp end, int limit) const = 0;

  [[nodiscard]] virtual WireRequest encode(InfoKind kind, Symbol symbol) const = 0;
  [[nodiscard]] virtual ParseError decode_info(InfoKind kind, Symbol symbol, std::string_view text,
                                               MarketInfo& info, VenueError& error) = 0;

  // ---- what people ask and set on an account; the engine needs none of it ----
  [[nodiscard]] virtual WireRequest encode_modes_question() const = 0;
  [[nodiscard]] virtual ParseError
  decode_modes(std::string_view text, std::vector<PairModes>& modes, VenueError& error) = 0;
  /// Sets margin and position mode of a pair; decode_ack reads the answer.
  [[nodiscard]] virtual WireRequest encode(const PairModes& wanted) const = 0;
  /// Trigger orders that fired, were cancelled or failed. Pages as those of questions.
  [[nodiscard]] virtual WireRequest encode_trigger_history(Symbol symbol,
                                                           const PageState& page) const = 0;
  [[nodiscard]] virtual ParseError decode_trigger_history(std::string_view text, PageState& page,
                                                          std::vector<VenueOrder>& orders,
                                                          VenueError& error) = 0;

  [[nodiscard]] virtual WireRequest encode(const AiLogUpload& upload) const = 0;
  [[nodiscard]] virtual VenueError decode_ack(std::string_view text, bool& understood) = 0;

  // ---- websockets ----
  [[nodiscard]] virtual std::string_view public_stream_path() const = 0;
  /// The path that a private handshake signs.
  [[nodiscard]] virtual std::string_view private_stream_path() const = 0;
  [[nodiscard]] virtual std::vector<std::string> private_channels() const = 0;
  [[nodiscard]] virtual std::vector<std::string> public_channels(Symbol symbol) const = 0;
  [[nodiscard]] virtual std::string depth_channel(Symbol symbol) const = 0;
  [[nodiscard]] virtual std::string subscribe(std::string_view channel) const = 0;
  [[nodiscard]] virtual std::string unsubscribe(std::string_view channel) const = 0;
  [[nodiscard]] virtual std::string pong(std::string_view ping_time) const = 0;
  /// `text` has json::kPadding readable bytes behind it. On an error the frame holds nothing.
  [[nodiscard]] virtual ParseError decode(std::string_view text, PublicFrame& frame) = 0;
  [[nodiscard]] virtual ParseError decode(std::string_view text, PrivateFrame& frame) = 0;
};

/// @param api  "v2" or "v3"; throws std::invalid_argument for others.
[[nodiscard]] std::unique_ptr<Codec> make_codec(const std::string& api);

/// `url` with `path` where it names no path or a generation's socket, so that one key chooses the
/// generation; a path of another form (a proxy's) is left alone.
[[nodiscard]] std::string stream_url(const std::string& url, std::string_view path);

} // namespace rg::weex
