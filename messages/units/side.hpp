#pragma once

#include <cstdint>

namespace rg {

/// Direction of a signal, an order or a fill. A position is long or short.
enum class Side : std::uint8_t { buy, sell };
enum class PositionSide : std::uint8_t { long_side, short_side };

[[nodiscard]] constexpr Side opposite(Side s) {
  return s == Side::buy ? Side::sell : Side::buy;
}
[[nodiscard]] constexpr PositionSide position_side(Side entry) {
  return entry == Side::buy ? PositionSide::long_side : PositionSide::short_side;
}
/// +1 for long, −1 for short: the sign of profit when price rises.
[[nodiscard]] constexpr double sign_of(PositionSide p) {
  return p == PositionSide::long_side ? 1.0 : -1.0;
}
[[nodiscard]] constexpr double sign_of(Side s) {
  return s == Side::buy ? 1.0 : -1.0;
}
[[nodiscard]] constexpr Side entry_side(PositionSide p) {
  return p == PositionSide::long_side ? Side::buy : Side::sell;
}
[[nodiscard]] constexpr Side exit_side(PositionSide p) {
  return opposite(entry_side(p));
}

[[nodiscard]] constexpr const char* to_string(Side s) {
  return s == Side::buy ? "buy" : "sell";
}
[[nodiscard]] constexpr const char* to_string(PositionSide p) {
  return p == PositionSide::long_side ? "long" : "short";
}

} // namespace rg
