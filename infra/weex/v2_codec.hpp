#pragma once
// The /capi/v2 generation. The class is split over v2_requests, v2_answers,
// v2_public_frames and v2_private_frames; what both generations read alike stands in lists, rows,
// account_answers and bills.

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
  [[nodiscard]] WireRequest encode(InfoKind kind, Symbol symbol) const override;
  [[nodiscard]] ParseError decode_info(InfoKind kind, Symbol symbol, std::string_view text,
                                       MarketInfo& info, VenueError& error) override;
  [[nodiscard]] WireRequest encode_modes_question() const override;
  [[nodiscard]] ParseError decode_modes(std::string_view text, std::vector<PairModes>& modes,
                                        VenueError& error) override;
  [[nodiscard]] WireRequest encode(const PairModes& wanted) const override;
  [[nodiscard]] WireRequest encode_trigger_history(Symbol symbol,
                                                   const PageState& page) const override;
  [[nodiscard]] ParseError decode_trigger_history(std::string_view text, PageState& page,
                                                  std::vector<VenueOrder>& orders,
                                                  VenueError& error) override;
  [[nodiscard]] WireRequest encode(const AiLogUpload& upload) const override;
  [[nodiscard]] VenueError decode_ack(std::string_view text, bool& understood) override;

  [[nodiscard]] std::string_view public_stream_path() const override { return "/v2/ws/public"; }
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

} // namespace rg::weex
