#include "infra/exchange/venue_words.hpp"

#include <array>

namespace rg::exchange {

std::string_view position_side(PositionSide s) {
  return s == PositionSide::long_side ? "LONG" : "SHORT";
}

std::string_view order_side(Side s) {
  return s == Side::buy ? "BUY" : "SELL";
}

std::string_view direction(PositionSide position, bool opens, bool liquidation) {
  const bool is_long = position == PositionSide::long_side;
  if (liquidation) {
    return is_long ? "BURST_LIQUIDATE_LONG" : "BURST_LIQUIDATE_SHORT";
  }
  if (opens) {
    return is_long ? "OPEN_LONG" : "OPEN_SHORT";
  }
  return is_long ? "CLOSE_LONG" : "CLOSE_SHORT";
}

std::string_view separated_mode(bool separated) {
  return separated ? "SEPARATED" : "COMBINED";
}

std::string_view business_type(BillKind k) {
  constexpr std::array<std::string_view, 13> kWords{"deposit",
                                                    "withdraw",
                                                    "transfer_in",
                                                    "transfer_out",
                                                    "margin_move_in",
                                                    "margin_move_out",
                                                    "position_open_long",
                                                    "position_open_short",
                                                    "position_close_long",
                                                    "position_close_short",
                                                    "position_funding",
                                                    "start_liquidate",
                                                    "finish_liquidate"};
  return kWords[static_cast<std::size_t>(k)];
}

std::string_view transfer_reason(BillKind k) {
  return k == BillKind::transfer_in || k == BillKind::transfer_out ? "USER_TRANSFER"
                                                                   : "UNKNOWN_TRANSFER_REASON";
}

std::string_view source_word(TriggerSource s) {
  return s == TriggerSource::last ? "CONTRACT_PRICE" : "MARK_PRICE";
}

std::string_view trigger_source(const Order& o) {
  return o.conditional ? source_word(o.trigger_source) : "UNKNOWN_PRICE_TYPE";
}

std::string_view cancel_reason(CancelReason r) {
  switch (r) {
  case CancelReason::none:
    return "UNKNOWN_ORDER_CANCEL_REASON";
  case CancelReason::user:
    return "USER_CANCELED";
  case CancelReason::could_not_fill:
    return "COULD_NOT_FILL";
  case CancelReason::reduce_only:
    return "REDUCE_ONLY_CANCELED";
  case CancelReason::margin:
    return "MARGIN_NOT_ENOUGH";
  case CancelReason::liquidation:
    return "LIQUIDATE_CANCELED";
  case CancelReason::venue:
    return "ADMIN_CANCELED";
  case CancelReason::sibling_fired:
  case CancelReason::vanished:
    break;
  }
  return "INTERNAL_FAILED";
}

int places_of(std::int64_t step_units) {
  int places = kFixedDecimals;
  while (places > 0 && step_units % 10 == 0) {
    step_units /= 10;
    --places;
  }
  return places;
}

int signed_places_of(std::int64_t step_units) {
  int places = places_of(step_units);
  for (std::int64_t step = step_units / kFixedScale; step >= 10; step /= 10) {
    --places;
  }
  return places;
}

int size_places(Symbol s) {
  return places_of(contract_defaults()[s.id()].lot_size.raw());
}

int price_places(Symbol s) {
  return places_of(contract_defaults()[s.id()].tick_size.raw());
}

} // namespace rg::exchange
