#pragma once
// Candle files played as a market: each bar's path runs open, nearer extreme, farther extreme,
// close.

#include "infra/market/candle_file.hpp"
#include "infra/market/market_process.hpp"

#include <memory>
#include <optional>

namespace rg {

struct ReplayOptions {
  /// Data time at which trading starts, a whole minute. Absent: as soon as `history_minutes` lie
  /// before it, or half-way through shorter data.
  std::optional<Timestamp> start;
  std::uint32_t history_minutes = 15'000 + 960;
  std::array<std::vector<FundingPoint>, Symbol::kCount> funding{}; ///< empty: 0.01 % per 8 h
  double half_spread = 0.00005;                                    ///< fraction of the price
  double level_share = 0.02; ///< of an average minute's volume rests at one book level
};

/// Each bar is spread over its steps: at the first third the nearer extreme, at the second the
/// farther one, at the end the close, straight lines in between; so candles rebuilt from the steps
/// equal the file's, rounded to the contract's tick. Mark and index are the last price: files carry
/// no others. Missing bars are silence: no trades, quotes stay. Bars longer than a minute work
/// alike.
class CandleReplay final : public MarketProcess {
public:
  /// Throws std::invalid_argument when the folder holds no bars after the start.
  CandleReplay(CandleFolder folder, ReplayOptions options);
  ~CandleReplay() override;

  [[nodiscard]] const std::vector<Symbol>& symbols() const override;
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] const std::vector<Bar>& history(Symbol symbol) const override;
  [[nodiscard]] PairStep opening(Symbol symbol) const override;
  [[nodiscard]] bool advance(Duration length, MarketStep& out) override;
  [[nodiscard]] double funding_rate(Symbol symbol, Timestamp settlement) const override;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
