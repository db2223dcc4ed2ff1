// Answers of v2 (weex-api §6, §8.6, §10): which reader takes which.

#include "infra/weex/lists.hpp"
#include "infra/weex/v2_codec.hpp"

#include <algorithm>

namespace rg::weex {

namespace {

using json::Value;

/// {"list":[…],"nextFlag":bool}.
ParseError read_fills(Value object, const Query&, std::vector<Fill>& out, PageState& page) {
  ParseError problem = ParseError::none;
  bool next = false, next_told = false, fresh = false, has_list = false;
  std::size_t rows = 0;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "nextFlag") {
      next_told = true;
      return v.get_bool().get(next) == simdjson::SUCCESS;
    }
    if (key != "list") {
      return true;
    }
    has_list = true;
    return json::each_element(v, [&](Value row) {
      problem = wire::take_fill(row, out, page, fresh);
      ++rows;
      return problem == ParseError::none;
    });
  });
  page.more = fresh && (next_told ? next : rows >= wire::kPageRows);
  if (!shaped) {
    return problem != ParseError::none ? problem : ParseError::malformed;
  }
  return has_list ? ParseError::none : ParseError::missing_field;
}

/// An object keyed by symbol.
ParseError read_settings(Value object, std::vector<LeverageSetting>& out) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_field(object, [&](std::string_view name, Value v) {
    std::int64_t cross = 0;
    const bool whole = json::each_field(v, [&](std::string_view key, Value number) {
      return key != "cross_leverage" || json::assign(cross, json::decimal(json::scalar(number)));
    });
    if (!whole || cross <= 0) {
      problem = ParseError::bad_value;
      return false;
    }
    if (const auto symbol = symbol_of(name)) {
      // A fractional leverage is rounded up: it then differs from the wanted one and is set anew.
      const auto leverage = static_cast<int>((cross + kFixedScale - 1) / kFixedScale);
      out.push_back({*symbol, leverage, leverage});
    }
    return true;
  });
  std::sort(out.begin(), out.end(),
            [](const LeverageSetting& a, const LeverageSetting& b) { return a.symbol < b.symbol; });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

constexpr wire::PageReaders kReaders{wire::read_contracts, read_fills, read_settings};

} // namespace

ParseError V2Codec::decode_page(const Query& query, std::string_view text, PageState& page,
                                QueryPayload& payload, VenueError& error) {
  return wire::read_page(parser_, kReaders, query, text, page, payload, error);
}

ParseError V2Codec::decode_candles(Symbol symbol, std::string_view text,
                                   std::vector<CandleRow>& rows, VenueError& error) {
  return wire::read_candles(parser_, symbol, text, rows, error);
}

ChangeResult V2Codec::decode_change(const ChangeRequest& request, std::string_view text) {
  return wire::read_change(parser_, request, text, {50005, 40015, 40017});
}

ParseError V2Codec::decode_info(InfoKind kind, Symbol symbol, std::string_view text,
                                MarketInfo& info, VenueError& error) {
  return read_market_info(parser_, kind, symbol, text, info, error);
}

ParseError V2Codec::decode_modes(std::string_view text, std::vector<PairModes>& modes,
                                 VenueError& error) {
  return wire::read_modes(parser_, text, modes, error);
}

ParseError V2Codec::decode_trigger_history(std::string_view text, PageState& page,
                                           std::vector<VenueOrder>& orders, VenueError& error) {
  return wire::read_trigger_history(parser_, text, page, orders, error);
}

VenueError V2Codec::decode_ack(std::string_view text, bool& understood) {
  return wire::read_coded_ack(parser_, text, understood);
}

} // namespace rg::weex
