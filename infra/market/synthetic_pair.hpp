#pragma once
// The latent state of one pair of the synthetic market, and of what the pairs have in common. The
// equations stand in synthetic_market.hpp; time is in minutes, prices are logarithms.

#include "infra/market/market_process.hpp"
#include "infra/market/random_stream.hpp"
#include "infra/market/synthetic_shape.hpp"
#include "messages/decision/regime_estimate.hpp"

#include <array>

namespace rg {

/// What moves all pairs at once.
class SyntheticCommon {
public:
  SyntheticCommon(std::uint64_t seed, const SyntheticShape& shape)
      : shape_(shape), random_(seed, 2) {}

  void begin_minute(Regime market_regime);
  /// Standard normal increments of the factor, one per equal part of a step.
  template <std::size_t N> [[nodiscard]] std::array<double, N> draw() {
    std::array<double, N> z{};
    for (double& v : z) {
      v = random_.normal();
    }
    return z;
  }
  [[nodiscard]] double log_volatility() const { return h_; }
  [[nodiscard]] double log_volume() const { return volume_; }
  [[nodiscard]] double direction() const { return direction_; } ///< +1 or −1: where trends lean to
  [[nodiscard]] double jump() const { return jump_; } ///< in calm 15-minute volatilities; 0 = none
  [[nodiscard]] double jump_at() const { return jump_at_; } ///< fraction of the minute

private:
  const SyntheticShape& shape_;
  RandomStream random_;
  double h_ = 0.0, volume_ = 0.0, direction_ = 1.0, jump_ = 0.0, jump_at_ = 0.0;
  int direction_minutes_ = 0;
};

class SyntheticPair {
public:
  SyntheticPair(Symbol symbol, std::uint64_t seed, const SyntheticShape& shape);

  void begin_minute(Regime regime, bool entered, const SyntheticCommon& common);
  /// Moves the price by `dt` minutes that begin `offset` into the minute.
  void move(double dt, double offset, double common_normal);
  [[nodiscard]] double draw_volume(double log_return, double share); ///< base coin
  [[nodiscard]] PairStep step(double share, double offset,
                              const std::array<double, PairStep::kPathPoints>& common);
  [[nodiscard]] PairStep quote() const;
  /// Shifts the price to the pair's start price; returns the shift of the logarithm.
  double settle_at_start_price();
  [[nodiscard]] Bar to_bar(Timestamp open_time, double open, double high, double low, double close,
                           double volume) const;
  [[nodiscard]] double log_price() const { return x_; }

private:
  void enter(Regime regime, const SyntheticCommon& common);
  void begin_leg(const SyntheticCommon& common);
  void draw_jump(const SyntheticCommon& common);
  [[nodiscard]] bool has_legs() const;

  [[nodiscard]] double draw(const Spread& s) { return s.base + s.width * random_.uniform(); }

  const SyntheticShape& shape_;
  Symbol symbol_;
  RandomStream random_;
  Regime regime_ = Regime::range_bound;
  double x_ = 0.0;          // log price
  double level_ = 0.0;      // centre of the range, or of a trend's channel
  double theta_ = 0.0;      // pull towards it, per minute
  double regime_vol_ = 1.0; // multiplier of the regime
  double h_ = 0.0;          // own log volatility
  double sigma_ = 0.0;      // per square root of a minute, now
  double drift_ = 0.0;      // per minute, trends and bursts
  double lean_ = 0.0;       // direction of the present leg
  int leg_minutes_ = 0;
  double slow_volume_ = 0.0, fast_volume_ = 0.0, volume_level_ = 0.0;
  double premium_ = 0.0; // mark over index, fraction
  double jump_ = 0.0, jump_at_ = 0.0;
  double common_jump_ = 0.0, common_jump_at_ = 0.0;
  double common_volume_ = 0.0;
};

} // namespace rg
