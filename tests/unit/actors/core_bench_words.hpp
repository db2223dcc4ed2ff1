#pragma once
// What tests of the engine against the exchange's core say again and again.

#include "tests/support/core_bench.hpp"

#include <algorithm>

namespace rg::test {

inline void open_btc(CoreBench& b) {
  b.enter(kBtc, Side::buy, "0.5", "", "950");
  b.wait(10s);
  REQUIRE(b.disagreement() == "");
  REQUIRE(b.pair(kBtc).position.quantity == qty("0.5"));
}

inline bool stands(CoreBench& b, Symbol s, const std::string& word) {
  const auto& because = b.pair(s).not_trading_because;
  return std::find(because.begin(), because.end(), word) != because.end();
}

/// True when an entry of the pair leaves for the venue now.
inline bool enters(CoreBench& b, Symbol s) {
  const std::size_t before = b.venue.entries_sent();
  b.enter(s, Side::buy, "0.1", "990", "950");
  b.wait(2s);
  return b.venue.entries_sent() > before;
}

} // namespace rg::test
