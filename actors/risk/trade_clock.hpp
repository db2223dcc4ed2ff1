#pragma once
// How often a pair may trade: trade intensity and cooldowns, all in data time.

#include "messages/decision/guard_state.hpp"
#include "messages/settings/settings.hpp"

namespace rg {

/// Cooldowns only ever move later; a worse event never shortens one.
class TradeClock {
public:
  explicit TradeClock(const RiskSettings& settings) : settings_(settings) {}

  /// A trade opened. A cluster (intensity half way from cluster_full to cluster_zero) starts a
  /// cooldown.
  void on_opened(Timestamp at);
  /// A stop or the venue's liquidation closed a trade.
  void on_stopped(Timestamp at);
  /// Halt or kill: a cooldown from the halt on, and again from its end.
  void on_guard(const GuardState& guard);
  /// From the next event on; a cooldown that runs keeps its end.
  void set_settings(const RiskSettings& settings) { settings_ = settings; }

  /// Trades opened of late, each weighing half after cluster_half_life_hours.
  [[nodiscard]] double intensity(Timestamp now) const;
  /// When the intensity will have fallen below cluster_zero; `now` when it is below already.
  [[nodiscard]] Timestamp clustering_ends(Timestamp now) const;
  /// Data time; in the past = none. Timestamp{} when there never was one.
  [[nodiscard]] Timestamp cooldown_until() const { return cooldown_until_; }

private:
  void cool_down(Timestamp from, Duration length);

  RiskSettings settings_;
  double intensity_ = 0.0; // at last_opened_
  Timestamp last_opened_;
  Timestamp cooldown_until_;
  bool halted_ = false;
};

} // namespace rg
