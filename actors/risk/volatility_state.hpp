#pragma once
// The rolling volatility quantities that the forecasts start from (design §6.2, §15), O(1) per bar.
// The fitter and the online model share this class, so both see the same numbers.

#include "actors/numerics/gap_window.hpp"
#include "messages/market/bar.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace rg {

/// Horizon H of every forecast (design §6.2).
inline constexpr Duration kHorizon = std::chrono::hours{4};
/// Slots of the trailing baseline (design §15), and the longest window of the risk models.
inline constexpr std::size_t kBaselineSlots = 480;
/// Variance of a bar below which prices count as not moving: log return 1e-6.
inline constexpr double kLeastVariance = 1e-12;

/// Pipeline bars in one horizon; at least 1. interval must divide the horizon (asserted).
[[nodiscard]] std::size_t horizon_bars(Duration interval);

/// A pipeline bar as logs, with its return where it has one.
struct RiskBar {
  double high = 0.0, low = 0.0, close = 0.0; ///< natural logs of price
  double r = 0.0;                            ///< log return from the slot before
  bool has_return = false;                   ///< this and the previous slot are both good
  std::uint32_t gap_slots = 0;
};

/// Volatility of each UTC hour against the day's mean, learnt online: variance ratios, 1 = average.
/// Crypto markets have a strong daily rhythm; without it a four-hour forecast is late every day.
class DailyRhythm {
public:
  explicit DailyRhythm(Duration interval);
  /// One squared return of the slot that starts at `open`, against the trailing mean variance.
  void on_variance(Timestamp open, double squared_return, double mean_variance);
  /// Variance ratio of the slot that starts at `open`, > 0.
  [[nodiscard]] double ratio(Timestamp open) const { return ratio_[hour_of(open)]; }
  /// Mean ratio over the n slots from `open` on.
  [[nodiscard]] double mean_ratio(Timestamp open, std::size_t n) const;

private:
  static constexpr std::size_t kHours = 24;
  [[nodiscard]] static std::size_t hour_of(Timestamp t);
  void renew(std::size_t hour);

  Duration interval_;
  double decay_;
  std::array<double, kHours> sum_{}, weight_{}, ratio_{};
};

/// EWMA reference of design §15: s² starts at the mean of the first 96 existing r² and is then
/// updated with every existing r² from the first on, decay 0.94; missing returns are skipped.
class EwmaReference {
public:
  void on_variance(double squared_return);
  [[nodiscard]] bool ready() const { return count_ >= kStart; }
  /// Variance of one bar; the plain mean so far while not ready, 0 before the first return.
  [[nodiscard]] double variance() const;

private:
  static constexpr std::size_t kStart = 96;
  static constexpr double kDecay = 0.94;
  std::vector<double> first_;
  std::size_t count_ = 0;
  double sum_ = 0.0;
  double s2_ = 0.0;
};

/// What the three forecasts take as input; logs of variances are per bar.
struct VolatilityInputs {
  std::array<double, 4> log_variance{}; ///< rhythm-adjusted mean r² over 1 h, 4 h, 1 d, 5 d
  double log_next_rhythm = 0.0;         ///< log mean variance ratio of the horizon's hours
  double log_baseline = 0.0;            ///< log mean r² over the trailing 480 slots
  double jump_share = 0.0; ///< [0, 1]: part of a day's variance beyond bipower variation
};

class VolatilityState {
public:
  explicit VolatilityState(Duration interval);

  /// Later than the bar before. @return the bar in logs.
  RiskBar on_bar(const PipelineBar& bar);

  /// False until the EWMA reference has its 96 returns.
  [[nodiscard]] bool ready() const { return ewma_.ready(); }
  /// Slots that a window misses count with the EWMA variance, so that forecasts go on after a gap.
  [[nodiscard]] VolatilityInputs inputs() const;

  [[nodiscard]] std::size_t horizon() const { return horizon_; }
  /// √(n · s²).
  [[nodiscard]] double rv_ewma() const;
  /// √(n · mean of the existing r² of the last 480 slots); 0 when fewer than 384 exist.
  [[nodiscard]] double rv_baseline() const;

private:
  [[nodiscard]] double mean_with_missing(const GapWindow& window, double missing) const;

  std::size_t horizon_;
  DailyRhythm rhythm_;
  EwmaReference ewma_;
  std::array<GapWindow, 4> adjusted_; // r² / rhythm over the four lags
  GapWindow raw_day_, bipower_day_;   // r² and |r||r'| over 1 d
  GapWindow raw_baseline_;            // r² over 480 slots
  bool started_ = false;
  double last_close_ = 0.0;
  double last_abs_return_ = -1.0; // < 0: none
  Timestamp next_open_;
};

} // namespace rg
