#pragma once
// The anomaly guard (design §6.3): per observation, O(1), independent of the regime model.

#include "messages/decision/guard_state.hpp"
#include "messages/market/bar.hpp"
#include "messages/market/tick.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <optional>

namespace rg {

/// Works on ticks live and on base bars in backtests: a base bar is taken as the ticks open, nearer
/// extreme, farther extreme, close. Thresholds scale with the pair's own volatility and with √time.
class GuardModel {
public:
  GuardModel(Symbol symbol, const GuardSettings& settings);
  ~GuardModel();
  GuardModel(GuardModel&&) noexcept;
  GuardModel& operator=(GuardModel&&) noexcept;

  /// Each returns the new state when level or cause changed, else nothing.
  [[nodiscard]] std::optional<GuardState> on_tick(const Tick& tick);
  [[nodiscard]] std::optional<GuardState> on_base_bar(const Bar& base);
  /// No frame on any subscribed channel for longer than allowed; `data_time` is the newest stamp
  /// known.
  [[nodiscard]] std::optional<GuardState> on_silence(Timestamp data_time, Duration silent_for);
  [[nodiscard]] std::optional<GuardState> on_gap(const FeedGap& gap);
  /// History (pipeline bars) sets the volatility scale before the first tick.
  void warm(const PipelineBar& bar);
  /// A person releases a latched kill (reason on record elsewhere): it steps down to halt. The one
  /// other way out is the written rule: 24 h of data time without new evidence for it.
  [[nodiscard]] std::optional<GuardState> release(Timestamp data_time);

  /// Thresholds from the next observation on. The level in force, its cause and its end stay: a
  /// looser threshold releases nothing.
  void set_settings(const GuardSettings& settings);

  [[nodiscard]] const GuardState& state() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
