#include "infra/exchange/market_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kPrintsPerMinute = 16; // four market steps of four points each

} // namespace

std::int64_t day_change(const ExchangeCore& core, Symbol s) {
  const Price before = core.candles(s).day().open;
  if (!before.is_positive()) {
    return 0;
  }
  const std::int64_t units =
      fixed::mul_div((core.last(s) - before).raw(), kFixedScale, before.raw(), Rounding::nearest);
  return fixed::to_step(units, 100, Rounding::nearest);
}

Price day_average(const ExchangeCore& core, Symbol s) {
  const DayStats& day = core.candles(s).day();
  if (!day.volume.is_positive()) {
    return core.last(s);
  }
  return Price::from_double(day.turnover.to_double() / day.volume.to_double(), Rounding::nearest);
}

std::uint64_t day_trades(const ExchangeCore& core, Symbol s) {
  return std::min<std::uint64_t>(core.candles(s).minutes().size(), 1440) * kPrintsPerMinute;
}

Quantity open_interest(const ExchangeCore& core, Symbol s) {
  return Quantity::from_raw(fixed::to_step(core.candles(s).day().volume.raw() / 3,
                                           core.rules(s).lot_size.raw(), Rounding::down));
}

Notional capped_value(Price price, Quantity base) {
  constexpr double kMost = 9.2e10;
  return price.to_double() * base.to_double() < kMost
             ? multiply(price, base, Rounding::nearest)
             : Notional::from_double(kMost, Rounding::down);
}

std::int64_t funding_units(const ExchangeCore& core, Symbol s, Timestamp settlement) {
  return fixed::from_double(core.funding_rate(s, settlement), Rounding::nearest);
}

std::uint64_t candle_trades(CandleInterval interval, const Candle& c) {
  const Duration length = next_slot(interval, c.open_time) - c.open_time;
  return c.volume.is_zero() ? 0 : static_cast<std::uint64_t>(length / 1min) * kPrintsPerMinute;
}

Quantity taker_bought(const Candle& c, Symbol s) {
  const std::int64_t range = (c.high - c.low).raw();
  const std::int64_t above = (c.close - c.low).raw();
  const std::int64_t units =
      range > 0 ? fixed::mul_div(c.volume.raw(), above, range, Rounding::down) : c.volume.raw() / 2;
  return Quantity::from_raw(
      fixed::to_step(units, contract_defaults()[s.id()].lot_size.raw(), Rounding::down));
}

std::string print_name(const TradePrint& p) {
  const std::uint64_t low = hash64(p.id, 1);
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", p.id >> 32, (p.id >> 16) & 0xffff,
                     p.id & 0xfff, low & 0xfff, (low >> 12) & 0xffffffffffff);
}

} // namespace rg::exchange
