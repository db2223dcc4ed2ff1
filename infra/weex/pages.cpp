// One page of an answer to a question: the same for both generations but for three shapes.

#include "infra/weex/lists.hpp"

#include <algorithm>

namespace rg::weex::wire {

namespace {

using json::Value;

/// The payload as a T, made empty when it holds something else.
template <class T> T& ensure(QueryPayload& payload) {
  if (!std::holds_alternative<T>(payload)) {
    payload = T{};
  }
  return std::get<T>(payload);
}

void sort_by_time(std::vector<VenueOrder>& rows) {
  std::sort(rows.begin(), rows.end(), [](const VenueOrder& a, const VenueOrder& b) {
    return std::pair(a.created, a.venue_id) < std::pair(b.created, b.venue_id);
  });
}
void sort_by_time(std::vector<Fill>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Fill& a, const Fill& b) {
    return std::pair(a.exchange_time, a.venue_fill_id) <
           std::pair(b.exchange_time, b.venue_fill_id);
  });
}
void sort_by_time(std::vector<CashFlow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const CashFlow& a, const CashFlow& b) {
    return std::pair(a.exchange_time, a.venue_bill_id) <
           std::pair(b.exchange_time, b.venue_bill_id);
  });
}

/// Appends a page's rows and puts all of them in order.
template <class Row, class Read> ParseError append(QueryPayload& payload, Read read) {
  auto& rows = ensure<std::vector<Row>>(payload);
  const ParseError problem = read(rows);
  sort_by_time(rows);
  return problem;
}

ParseError read_payload(const PageReaders& own, const Query& query, Value value, PageState& page,
                        QueryPayload& payload) {
  switch (query.kind) {
  case QueryKind::contracts:
    return own.contracts(value, ensure<std::vector<ContractRules>>(payload));
  case QueryKind::account:
    return read_assets(value, ensure<AccountSnapshot>(payload));
  case QueryKind::positions:
    return read_positions(value, ensure<std::vector<Position>>(payload));
  case QueryKind::open_orders:
  case QueryKind::trigger_orders:
  case QueryKind::order_history:
    return append<VenueOrder>(payload, [&](auto& rows) {
      return read_orders(value, query.kind == QueryKind::trigger_orders, rows, page);
    });
  case QueryKind::fills:
    return append<Fill>(payload, [&](auto& rows) { return own.fills(value, query, rows, page); });
  case QueryKind::leverage:
    return own.leverage(value, ensure<std::vector<LeverageSetting>>(payload));
  case QueryKind::bills:
    return append<CashFlow>(payload, [&](auto& rows) { return read_bills(value, rows, page); });
  case QueryKind::server_time:
    return read_server_time(value, ensure<ServerTime>(payload));
  }
  return ParseError::malformed;
}

/// Unwraps one page, hands its payload to `read` and counts it.
template <class Read>
ParseError open_page(json::Parser& parser, std::string_view text, PageState& page,
                     VenueError& error, Read read) {
  page.more = false;
  bool has_payload = false;
  Envelope envelope = open_envelope(parser, text, [&](Value value) {
    has_payload = true;
    return read(value);
  });
  ++page.page;
  error = std::move(envelope.error);
  if (envelope.problem == ParseError::none && error.code == 0 && !has_payload) {
    return ParseError::missing_field; // a success envelope without data
  }
  return envelope.problem;
}

} // namespace

ParseError read_page(json::Parser& parser, const PageReaders& own, const Query& query,
                     std::string_view text, PageState& page, QueryPayload& payload,
                     VenueError& error) {
  return open_page(parser, text, page, error,
                   [&](Value value) { return read_payload(own, query, value, page, payload); });
}

ParseError read_trigger_history(json::Parser& parser, std::string_view text, PageState& page,
                                std::vector<VenueOrder>& orders, VenueError& error) {
  const ParseError problem = open_page(parser, text, page, error, [&](Value value) {
    return read_orders(value, true, orders, page);
  });
  sort_by_time(orders);
  return problem;
}

} // namespace rg::weex::wire
