#include "messages/units/ids.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace rg {

namespace {

constexpr std::size_t kInstanceDigits = 6;

char role_letter(OrderRole role) {
  switch (role) {
  case OrderRole::entry:
    return 'e';
  case OrderRole::exit:
    return 'x';
  case OrderRole::stop:
    return 's';
  case OrderRole::take_profit:
    return 't';
  case OrderRole::reduce:
    return 'r';
  case OrderRole::test:
    return 'q';
  }
  return '?';
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string instance_prefix(std::uint32_t instance) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "rg";
  for (std::size_t i = kInstanceDigits; i-- > 0;) {
    text += kHex[(instance >> (4 * i)) & 0xFU];
  }
  return text;
}

} // namespace

std::string DecisionId::text() const {
  std::string out = lower(symbol.base_coin());
  out += '-';
  out += std::to_string(stamp.ms());
  out += kind == DecisionKind::signal ? "-s" : "-x";
  if (ordinal > 0) {
    out += std::to_string(ordinal + 1);
  }
  return out;
}

std::optional<DecisionId> DecisionId::parse(std::string_view text) {
  const std::size_t first = text.find('-');
  const std::size_t second = first == std::string_view::npos ? first : text.find('-', first + 1);
  if (second == std::string_view::npos || second + 1 >= text.size()) {
    return std::nullopt;
  }
  const auto symbol = Symbol::parse(text.substr(0, first));
  std::int64_t ms = 0;
  const char* digits_end = text.data() + second;
  const auto [end, error] = std::from_chars(text.data() + first + 1, digits_end, ms);
  if (!symbol || error != std::errc{} || end != digits_end || ms < 0) {
    return std::nullopt;
  }
  const char letter = text[second + 1];
  if (letter != 's' && letter != 'x') {
    return std::nullopt;
  }
  unsigned ordinal = 1;
  const std::string_view rest = text.substr(second + 2);
  if (!rest.empty()) {
    const auto [rest_end, rest_error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), ordinal);
    if (rest_error != std::errc{} || rest_end != rest.data() + rest.size() || ordinal < 2 ||
        ordinal > 256) {
      return std::nullopt;
    }
  }
  return DecisionId{*symbol, Timestamp::from_ms(ms),
                    letter == 's' ? DecisionKind::signal : DecisionKind::exit,
                    static_cast<std::uint8_t>(ordinal - 1)};
}

std::optional<ClientOrderId> ClientOrderId::parse(std::string_view text) {
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  };
  if (text.empty() || text.size() > kMaxLength || !std::all_of(text.begin(), text.end(), allowed)) {
    return std::nullopt;
  }
  ClientOrderId id;
  std::copy(text.begin(), text.end(), id.chars_.begin());
  id.length_ = static_cast<std::uint8_t>(text.size());
  return id;
}

const char* to_string(OrderRole role) {
  switch (role) {
  case OrderRole::entry:
    return "entry";
  case OrderRole::exit:
    return "exit";
  case OrderRole::stop:
    return "stop";
  case OrderRole::take_profit:
    return "take_profit";
  case OrderRole::reduce:
    return "reduce";
  case OrderRole::test:
    return "test";
  }
  return "unknown";
}

ClientOrderId derive_client_order_id(std::uint32_t instance, const DecisionId& decision,
                                     OrderRole role, std::uint16_t attempt) {
  std::string text = instance_prefix(instance) + '-' + decision.text() + '-';
  text += role_letter(role);
  text += std::to_string(attempt);
  const auto id = ClientOrderId::parse(text);
  RG_ASSERT(id.has_value());
  return *id;
}

std::optional<DecisionId> decision_of(const ClientOrderId& id, std::uint32_t instance) {
  const std::string_view text = id.text();
  const std::string prefix = instance_prefix(instance) + '-';
  const std::size_t last = text.rfind('-');
  if (!text.starts_with(prefix) || last == std::string_view::npos || last <= prefix.size()) {
    return std::nullopt;
  }
  return DecisionId::parse(text.substr(prefix.size(), last - prefix.size()));
}

bool is_engine_order_id(std::string_view text) {
  constexpr std::size_t kPrefix = 2 + kInstanceDigits;
  if (text.size() <= kPrefix + 1 || !text.starts_with("rg") || text[kPrefix] != '-') {
    return false;
  }
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const std::size_t last = text.rfind('-');
  return std::all_of(text.begin() + 2, text.begin() + kPrefix, hex) && last > kPrefix + 1 &&
         DecisionId::parse(text.substr(kPrefix + 1, last - kPrefix - 1)).has_value();
}

} // namespace rg
