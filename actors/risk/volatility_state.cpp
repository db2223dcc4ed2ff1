#include "actors/risk/volatility_state.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rg {

namespace {

using std::chrono::hours;

/// Slots of a lag: never fewer than one, never more than the baseline window (live history is
/// short).
std::size_t lag_slots(Duration lag, Duration interval) {
  const auto slots = static_cast<std::size_t>(lag / interval);
  return std::clamp<std::size_t>(slots, 1, kBaselineSlots);
}

double log_variance(double variance) {
  return std::log(std::max(variance, kLeastVariance));
}

constexpr double kRhythmHalfLifeDays = 30.0;
constexpr double kRhythmPriorDays = 8.0; // weight of "no rhythm" against observed days
constexpr double kRhythmCut = 12.0;      // a single squared return counts at most this many means
constexpr double kRhythmFloor = 0.25, kRhythmCeiling = 4.0;

} // namespace

std::size_t horizon_bars(Duration interval) {
  RG_ASSERT(interval.count() > 0);
  RG_ASSERT(kHorizon.count() % interval.count() == 0);
  return static_cast<std::size_t>(kHorizon / interval);
}

// ---- daily rhythm ----

DailyRhythm::DailyRhythm(Duration interval)
    : interval_(interval),
      decay_(std::exp2(-1.0 / kRhythmHalfLifeDays *
                       std::min(1.0, static_cast<double>(interval.count()) /
                                         static_cast<double>(Duration{hours{1}}.count())))) {
  ratio_.fill(1.0);
}

std::size_t DailyRhythm::hour_of(Timestamp t) {
  return static_cast<std::size_t>(t.ns() / Duration{hours{1}}.count()) % kHours;
}

void DailyRhythm::on_variance(Timestamp open, double squared_return, double mean_variance) {
  if (mean_variance <= kLeastVariance) {
    return;
  }
  const std::size_t hour = hour_of(open);
  const double ratio = std::min(squared_return / mean_variance, kRhythmCut);
  sum_[hour] = decay_ * sum_[hour] + ratio;
  weight_[hour] = decay_ * weight_[hour] + 1.0;
  renew(hour);
}

void DailyRhythm::renew(std::size_t hour) {
  const double bars_per_hour = std::max(1.0, static_cast<double>(Duration{hours{1}}.count()) /
                                                 static_cast<double>(interval_.count()));
  const double prior = kRhythmPriorDays * bars_per_hour;
  const double shrunk = (sum_[hour] + prior) / (weight_[hour] + prior);
  ratio_[hour] = std::clamp(shrunk, kRhythmFloor, kRhythmCeiling);
}

double DailyRhythm::mean_ratio(Timestamp open, std::size_t n) const {
  // Slots are UTC-aligned, so an hour holds a whole number of them, or a slot whole hours.
  constexpr std::int64_t kHour = Duration{hours{1}}.count();
  const std::int64_t into_hour = open.ns() % kHour;
  std::size_t hour = hour_of(open);
  const std::int64_t slots_per_hour = std::max<std::int64_t>(1, kHour / interval_.count());
  const auto hours_per_slot =
      static_cast<std::size_t>(std::max<std::int64_t>(1, interval_.count() / kHour));
  auto in_this_hour = static_cast<std::size_t>(slots_per_hour - into_hour * slots_per_hour / kHour);
  double sum = 0.0;
  for (std::size_t left = n; left > 0;) {
    const std::size_t here = std::min(left, in_this_hour);
    sum += static_cast<double>(here) * ratio_[hour];
    left -= here;
    hour = (hour + hours_per_slot) % kHours;
    in_this_hour = static_cast<std::size_t>(slots_per_hour);
  }
  return sum / static_cast<double>(n);
}

// ---- EWMA reference ----

void EwmaReference::on_variance(double squared_return) {
  ++count_;
  if (count_ > kStart) {
    s2_ = kDecay * s2_ + (1.0 - kDecay) * squared_return;
    return;
  }
  first_.push_back(squared_return);
  sum_ += squared_return;
  if (count_ == kStart) {
    s2_ = sum_ / static_cast<double>(kStart);
    for (const double v : first_) {
      s2_ = kDecay * s2_ + (1.0 - kDecay) * v;
    }
  }
}

double EwmaReference::variance() const {
  if (ready()) {
    return s2_;
  }
  return count_ > 0 ? sum_ / static_cast<double>(count_) : 0.0;
}

// ---- all together ----

VolatilityState::VolatilityState(Duration interval)
    : horizon_(horizon_bars(interval)),
      rhythm_(interval), adjusted_{GapWindow{lag_slots(hours{1}, interval)},
                                   GapWindow{lag_slots(hours{4}, interval)},
                                   GapWindow{lag_slots(hours{24}, interval)},
                                   GapWindow{lag_slots(hours{120}, interval)}},
      raw_day_(lag_slots(hours{24}, interval)), bipower_day_(lag_slots(hours{24}, interval)),
      raw_baseline_(kBaselineSlots) {}

RiskBar VolatilityState::on_bar(const PipelineBar& bar) {
  RiskBar out{std::log(bar.bar.high.to_double()), std::log(bar.bar.low.to_double()),
              std::log(bar.bar.close.to_double())};
  out.gap_slots = bar.gap_slots;
  out.has_return = started_ && bar.gap_slots == 0;
  const auto each_window = [this](auto&& act) {
    for (GapWindow& window : adjusted_) {
      act(window);
    }
    act(raw_day_);
    act(bipower_day_);
    act(raw_baseline_);
  };
  if (!out.has_return) {
    const std::size_t missing = started_ ? std::size_t{bar.gap_slots} + 1 : 1;
    each_window([missing](GapWindow& window) { window.push_missing(missing); });
    last_abs_return_ = -1.0;
  } else {
    out.r = out.close - last_close_;
    const double squared = out.r * out.r;
    const double adjusted = squared / rhythm_.ratio(bar.bar.open_time);
    for (GapWindow& window : adjusted_) {
      window.push(adjusted);
    }
    raw_day_.push(squared);
    raw_baseline_.push(squared);
    const double size = std::fabs(out.r);
    if (last_abs_return_ >= 0.0) {
      bipower_day_.push(size * last_abs_return_);
    } else {
      bipower_day_.push_missing();
    }
    last_abs_return_ = size;
    ewma_.on_variance(squared);
    if (raw_baseline_.count() >= adjusted_[2].capacity()) {
      rhythm_.on_variance(bar.bar.open_time, squared, raw_baseline_.mean());
    }
  }
  started_ = true;
  last_close_ = out.close;
  next_open_ = bar.bar.close_time();
  return out;
}

double VolatilityState::mean_with_missing(const GapWindow& window, double missing) const {
  const auto capacity = static_cast<double>(window.capacity());
  const auto count = static_cast<double>(window.count());
  return (std::max(window.sum(), 0.0) + (capacity - count) * missing) / capacity;
}

VolatilityInputs VolatilityState::inputs() const {
  RG_ASSERT(ready());
  const double usual = ewma_.variance();
  VolatilityInputs in;
  for (std::size_t i = 0; i < adjusted_.size(); ++i) {
    in.log_variance[i] = log_variance(mean_with_missing(adjusted_[i], usual));
  }
  in.log_next_rhythm = std::log(rhythm_.mean_ratio(next_open_, horizon_));
  in.log_baseline = log_variance(mean_with_missing(raw_baseline_, usual));
  if (bipower_day_.count() > 0 && raw_day_.count() > 0 && raw_day_.mean() > kLeastVariance) {
    const double bipower = 0.5 * std::numbers::pi * bipower_day_.mean();
    in.jump_share = std::clamp(1.0 - bipower / raw_day_.mean(), 0.0, 1.0);
  }
  return in;
}

double VolatilityState::rv_ewma() const {
  return std::sqrt(static_cast<double>(horizon_) * ewma_.variance());
}

double VolatilityState::rv_baseline() const {
  return raw_baseline_.valid()
             ? std::sqrt(static_cast<double>(horizon_) * std::max(raw_baseline_.mean(), 0.0))
             : 0.0;
}

} // namespace rg
