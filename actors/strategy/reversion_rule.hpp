#pragma once
// Fading to the mean (design §7, docs/strategy_rules.md R1–R4). Knows no regime, position or money.

#include "actors/numerics/gap_window.hpp"
#include "actors/strategy/rule_bar.hpp"
#include "messages/settings/settings.hpp"
#include "messages/units/side.hpp"

#include <optional>

namespace rg {

/// Band: centre = rolling VWAP of log typical prices, width = standard deviation of log closes,
/// both over band_window slots, gaps missing. O(1) per bar, no allocation after construction.
class ReversionRule {
public:
  explicit ReversionRule(const StrategySettings& settings);

  void on_bar(const RuleBar& bar);

  /// The side against an excursion that is due at this bar: |z| reached band_entry_z, has turned
  /// back, and still leaves at least half of band_entry_z to go. One signal per excursion; an
  /// excursion ends when |z| falls below half of band_entry_z or the other side is reached.
  [[nodiscard]] std::optional<Side> due() const;
  void consume() { fired_ = true; }

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] double centre() const { return centre_; } ///< log price
  [[nodiscard]] double width() const { return width_; }   ///< log units, one standard deviation
  [[nodiscard]] double z() const { return z_; }           ///< 0 while not ready

private:
  void follow_excursion(double before);

  StrategySettings settings_;
  GapWindow closes_, weighted_, volumes_;
  double base_ = 0.0; // first log price: deviations from it keep the digits
  bool started_ = false;
  bool ready_ = false;
  double centre_ = 0.0, width_ = 0.0, z_ = 0.0;
  int excursion_ = 0;   // sign of z in the present excursion, 0 = none
  bool turned_ = false; // this bar came back towards the mean
  bool fired_ = false;  // this excursion has had its signal
};

} // namespace rg
