#pragma once
// The guard's statistics on price and volume (design §6.3): jumps, slides, expansion, drift of
// volatility, joint price-volume outliers. O(1) per observation.

#include "actors/guard/anchor_ring.hpp"
#include "actors/guard/cusum.hpp"
#include "actors/guard/guard_evidence.hpp"
#include "actors/guard/return_scale.hpp"
#include "actors/guard/volume_monitor.hpp"
#include "messages/market/bar.hpp"
#include "messages/settings/settings.hpp"

namespace rg {

/// Looks back from each observation to anchors at several ages and holds the moves against √time.
///
/// A jump is a move in sigmas of the trailing day (half-life 8 h). For a halt the sigmas are those
/// of the trailing day or of the last hour's bipower variation, whichever is larger, so that a
/// lively hour is not taken for a jump; and the move itself must matter (1 %, and 1.5 × the
/// trailing week's four-hour volatility). A kill needs 5 % as well.
///
/// Prices are prefiltered by a cheap bound: an ordinary bar costs a handful of multiplications.
class PriceWatch {
public:
  explicit PriceWatch(const GuardSettings& settings);

  /// A closed base bar. Of its four points only the extremes can be farthest from an anchor.
  [[nodiscard]] GuardEvidence on_base_bar(const Bar& bar);
  /// A trade price and what was traded since the last one; prices and quantities in raw units.
  [[nodiscard]] GuardEvidence on_price(double price, double traded, std::int64_t ns);
  /// A pipeline bar of history: sets the scales.
  void warm(const Bar& bar);
  /// Thresholds from the next observation on; what was learnt stays.
  void set_settings(const GuardSettings& settings);

  [[nodiscard]] const ReturnScale& scale() const { return scale_; }

private:
  /// Largest squared move in units of the slow variance over its own time, and its size.
  struct Move {
    double squared_sigmas = 0.0;
    double size = 0.0;
  };

  void compare(Move& worst, double r, double minutes) const;
  void look_back(Move& worst, double low, double high, double age_minutes, std::int64_t ns) const;
  [[nodiscard]] bool may_matter(double low, double high, const Anchor& anchor,
                                double minutes) const;
  [[nodiscard]] GuardEvidence judge_range(double low, double high, double range_minutes,
                                          std::int64_t ns) const;
  [[nodiscard]] GuardEvidence judge_within_minute(double price, std::int64_t ns) const;
  [[nodiscard]] GuardEvidence judge_move(const Move& worst, double caution) const;
  [[nodiscard]] GuardEvidence judge_slide(double low, double high, std::int64_t ns) const;
  [[nodiscard]] GuardEvidence close_sample(double price, double volume, std::int64_t ns);
  [[nodiscard]] GuardEvidence judge_sample(double r, double z, double drift,
                                           const VolumeReading& volume) const;
  [[nodiscard]] double halt_move() const;
  [[nodiscard]] std::size_t age_of(double minutes) const;

  GuardSettings settings_;
  ReturnScale scale_;
  VolatilityDrift drift_;
  VolumeMonitor volume_;
  AnchorRing<256> samples_; // closes of base bars, or about one a minute from ticks
  AnchorRing<12> fine_;     // ticks about 5 s apart
  double per_minute_ = 1.0; // samples a minute, from the last two
  double quiet_ = 0.0;      // squared move per minute below which nothing is looked at closely
  double traded_ = 0.0;     // since the last sample (ticks)
  Timestamp last_history_;
  double last_history_close_ = 0.0;
};

} // namespace rg
