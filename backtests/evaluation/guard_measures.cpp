#include "backtests/evaluation/guard_measures.hpp"

#include "actors/guard/guard_model.hpp"
#include "actors/numerics/seeded_random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace rg {

namespace {

constexpr Duration kDay = std::chrono::hours{24};
constexpr std::size_t kDayMinutes = 1440;
constexpr std::size_t kHistoryMinutes = 2 * kDayMinutes;
constexpr int kSecondsInMinute = 60;
/// Draws of a minute before a series is left: one that never rests at normal has none to offer.
constexpr int kDrawsPerTrial = 20;

double log_return(const Bar& before, const Bar& bar) {
  return std::log(bar.close.to_double() / before.close.to_double());
}

/// Standard deviation of the existing one-minute returns of the `count` bars before index `end`.
double minute_volatility(const CandleSeries& s, std::size_t end, std::size_t count) {
  double sum = 0.0;
  double squares = 0.0;
  double n = 0.0;
  for (std::size_t i = end - count + 1; i < end; ++i) {
    if (s.bars[i].open_time == s.bars[i - 1].close_time()) {
      const double r = log_return(s.bars[i - 1], s.bars[i]);
      sum += r;
      squares += r * r;
      n += 1.0;
    }
  }
  return n < 2.0 ? 0.0 : std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1.0)));
}

double mean_volume(const CandleSeries& s, std::size_t end, std::size_t count) {
  double sum = 0.0;
  for (std::size_t i = end - count; i < end; ++i) {
    sum += s.bars[i].volume.to_double();
  }
  return sum / static_cast<double>(count);
}

/// A guard that has seen two days of real minutes up to index `end` and rests at normal, or none.
std::optional<GuardModel> rested_guard(const CandleSeries& s, std::size_t end,
                                       const GuardSettings& settings) {
  GuardModel guard(s.symbol, settings);
  for (std::size_t i = end - kHistoryMinutes; i < end; ++i) {
    static_cast<void>(guard.on_base_bar(s.bars[i]));
  }
  return guard.state().level == GuardLevel::normal ? std::optional(std::move(guard)) : std::nullopt;
}

/// Runs `event(guard, index)` at `trials` random minutes; index is the first minute not yet seen.
template <class Event>
Detection at_random_minutes(const CandleSeries& s, const GuardSettings& settings,
                            std::size_t trials, std::uint64_t seed, const Event& event) {
  Detection found;
  if (s.bars.size() < kHistoryMinutes + 2) {
    return found;
  }
  SeededRandom random(seed + std::uint64_t{1000} * s.symbol.id());
  const std::size_t room = s.bars.size() - kHistoryMinutes - 1;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    for (int attempt = 0; attempt < kDrawsPerTrial; ++attempt) {
      const std::size_t end = kHistoryMinutes + static_cast<std::size_t>(random.below(room));
      auto guard = rested_guard(s, end, settings);
      if (guard && event(*guard, end, random, found)) {
        break;
      }
    }
  }
  return found;
}

bool noticed(const GuardModel& guard) {
  return guard.state().level >= GuardLevel::caution;
}

Tick plain_tick(Symbol symbol, Timestamp time, double last, double traded) {
  Tick t;
  t.symbol = symbol;
  t.exchange_time = time;
  t.receive_time = time;
  t.last = Price::from_double(last, Rounding::nearest);
  t.traded = Quantity::from_double(traded, Rounding::nearest);
  return t;
}

/// A second-by-second market with a book around a Gaussian walk.
class BookMarket {
public:
  BookMarket(const GuardSettings& settings, std::uint64_t seed)
      : guard(Symbol{}, settings), random_(seed) {}
  void seconds(int count, double spread_times) {
    for (int i = 0; i < count; ++i) {
      now_ = now_ + std::chrono::seconds{1};
      price_ *= std::exp(kMinuteSigma / std::sqrt(60.0) * random_.normal());
      Tick t = plain_tick(Symbol{}, now_, price_, std::exp(0.5 * random_.normal()));
      t.mark = t.last;
      t.index = t.last;
      const double half = 0.5 * kSpread * spread_times * (1.0 + 0.1 * random_.normal());
      t.best_bid = Price::from_double(price_ * (1.0 - half), Rounding::nearest);
      t.best_ask = Price::from_double(price_ * (1.0 + half), Rounding::nearest);
      t.bid_depth = Quantity::from_double(50.0 + 5.0 * random_.normal(), Rounding::nearest);
      t.ask_depth = t.bid_depth;
      static_cast<void>(guard.on_tick(t));
    }
  }
  [[nodiscard]] Timestamp now() const { return now_; }

  GuardModel guard;

private:
  static constexpr double kMinuteSigma = 0.001;
  static constexpr double kSpread = 0.0002;
  SeededRandom random_;
  double price_ = 100.0;
  Timestamp now_ = Timestamp::from_ms(1'735'689'600'000);
};

} // namespace

std::vector<GuardState> run_guard(const CandleSeries& series, const GuardSettings& settings) {
  GuardModel guard(series.symbol, settings);
  std::vector<GuardState> changes;
  for (const Bar& bar : series.bars) {
    if (const auto changed = guard.on_base_bar(bar)) {
      changes.push_back(*changed);
    }
  }
  return changes;
}

double halts_a_calm_week(const CandleSeries& series, const std::vector<GuardState>& changes) {
  std::map<std::int64_t, double> variance;
  for (std::size_t i = 1; i < series.bars.size(); ++i) {
    const double r = log_return(series.bars[i - 1], series.bars[i]);
    variance[series.bars[i].open_time.ns() / kDay.count()] += r * r;
  }
  if (variance.empty()) {
    return 0.0;
  }
  std::vector<double> sorted;
  sorted.reserve(variance.size());
  for (const auto& [day, v] : variance) {
    sorted.push_back(v);
  }
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2),
                   sorted.end());
  const double median = sorted[sorted.size() / 2];
  GuardLevel before = GuardLevel::normal;
  int halts = 0;
  for (const GuardState& s : changes) {
    if (s.level >= GuardLevel::halt && s.level > before &&
        variance[(s.stamp.ns() - 1) / kDay.count()] < median) {
      ++halts;
    }
    before = s.level;
  }
  return halts / (static_cast<double>(variance.size()) / 2.0 / 7.0);
}

std::optional<bool> halted_in_time(const CandleSeries& series,
                                   const std::vector<GuardState>& changes, Timestamp day) {
  if (series.bars.empty() || series.bars.front().open_time > day ||
      series.bars.back().close_time() < day + kDay) {
    return std::nullopt;
  }
  const auto within = [&](const Bar& b) { return b.open_time >= day && b.open_time < day + kDay; };
  Timestamp low_at, high_at, third_at;
  double low = std::numeric_limits<double>::infinity();
  double high = 0.0;
  for (const Bar& b : series.bars) {
    if (within(b) && b.low.to_double() < low) {
      low = b.low.to_double();
      low_at = b.close_time();
    }
  }
  for (const Bar& b : series.bars) {
    if (within(b) && b.close_time() <= low_at && b.high.to_double() > high) {
      high = b.high.to_double();
      high_at = b.open_time;
    }
  }
  for (const Bar& b : series.bars) {
    if (b.open_time >= high_at && b.low.to_double() <= high - (high - low) / 3.0) {
      third_at = b.close_time();
      break;
    }
  }
  GuardLevel level = GuardLevel::normal;
  for (const GuardState& s : changes) {
    if (s.stamp > third_at) {
      break;
    }
    if (s.stamp > high_at && s.level >= GuardLevel::halt) {
      return true;
    }
    if (s.stamp <= high_at) {
      level = s.level;
    }
  }
  return level >= GuardLevel::halt;
}

Detection inject_shocks(const CandleSeries& minutes, const GuardSettings& settings,
                        const ShockTrial& trial) {
  return at_random_minutes(
      minutes, settings, trial.trials, trial.seed,
      [&](GuardModel& guard, std::size_t end, SeededRandom& random, Detection& found) {
        const double sigma = minute_volatility(minutes, end, kDayMinutes);
        const double size = std::max(trial.least_move, trial.sigmas * sigma);
        if (!(sigma > 0.0)) {
          return false;
        }
        const double sign = random.uniform() < 0.5 ? -1.0 : 1.0;
        const double noise = sigma / std::sqrt(static_cast<double>(kSecondsInMinute));
        const Bar& last = minutes.bars[end - 1];
        double price = last.close.to_double();
        bool early = false;
        bool ever = false;
        for (int second = 1; second <= kSecondsInMinute; ++second) {
          price *= std::exp(sign * size / kSecondsInMinute + noise * random.normal());
          static_cast<void>(guard.on_tick(
              plain_tick(minutes.symbol, last.close_time() + std::chrono::seconds{second}, price,
                         last.volume.to_double() / kSecondsInMinute)));
          ever = ever || noticed(guard);
          early = second <= kSecondsInMinute / 3 ? ever : early;
        }
        ++found.trials;
        found.in_first_third += early ? 1U : 0U;
        found.by_the_end += ever ? 1U : 0U;
        return true;
      });
}

Detection inject_volume(const CandleSeries& minutes, const GuardSettings& settings,
                        const VolumeTrial& trial) {
  return at_random_minutes(
      minutes, settings, trial.trials, trial.seed,
      [&](GuardModel& guard, std::size_t end, SeededRandom&, Detection& found) {
        Bar bar = minutes.bars[end];
        const double base = trial.base == VolumeBase::own ? bar.volume.to_double()
                                                          : mean_volume(minutes, end, kDayMinutes);
        if (bar.volume.is_zero() || bar.open_time != minutes.bars[end - 1].close_time()) {
          return false;
        }
        bar.open = minutes.bars[end - 1].close;
        bar.high = bar.low = bar.close = bar.open;
        bar.volume = Quantity::from_double(trial.times * base, Rounding::nearest);
        static_cast<void>(guard.on_base_bar(bar));
        ++found.trials;
        found.by_the_end += noticed(guard) ? 1U : 0U;
        found.in_first_third += noticed(guard) ? 1U : 0U;
        return true;
      });
}

Detection widen_spreads(const GuardSettings& settings, double times, std::size_t trials,
                        std::uint64_t seed) {
  constexpr int kWide = 30; // seconds
  Detection found;
  for (std::size_t i = 0; i < trials; ++i) {
    BookMarket market(settings, seed + i);
    market.seconds(3'600, 1.0);
    if (noticed(market.guard)) {
      continue; // the walk itself did it
    }
    ++found.trials;
    market.seconds(kWide / 3, times);
    found.in_first_third += noticed(market.guard) ? 1U : 0U;
    market.seconds(kWide - kWide / 3, times);
    found.by_the_end += noticed(market.guard) ? 1U : 0U;
  }
  return found;
}

Detection fall_silent(const GuardSettings& settings, std::size_t trials, std::uint64_t seed) {
  Detection found;
  for (std::size_t i = 0; i < trials; ++i) {
    BookMarket market(settings, seed + i);
    market.seconds(3'600, 1.0);
    ++found.trials;
    static_cast<void>(market.guard.on_silence(market.now(), std::chrono::seconds{10}));
    const bool halted = market.guard.state().level >= GuardLevel::halt &&
                        market.guard.state().cause == GuardCause::silence;
    found.in_first_third += halted ? 1U : 0U;
    found.by_the_end += halted ? 1U : 0U;
  }
  return found;
}

} // namespace rg
