#include "infra/market/candle_replay.hpp"

#include "messages/settings/contract_rules.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace rg {

using namespace std::chrono_literals;

namespace {

Price to_tick(Price price, Symbol s) {
  const Price tick = contract_defaults()[s.id()].tick_size;
  return std::max(price.to_step(tick, Rounding::nearest), tick);
}
Quantity to_lot(std::int64_t units, Symbol s) {
  return Quantity::from_raw(
      fixed::to_step(units, contract_defaults()[s.id()].lot_size.raw(), Rounding::down));
}

/// The price `part` of the way through the bar (0 … 1), on the path named in the header.
double along(const Bar& bar, double part) {
  const double open = bar.open.to_double(), close = bar.close.to_double();
  const double high = bar.high.to_double(), low = bar.low.to_double();
  const bool high_first = high - open <= open - low;
  const std::array<double, 4> node{open, high_first ? high : low, high_first ? low : high, close};
  const double at = std::clamp(part, 0.0, 1.0) * 3.0;
  const auto i = std::min(static_cast<std::size_t>(at), std::size_t{2});
  return node[i] + (node[i + 1] - node[i]) * (at - static_cast<double>(i));
}

} // namespace

struct CandleReplay::State {
  struct Pair {
    std::vector<Bar> bars;
    std::vector<Bar> history;
    std::size_t next = 0; // first bar that is not over
    PairStep quote;
    double average_minute_volume = 0.0;
  };

  State(CandleFolder folder, ReplayOptions o) : options(std::move(o)) {
    for (CandleSeries& s : folder.series) {
      if (!s.bars.empty()) {
        symbols.push_back(s.symbol);
        pairs[s.symbol.id()].bars = std::move(s.bars);
      }
    }
    std::sort(symbols.begin(), symbols.end());
    if (symbols.empty()) {
      throw std::invalid_argument(folder.path + ": no candles to replay");
    }
    choose_start(folder.path);
    for (const Symbol s : symbols) {
      split_history(pairs[s.id()], s);
    }
  }

  void choose_start(const std::string& path) {
    Timestamp first = pairs[symbols[0].id()].bars.front().open_time, last = first;
    for (const Symbol s : symbols) {
      first = std::min(first, pairs[s.id()].bars.front().open_time);
      last = std::max(last, pairs[s.id()].bars.back().close_time());
    }
    const Duration half{(last - first).count() / 2};
    const Duration wanted = std::min<Duration>(std::chrono::minutes{options.history_minutes}, half);
    now = options.start.value_or((first + wanted).slot_start(15min));
    now = now.slot_start(1min);
    if (now >= last) {
      throw std::invalid_argument(path + ": no candles after the start of the replay");
    }
    end = last;
  }

  /// Longer bars become minutes of history that rebuild them when grouped.
  void split_history(Pair& pair, Symbol s) const {
    double volume = 0.0, minutes = 0.0;
    const Timestamp from = now - std::chrono::minutes{options.history_minutes};
    for (; pair.next < pair.bars.size() && pair.bars[pair.next].close_time() <= now; ++pair.next) {
      const Bar& bar = pair.bars[pair.next];
      const auto parts = std::max<std::int64_t>(bar.length / Duration{1min}, 1);
      volume += bar.volume.to_double();
      minutes += static_cast<double>(parts);
      for (std::int64_t m = 0; bar.open_time >= from && m < parts; ++m) {
        pair.history.push_back(part_of(bar, s, m, parts));
      }
    }
    const Bar& reference = pair.bars[pair.next > 0 ? pair.next - 1 : 0];
    pair.average_minute_volume = minutes > 0.0 ? volume / minutes : reference.volume.to_double();
    pair.quote = quote_at(pair.next > 0 ? reference.close : reference.open, s);
  }
  [[nodiscard]] static Bar part_of(const Bar& bar, Symbol s, std::int64_t m, std::int64_t parts) {
    Bar out = bar;
    out.symbol = s;
    out.length = 1min;
    out.open_time = bar.open_time + Duration{1min} * m;
    double high = 0.0, low = 0.0;
    const double from = static_cast<double>(m) / static_cast<double>(parts);
    const double to = static_cast<double>(m + 1) / static_cast<double>(parts);
    high = low = along(bar, from);
    for (const double at : {1.0 / 3.0, 2.0 / 3.0, to}) {
      if (at > from && at <= to) {
        high = std::max(high, along(bar, at));
        low = std::min(low, along(bar, at));
      }
    }
    const auto price = [&](double p) {
      return to_tick(Price::from_double(p, Rounding::nearest), s);
    };
    out.open = price(along(bar, from));
    out.close = price(along(bar, to));
    out.high = price(high);
    out.low = price(low);
    const std::int64_t total = to_lot(bar.volume.raw(), s).raw();
    out.volume = to_lot(total / parts, s);
    if (m + 1 == parts) {
      out.volume = Quantity::from_raw(total - to_lot(total / parts, s).raw() * (parts - 1));
    }
    return out;
  }

  [[nodiscard]] PairStep quote_at(Price last, Symbol s) const {
    const ContractRules& rules = contract_defaults()[s.id()];
    const Pair& pair = pairs[s.id()];
    PairStep q;
    const Price mid = to_tick(last, s);
    const auto half = PriceDelta::from_raw(
        fixed::to_step(fixed::from_double(mid.to_double() * options.half_spread, Rounding::nearest),
                       rules.tick_size.raw(), Rounding::down));
    q.bid = std::max(mid - half, rules.tick_size);
    q.ask = std::max(mid + half, q.bid + PriceDelta::from_raw(rules.tick_size.raw()));
    q.mark = q.index = mid;
    const double size = pair.average_minute_volume * options.level_share;
    q.level_size = std::max(to_lot(fixed::from_double(size, Rounding::nearest), s), rules.lot_size);
    return q;
  }

  [[nodiscard]] PairStep step(Symbol s, Timestamp from, Timestamp to) {
    Pair& pair = pairs[s.id()];
    while (pair.next < pair.bars.size() && pair.bars[pair.next].close_time() <= from) {
      ++pair.next;
    }
    PairStep out = pair.quote;
    out.trades = false;
    if (pair.next == pair.bars.size() || pair.bars[pair.next].open_time > from) {
      return out; // a gap in the file, or its end
    }
    const Bar& bar = pair.bars[pair.next];
    const auto length = static_cast<double>(bar.length.count());
    const double a = static_cast<double>((from - bar.open_time).count()) / length;
    const double b = static_cast<double>((to - bar.open_time).count()) / length;
    std::array<double, PairStep::kPathPoints> at{}; // start or in between, turning points, end
    at[0] = a <= 0.0 ? 0.0 : a + (b - a) / 4.0;
    at[1] = a < 1.0 / 3.0 && b >= 1.0 / 3.0 ? 1.0 / 3.0 : a + (b - a) / 2.0;
    at[2] = a < 2.0 / 3.0 && b >= 2.0 / 3.0 ? 2.0 / 3.0 : a + (b - a) * 0.75;
    at[3] = b;
    std::sort(at.begin(), at.end());
    for (std::size_t k = 0; k < at.size(); ++k) {
      out.path[k] = to_tick(Price::from_double(along(bar, at[k]), Rounding::nearest), s);
    }
    const std::int64_t total = to_lot(bar.volume.raw(), s).raw();
    const auto share = [&](double part) {
      return to_lot(static_cast<std::int64_t>(static_cast<double>(total) * part), s).raw();
    };
    out.volume = Quantity::from_raw((b >= 1.0 ? total : share(b)) - share(a));
    out.trades = true;
    PairStep quote = quote_at(out.path.back(), s);
    quote.path = out.path;
    quote.volume = out.volume;
    quote.trades = true;
    pair.quote = quote;
    return quote;
  }

  ReplayOptions options;
  std::vector<Symbol> symbols;
  std::array<Pair, Symbol::kCount> pairs;
  Timestamp now, end;
};

CandleReplay::CandleReplay(CandleFolder folder, ReplayOptions options)
    : state_(std::make_unique<State>(std::move(folder), std::move(options))) {}
CandleReplay::~CandleReplay() = default;

const std::vector<Symbol>& CandleReplay::symbols() const {
  return state_->symbols;
}
Timestamp CandleReplay::now() const {
  return state_->now;
}
const std::vector<Bar>& CandleReplay::history(Symbol s) const {
  return state_->pairs[s.id()].history;
}
PairStep CandleReplay::opening(Symbol s) const {
  return state_->pairs[s.id()].quote;
}

bool CandleReplay::advance(Duration length, MarketStep& out) {
  RG_ASSERT(length > Duration{0} && Duration{1min}.count() % length.count() == 0);
  if (state_->now >= state_->end) {
    return false;
  }
  out.begin = state_->now;
  out.end = state_->now + length;
  for (const Symbol s : state_->symbols) {
    out.pairs[s.id()] = state_->step(s, out.begin, out.end);
  }
  state_->now = out.end;
  return true;
}

double CandleReplay::funding_rate(Symbol symbol, Timestamp settlement) const {
  const auto& points = state_->options.funding[symbol.id()];
  const auto later =
      std::upper_bound(points.begin(), points.end(), settlement,
                       [](Timestamp t, const FundingPoint& p) { return t < p.time; });
  return later == points.begin() ? 0.0001 : std::prev(later)->rate;
}

} // namespace rg
