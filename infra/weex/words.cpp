#include "infra/weex/words.hpp"

#include <array>

namespace rg::weex::wire {

namespace {

constexpr PositionSide kLong = PositionSide::long_side, kShort = PositionSide::short_side;

struct Word {
  std::string_view text;
  OrderType type;
};

constexpr std::array<Word, 20> kOrderTypes{{
    {"1", {kLong, true, false}},
    {"2", {kShort, true, false}},
    {"3", {kLong, false, false}},
    {"4", {kShort, false, false}},
    {"open_long", {kLong, true, false}},
    {"open_short", {kShort, true, false}},
    {"close_long", {kLong, false, false}},
    {"close_short", {kShort, false, false}},
    {"5", {kLong, false, false}}, // partial closes
    {"6", {kShort, false, false}},
    {"7", {kLong, false, true}}, // automatic deleveraging
    {"8", {kShort, false, true}},
    {"9", {kLong, false, true}}, // liquidation
    {"10", {kShort, false, true}},
    {"offset_liquidate_long", {kLong, false, true}},
    {"offset_liquidate_short", {kShort, false, true}},
    {"burst_liquidate_long", {kLong, false, true}},
    {"burst_liquidate_short", {kShort, false, true}},
    {"agreement_close_long", {kLong, false, true}},
    {"agreement_close_short", {kShort, false, true}},
}};

} // namespace

std::optional<OrderType> order_type(std::string_view word) {
  for (const Word& known : kOrderTypes) {
    if (json::same_word(word, known.text)) {
      return known.type;
    }
  }
  return std::nullopt;
}

std::optional<PositionSide> position_side(std::string_view word) {
  if (json::same_word(word, "long")) {
    return kLong;
  }
  return json::same_word(word, "short") ? std::optional(kShort) : std::nullopt;
}

std::optional<Side> side(std::string_view word) {
  if (json::same_word(word, "buy")) {
    return Side::buy;
  }
  return json::same_word(word, "sell") ? std::optional(Side::sell) : std::nullopt;
}

OrderState order_state(std::string_view word, Quantity filled) {
  if (json::same_word(word, "filled") || word == "2") {
    return OrderState::filled;
  }
  if (json::same_word(word, "canceled") || json::same_word(word, "cancelled") ||
      json::same_word(word, "expired") || word == "-1") {
    return OrderState::cancelled;
  }
  if (json::same_word(word, "rejected")) {
    return OrderState::rejected;
  }
  return filled.is_positive() ? OrderState::partially_filled : OrderState::acked;
}

bool is_untriggered(std::string_view status) {
  return json::same_word(status, "untriggered");
}

} // namespace rg::weex::wire
