#include "actors/portfolio/drawdown_ladder.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr Duration kDay = 24h;

/// `level` moved in the proportion in which a flow moved equity. Where no proportion exists (equity
/// was gone) the level starts again from what is there now.
Notional scaled(Notional level, Notional before, Notional after) {
  if (!before.is_positive() || !after.is_positive()) {
    return after;
  }
  return Notional::from_raw(fixed::mul_div(level.raw(), after.raw(), before.raw(), Rounding::up));
}

} // namespace

DrawdownLadder::DrawdownLadder(const PortfolioSettings& settings, Notional equity,
                               bool hard_rung_armed)
    : soft_(settings.soft_drawdown), hard_(settings.max_drawdown),
      resume_after_(settings.resume_after), armed_(hard_rung_armed), high_water_mark_(equity) {}

double DrawdownLadder::drawdown(Notional equity) const {
  if (!high_water_mark_.is_positive()) {
    return equity.is_positive() ? 0.0 : 1.0;
  }
  return std::max(0.0, 1.0 - equity.to_double() / high_water_mark_.to_double());
}

bool DrawdownLadder::update(Notional equity, Timestamp now) {
  if (rung_ == Rung::hard && now >= halted_until_) {
    release(equity);
  }
  high_water_mark_ = std::max(high_water_mark_, equity);
  if (rung_ == Rung::hard) {
    return false;
  }
  const double d = drawdown(equity);
  if (armed_ && d >= hard_) {
    rung_ = Rung::hard;
    halted_until_ = now + resume_after_;
    return true;
  }
  rung_ = d >= soft_ ? Rung::soft : Rung::none;
  return false;
}

void DrawdownLadder::on_flow(Notional before, Notional after) {
  high_water_mark_ = mark_after_flow(high_water_mark_, before, after);
}

Notional DrawdownLadder::mark_after_flow(Notional mark, Notional before, Notional after) {
  return std::max(after, scaled(mark, before, after));
}

void DrawdownLadder::release(Notional equity) {
  // The old mark would trip the rung again at once; the next drawdown counts from here.
  high_water_mark_ = equity;
  rung_ = Rung::none;
  halted_until_ = Timestamp{};
}

void DrawdownLadder::restore(Notional high_water_mark, Timestamp halted_until) {
  high_water_mark_ = high_water_mark;
  halted_until_ = halted_until;
  rung_ = halted_until > Timestamp{} ? Rung::hard : Rung::none;
}

void DrawdownLadder::set_settings(const PortfolioSettings& settings) {
  soft_ = settings.soft_drawdown;
  hard_ = settings.max_drawdown;
  resume_after_ = settings.resume_after;
}

bool DailyLoss::roll(Notional equity, Timestamp now) {
  if (now < day_end_) {
    return false;
  }
  day_ = now.slot_start(kDay);
  day_end_ = day_ + kDay;
  opening_ = equity;
  hit_ = false;
  return true;
}

bool DailyLoss::update(Notional equity) {
  if (hit_ || equity >= opening_) {
    return false;
  }
  const Notional allowed = multiply(opening_, Ratio{max_loss_}, Rounding::down);
  hit_ = opening_ - equity >= allowed;
  return hit_;
}

void DailyLoss::on_flow(Notional before, Notional after) {
  opening_ = opening_after_flow(opening_, before, after);
}

Notional DailyLoss::opening_after_flow(Notional opening, Notional before, Notional after) {
  return scaled(opening, before, after);
}

void DailyLoss::restore(Timestamp day, Notional opening, bool hit) {
  day_ = day;
  day_end_ = day > Timestamp{} ? day + kDay : Timestamp{};
  opening_ = opening;
  hit_ = hit;
}

} // namespace rg
