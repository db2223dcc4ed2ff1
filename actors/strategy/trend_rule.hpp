#pragma once
// Trend following (design §7, docs/strategy_rules.md T1–T4): EMA cross or pullback in the direction
// of the slope, confirmed by price against the session VWAP. Knows no regime, position or money.

#include "actors/strategy/rule_bar.hpp"
#include "actors/strategy/session_vwap.hpp"
#include "messages/settings/settings.hpp"
#include "messages/units/side.hpp"

#include <optional>

namespace rg {

/// O(1) per bar; all prices in natural logs.
class TrendRule {
public:
  explicit TrendRule(const StrategySettings& settings);

  void on_bar(const RuleBar& bar);

  /// The side of a setup that is due at this bar, or nothing. A setup is armed by an EMA cross, or
  /// by the close coming back over the fast EMA after a pullback; it is due at the earliest one bar
  /// later, while it is at most trend_setup_bars old, the slow EMA slopes its way by
  /// trend_min_score bar volatilities or more, and the close stands on its side of the session VWAP
  /// and the fast EMA.
  [[nodiscard]] std::optional<Side> due() const;
  /// True when the fast EMA has crossed the slow one against a position by a clear margin (one bar
  /// volatility): touching averages do not close a trend.
  [[nodiscard]] bool crossed_against(PositionSide side) const;
  /// The due setup was used: it never fires again.
  void consume() { setup_ = 0; }

  [[nodiscard]] bool ready() const;
  /// +1 fast EMA above slow, −1 below, 0 equal or not ready.
  [[nodiscard]] int direction() const { return direction_; }
  [[nodiscard]] double fast() const { return fast_; }
  [[nodiscard]] double slow() const { return slow_; }
  [[nodiscard]] double close() const { return close_; }
  [[nodiscard]] double anchor() const { return vwap_.value(); }
  /// Slope of the slow EMA per bar in bar volatilities (signed; 0 before the volatility is known).
  [[nodiscard]] double score() const;
  /// EWMA volatility of one bar's log return (decay 0.94).
  [[nodiscard]] double bar_volatility() const;

private:
  void move_averages(const RuleBar& bar);
  void arm();

  StrategySettings settings_;
  double alpha_fast_, alpha_slow_;
  SessionVwap vwap_;
  double fast_ = 0.0, slow_ = 0.0, slope_ = 0.0, close_ = 0.0;
  double variance_ = 0.0;     // of one bar's return, EWMA
  std::uint32_t returns_ = 0; // seen by variance_
  std::uint32_t bars_ = 0;    // seen by the averages (saturates)
  int direction_ = 0;
  int setup_ = 0;               // side of the armed setup, 0 = none
  std::uint32_t setup_age_ = 0; // bars since it was armed
  bool pulled_back_ = false;    // close went to the other side of the fast EMA
};

} // namespace rg
