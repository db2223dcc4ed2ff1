#include "infra/market/synthetic_market.hpp"

#include "infra/market/synthetic_pair.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

using namespace std::chrono_literals;

struct SyntheticMarket::State {
  explicit State(const SyntheticOptions& o)
      : options(o), symbols(o.symbols.empty() ? all_symbols() : o.symbols),
        now(o.start - std::chrono::minutes{o.history_minutes}),
        regimes(o.seed, symbols, now, synthetic_shape(o.pace)),
        common(o.seed, synthetic_shape(o.pace)) {
    for (const Symbol s : Symbol::all()) {
      pairs.emplace_back(s, o.seed, synthetic_shape(o.pace));
    }
  }
  static std::vector<Symbol> all_symbols() {
    const auto all = Symbol::all();
    return {all.begin(), all.end()};
  }

  void begin_minute() {
    regimes.roll(now);
    common.begin_minute(regimes.market_regime());
    for (const Symbol s : symbols) {
      pairs[s.id()].begin_minute(regimes.regime(s), regimes.entered(s), common);
    }
  }

  /// History is generated before the price level is known: kept as log prices until the shift.
  void make_history() {
    struct Row {
      double open, high, low, close, volume;
    };
    std::array<std::vector<Row>, Symbol::kCount> rows;
    constexpr std::size_t kSub = 8;
    for (std::uint32_t m = 0; m < options.history_minutes; ++m, now = now + 1min) {
      begin_minute();
      const auto factor = common.draw<kSub>();
      for (const Symbol s : symbols) {
        SyntheticPair& pair = pairs[s.id()];
        const double open = pair.log_price();
        double high = open, low = open;
        for (std::size_t k = 0; k < kSub; ++k) {
          pair.move(1.0 / kSub, static_cast<double>(k) / kSub, factor[k]);
          high = std::max(high, pair.log_price());
          low = std::min(low, pair.log_price());
        }
        rows[s.id()].push_back(
            {open, high, low, pair.log_price(), pair.draw_volume(pair.log_price() - open, 1.0)});
      }
    }
    for (const Symbol s : symbols) {
      const double shift = pairs[s.id()].settle_at_start_price();
      auto& bars = history[s.id()];
      bars.reserve(rows[s.id()].size());
      Timestamp open_time = now - std::chrono::minutes{options.history_minutes};
      for (const Row& r : rows[s.id()]) {
        bars.push_back(pairs[s.id()].to_bar(open_time, r.open + shift, r.high + shift,
                                            r.low + shift, r.close + shift, r.volume));
        open_time = open_time + 1min;
      }
    }
    RG_ASSERT(now == options.start);
  }

  SyntheticOptions options;
  std::vector<Symbol> symbols;
  Timestamp now;
  SyntheticRegimes regimes;
  SyntheticCommon common;
  std::vector<SyntheticPair> pairs;
  std::array<std::vector<Bar>, Symbol::kCount> history;
};

SyntheticMarket::SyntheticMarket(const SyntheticOptions& options) {
  RG_ASSERT(options.start.slot_start(1min) == options.start);
  state_ = std::make_unique<State>(options);
  state_->make_history();
}
SyntheticMarket::~SyntheticMarket() = default;

const std::vector<Symbol>& SyntheticMarket::symbols() const {
  return state_->symbols;
}
Timestamp SyntheticMarket::now() const {
  return state_->now;
}
const std::vector<Bar>& SyntheticMarket::history(Symbol s) const {
  return state_->history[s.id()];
}
PairStep SyntheticMarket::opening(Symbol s) const {
  return state_->pairs[s.id()].quote();
}
Regime SyntheticMarket::regime(Symbol s) const {
  return state_->regimes.regime(s);
}
const std::vector<RegimeSwitch>& SyntheticMarket::switches() const {
  return state_->regimes.switches();
}

bool SyntheticMarket::advance(Duration length, MarketStep& out) {
  RG_ASSERT(length > Duration{0} && Duration{1min}.count() % length.count() == 0);
  State& st = *state_;
  const Timestamp minute = st.now.slot_start(1min);
  RG_ASSERT(st.now + length <= minute + 1min); // steps do not straddle minutes
  if (st.now == minute) {
    st.begin_minute();
  }
  const double share =
      static_cast<double>(length.count()) / static_cast<double>(Duration{1min}.count());
  const double offset =
      static_cast<double>((st.now - minute).count()) / static_cast<double>(Duration{1min}.count());
  out.begin = st.now;
  out.end = st.now + length;
  const auto factor = st.common.draw<PairStep::kPathPoints>();
  for (const Symbol s : st.symbols) {
    out.pairs[s.id()] = st.pairs[s.id()].step(share, offset, factor);
  }
  st.now = out.end;
  return true;
}

double SyntheticMarket::funding_rate(Symbol symbol, Timestamp settlement) const {
  // Around one basis point per 8 h, wandering with the pair and the date; a function of its
  // coordinates, so asking twice gives the same.
  const auto slot = static_cast<std::uint64_t>(settlement.ms() / 28'800'000);
  const double noise =
      inverse_normal(unit_uniform(hash64(hash64(state_->options.seed, slot), symbol.id() + 1ULL)));
  const double rate = std::clamp(0.0001 + 0.00008 * noise, -0.0003, 0.0005);
  return std::round(rate * 1e7) / 1e7;
}

} // namespace rg
