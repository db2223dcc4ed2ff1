#include "infra/weex/private_rows.hpp"

#include "infra/weex/rows.hpp"

namespace rg::weex::wire {

namespace {

using json::Value;

template <class Row, class Read>
ParseError read_rows(Value list, std::vector<Row>& out, PrivateFrame& frame, Read read) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(list, [&](Value element) {
    Row row;
    RowUse use = RowUse::take;
    problem = read(element, row, use);
    if (problem != ParseError::none) {
      return false;
    }
    if (use == RowUse::take) {
      out.push_back(std::move(row));
    } else {
      ++frame.foreign_rows;
    }
    return true;
  });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

} // namespace

void clear(PrivateFrame& frame) {
  frame.kind = FrameKind::ignored;
  frame.channel = frame.ping_time = frame.note = {};
  frame.cause = AccountCause::other;
  frame.version = 0;
  frame.positions.clear();
  frame.fills.clear();
  frame.orders.clear();
  frame.foreign_rows = 0;
}

namespace {

AccountCause cause_of(std::string_view word) {
  if (word == "OrderUpdate") {
    return AccountCause::order;
  }
  if (word == "PositionFundingSettle") {
    return AccountCause::funding;
  }
  return word == "DepositUpdate" || word == "WithdrawUpdate" || word.starts_with("Transfer")
             ? AccountCause::transfer
             : AccountCause::other;
}

} // namespace

bool read_cause(Value msg_event, PrivateFrame& frame) {
  const std::string_view word = json::scalar(msg_event);
  frame.cause = cause_of(word);
  return !word.empty();
}

bool read_version(Value version, PrivateFrame& frame) {
  return json::assign(frame.version, json::unsigned_number(json::scalar(version)));
}

ParseError read_private_rows(FrameKind kind, Value list, PrivateFrame& frame) {
  frame.kind = kind;
  switch (kind) {
  case FrameKind::orders:
    return read_rows(list, frame.orders, frame, [](Value r, VenueOrder& o, RowUse& use) {
      return read_order(r, false, o, use);
    });
  case FrameKind::fills:
    return read_rows(list, frame.fills, frame, read_fill);
  case FrameKind::positions:
    return read_rows(list, frame.positions, frame, read_position);
  default: // account: sums since ever, in another accounting; the balances come by REST
    return json::each_element(list, [](Value) { return true; }) ? ParseError::none
                                                                : ParseError::malformed;
  }
}

} // namespace rg::weex::wire
