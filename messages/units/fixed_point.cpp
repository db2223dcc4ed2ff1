#include "messages/units/fixed_point.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace rg {

const char* to_string(NumberError error) {
  switch (error) {
  case NumberError::empty:
    return "empty number";
  case NumberError::malformed:
    return "not a plain decimal number";
  case NumberError::out_of_range:
    return "number out of range";
  case NumberError::too_precise:
    return "more than eight decimals";
  case NumberError::negative:
    return "negative number";
  }
  return "unknown number error";
}

namespace fixed {

namespace {

__extension__ typedef __int128 Wide; // products of two 64-bit values

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::int64_t narrow(Wide value) {
  RG_ASSERT(value <= Wide{kMax});
  RG_ASSERT(value >= Wide{kMin});
  return static_cast<std::int64_t>(value);
}

/// Quotient of a/b rounded as told; b > 0.
Wide divide(Wide a, Wide b, Rounding r) {
  Wide quotient = a / b;
  const Wide remainder = a % b;
  if (remainder == 0) {
    return quotient;
  }
  const bool negative = a < 0;
  const Wide magnitude = negative ? -remainder : remainder;
  switch (r) {
  case Rounding::down:
    return negative ? quotient - 1 : quotient;
  case Rounding::up:
    return negative ? quotient : quotient + 1;
  case Rounding::nearest:
    if (2 * magnitude >= b) {
      quotient += negative ? -1 : 1;
    }
    return quotient;
  }
  return quotient;
}

struct Decimal {
  bool negative = false;
  std::uint64_t units = 0; // magnitude on the 1e-8 grid, cut
  bool rest = false;       // some cut digit was not zero
  bool rest_half = false;  // the first cut digit was >= 5
};

Result<Decimal, NumberError> scan(std::string_view text) {
  if (text.empty()) {
    return fail(NumberError::empty);
  }
  Decimal d;
  std::size_t i = 0;
  if (text[0] == '-' || text[0] == '+') {
    d.negative = text[0] == '-';
    ++i;
  }
  constexpr std::uint64_t kMaxMagnitude = static_cast<std::uint64_t>(kMax);
  std::size_t digits = 0;
  for (; i < text.size() && is_digit(text[i]); ++i, ++digits) {
    d.units = d.units * 10 + static_cast<std::uint64_t>(text[i] - '0');
    if (d.units > kMaxMagnitude / static_cast<std::uint64_t>(kFixedScale)) {
      return fail(NumberError::out_of_range);
    }
  }
  d.units *= static_cast<std::uint64_t>(kFixedScale);
  if (i < text.size() && text[i] == '.') {
    ++i;
    std::uint64_t place = static_cast<std::uint64_t>(kFixedScale) / 10;
    bool first_cut = true;
    for (; i < text.size() && is_digit(text[i]); ++i, ++digits) {
      const auto digit = static_cast<std::uint64_t>(text[i] - '0');
      if (place > 0) {
        d.units += digit * place;
        place /= 10;
      } else {
        if (first_cut) {
          d.rest_half = digit >= 5;
          first_cut = false;
        }
        d.rest = d.rest || digit != 0;
      }
    }
  }
  if (digits == 0 || i != text.size()) {
    return fail(NumberError::malformed);
  }
  if (d.units > kMaxMagnitude) {
    return fail(NumberError::out_of_range);
  }
  return d;
}

} // namespace

Result<std::int64_t, NumberError> parse(std::string_view text) {
  const auto d = scan(text);
  if (!d) {
    return fail(d.error());
  }
  if (d->rest) {
    return fail(NumberError::too_precise);
  }
  const auto units = static_cast<std::int64_t>(d->units);
  return d->negative ? -units : units;
}

Result<std::int64_t, NumberError> parse_rounded(std::string_view text, Rounding r) {
  const auto d = scan(text);
  if (!d) {
    return fail(d.error());
  }
  std::uint64_t units = d->units;
  if (d->rest) {
    const bool away = r == Rounding::nearest ? d->rest_half : (r == Rounding::up) != d->negative;
    units += away ? 1 : 0;
    if (units > static_cast<std::uint64_t>(kMax)) {
      return fail(NumberError::out_of_range);
    }
  }
  const auto value = static_cast<std::int64_t>(units);
  return d->negative ? -value : value;
}

char* format_to(char* out, std::int64_t units) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(units);
  if (units < 0) {
    *out++ = '-';
    magnitude = ~magnitude + 1;
  }
  constexpr auto kScale = static_cast<std::uint64_t>(kFixedScale);
  std::uint64_t whole = magnitude / kScale;
  std::uint64_t part = magnitude % kScale;
  std::array<char, 24> reversed{};
  std::size_t n = 0;
  do {
    reversed[n++] = static_cast<char>('0' + whole % 10);
    whole /= 10;
  } while (whole != 0);
  while (n > 0) {
    *out++ = reversed[--n];
  }
  if (part != 0) {
    *out++ = '.';
    for (std::uint64_t place = kScale / 10; part != 0; place /= 10) {
      *out++ = static_cast<char>('0' + part / place);
      part %= place;
    }
  }
  return out;
}

std::string format(std::int64_t units) {
  std::array<char, 24> buffer{};
  const char* end = format_to(buffer.data(), units);
  return std::string(static_cast<const char*>(buffer.data()), end);
}

std::string format_places(std::int64_t units, int decimals) {
  RG_ASSERT(decimals >= 0 && decimals <= kFixedDecimals);
  std::string text = format(units);
  const std::size_t dot = text.find('.');
  const std::size_t have = dot == std::string::npos ? 0 : text.size() - dot - 1;
  RG_ASSERT(have <= static_cast<std::size_t>(decimals));
  if (decimals > 0 && dot == std::string::npos) {
    text += '.';
  }
  text.append(static_cast<std::size_t>(decimals) - have, '0');
  return text;
}

std::int64_t from_double(double x, Rounding r) {
  RG_ASSERT(std::isfinite(x));
  const double scaled = x * static_cast<double>(kFixedScale);
  RG_ASSERT(std::fabs(scaled) < 9.2e18);
  switch (r) {
  case Rounding::down:
    return static_cast<std::int64_t>(std::floor(scaled));
  case Rounding::up:
    return static_cast<std::int64_t>(std::ceil(scaled));
  case Rounding::nearest:
    return static_cast<std::int64_t>(std::llround(scaled));
  }
  return 0;
}

std::int64_t mul_scaled(std::int64_t a, std::int64_t b, Rounding r) {
  return narrow(divide(Wide{a} * Wide{b}, Wide{kFixedScale}, r));
}

std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t c, Rounding r) {
  RG_ASSERT(c != 0);
  Wide numerator = Wide{a} * Wide{b};
  Wide denominator = c;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  return narrow(divide(numerator, denominator, r));
}

std::int64_t to_step(std::int64_t units, std::int64_t step, Rounding r) {
  RG_ASSERT(step > 0);
  return narrow(divide(Wide{units}, Wide{step}, r) * Wide{step});
}

} // namespace fixed
} // namespace rg
