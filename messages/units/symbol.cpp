#include "messages/units/symbol.hpp"

#include <algorithm>
#include <cctype>

namespace rg {

namespace {

struct Names {
  std::string_view name, base_coin, compact;
};

constexpr std::array<Names, Symbol::kCount> kNames{{
    {"cmt_btcusdt", "BTC", "BTCUSDT"},
    {"cmt_ethusdt", "ETH", "ETHUSDT"},
    {"cmt_solusdt", "SOL", "SOLUSDT"},
    {"cmt_bnbusdt", "BNB", "BNBUSDT"},
    {"cmt_xrpusdt", "XRP", "XRPUSDT"},
    {"cmt_adausdt", "ADA", "ADAUSDT"},
    {"cmt_dogeusdt", "DOGE", "DOGEUSDT"},
    {"cmt_ltcusdt", "LTC", "LTCUSDT"},
}};

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

} // namespace

std::optional<Symbol> Symbol::parse(std::string_view text) {
  for (std::uint8_t id = 0; id < kCount; ++id) {
    const Names& n = kNames[id];
    if (same_ignoring_case(text, n.name) || same_ignoring_case(text, n.compact) ||
        same_ignoring_case(text, n.base_coin)) {
      return from_id(id);
    }
  }
  return std::nullopt;
}

std::array<Symbol, Symbol::kCount> Symbol::all() {
  std::array<Symbol, kCount> symbols;
  for (std::uint8_t id = 0; id < kCount; ++id) {
    symbols[id] = from_id(id);
  }
  return symbols;
}

std::string_view Symbol::name() const {
  return kNames[id_].name;
}
std::string_view Symbol::base_coin() const {
  return kNames[id_].base_coin;
}
std::string_view Symbol::compact() const {
  return kNames[id_].compact;
}

} // namespace rg
