#include "infra/exchange/parameters.hpp"

#include "messages/support/number_text.hpp"

#include <charconv>

namespace rg::exchange {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

template <class T> std::optional<T> whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

} // namespace

Parameters Parameters::from_query(std::string_view query, const Spelling& spelling) {
  Parameters p(spelling);
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      p.query_.emplace_back(decode(pair.substr(0, equals)), equals == std::string_view::npos
                                                                ? ""
                                                                : decode(pair.substr(equals + 1)));
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return p;
}

Parameters Parameters::from_body(std::string_view body, simdjson::dom::parser& parser,
                                 const Spelling& spelling) {
  Parameters p(spelling);
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
      root.get(object) != simdjson::SUCCESS) {
    throw spelling.bad_json();
  }
  p.body_ = object;
  return p;
}

Parameters Parameters::from_object(simdjson::dom::object object, const Spelling& spelling) {
  Parameters p(spelling);
  p.body_ = object;
  return p;
}

std::optional<simdjson::dom::element> Parameters::element(std::string_view name) const {
  simdjson::dom::element e;
  if (!body_ || body_->at_key(name).get(e) != simdjson::SUCCESS || e.is_null()) {
    return std::nullopt;
  }
  return e;
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  if (!body_) {
    for (const auto& [key, value] : query_) {
      if (key == name && !value.empty()) {
        return value;
      }
    }
    return std::nullopt;
  }
  const auto e = element(name);
  if (!e) {
    return std::nullopt;
  }
  switch (e->type()) {
  case simdjson::dom::element_type::STRING: {
    std::string out{std::string_view(*e)};
    return out.empty() ? std::nullopt : std::optional<std::string>(std::move(out));
  }
  case simdjson::dom::element_type::INT64:
    return std::to_string(std::int64_t(*e));
  case simdjson::dom::element_type::UINT64:
    return std::to_string(std::uint64_t(*e));
  case simdjson::dom::element_type::DOUBLE:
    return double_text(double(*e));
  case simdjson::dom::element_type::BOOL:
    return bool(*e) ? "true" : "false";
  default:
    throw spelling_->malformed();
  }
}

std::string Parameters::required(std::string_view name) const {
  auto value = text(name);
  if (!value) {
    throw spelling_->empty();
  }
  return std::move(*value);
}

std::optional<std::int64_t> Parameters::integer(std::string_view name, std::int64_t low,
                                                std::int64_t high) const {
  const auto value = text(name);
  if (!value) {
    return std::nullopt;
  }
  const auto n = whole<std::int64_t>(*value);
  if (!n || *n < low || *n > high) {
    throw spelling_->invalid(name);
  }
  return n;
}

std::optional<OrderId> Parameters::id(std::string_view name) const {
  const auto value = text(name);
  if (!value) {
    return std::nullopt;
  }
  const auto n = whole<OrderId>(*value);
  if (!n) {
    throw spelling_->invalid(name);
  }
  return n;
}

std::optional<Timestamp> Parameters::stamp(std::string_view name) const {
  const auto ms = integer(name, 0, 9'000'000'000'000);
  return ms ? std::optional<Timestamp>(Timestamp::from_ms(*ms)) : std::nullopt;
}

std::optional<bool> Parameters::boolean(std::string_view name) const {
  const auto value = text(name);
  if (!value) {
    return std::nullopt;
  }
  if (*value != "true" && *value != "false") {
    throw spelling_->invalid(name);
  }
  return *value == "true";
}

SentNumber Parameters::number(std::string_view name) const {
  auto value = text(name);
  return value ? SentNumber::parse(std::move(*value)) : SentNumber{};
}

std::optional<Symbol> Parameters::symbol(const ExchangeCore& core) const {
  const auto value = text("symbol");
  if (!value) {
    return std::nullopt;
  }
  const auto s = spelling_->symbol_of(*value);
  if (!s || !core.listed(*s)) {
    throw spelling_->invalid("symbol");
  }
  return s;
}

Symbol Parameters::required_symbol(const ExchangeCore& core) const {
  const auto s = symbol(core);
  if (!s) {
    throw spelling_->empty();
  }
  return *s;
}

Symbol Parameters::trading_symbol(const ExchangeCore& core) const {
  const std::string value = required("symbol");
  const auto s = spelling_->symbol_of(value);
  if (s && core.listed(*s)) {
    return *s;
  }
  if (spelling_->looks_like_contract(value)) {
    throw spelling_->refusal({RefusalKind::not_tradable, ""});
  }
  throw spelling_->invalid("symbol");
}

} // namespace rg::exchange
