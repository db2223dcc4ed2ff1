// Bills, the server's clock and acks that are a code alone: alike in both generations.

#include "infra/weex/lists.hpp"

#include <algorithm>

namespace rg::weex::wire {

using json::Value;

namespace {

/// Only money that moves without an order; fees and realised results arrive with fills.
std::optional<CashFlowKind> cash_flow_kind(std::string_view business) {
  if (business == "position_funding") {
    return CashFlowKind::funding;
  }
  if (business == "deposit" || business == "transfer_in") {
    return CashFlowKind::deposit;
  }
  if (business == "withdraw" || business == "transfer_out") {
    return CashFlowKind::withdrawal;
  }
  return business.starts_with("tracking_") ? std::optional(CashFlowKind::other) : std::nullopt;
}

struct BillRow {
  CashFlow flow;
  std::optional<CashFlowKind> kind;
  Timestamp time;
  unsigned have = 0;
  bool good = true;
};

bool read_bill(Value row, BillRow& out) {
  return json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    const auto need = [&](unsigned bit, bool good) {
      out.have |= bit;
      return out.good = out.good && good;
    };
    if (key == "billId") {
      return need(1, json::assign(out.flow.venue_bill_id, json::unsigned_number(text)));
    }
    if (key == "amount" || key == "income") {
      return need(2, json::assign(out.flow.amount, json::notional(text)));
    }
    if (key == "businessType" || key == "incomeType") {
      out.kind = cash_flow_kind(text);
      return need(4, !text.empty());
    }
    if (key == "ctime" || key == "cTime" || key == "time") {
      return need(8, json::assign(out.time, json::stamp(text)));
    }
    if (key == "symbol") {
      out.flow.symbol = symbol_of(text).value_or(Symbol{});
    }
    return true;
  });
}

} // namespace

ParseError read_bills(Value object, std::vector<CashFlow>& out, PageState& page) {
  ParseError problem = ParseError::none;
  bool next = false, next_told = false, fresh = false, has_items = false;
  std::size_t rows = 0;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "hasNextPage") {
      next_told = true;
      return v.get_bool().get(next) == simdjson::SUCCESS;
    }
    if (key != "items") {
      return true;
    }
    has_items = true;
    return json::each_element(v, [&](Value element) {
      BillRow row;
      ++rows;
      const bool whole = read_bill(element, row);
      if (!whole || row.have != 15) {
        problem = !row.good ? ParseError::bad_value
                            : (whole ? ParseError::missing_field : ParseError::malformed);
        return false;
      }
      if (page.seen.insert(row.flow.venue_bill_id).second) {
        fresh = true;
        page.until = page.until > Timestamp{} ? std::min(page.until, row.time) : row.time;
        if (row.kind) {
          row.flow.kind = *row.kind;
          row.flow.exchange_time = row.time;
          out.push_back(row.flow);
        }
      }
      return true;
    });
  });
  page.more = fresh && (next_told ? next : rows >= kPageRows);
  if (!shaped) {
    return problem != ParseError::none ? problem : ParseError::malformed;
  }
  return has_items ? ParseError::none : ParseError::missing_field;
}

ParseError read_server_time(Value object, ServerTime& out) {
  bool good = false;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "timestamp" || key == "serverTime") {
      good = json::assign(out.server, json::stamp(json::scalar(v)));
      return good;
    }
    return true;
  });
  if (!shaped) {
    return ParseError::malformed;
  }
  return good ? ParseError::none : ParseError::missing_field;
}

VenueError read_coded_ack(json::Parser& parser, std::string_view text, bool& understood) {
  Envelope envelope = open_envelope(parser, text, [](Value) { return ParseError::none; });
  understood = envelope.problem == ParseError::none && envelope.wrapped;
  return std::move(envelope.error);
}

} // namespace rg::weex::wire
