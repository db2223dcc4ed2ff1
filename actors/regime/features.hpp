#pragma once
// The numbers that the regime model looks at, from closed pipeline bars (design §6.1). First stage
// of actors/regime: bar → features → standardised → forward filter.

#include "actors/numerics/gap_window.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/market/bar.hpp"

#include <array>
#include <optional>

namespace rg {

/// Window lengths in pipeline bars; with 15m bars 36 is 9 h, 192 two days, 480 five days. They are
/// part of what a model file means: a model is fitted on exactly these features. None exceeds 960
/// (what one candles call gives live, design §12). After a gap of up to 38 slots (a fifth of
/// atr_long) every feature is back by the 33rd good bar, when the regime may be known again.
struct FeatureWindows {
  static constexpr std::size_t momentum = 36;
  static constexpr std::size_t volatility = 32;
  static constexpr std::size_t atr_short = 16, atr_long = 192;
  static constexpr std::size_t volume_short = 16, volume_long = 480;
  static constexpr std::size_t persistence = 36;
  static constexpr std::size_t variance_ratio_lag = 4;
};

/// A bar in log units. Mirroring the world (p → c / p) turns it into
/// {c' − open, c' − low, c' − high, c' − close, log_volume}.
struct LogBar {
  double open = 0.0, high = 0.0, low = 0.0, close = 0.0; ///< ln(price)
  double log_volume = 0.0; ///< ln(base coins); meaningless without trades
  bool traded = true;      ///< volume > 0

  [[nodiscard]] static LogBar from(const Bar& bar);
};

/// Features of the last bar, O(1) per bar, no allocation after construction.
///
/// Direction never enters: mirrored bars give the same features (bit for bit on LogBars negated
/// exactly; up to the rounding of the price grid on Bars). With r a return between neighbouring
/// good slots, all windows as in FeatureWindows, and a value clipped nowhere but where said:
///
///   momentum_t        |mean r| / (sd r / √n)
///   realised_vol      ½ ln(mean Garman–Klass variance), per bar
///   atr_ratio         ln(mean true range short / mean true range long), true ranges in log price
///   volume_z          (mean log volume short − mean long) / (sd long); bars without trades count
///   as
///                     missing, and −6 when no bar of the short window traded
///   efficiency_ratio  |Σ r| / Σ |r|, in [0, 1]
///   variance_ratio    ln(mean (4-bar return)² / (4 × mean r²)). Drift is taken as zero
///   (Lo–MacKinlay
///                     subtract its estimate): over eight hours the drift is the trend looked for
///
/// Sources: Garman & Klass 1980 eq. 20 (practical estimator); Kaufman 1995 (efficiency ratio);
/// Lo & MacKinlay 1988 (variance ratio); Wilder 1978 (true range).
class FeatureBuilder {
public:
  FeatureBuilder();

  /// @param gap_slots  slots without a good bar just before this one (PipelineBar::gap_slots).
  /// @return the features, every one finite; empty while any window holds too few good slots.
  [[nodiscard]] std::optional<FeatureVector> on_bar(const LogBar& bar, std::size_t gap_slots);

private:
  void push_gap(std::size_t slots);
  void push_return(double r);
  [[nodiscard]] bool windows_valid() const;

  GapWindow momentum_, garman_klass_, range_short_, range_long_, volume_short_, volume_long_, net_,
      path_, squares_, lagged_squares_;
  std::array<double, FeatureWindows::variance_ratio_lag>
      recent_{};               // the last returns, oldest first
  std::size_t contiguous_ = 0; // existing returns in a row
  bool has_previous_ = false;
  double previous_close_ = 0.0;
};

} // namespace rg
