#pragma once
// Parameters of a request, from its query or its JSON body, and how a generation of the protocol
// names symbols and refuses values.

#include "infra/exchange/api_error.hpp"
#include "infra/exchange/exchange_core.hpp"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rg::exchange {

/// What differs between the generations when parameters are read.
struct Spelling {
  ApiError (*invalid)(std::string_view name);
  ApiError (*empty)();
  ApiError (*malformed)(); ///< a member of the wrong JSON type
  ApiError (*bad_json)();  ///< the body is no JSON object
  ApiError (*refusal)(const Refusal& refusal);
  /// A symbol of the eight; other texts give nothing.
  std::optional<Symbol> (*symbol_of)(std::string_view text);
  /// Whether a text at least looks like a contract of the venue.
  bool (*looks_like_contract)(std::string_view text);
};

/// The accessors throw ApiError when the value is not what they promise.
class Parameters {
public:
  static Parameters from_query(std::string_view query, const Spelling& spelling);
  static Parameters from_body(std::string_view body, simdjson::dom::parser& parser,
                              const Spelling& spelling);
  static Parameters from_object(simdjson::dom::object object, const Spelling& spelling);

  /// Text of a string, number or bool; nothing when absent, null or empty.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::string required(std::string_view name) const;
  /// A whole number in [low, high].
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t low,
                                                    std::int64_t high) const;
  [[nodiscard]] std::optional<OrderId> id(std::string_view name) const;
  [[nodiscard]] std::optional<Timestamp> stamp(std::string_view name) const; ///< ms
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
  [[nodiscard]] SentNumber number(std::string_view name) const; ///< absent() when absent
  [[nodiscard]] std::optional<simdjson::dom::element> element(std::string_view name) const;
  /// A contract that this market lists. Absent: nothing. Unknown: refused.
  [[nodiscard]] std::optional<Symbol> symbol(const ExchangeCore& core) const;
  [[nodiscard]] Symbol required_symbol(const ExchangeCore& core) const;
  /// For trading: other contracts of the venue are not tradable, nonsense is invalid.
  [[nodiscard]] Symbol trading_symbol(const ExchangeCore& core) const;
  [[nodiscard]] const Spelling& spelling() const { return *spelling_; }

private:
  explicit Parameters(const Spelling& spelling) : spelling_(&spelling) {}

  const Spelling* spelling_;
  std::vector<std::pair<std::string, std::string>> query_;
  std::optional<simdjson::dom::object> body_;
};

} // namespace rg::exchange
