#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rg {

/// The eight contracts that may be traded (competition rules, weex-api §13). The type holds nothing
/// else, so an order for another contract cannot be written down.
/// Ids are the canonical order of bars within one data stamp (design §12).
class Symbol {
public:
  static constexpr std::size_t kCount = 8;

  constexpr Symbol() = default; ///< cmt_btcusdt
  [[nodiscard]] static constexpr Symbol from_id(std::uint8_t id) {
    Symbol s;
    s.id_ = id < kCount ? id : std::uint8_t{0};
    return s;
  }
  /// Accepts "cmt_btcusdt", "BTCUSDT" and "BTC", any case.
  [[nodiscard]] static std::optional<Symbol> parse(std::string_view text);
  [[nodiscard]] static std::array<Symbol, kCount> all();

  [[nodiscard]] constexpr std::uint8_t id() const { return id_; }
  [[nodiscard]] std::string_view name() const;      ///< "cmt_btcusdt": every output uses this
  [[nodiscard]] std::string_view base_coin() const; ///< "BTC"
  [[nodiscard]] std::string_view compact() const;   ///< "BTCUSDT": v3 and candle file names

  friend constexpr auto operator<=>(const Symbol&, const Symbol&) = default;

private:
  std::uint8_t id_ = 0;
};

} // namespace rg
