#pragma once
// Markets for simulated runs. Making history costs more than trading through it, so a few worlds
// are made once and every seed begins somewhere else in one of them, with its own scale and its own
// date. One bar of a world is a quarter of an hour of the synthetic market, told as one minute: the
// models see the statistics they were fitted on fifteen times as often, and the engine trades.

#include "infra/market/market_process.hpp"
#include "messages/market/tick.hpp"

#include <memory>
#include <vector>

namespace rg::sim {

/// Minute bars of all pairs without dates.
class World {
public:
  static constexpr std::size_t kMinutes = 4600;
  static constexpr std::size_t kCount = 4; ///< worlds that differ

  explicit World(std::uint64_t number);
  /// Made at first use, kept for the process. Not for several threads.
  [[nodiscard]] static const World& of(std::uint64_t number);

  struct Minute {
    Price open, high, low, close;
    Quantity volume;
    Quantity level_size;
  };
  [[nodiscard]] const Minute& minute(Symbol s, std::size_t i) const { return rows_[s.id()][i]; }

private:
  std::array<std::vector<Minute>, Symbol::kCount> rows_;
};

struct SimMarketOptions {
  std::uint64_t seed = 1;
  std::vector<Symbol> symbols; ///< ascending
  std::size_t history = 520;   ///< minutes before the start
  Duration length{};           ///< of the run, at most a day or so
};

/// One seed's market. Beyond the world's end it runs backwards through it.
class SimMarket final : public MarketProcess {
public:
  explicit SimMarket(const SimMarketOptions& options);

  [[nodiscard]] const std::vector<Symbol>& symbols() const override { return options_.symbols; }
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] const std::vector<Bar>& history(Symbol s) const override {
    return history_[s.id()];
  }
  [[nodiscard]] PairStep opening(Symbol symbol) const override;
  /// Steps as long as set_length() said, whatever the caller asks for: dense windows and coarse
  /// hours alternate.
  [[nodiscard]] bool advance(Duration, MarketStep& out) override;
  void set_length(Duration length) { length_ = length; }
  /// Nothing trades in this pair until then (data time).
  void silence(Symbol symbol, Timestamp until) { silent_until_[symbol.id()] = until; }
  [[nodiscard]] double funding_rate(Symbol symbol, Timestamp settlement) const override;
  /// Next to nothing trades in this pair for so many steps: resting orders fill in parts.
  void thin(Symbol symbol, int steps) { thin_steps_[symbol.id()] = steps; }

private:
  [[nodiscard]] World::Minute minute(Symbol s, std::int64_t index) const;
  [[nodiscard]] Price scaled(Symbol s, Price price) const;
  [[nodiscard]] PairStep quoted(Symbol s, PairStep step, Quantity level_size) const;

  SimMarketOptions options_;
  const World& world_;
  std::int64_t first_ = 0; ///< minute of the world at which the run begins
  double power_ = 1.0;     ///< of the price path around the start's price
  Timestamp start_, now_;
  std::array<std::vector<Bar>, Symbol::kCount> history_;
  std::array<World::Minute, Symbol::kCount> minute_; ///< the one that now_ lies in
  std::array<int, Symbol::kCount> thin_steps_{};
  std::array<Timestamp, Symbol::kCount> silent_until_{};
  std::array<PairStep, Symbol::kCount> last_step_{};
  Duration length_{};
  std::uint64_t steps_ = 0;
};

} // namespace rg::sim
