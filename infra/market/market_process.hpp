#pragma once
// What a market does, step by step, for the embedded exchange: pure, without clock or socket.
// Implementations: the seeded synthetic market and the replay of candle files.

#include "messages/market/bar.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rg {

/// One pair during one step of data time.
struct PairStep {
  static constexpr std::size_t kPathPoints = 4;

  bool trades = false; ///< false: nothing printed in this step, no candle row comes of it
  std::array<Price, kPathPoints> path{}; ///< trade prices in time order, on the tick grid
  Quantity volume;                       ///< base coin traded during the step, on the lot grid
  Price bid, ask;                        ///< best quotes at the end of the step; bid < ask
  Price mark, index;                     ///< at the end of the step
  Quantity level_size;                   ///< usual size of one level near the top of the book
};

/// All pairs during (begin, end] of data time.
struct MarketStep {
  Timestamp begin, end;
  std::array<PairStep, Symbol::kCount> pairs{};
};

/// Steps are strictly sequential, so that the same sequence of calls gives the same market whatever
/// the wall clock did in between.
class MarketProcess {
public:
  virtual ~MarketProcess() = default;

  /// Pairs that exist in this market, ascending ids.
  [[nodiscard]] virtual const std::vector<Symbol>& symbols() const = 0;
  /// Data time reached: the end of the last step, or the market's start.
  [[nodiscard]] virtual Timestamp now() const = 0;
  /// One-minute bars before the start, oldest first; a missing minute is a gap.
  [[nodiscard]] virtual const std::vector<Bar>& history(Symbol symbol) const = 0;
  /// The state at the start, before any step (path and volume empty, `trades` false).
  [[nodiscard]] virtual PairStep opening(Symbol symbol) const = 0;
  /// Moves data time forward by `length`, a divisor of one minute. False when the data has ended;
  /// then nothing has moved.
  [[nodiscard]] virtual bool advance(Duration length, MarketStep& out) = 0;
  /// Funding rate settled at `settlement` (fraction of the notional; > 0: longs pay shorts).
  [[nodiscard]] virtual double funding_rate(Symbol symbol, Timestamp settlement) const = 0;
};

/// Integer hash of good avalanche (splitmix64's finaliser): noise that is a function of its
/// coordinates, so that books and trade prints need no stored state.
[[nodiscard]] constexpr std::uint64_t hash64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}
[[nodiscard]] constexpr std::uint64_t hash64(std::uint64_t a, std::uint64_t b) {
  return hash64(hash64(a) ^ (b * 0xff51afd7ed558ccdULL));
}
/// Uniform in (0, 1), never either end.
[[nodiscard]] constexpr double unit_uniform(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * (1.0 / 4503599627370496.0);
}

} // namespace rg
