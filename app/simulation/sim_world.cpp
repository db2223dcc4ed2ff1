#include "app/simulation/sim_world.hpp"

#include "infra/market/random_stream.hpp"
#include "infra/market/synthetic_market.hpp"
#include "messages/settings/contract_rules.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <map>

namespace rg::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kSyntheticPerMinute = 15;
constexpr std::uint64_t kWorldSeed = 7'001;
const Timestamp kFirstDay = Timestamp::from_ms(1'735'689'600'000); // 2025-01-01 00:00 UTC
constexpr double kRelativeSpread = 0.00008;

Price on_tick(double price, Symbol s) {
  const Price tick = contract_defaults()[s.id()].tick_size;
  const auto units = fixed::from_double(price, Rounding::nearest);
  return std::max(Price::from_raw(units).to_step(tick, Rounding::nearest), tick);
}

/// Fraction `f` of the way from a to b.
double between(Price a, Price b, double f) {
  return a.to_double() + (b.to_double() - a.to_double()) * f;
}

/// Where the minute's path stands at fraction `f` of it: open, nearer extreme, farther one, close.
double path_at(const World::Minute& m, double f) {
  const bool low_first = m.open - m.low < m.high - m.open;
  const Price first = low_first ? m.low : m.high;
  const Price second = low_first ? m.high : m.low;
  const double leg = f * 3.0;
  if (leg < 1.0) {
    return between(m.open, first, leg);
  }
  return leg < 2.0 ? between(first, second, leg - 1.0) : between(second, m.close, leg - 2.0);
}

} // namespace

World::World(std::uint64_t number) {
  SyntheticOptions options;
  options.seed = kWorldSeed + number;
  options.history_minutes = static_cast<std::uint32_t>(kMinutes * kSyntheticPerMinute);
  const SyntheticMarket market(options);
  for (const Symbol s : market.symbols()) {
    const auto& bars = market.history(s);
    const Quantity level = market.opening(s).level_size;
    auto& rows = rows_[s.id()];
    rows.reserve(kMinutes);
    for (std::size_t i = 0; i < bars.size(); i += kSyntheticPerMinute) {
      Minute row{bars[i].open, bars[i].high, bars[i].low, bars[i].close, bars[i].volume, level};
      for (std::size_t k = 1; k < kSyntheticPerMinute; ++k) {
        const Bar& bar = bars[i + k];
        row.high = std::max(row.high, bar.high);
        row.low = std::min(row.low, bar.low);
        row.close = bar.close;
        row.volume += bar.volume;
      }
      rows.push_back(row);
    }
  }
}

const World& World::of(std::uint64_t number) {
  static std::map<std::uint64_t, std::unique_ptr<World>> worlds;
  auto& world = worlds[number % kCount];
  if (!world) {
    world = std::make_unique<World>(number % kCount);
  }
  return *world;
}

SimMarket::SimMarket(const SimMarketOptions& options)
    : options_(options), world_(World::of(options.seed)) {
  RandomStream random(options.seed, 41);
  const auto minutes = static_cast<std::size_t>(options.length / 1min);
  const std::size_t room = World::kMinutes - options.history;
  const std::size_t latest = room > minutes + 1 ? room - minutes - 1 : 1;
  first_ = static_cast<std::int64_t>(options.history + random.below(latest));
  constexpr std::array<double, 6> kPowers{1.0, -1.0, 0.7, -0.7, 1.4, -1.4};
  power_ = kPowers[random.below(kPowers.size())];
  start_ = now_ = kFirstDay + std::chrono::minutes{random.below(std::uint64_t{5} * 1440)};
  for (const Symbol s : options_.symbols) {
    auto& bars = history_[s.id()];
    bars.reserve(options_.history);
    for (std::size_t i = options_.history; i > 0; --i) {
      const World::Minute m = minute(s, -static_cast<std::int64_t>(i));
      bars.push_back(
          {s, start_ - std::chrono::minutes{i}, 1min, m.open, m.high, m.low, m.close, m.volume});
    }
    last_step_[s.id()] = opening(s);
  }
}

Price SimMarket::scaled(Symbol s, Price price) const {
  if (power_ == 1.0) {
    return price;
  }
  const double anchor = world_.minute(s, static_cast<std::size_t>(first_)).open.to_double();
  return on_tick(anchor * std::pow(price.to_double() / anchor, power_), s);
}

World::Minute SimMarket::minute(Symbol s, std::int64_t index) const {
  constexpr auto kLast = static_cast<std::int64_t>(World::kMinutes) - 1;
  std::int64_t i = first_ + index;
  const bool backwards = i > kLast;
  if (backwards) {
    i = std::max<std::int64_t>(2 * kLast - i, 0);
  }
  World::Minute m = world_.minute(s, static_cast<std::size_t>(i));
  m.open = scaled(s, m.open);
  m.close = scaled(s, m.close);
  m.high = scaled(s, m.high);
  m.low = scaled(s, m.low);
  if (backwards) {
    std::swap(m.open, m.close);
  }
  if (power_ < 0.0) {
    std::swap(m.high, m.low);
  }
  return m;
}

PairStep SimMarket::quoted(Symbol s, PairStep step, Quantity level_size) const {
  const Price tick = contract_defaults()[s.id()].tick_size;
  const Price last = step.path.back();
  const double half = std::max(last.to_double() * kRelativeSpread / 2.0, tick.to_double() / 2.0);
  step.bid = on_tick(last.to_double() - half, s);
  step.ask =
      std::max(on_tick(last.to_double() + half, s), step.bid + PriceDelta::from_raw(tick.raw()));
  const double premium =
      0.0004 * (unit_uniform(hash64(hash64(options_.seed, steps_ / 8), s.id())) - 0.5);
  step.mark = on_tick(last.to_double() * (1.0 + premium), s);
  step.index = last;
  const double thin = 0.7 + 0.6 * unit_uniform(hash64(hash64(options_.seed, steps_), 64 + s.id()));
  const auto lot = contract_defaults()[s.id()].lot_size;
  const auto units = static_cast<std::int64_t>(static_cast<double>(level_size.raw()) * thin);
  step.level_size = std::max(Quantity::from_raw(units / lot.raw() * lot.raw()), lot);
  return step;
}

PairStep SimMarket::opening(Symbol s) const {
  PairStep step;
  const World::Minute m = minute(s, -1);
  step.path.fill(m.close);
  return quoted(s, step, m.level_size);
}

bool SimMarket::advance(Duration, MarketStep& out) {
  const Duration length = length_;
  const Timestamp minute_start = now_.slot_start(1min);
  RG_ASSERT(length > Duration{0} && now_ + length <= minute_start + 1min);
  out.begin = now_;
  out.end = now_ + length;
  ++steps_;
  const double minute_ns = static_cast<double>(Duration{1min}.count());
  const double from = static_cast<double>((now_ - minute_start).count()) / minute_ns;
  const double share = static_cast<double>(length.count()) / minute_ns;
  for (const Symbol s : options_.symbols) {
    World::Minute& m = minute_[s.id()];
    if (now_ == minute_start) {
      m = minute(s, (now_ - start_) / 1min);
    }
    PairStep step;
    step.trades = true;
    for (std::size_t k = 0; k < PairStep::kPathPoints; ++k) {
      const double f = from + share * static_cast<double>(k + 1) / PairStep::kPathPoints;
      step.path[k] = on_tick(path_at(m, std::min(f, 1.0)), s);
    }
    const auto lot = contract_defaults()[s.id()].lot_size;
    const auto units = static_cast<std::int64_t>(static_cast<double>(m.volume.raw()) * share);
    step.volume = std::max(Quantity::from_raw(units / lot.raw() * lot.raw()), lot);
    if (thin_steps_[s.id()] > 0) {
      --thin_steps_[s.id()];
      step.volume = lot;
    }
    out.pairs[s.id()] = quoted(s, step, m.level_size);
    if (now_ < silent_until_[s.id()]) { // quotes stay where they were
      out.pairs[s.id()] = last_step_[s.id()];
      out.pairs[s.id()].trades = false;
    }
    last_step_[s.id()] = out.pairs[s.id()];
  }
  now_ = out.end;
  return true;
}

double SimMarket::funding_rate(Symbol symbol, Timestamp settlement) const {
  const auto slot = static_cast<std::uint64_t>(settlement.ms() / 28'800'000);
  const double noise = unit_uniform(hash64(hash64(options_.seed, slot), symbol.id() + 1ULL)) - 0.5;
  return std::round((0.0001 + 0.0004 * noise) * 1e7) / 1e7;
}

} // namespace rg::sim
