#include "infra/market/synthetic_pair.hpp"

#include "messages/settings/contract_rules.hpp"

#include <algorithm>

namespace rg {

namespace {

/// What differs between the pairs. Money in USDT.
struct PairFacts {
  double start_price;   // early 2025
  double calm_vol_15m;  // standard deviation of a calm 15-minute log return
  double volume_minute; // turnover of an ordinary minute
  double spread_bp;     // quoted spread in calm, basis points of the price
  double level_value;   // one book level near the top
};
// In the order of Symbol ids: BTC ETH SOL BNB XRP ADA DOGE LTC.
constexpr std::array<PairFacts, Symbol::kCount> kFacts{{
    {94'000.0, 0.0030, 1'500'000.0, 0.3, 120'000.0},
    {3'350.0, 0.0036, 1'000'000.0, 0.4, 80'000.0},
    {190.0, 0.0045, 500'000.0, 0.8, 40'000.0},
    {705.0, 0.0032, 150'000.0, 1.0, 20'000.0},
    {2.10, 0.0046, 400'000.0, 0.9, 40'000.0},
    {0.85, 0.0047, 150'000.0, 1.4, 15'000.0},
    {0.318, 0.0049, 300'000.0, 1.0, 30'000.0},
    {103.0, 0.0042, 100'000.0, 1.2, 12'000.0},
}};

constexpr double kCommonShare = 0.5;      // of the variance of returns
constexpr double kCommonVolShare = 0.5;   // of the log volatility's deviation
constexpr double kLogVolHalfLife = 240.0; // minutes
constexpr double kMinutesPerDay = 1440.0;
const double kSqrt15 = std::sqrt(15.0);

/// One step of a stationary first-order autoregression with the given deviation and half-life.
double revert(double value, double half_life_minutes, double deviation, double normal) {
  const double keep = std::exp2(-1.0 / half_life_minutes);
  return keep * value + deviation * std::sqrt(1.0 - keep * keep) * normal;
}

/// Jump sizes in 15-minute volatilities: visible to a guard on ticks, bounded so that a default run
/// is not one long halt.
double draw_jump_size(RandomStream& random) {
  const double size = std::min(0.8 + 0.4 * random.exponential(), 2.0);
  return random.chance(0.5) ? size : -size;
}

Price to_tick(double price, Price tick) {
  const auto p = Price::from_raw(
      fixed::to_step(fixed::from_double(price, Rounding::nearest), tick.raw(), Rounding::nearest));
  return std::max(p, tick);
}

} // namespace

void SyntheticCommon::begin_minute(Regime market_regime) {
  h_ = revert(h_, kLogVolHalfLife, shape_.log_vol_deviation, random_.normal());
  volume_ = revert(volume_, 180.0, shape_.common_volume_deviation, random_.normal());
  if (--direction_minutes_ <= 0) {
    direction_ = random_.chance(0.5) ? 1.0 : -1.0;
    direction_minutes_ = 240 + static_cast<int>(random_.below(600));
  }
  const double per_day = market_regime == Regime::high_volatility ? 1.0 : 0.2;
  jump_ = 0.0;
  if (random_.chance(per_day / kMinutesPerDay)) {
    jump_ = draw_jump_size(random_);
    jump_at_ = random_.uniform();
  }
}

SyntheticPair::SyntheticPair(Symbol symbol, std::uint64_t seed, const SyntheticShape& shape)
    : shape_(shape), symbol_(symbol), random_(seed, 200 + symbol.id()),
      x_(std::log(kFacts[symbol.id()].start_price)), level_(x_) {}

void SyntheticPair::enter(Regime regime, const SyntheticCommon& common) {
  regime_ = regime;
  drift_ = theta_ = lean_ = 0.0;
  const auto k = static_cast<std::size_t>(regime);
  regime_vol_ = draw(shape_.volatility[k]);
  if (shape_.volume_jumps) {
    volume_level_ = shape_.log_volume[k];
  }
  switch (regime) {
  case Regime::trending:
    if (shape_.channel_half_life.base > 0.0) {
      theta_ = std::log(2.0) / draw(shape_.channel_half_life);
    }
    begin_leg(common);
    break;
  case Regime::high_volatility:
    if (has_legs()) {
      begin_leg(common);
    }
    break;
  default:
    level_ = x_;
    theta_ = std::log(2.0) / draw(shape_.range_half_life);
    break;
  }
}

bool SyntheticPair::has_legs() const {
  return regime_ == Regime::trending ||
         (regime_ == Regime::high_volatility && shape_.burst_minutes[0] > 0);
}

/// A trend runs in legs of some hours, high volatility (at the natural pace) in shorter bursts; a
/// new leg turns around two times in three, which keeps prices near where they started over days
/// and gives moving averages something to cross.
void SyntheticPair::begin_leg(const SyntheticCommon& common) {
  if (lean_ == 0.0) {
    lean_ = random_.chance(0.67) ? common.direction() : -common.direction();
  } else if (random_.chance(0.67)) {
    lean_ = -lean_;
  }
  const bool trend = regime_ == Regime::trending;
  const auto& [least, more] = trend ? shape_.leg_minutes : shape_.burst_minutes;
  leg_minutes_ = least + static_cast<int>(random_.below(static_cast<std::uint64_t>(more)));
  const double per_bar = draw(trend ? shape_.trend_drift : shape_.burst_drift);
  const double unit = shape_.drift_in_regime_volatility ? regime_vol_ : 1.0;
  drift_ = lean_ * per_bar * unit * kFacts[symbol_.id()].calm_vol_15m / 15.0;
  if (theta_ > 0.0) {
    level_ = x_; // the channel starts here
  }
}

void SyntheticPair::draw_jump(const SyntheticCommon& common) {
  const double per_day = regime_ == Regime::high_volatility ? 4.0 : 0.4;
  const double unit = kFacts[symbol_.id()].calm_vol_15m * regime_vol_;
  jump_ = 0.0;
  if (random_.chance(per_day / kMinutesPerDay)) {
    jump_ = draw_jump_size(random_) * unit;
    jump_at_ = random_.uniform();
  }
  common_jump_ = common.jump() * unit;
  common_jump_at_ = common.jump_at();
}

void SyntheticPair::begin_minute(Regime regime, bool entered, const SyntheticCommon& common) {
  if (entered || regime != regime_) {
    enter(regime, common);
  } else if (has_legs() && --leg_minutes_ <= 0) {
    begin_leg(common);
  }
  const PairFacts& facts = kFacts[symbol_.id()];
  const double own = std::sqrt(1.0 - kCommonVolShare), shared = std::sqrt(kCommonVolShare);
  h_ = revert(h_, kLogVolHalfLife, shape_.log_vol_deviation, random_.normal());
  sigma_ = facts.calm_vol_15m / kSqrt15 * regime_vol_ *
           std::exp(own * h_ + shared * common.log_volatility());
  level_ += drift_ + 0.1 * sigma_ * random_.normal();
  slow_volume_ = revert(slow_volume_, 180.0, shape_.own_volume_deviation, random_.normal());
  fast_volume_ = revert(fast_volume_, 8.0, 0.35, random_.normal());
  premium_ = revert(premium_, 60.0, 0.00012, random_.normal());
  draw_jump(common);
  volume_level_ =
      0.98 * volume_level_ + 0.02 * shape_.log_volume[static_cast<std::size_t>(regime_)];
  common_volume_ = common.log_volume();
}

void SyntheticPair::move(double dt, double offset, double common_normal) {
  const double noise =
      std::sqrt(kCommonShare) * common_normal + std::sqrt(1.0 - kCommonShare) * random_.normal();
  double dx = sigma_ * std::sqrt(dt) * noise + drift_ * dt - theta_ * (x_ - level_) * dt;
  if (jump_ != 0.0 && jump_at_ >= offset && jump_at_ < offset + dt) {
    dx += jump_;
  }
  if (common_jump_ != 0.0 && common_jump_at_ >= offset && common_jump_at_ < offset + dt) {
    dx += common_jump_;
  }
  x_ += dx;
}

double SyntheticPair::draw_volume(double log_return, double share) {
  const PairFacts& facts = kFacts[symbol_.id()];
  const double surprise = std::fabs(log_return) / (sigma_ * std::sqrt(share));
  const double log_volume = volume_level_ + common_volume_ + slow_volume_ + fast_volume_ +
                            0.8 * std::log1p(surprise) - 0.45 + 0.15 * random_.normal();
  return facts.volume_minute * share * std::exp(log_volume - x_);
}

PairStep SyntheticPair::quote() const {
  const PairFacts& facts = kFacts[symbol_.id()];
  const ContractRules& rules = contract_defaults()[symbol_.id()];
  const double price = std::exp(x_);
  const double stress = sigma_ > 0.0 ? sigma_ * kSqrt15 / facts.calm_vol_15m : 1.0;
  const double half = 0.5e-4 * facts.spread_bp * std::max(1.0, stress) * price;
  PairStep s;
  s.bid = Price::from_raw(fixed::to_step(fixed::from_double(price - half, Rounding::nearest),
                                         rules.tick_size.raw(), Rounding::down));
  s.ask =
      std::max(Price::from_raw(fixed::to_step(fixed::from_double(price + half, Rounding::nearest),
                                              rules.tick_size.raw(), Rounding::up)),
               s.bid + PriceDelta::from_raw(rules.tick_size.raw()));
  s.mark = to_tick(price * (1.0 + premium_), rules.tick_size);
  s.index = Price::from_double(price, Rounding::nearest);
  const double coins = facts.level_value / price / std::max(1.0, stress);
  s.level_size =
      Quantity::from_raw(std::max(fixed::to_step(fixed::from_double(coins, Rounding::nearest),
                                                 rules.lot_size.raw(), Rounding::nearest),
                                  rules.lot_size.raw()));
  return s;
}

PairStep SyntheticPair::step(double share, double offset,
                             const std::array<double, PairStep::kPathPoints>& common) {
  constexpr auto kPoints = static_cast<double>(PairStep::kPathPoints);
  const PairFacts& facts = kFacts[symbol_.id()];
  const ContractRules& rules = contract_defaults()[symbol_.id()];
  const double before = x_;
  const double half = 0.5e-4 * facts.spread_bp;
  std::array<Price, PairStep::kPathPoints> path;
  bool up = true;
  for (std::size_t k = 0; k < PairStep::kPathPoints; ++k) {
    const double from = x_;
    move(share / kPoints, offset + share * static_cast<double>(k) / kPoints, common[k]);
    up = x_ >= from; // rising prices print at the ask, falling ones at the bid
    path[k] = to_tick(std::exp(x_) * (1.0 + (up ? half : -half)), rules.tick_size);
  }
  PairStep s = quote();
  path.back() = up ? s.ask : s.bid;
  s.path = path;
  s.trades = true;
  const double coins = draw_volume(x_ - before, share);
  s.volume =
      Quantity::from_raw(std::max(fixed::to_step(fixed::from_double(coins, Rounding::nearest),
                                                 rules.lot_size.raw(), Rounding::nearest),
                                  rules.lot_size.raw()));
  return s;
}

double SyntheticPair::settle_at_start_price() {
  const double shift = std::log(kFacts[symbol_.id()].start_price) - x_;
  x_ += shift;
  level_ += shift;
  return shift;
}

Bar SyntheticPair::to_bar(Timestamp open_time, double open, double high, double low, double close,
                          double volume) const {
  const ContractRules& rules = contract_defaults()[symbol_.id()];
  Bar bar;
  bar.symbol = symbol_;
  bar.open_time = open_time;
  bar.length = std::chrono::minutes{1};
  bar.open = to_tick(std::exp(open), rules.tick_size);
  bar.high = to_tick(std::exp(high), rules.tick_size);
  bar.low = to_tick(std::exp(low), rules.tick_size);
  bar.close = to_tick(std::exp(close), rules.tick_size);
  bar.volume = Quantity::from_raw(fixed::to_step(fixed::from_double(volume, Rounding::nearest),
                                                 rules.lot_size.raw(), Rounding::nearest));
  return bar;
}

} // namespace rg
