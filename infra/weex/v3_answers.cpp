// Answers of v3 (weex-api §16): which reader takes which.

#include "infra/weex/lists.hpp"
#include "infra/weex/v3_codec.hpp"

#include <algorithm>

namespace rg::weex {

namespace {

using json::Value;

/// {"assets":[…],"symbols":[…]}.
ParseError read_exchange_info(Value object, std::vector<ContractRules>& out) {
  ParseError problem = ParseError::missing_field;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "symbols") {
      problem = wire::read_contracts(v, out);
      return problem == ParseError::none;
    }
    return true;
  });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

/// A bare array. Fills older than asked for are left out: the first page knows no beginning.
ParseError read_fills(Value rows, const Query& query, std::vector<Fill>& out, PageState& page) {
  ParseError problem = ParseError::none;
  bool fresh = false;
  std::size_t count = 0;
  const bool shaped = json::each_element(rows, [&](Value row) {
    problem = wire::take_fill(row, out, page, fresh);
    ++count;
    return problem == ParseError::none;
  });
  const bool from_a_time = query.since > Timestamp{};
  // Before `since` there is nothing to look for. Towards it pages need not be full: each shows no
  // more than the venue's window.
  page.more = fresh && (from_a_time ? page.until > query.since : count >= wire::kPageRows);
  std::erase_if(out, [&](const Fill& f) { return from_a_time && f.exchange_time < query.since; });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

/// An array of rows. A pair that is isolated or in SEPARATED mode (whose closes need a position's
/// id) counts as not set up: both sides' leverage then differ.
ParseError read_settings(Value rows, std::vector<LeverageSetting>& out) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(rows, [&](Value row) {
    std::int64_t cross = 0;
    std::string_view name;
    bool usable = true;
    const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
      const std::string_view text = json::scalar(v);
      if (key == "symbol") {
        name = text;
      } else if (key == "crossLeverage") {
        return json::assign(cross, json::decimal(text));
      } else if (key == "marginType") {
        usable = usable && !json::same_word(text, "isolated");
      } else if (key == "separatedType") {
        usable = usable && !json::same_word(text, "separated");
      }
      return true;
    });
    if (!whole || name.empty() || cross < 0 || (usable && cross == 0)) {
      problem = ParseError::bad_value;
      return false;
    }
    if (const auto symbol = symbol_of(name)) {
      // A fractional leverage is rounded up: it then differs from the wanted one and is set anew.
      const auto leverage = static_cast<int>((cross + kFixedScale - 1) / kFixedScale);
      out.push_back({*symbol, leverage, usable ? leverage : -1});
    }
    return true;
  });
  std::sort(out.begin(), out.end(),
            [](const LeverageSetting& a, const LeverageSetting& b) { return a.symbol < b.symbol; });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

constexpr wire::PageReaders kReaders{read_exchange_info, read_fills, read_settings};

} // namespace

ParseError V3Codec::decode_page(const Query& query, std::string_view text, PageState& page,
                                QueryPayload& payload, VenueError& error) {
  return wire::read_page(parser_, kReaders, query, text, page, payload, error);
}

ParseError V3Codec::decode_candles(Symbol symbol, std::string_view text,
                                   std::vector<CandleRow>& rows, VenueError& error) {
  return wire::read_candles(parser_, symbol, text, rows, error);
}

ChangeResult V3Codec::decode_change(const ChangeRequest& request, std::string_view text) {
  return wire::read_change(parser_, request, text, {-3200, -1054, -1140});
}

ParseError V3Codec::decode_info(InfoKind kind, Symbol symbol, std::string_view text,
                                MarketInfo& info, VenueError& error) {
  return read_market_info(parser_, kind, symbol, text, info, error);
}

ParseError V3Codec::decode_modes(std::string_view text, std::vector<PairModes>& modes,
                                 VenueError& error) {
  return wire::read_modes(parser_, text, modes, error);
}

ParseError V3Codec::decode_trigger_history(std::string_view text, PageState& page,
                                           std::vector<VenueOrder>& orders, VenueError& error) {
  return wire::read_trigger_history(parser_, text, page, orders, error);
}

VenueError V3Codec::decode_ack(std::string_view text, bool& understood) {
  return wire::read_coded_ack(parser_, text, understood);
}

} // namespace rg::weex
