#pragma once
// Exact decimal numbers: a signed 64-bit count of 1e-8 units, in a distinct type per meaning.
//
//   Price − Price        → PriceDelta
//   Price × Quantity     → Notional     (128-bit intermediate; see notional.hpp)
//   Quantity ± Quantity  → Quantity
//   Price × Price, Price + Quantity     do not compile
//
// Overflow is an invariant failure, never a wrap. Range: ±92,233,720,368.54775807.

#include "messages/support/invariant.hpp"
#include "messages/support/result.hpp"
#include "messages/units/rounding.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace rg {

inline constexpr std::int64_t kFixedScale = 100'000'000; // 1e8 units make 1.0
inline constexpr int kFixedDecimals = 8;

/// Why a text is no fixed-point number.
enum class NumberError {
  empty,        ///< no characters
  malformed,    ///< not [+-]digits[.digits]; exponents, NaN and inf are refused here
  out_of_range, ///< magnitude above 92,233,720,368
  too_precise,  ///< non-zero digits beyond the eighth decimal (parse only; parse_rounded cuts)
  negative,     ///< a sign where the caller allows none
};
[[nodiscard]] const char* to_string(NumberError error);

namespace fixed {
/// Text → units, exact. Trailing zeros beyond eight decimals are accepted.
[[nodiscard]] Result<std::int64_t, NumberError> parse(std::string_view text);
/// Text → units, digits beyond the eighth decimal rounded as told (towards −∞ / +∞ / half away).
[[nodiscard]] Result<std::int64_t, NumberError> parse_rounded(std::string_view text, Rounding r);
/// Units → shortest plain decimal text ("0.5", "12", "-0.00000001").
[[nodiscard]] std::string format(std::int64_t units);
/// Units → plain decimal text with exactly `decimals` places (0..8); cut digits must be zero.
[[nodiscard]] std::string format_places(std::int64_t units, int decimals);
/// Writes the shortest text into [out, out+24); returns the end. No allocation.
char* format_to(char* out, std::int64_t units);
/// Units nearest to / not above / not below x. x must be finite and in range (asserted).
[[nodiscard]] std::int64_t from_double(double x, Rounding r);
/// a·b/scale in 128 bits, rounded as told. Asserts that the result fits.
[[nodiscard]] std::int64_t mul_scaled(std::int64_t a, std::int64_t b, Rounding r);
/// a·b/c in 128 bits, rounded as told; c != 0. Asserts that the result fits.
[[nodiscard]] std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t c, Rounding r);
/// Onto a multiple of step (> 0).
[[nodiscard]] std::int64_t to_step(std::int64_t units, std::int64_t step, Rounding r);

[[nodiscard]] constexpr std::int64_t checked_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  RG_ASSERT(!__builtin_add_overflow(a, b, &sum));
  return sum;
}
[[nodiscard]] constexpr std::int64_t checked_sub(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  RG_ASSERT(!__builtin_sub_overflow(a, b, &difference));
  return difference;
}
} // namespace fixed

/// Base of the strong numbers; Tag makes them distinct types.
template <class Self> class FixedPoint {
public:
  constexpr FixedPoint() = default;

  /// From units of 1e-8 that our own code computed.
  [[nodiscard]] static constexpr Self from_raw(std::int64_t units) {
    Self s;
    s.units_ = units;
    return s;
  }
  [[nodiscard]] static Result<Self, NumberError> parse(std::string_view text) {
    const auto units = fixed::parse(text);
    if (!units) {
      return fail(units.error());
    }
    return from_raw(*units);
  }
  [[nodiscard]] static Result<Self, NumberError> parse_rounded(std::string_view text, Rounding r) {
    const auto units = fixed::parse_rounded(text, r);
    if (!units) {
      return fail(units.error());
    }
    return from_raw(*units);
  }
  [[nodiscard]] static Self from_double(double x, Rounding r) {
    return from_raw(fixed::from_double(x, r));
  }
  [[nodiscard]] static constexpr Self zero() { return from_raw(0); }

  [[nodiscard]] constexpr std::int64_t raw() const { return units_; }
  /// Nearest double: the division of two exact doubles is correctly rounded, so this equals what
  /// parsing the decimal text as a double gives (for |units| < 2^53).
  [[nodiscard]] constexpr double to_double() const {
    return static_cast<double>(units_) / static_cast<double>(kFixedScale);
  }
  [[nodiscard]] std::string text() const { return fixed::format(units_); }
  [[nodiscard]] Self to_step(Self step, Rounding r) const {
    return from_raw(fixed::to_step(units_, step.raw(), r));
  }

  [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }
  [[nodiscard]] constexpr bool is_positive() const { return units_ > 0; }
  [[nodiscard]] constexpr bool is_negative() const { return units_ < 0; }

  friend constexpr auto operator<=>(const FixedPoint&, const FixedPoint&) = default;

protected:
  std::int64_t units_ = 0;
};

/// Sums and differences of one kind stay that kind (used by Quantity, Notional, PriceDelta).
template <class Self> class AdditiveFixedPoint : public FixedPoint<Self> {
public:
  friend constexpr Self operator+(Self a, Self b) {
    return Self::from_raw(fixed::checked_add(a.raw(), b.raw()));
  }
  friend constexpr Self operator-(Self a, Self b) {
    return Self::from_raw(fixed::checked_sub(a.raw(), b.raw()));
  }
  friend constexpr Self operator-(Self a) { return Self::from_raw(fixed::checked_sub(0, a.raw())); }
  friend constexpr Self& operator+=(Self& a, Self b) { return a = a + b; }
  friend constexpr Self& operator-=(Self& a, Self b) { return a = a - b; }
  [[nodiscard]] constexpr Self abs() const {
    return this->raw() < 0 ? Self::from_raw(fixed::checked_sub(0, this->raw()))
                           : Self::from_raw(this->raw());
  }
};

} // namespace rg
