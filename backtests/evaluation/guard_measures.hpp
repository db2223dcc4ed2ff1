#pragma once
// What the anomaly guard does with shocks put into real minutes, with calm days, and with the days
// of two known crashes. Shared by the proof and the guard's tests.

#include "infra/market/candle_file.hpp"
#include "messages/decision/guard_state.hpp"
#include "messages/settings/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rg {

/// Every change of the guard's state over a series.
[[nodiscard]] std::vector<GuardState> run_guard(const CandleSeries& series,
                                                const GuardSettings& settings);

/// Halts a week that began on days with less than the pair's median daily variance; half of the
/// series' days are such days. 0 for an empty series.
[[nodiscard]] double halts_a_calm_week(const CandleSeries& series,
                                       const std::vector<GuardState>& changes);

/// True when the guard stood at halt at some time between the UTC day's high (before its low) and
/// the moment when a third of the way down to the low was done. Empty when the series does not hold
/// the whole day.
[[nodiscard]] std::optional<bool>
halted_in_time(const CandleSeries& series, const std::vector<GuardState>& changes, Timestamp day);

/// How often something was noticed (caution or above) of how many times it was put in.
struct Detection {
  std::size_t trials = 0;
  std::size_t in_first_third = 0; ///< of the move's or event's length
  std::size_t by_the_end = 0;

  void add(const Detection& other) {
    trials += other.trials;
    in_first_third += other.in_first_third;
    by_the_end += other.by_the_end;
  }
  [[nodiscard]] std::optional<double> early() const { return share(in_first_third); }
  [[nodiscard]] std::optional<double> ever() const { return share(by_the_end); }

private:
  [[nodiscard]] std::optional<double> share(std::size_t n) const {
    return trials == 0 ? std::nullopt
                       : std::optional(static_cast<double>(n) / static_cast<double>(trials));
  }
};

struct ShockTrial {
  double sigmas = 12.0;    ///< of the trailing day's one-minute returns
  double least_move = 0.0; ///< log units; the larger of both is the move
  std::size_t trials = 50; ///< a series
  std::uint64_t seed = 1;
};

/// At random minutes of a one-minute series, when the guard stands at normal after two days of the
/// real minutes before, the next minute is replaced by sixty one-second ticks that move evenly by
/// the shock, up or down, on top of ordinary noise.
[[nodiscard]] Detection inject_shocks(const CandleSeries& minutes, const GuardSettings& settings,
                                      const ShockTrial& trial);

/// What the volume of a minute without a move is a multiple of.
enum class VolumeBase : std::uint8_t {
  trailing_day, ///< the mean minute of the day before
  own,          ///< the real minute's own volume
};
/// Likewise, the next real minute keeps its open price throughout and has `times` as much volume as
/// `base` says. Minutes without volume are no trial.
struct VolumeTrial {
  double times = 20.0;
  VolumeBase base = VolumeBase::trailing_day;
  std::size_t trials = 50; ///< a series
  std::uint64_t seed = 1;
};
[[nodiscard]] Detection inject_volume(const CandleSeries& minutes, const GuardSettings& settings,
                                      const VolumeTrial& trial);

/// Books of one tick a second with an ordinary spread that is suddenly `times` as wide and stays so
/// for thirty seconds.
[[nodiscard]] Detection widen_spreads(const GuardSettings& settings, double times,
                                      std::size_t trials, std::uint64_t seed);

/// Ten seconds without a frame on any channel after an hour of ticks: noticed = halt or above.
[[nodiscard]] Detection fall_silent(const GuardSettings& settings, std::size_t trials,
                                    std::uint64_t seed);

} // namespace rg
