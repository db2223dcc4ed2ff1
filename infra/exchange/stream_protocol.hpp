#pragma once
// What a generation of the websocket protocol spells: requests of clients, channel names, and the
// messages that leave. Sessions, limits, pacing and faults are Streams', the same for both.

#include "infra/exchange/candle_store.hpp"
#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/json_writer.hpp"
#include "infra/exchange/rest_call.hpp"

#include <simdjson.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rg::exchange {

enum class ChannelKind : std::uint8_t { ticker, kline, depth, trades, private_events };

struct ChannelSpec {
  ChannelKind kind = ChannelKind::ticker;
  std::string name; ///< as the client wrote it
  Symbol symbol;
  CandleInterval interval = CandleInterval::m1;
  CandlePrice price = CandlePrice::last;
  std::size_t levels = 15;
  std::size_t topic = 0; ///< private: index of CoreEvent::what
};

/// What a text from a client means.
struct StreamRequest {
  enum class Kind : std::uint8_t { malformed, pong, ping, subscribe, unsubscribe };
  Kind kind = Kind::malformed;
  std::vector<std::string> channels;
  std::string id; ///< as JSON, for the ack; empty = none
};
enum class StreamRefusal : std::uint8_t {
  malformed,
  unknown_channel,
  not_subscribed,
  too_many_channels,
  too_many_operations,
};

struct DepthUpdate {
  std::uint64_t start_version = 0, end_version = 0;
  std::size_t levels = 15;
  bool snapshot = false;
  std::span<const BookLevel> asks, bids; ///< of a change: only what differs; size 0 deletes
};

class StreamProtocol {
public:
  virtual ~StreamProtocol() = default;
  [[nodiscard]] virtual const RestProtocol& rest() const = 0; ///< spells refused handshakes
  [[nodiscard]] virtual std::string_view public_path() const = 0;
  [[nodiscard]] virtual std::string_view private_path() const = 0;

  [[nodiscard]] virtual StreamRequest read(simdjson::dom::element message) const = 0;
  [[nodiscard]] virtual std::optional<ChannelSpec> channel(std::string_view name,
                                                           bool is_private) const = 0;

  // Each writes one message. `channel` of a refusal may be empty.
  virtual void acknowledge(JsonWriter& out, const StreamRequest& request) const = 0;
  virtual void refuse(JsonWriter& out, const StreamRequest& request, std::string_view channel,
                      StreamRefusal why) const = 0;
  virtual void ping(JsonWriter& out, bool is_private, Timestamp wall) const = 0;
  /// The answer to a client's ping or pong; nothing written = none.
  virtual void answer(JsonWriter& out, const StreamRequest& request, bool is_private,
                      Timestamp wall) const = 0;
  virtual void ticker(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core) const = 0;
  virtual void klines(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core,
                      bool snapshot, std::span<const Candle> rows) const = 0;
  virtual void depth(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core,
                     const DepthUpdate& update) const = 0;
  virtual void trades(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core,
                      bool snapshot, std::span<const TradePrint> prints) const = 0;
  virtual void account_event(JsonWriter& out, const CoreEvent& event,
                             const ExchangeCore& core) const = 0;
};
namespace v2 {
[[nodiscard]] const StreamProtocol& stream_protocol();
}
namespace v3 {
[[nodiscard]] const StreamProtocol& stream_protocol();
}

/// Private channels in the order of CoreEvent::what: "orders", "fill", "positions", "account".
[[nodiscard]] std::string_view private_channel(std::size_t topic);
[[nodiscard]] std::optional<std::size_t> private_topic(std::string_view name);
/// "OrderUpdate", "PositionFundingSettle" …
[[nodiscard]] std::string_view cause_word(CoreEvent::Cause cause);

/// Levels of `now` that differ from `before`, and those of `before` that are gone (size 0). Both
/// sorted the same way, best first.
void depth_difference(Side side, std::span<const BookLevel> before, std::span<const BookLevel> now,
                      std::vector<BookLevel>& out);

} // namespace rg::exchange
