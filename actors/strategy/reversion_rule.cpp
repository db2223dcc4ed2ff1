#include "actors/strategy/reversion_rule.hpp"

#include "messages/support/invariant.hpp"

#include <cmath>

namespace rg {

namespace {

constexpr double kLeastWidth = 1e-6;   // log units; a narrower band is no band
constexpr double kExcursionEnds = 0.5; // of band_entry_z

} // namespace

ReversionRule::ReversionRule(const StrategySettings& settings)
    : settings_(settings), closes_(settings.band_window), weighted_(settings.band_window),
      volumes_(settings.band_window) {
  RG_ASSERT(settings.band_window >= 4);
  RG_ASSERT(settings.band_entry_z > 0.0);
}

void ReversionRule::on_bar(const RuleBar& bar) {
  if (!started_) {
    started_ = true;
    base_ = bar.close;
  }
  if (bar.gap_slots > 0) {
    closes_.push_missing(bar.gap_slots);
    weighted_.push_missing(bar.gap_slots);
    volumes_.push_missing(bar.gap_slots);
  }
  closes_.push(bar.close - base_);
  weighted_.push(bar.volume * (bar.typical() - base_));
  volumes_.push(bar.volume);

  const double before = z_;
  const double volume = volumes_.sum();
  width_ = std::sqrt(closes_.variance());
  ready_ = closes_.valid() && width_ > kLeastWidth;
  centre_ = base_ + (volume > 0.0 ? weighted_.sum() / volume : closes_.mean());
  z_ = ready_ ? (bar.close - centre_) / width_ : 0.0;
  follow_excursion(before);
}

void ReversionRule::follow_excursion(double before) {
  const int side = (z_ > 0.0) - (z_ < 0.0);
  const double size = std::fabs(z_);
  turned_ = excursion_ != 0 && side == excursion_ && size < std::fabs(before);
  if (excursion_ != 0 && (side != excursion_ || size < kExcursionEnds * settings_.band_entry_z)) {
    excursion_ = 0;
    turned_ = false;
  }
  if (excursion_ == 0 && ready_ && size >= settings_.band_entry_z) {
    excursion_ = side;
    turned_ = false;
    fired_ = false;
  }
}

std::optional<Side> ReversionRule::due() const {
  if (!ready_ || excursion_ == 0 || !turned_ || fired_) {
    return std::nullopt;
  }
  return excursion_ > 0 ? Side::sell : Side::buy;
}

} // namespace rg
