#pragma once
// The recent past of each pair, for the console.

#include "actors/engine_context.hpp"
#include "messages/engine/console_views.hpp"

#include <deque>
#include <mutex>

namespace rg::app {

/// The hot thread adds, the console's thread copies: a few records at a time, so that the hot
/// thread never waits for a long copy.
class HistoryKeeper final : public EngineObserver {
public:
  void on_bar(const Bar& bar, const RegimeEstimate& regime, const RiskForecast& forecast) override;
  void on_guard(const GuardState& state) override;
  /// The last `bars` bars and all guard changes that are kept.
  [[nodiscard]] PairHistory history(Symbol symbol, Duration interval,
                                    std::size_t bars = kBarsKept) const;

  static constexpr std::size_t kBarsKept = 2000, kGuardChangesKept = 500;

private:
  static constexpr std::size_t kCopiedAtOnce = 32;
  struct BarRecord {
    Bar bar;
    RegimeEstimate regime;
    RiskForecast forecast;
  };
  struct Kept {
    std::deque<BarRecord> bars;
    std::uint64_t first = 0; ///< running number of the front, counted since the start
  };
  mutable std::mutex mutex_;
  std::array<Kept, Symbol::kCount> bars_;
  std::array<std::deque<GuardState>, Symbol::kCount> guard_;
};

} // namespace rg::app
