#pragma once

#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rg {

enum class DecisionKind : std::uint8_t { signal, exit };

/// One Signal, or one exit made by the engine, per pair and bar (design §4).
/// Text form: "btc-1735690500000-s" (signal) or "btc-1735690500000-x" (exit); further exits at the
/// same stamp (e.g. guard after rule) carry a digit: "btc-1735690500000-x2".
struct DecisionId {
  Symbol symbol;
  Timestamp stamp; ///< close of the pipeline bar, or the tick's data time for exits between bars
  DecisionKind kind = DecisionKind::signal;
  std::uint8_t ordinal = 0; ///< 0 for the first of its kind at this stamp

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<DecisionId> parse(std::string_view text);
  friend constexpr auto operator<=>(const DecisionId&, const DecisionId&) = default;
};

/// Our id of an order, derived from instance, decision, role and attempt, so that a restart derives
/// the same id and finds what it sent. [A-Za-z0-9_-]{1,36}: valid for v2 and v3 alike.
class ClientOrderId {
public:
  static constexpr std::size_t kMaxLength = 36;

  ClientOrderId() = default;
  /// Empty optional when the text is empty, too long or holds other characters.
  [[nodiscard]] static std::optional<ClientOrderId> parse(std::string_view text);
  [[nodiscard]] std::string_view text() const { return {chars_.data(), length_}; }
  [[nodiscard]] bool empty() const { return length_ == 0; }
  friend bool operator==(const ClientOrderId& a, const ClientOrderId& b) {
    return a.text() == b.text();
  }
  friend auto operator<=>(const ClientOrderId& a, const ClientOrderId& b) {
    return a.text() <=> b.text();
  }

private:
  std::array<char, kMaxLength> chars_{};
  std::uint8_t length_ = 0;
};

/// What an order is for; part of its derived id.
enum class OrderRole : std::uint8_t { entry, exit, stop, take_profit, reduce, test };
[[nodiscard]] const char* to_string(OrderRole role);

/// "rg" + 6 hex of the instance + "-" + decision text + "-" + role letter + attempt, e.g.
/// "rg3fa9c1-doge-1735690500000-s-e1" (at most 36 characters).
[[nodiscard]] ClientOrderId derive_client_order_id(std::uint32_t instance,
                                                   const DecisionId& decision, OrderRole role,
                                                   std::uint16_t attempt);
/// The decision a derived id belongs to; empty for ids that are not ours or of another instance.
[[nodiscard]] std::optional<DecisionId> decision_of(const ClientOrderId& id,
                                                    std::uint32_t instance);
/// True when the id has our shape, whatever the instance (detects a second engine).
[[nodiscard]] bool is_engine_order_id(std::string_view text);

/// The venue's ids are 18-digit integers beyond 2^53.
using VenueOrderId = std::uint64_t;
using VenueFillId = std::uint64_t;

} // namespace rg
