#include "actors/journal/ledger_text.hpp"

#include "messages/units/side.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rg {

namespace {

constexpr std::array<const char*, 4> kFlowWords{"funding", "deposit", "withdrawal", "other"};
constexpr std::string_view kBill = " USDT, bill ";
constexpr std::string_view kFlowsBefore = " USDT with all flows before ", kBills = " and bills ";
constexpr std::string_view kHolds = "the venue holds ", kKnew = ", we knew ", kWorth = " worth ";
constexpr std::string_view kUsdt = " USDT", kTo = " USDT, to ";

std::string holding(const Position& p) {
  return p.is_flat() ? std::string("nothing")
                     : std::string(to_string(p.side)) + ' ' + p.quantity.text() +
                           std::string(kWorth) + p.open_value.text() + std::string(kUsdt);
}

/// What stands between `before` and `after`; nothing when either is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  const auto from = begin + before.size();
  const auto end = text.find(after, from);
  return end == std::string_view::npos ? std::nullopt
                                       : std::optional(text.substr(from, end - from));
}

template <class Number> std::optional<Number> number(std::optional<std::string_view> text) {
  if (!text) {
    return std::nullopt;
  }
  const auto parsed = Number::parse(*text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

} // namespace

std::string cash_flow_text(const CashFlow& flow) {
  return std::string(kFlowWords[static_cast<std::size_t>(flow.kind)]) + ' ' + flow.amount.text() +
         std::string(kBill) + std::to_string(flow.venue_bill_id);
}

std::optional<FlowText> flow_in(std::string_view detail) {
  const auto amount = number<Notional>(between(detail, " ", kBill));
  if (!amount) {
    return std::nullopt;
  }
  const bool transfer =
      detail.starts_with(kFlowWords[1]) || detail.starts_with(kFlowWords[2]); // as they stand there
  FlowText flow{detail.starts_with(kFlowWords[0]), transfer, *amount, 0};
  const char* const digits = detail.data() + detail.find(kBill) + kBill.size();
  std::from_chars(digits, detail.data() + detail.size(), flow.bill);
  return flow;
}

std::string opening_balance_text(Notional wallet, Timestamp newest,
                                 const std::vector<CashFlow>& flows) {
  std::string text =
      wallet.text() + std::string(kFlowsBefore) + std::to_string(newest.ms()) + std::string(kBills);
  const char* separator = "";
  for (const CashFlow& flow : flows) {
    if (flow.exchange_time == newest) {
      text += std::exchange(separator, ", ") + std::to_string(flow.venue_bill_id);
    }
  }
  return text;
}

std::optional<OpeningText> opening_in(std::string_view detail) {
  const auto wallet = number<Notional>(between(detail, "", kFlowsBefore));
  const auto until = between(detail, kFlowsBefore, kBills);
  if (!wallet || !until) {
    return std::nullopt;
  }
  std::int64_t ms = 0;
  std::from_chars(until->data(), until->data() + until->size(), ms);
  OpeningText opening{*wallet, Timestamp::from_ms(ms), {}};
  const char* at = detail.data() + detail.find(kBills) + kBills.size();
  const char* const end = detail.data() + detail.size();
  for (std::uint64_t bill = 0; std::from_chars(at, end, bill).ec == std::errc();) {
    opening.newest_bills.push_back(bill);
    at = std::min(std::find(at, end, ' ') + 1, end);
  }
  return opening;
}

std::string position_correction_text(const Position& now, const Position& before) {
  return std::string(kHolds) + holding(now) + std::string(kKnew) + holding(before);
}

std::optional<Position> position_in(std::string_view detail) {
  const auto held = between(detail, kHolds, kKnew);
  if (!held) {
    return std::nullopt;
  }
  Position p;
  if (*held == "nothing") {
    return p;
  }
  p.side = held->starts_with(to_string(PositionSide::short_side)) ? PositionSide::short_side
                                                                  : PositionSide::long_side;
  const auto quantity = number<Quantity>(between(*held, " ", kWorth));
  const auto value = number<Notional>(between(*held, kWorth, kUsdt));
  if (!quantity || !value || !quantity->is_positive() || value->is_negative()) {
    return std::nullopt;
  }
  p.quantity = *quantity;
  p.open_value = *value;
  return p;
}

std::string wallet_correction_text(Notional difference, Notional now) {
  return "by " + difference.text() + std::string(kTo) + now.text() + std::string(kUsdt);
}

std::optional<Notional> wallet_in(std::string_view detail) {
  return number<Notional>(between(detail, kTo, kUsdt));
}

} // namespace rg
