#pragma once
// The /capi/v2 generation. The class is split over v2_requests, v2_answers, v2_account_answers,
// v2_public_frames and v2_private_frames.

#include "infra/weex/codec.hpp"

namespace rg::weex {

class V2Codec final : public Codec {
public:
  [[nodiscard]] WireRequest encode(const ChangeRequest& request) const override;
  [[nodiscard]] ChangeResult decode_change(const ChangeRequest& request,
                                           std::string_view text) override;
  [[nodiscard]] WireRequest encode(const Query& query, const PageState& page) const override;
  [[nodiscard]] ParseError decode_page(const Query& query, std::string_view text, PageState& page,
                                       QueryPayload& payload, VenueError& error) override;
  [[nodiscard]] WireRequest encode_candles(Symbol symbol, Duration interval,
                                           int limit) const override;
  [[nodiscard]] WireRequest encode_history_candles(Symbol symbol, Duration interval, Timestamp end,
                                                   int limit) const override;
  [[nodiscard]] ParseError decode_candles(Symbol symbol, std::string_view text,
                                          std::vector<CandleRow>& rows, VenueError& error) override;
  [[nodiscard]] WireRequest encode(const AiLogUpload& upload) const override;
  [[nodiscard]] VenueError decode_ack(std::string_view text, bool& understood) override;

  [[nodiscard]] std::string_view private_stream_path() const override { return "/v2/ws/private"; }
  [[nodiscard]] std::vector<std::string> private_channels() const override;
  [[nodiscard]] std::vector<std::string> public_channels(Symbol symbol) const override;
  [[nodiscard]] std::string depth_channel(Symbol symbol) const override;
  [[nodiscard]] std::string subscribe(std::string_view channel) const override;
  [[nodiscard]] std::string unsubscribe(std::string_view channel) const override;
  [[nodiscard]] std::string pong(std::string_view ping_time) const override;
  [[nodiscard]] ParseError decode(std::string_view text, PublicFrame& frame) override;
  [[nodiscard]] ParseError decode(std::string_view text, PrivateFrame& frame) override;

private:
  json::Parser parser_;
};

namespace v2 {

/// The answer's payload behind any of the three envelopes (weex-api §6), or the venue's error.
struct Envelope {
  ParseError problem = ParseError::none;
  VenueError error;
  bool wrapped = false;
};
/// Calls `read(value)` with the payload when the answer is a success; `read` says what it found.
/// A wrapped answer without `data` calls it with nothing: `read` is not called.
template <class Read>
[[nodiscard]] Envelope open_envelope(json::Parser& parser, std::string_view text, Read&& read);

/// Whether an answer's object has a `code`. Broken syntax ends the document for good: simdjson's
/// iterator is gone then and must not be asked for anything more.
enum class CodeField : std::uint8_t { absent, success, failure, broken };
/// Reads code and message of an answer that is an object.
[[nodiscard]] CodeField read_code(json::Object& root, VenueError& error);

ParseError read_contracts(json::Value rows, std::vector<ContractRules>& out);
ParseError read_assets(json::Value rows, AccountSnapshot& out);
ParseError read_positions(json::Value rows, std::vector<Position>& out);
ParseError read_settings(json::Value object, std::vector<LeverageSetting>& out);
/// One page each; new rows are those whose id is not in page.seen.
ParseError read_orders(json::Value rows, bool triggers, std::vector<VenueOrder>& out,
                       PageState& page, std::size_t& rows_on_page);
ParseError read_fills(json::Value object, std::vector<Fill>& out, PageState& page);
ParseError read_bills(json::Value object, std::vector<CashFlow>& out, PageState& page);
ParseError read_server_time(json::Value object, ServerTime& out);

/// Side and opening or closing from the pair of words that fills and order pushes carry.
[[nodiscard]] inline bool opens(PositionSide position, Side side) {
  return side == entry_side(position);
}

/// `value / size`, nearest on the grid; size > 0.
[[nodiscard]] Price price_of(Notional value, Quantity size);

template <class Read>
Envelope open_envelope(json::Parser& parser, std::string_view text, Read&& read) {
  Envelope envelope;
  json::Document document;
  if (!json::open(parser, text, document)) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  simdjson::ondemand::json_type type{};
  if (document.type().get(type) != simdjson::SUCCESS) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  if (type == simdjson::ondemand::json_type::object) {
    json::Object root;
    if (document.get_object().get(root) != simdjson::SUCCESS) {
      envelope.problem = ParseError::malformed;
      return envelope;
    }
    const CodeField code = read_code(root, envelope.error);
    if (code == CodeField::broken) {
      envelope.problem = ParseError::malformed;
      return envelope;
    }
    envelope.wrapped = code != CodeField::absent;
    if (envelope.wrapped) {
      json::Value data;
      if (code == CodeField::success && root.reset().error() == simdjson::SUCCESS &&
          root.find_field_unordered("data").get(data) == simdjson::SUCCESS) {
        envelope.problem = read(data);
      }
      return envelope;
    }
    document.rewind();
  } else if (type != simdjson::ondemand::json_type::array) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  json::Value bare;
  if (document.get_value().get(bare) != simdjson::SUCCESS) {
    envelope.problem = ParseError::malformed;
    return envelope;
  }
  envelope.problem = read(bare);
  if (envelope.problem == ParseError::none && !json::at_end(document)) {
    envelope.problem = ParseError::malformed;
  }
  return envelope;
}

} // namespace v2

} // namespace rg::weex
