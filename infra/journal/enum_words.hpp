#pragma once
// Enumerations as the stable words of messages/, and back.

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/decision/guard_state.hpp"
#include "messages/orders/order_event.hpp"

#include <optional>
#include <string_view>

namespace rg::journal {

/// Number of enumerators; they count from 0 without holes.
template <class E> inline constexpr std::size_t kEnumCount = 0;
template <> inline constexpr std::size_t kEnumCount<Outcome> = 4;
template <>
inline constexpr std::size_t kEnumCount<Refusal> = static_cast<std::size_t>(Refusal::self_cross) +
                                                   1;
template <> inline constexpr std::size_t kEnumCount<ExitReason> = 8;
template <> inline constexpr std::size_t kEnumCount<Rule> = 3;
template <> inline constexpr std::size_t kEnumCount<Regime> = 4;
template <> inline constexpr std::size_t kEnumCount<Abstention> = 6;
template <> inline constexpr std::size_t kEnumCount<GuardLevel> = 4;
template <> inline constexpr std::size_t kEnumCount<GuardCause> = 11;
template <> inline constexpr std::size_t kEnumCount<Side> = 2;
template <> inline constexpr std::size_t kEnumCount<PositionSide> = 2;
template <> inline constexpr std::size_t kEnumCount<OrderRole> = 6;
template <> inline constexpr std::size_t kEnumCount<OrderState> = 12;
template <> inline constexpr std::size_t kEnumCount<StopAdjustment> = 2;

[[nodiscard]] constexpr const char* word_of(StopAdjustment a) {
  return a == StopAdjustment::calibrated ? "calibrated" : "tightened";
}
template <class E> [[nodiscard]] const char* word_of(E value) {
  return to_string(value);
}

template <class E> [[nodiscard]] std::optional<E> from_word(std::string_view word) {
  static_assert(kEnumCount<E> > 0, "say how many enumerators there are");
  for (std::size_t i = 0; i < kEnumCount<E>; ++i) {
    const auto value = static_cast<E>(i);
    if (word == word_of(value)) {
      return value;
    }
  }
  return std::nullopt;
}

} // namespace rg::journal
