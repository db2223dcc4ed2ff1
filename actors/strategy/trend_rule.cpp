#include "actors/strategy/trend_rule.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kVarianceDecay = 0.94;      // RiskMetrics; half-life 11 bars
constexpr std::uint32_t kVarianceYoung = 16; // returns before the volatility is used
constexpr double kCrossMargin = 1.0;         // bar volatilities that an opposite cross must reach
constexpr double kLeastVolatility = 1e-7;    // of a bar; below, prices do not move

double ema_alpha(std::uint32_t length) {
  return 2.0 / (static_cast<double>(length) + 1.0);
}

/// Weight of a close that stands for the gap before it as well.
double alpha_over(double alpha, std::uint32_t gap_slots) {
  return gap_slots == 0 ? alpha : 1.0 - std::pow(1.0 - alpha, static_cast<double>(gap_slots) + 1.0);
}

} // namespace

TrendRule::TrendRule(const StrategySettings& settings)
    : settings_(settings), alpha_fast_(ema_alpha(settings.ema_fast)),
      alpha_slow_(ema_alpha(settings.ema_slow)) {
  RG_ASSERT(settings.ema_fast >= 1);
  RG_ASSERT(settings.ema_fast < settings.ema_slow);
}

void TrendRule::on_bar(const RuleBar& bar) {
  vwap_.on_bar(bar);
  const int before = direction_;
  move_averages(bar);
  if (setup_ != 0) {
    setup_age_ += 1 + bar.gap_slots;
    if (setup_age_ > settings_.trend_setup_bars || setup_ != direction_) {
      setup_ = 0;
    }
  }
  if (!ready()) {
    return;
  }
  if (before != 0 && direction_ != 0 && direction_ != before) {
    arm();
    pulled_back_ = false;
    return;
  }
  const double beyond_fast = static_cast<double>(direction_) * (close_ - fast_);
  if (beyond_fast < 0.0) {
    pulled_back_ = true;
  } else if (pulled_back_ && beyond_fast > 0.0) {
    pulled_back_ = false;
    if (setup_ == 0) {
      arm();
    }
  }
}

void TrendRule::arm() {
  setup_ = direction_;
  setup_age_ = 0;
}

void TrendRule::move_averages(const RuleBar& bar) {
  if (bars_ == 0) {
    fast_ = slow_ = close_ = bar.close;
  }
  if (bars_ > 0 && bar.gap_slots == 0) {
    const double r = bar.close - close_;
    ++returns_;
    // Plain mean while young, so that the first returns do not weigh for ever.
    const double decay = std::min(kVarianceDecay, 1.0 - 1.0 / static_cast<double>(returns_));
    variance_ = decay * variance_ + (1.0 - decay) * r * r;
    returns_ = std::min(returns_, kVarianceYoung * 4);
  }
  const double slow_before = slow_;
  fast_ += alpha_over(alpha_fast_, bar.gap_slots) * (bar.close - fast_);
  slow_ += alpha_over(alpha_slow_, bar.gap_slots) * (bar.close - slow_);
  slope_ = (slow_ - slow_before) / static_cast<double>(bar.gap_slots + 1);
  close_ = bar.close;
  bars_ = std::min(bars_ + 1, settings_.ema_slow * 4);
  const double spread = fast_ - slow_;
  direction_ = ready() ? (spread > 0.0) - (spread < 0.0) : 0;
}

bool TrendRule::ready() const {
  return bars_ >= settings_.ema_slow * 3 && returns_ >= kVarianceYoung;
}

double TrendRule::bar_volatility() const {
  return returns_ >= kVarianceYoung ? std::sqrt(variance_) : 0.0;
}

double TrendRule::score() const {
  const double volatility = bar_volatility();
  return volatility > kLeastVolatility ? slope_ / volatility : 0.0;
}

bool TrendRule::crossed_against(PositionSide side) const {
  return ready() && sign_of(side) * (fast_ - slow_) < -kCrossMargin * bar_volatility();
}

std::optional<Side> TrendRule::due() const {
  if (setup_ == 0 || setup_age_ == 0 || bar_volatility() <= kLeastVolatility) {
    return std::nullopt;
  }
  const double sign = static_cast<double>(setup_);
  const bool sloped = sign * score() >= settings_.trend_min_score;
  const bool confirmed = sign * (close_ - anchor()) > 0.0 && sign * (close_ - fast_) > 0.0;
  if (!sloped || !confirmed) {
    return std::nullopt;
  }
  return setup_ > 0 ? Side::buy : Side::sell;
}

} // namespace rg
