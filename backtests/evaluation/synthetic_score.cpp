#include "backtests/evaluation/synthetic_score.hpp"

#include "actors/feed/slot_builder.hpp"
#include "actors/regime/regime_model.hpp"
#include "infra/market/synthetic_market.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace rg {

namespace {

using namespace std::chrono_literals;

/// The true regime of one pair, minute by minute of the history.
std::vector<Regime> true_minutes(const SyntheticMarket& market, Symbol symbol, Timestamp begin,
                                 std::size_t minutes) {
  std::vector<Regime> out(minutes, Regime::range_bound);
  for (const auto& change : market.switches()) {
    if (change.symbol == symbol && change.from < begin + minutes * 1min) {
      const auto at =
          static_cast<std::ptrdiff_t>((change.from - begin).count() / Duration{1min}.count());
      std::fill(out.begin() + std::max<std::ptrdiff_t>(at, 0), out.end(), change.regime);
    }
  }
  return out;
}

/// Of most minutes; the later one when two share.
Regime majority(const std::vector<Regime>& minutes, std::size_t begin, std::size_t end) {
  std::array<std::size_t, kRegimeCount> count{};
  for (std::size_t m = begin; m < end; ++m) {
    ++count[static_cast<std::size_t>(minutes[m])];
  }
  const auto last = minutes[end - 1];
  const auto most = std::max_element(count.begin(), count.end());
  return *most == count[static_cast<std::size_t>(last)] ? last
                                                        : static_cast<Regime>(most - count.begin());
}

/// Changes from one regime to another; bars of unknown in between do not count.
class SwitchCounter {
public:
  void on(Regime regime) {
    if (regime == Regime::unknown) {
      return;
    }
    switches_ += last_ != Regime::unknown && regime != last_ ? 1 : 0;
    last_ = regime;
  }
  [[nodiscard]] std::size_t switches() const { return switches_; }

private:
  Regime last_ = Regime::unknown;
  std::size_t switches_ = 0;
};

struct Totals {
  std::size_t switches = 0, true_switches = 0;
  double days = 0.0;
};

void score_pair(const SyntheticMarket& market, Symbol symbol,
                const std::shared_ptr<const ModelParameters>& model, const RegimeSettings& settings,
                const BarSettings& bars, SyntheticScore& score, Totals& totals) {
  const std::vector<Bar>& history = market.history(symbol);
  const Timestamp begin = history.front().open_time;
  const auto truth = true_minutes(market, symbol, begin, history.size());
  SlotBuilder slots(symbol, bars, 1min);
  RegimeModel regime(symbol, model, settings, bars);
  SwitchCounter found, real;
  std::size_t judged = 0;
  for (const Bar& base : history) {
    const auto bar = slots.on_base_bar(base);
    if (!bar) {
      continue;
    }
    const RegimeEstimate estimate = regime.on_bar(*bar);
    if (slots.slots_seen() <= bars.warm_up_slots || !estimate.posterior_valid) {
      continue;
    }
    const auto end =
        static_cast<std::size_t>((bar->bar.close_time() - begin).count() / Duration{1min}.count());
    const auto length = static_cast<std::size_t>(bars.interval.count() / Duration{1min}.count());
    const Regime real_regime = majority(truth, end - std::min(end, length), end);
    const auto row = static_cast<std::size_t>(real_regime);
    const auto& p = estimate.posterior;
    ++score.filter[row][static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin())];
    ++score.in_force[row][static_cast<std::size_t>(estimate.regime)];
    score.spoken += estimate.regime != Regime::unknown ? 1 : 0;
    found.on(estimate.regime);
    real.on(real_regime);
    ++judged;
  }
  score.bars += judged;
  totals.switches += found.switches();
  totals.true_switches += real.switches();
  totals.days += static_cast<double>(judged) * static_cast<double>(bars.interval.count()) /
                 static_cast<double>(Duration{24h}.count());
}

template <std::size_t N>
double balanced(const std::array<std::array<std::size_t, N>, kRegimeCount>& table) {
  double sum = 0.0;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    std::size_t total = 0;
    for (std::size_t j = 0; j < kRegimeCount; ++j) {
      total += table[k][j];
    }
    sum += total > 0 ? static_cast<double>(table[k][k]) / static_cast<double>(total) : 0.0;
  }
  return sum / static_cast<double>(kRegimeCount);
}

SyntheticOptions options_of(const BarSettings& bars, const SyntheticTrial& trial, std::size_t i) {
  SyntheticOptions options;
  options.seed = trial.first_seed + i;
  options.pace = trial.pace;
  options.history_minutes = static_cast<std::uint32_t>(bars.warm_up_slots * bars.interval.count() /
                                                           Duration{1min}.count() +
                                                       std::int64_t{trial.days} * 1440);
  return options;
}

} // namespace

SyntheticScore score_on_synthetic(const std::shared_ptr<const ModelParameters>& model,
                                  const RegimeSettings& settings, const BarSettings& bars,
                                  const SyntheticTrial& trial) {
  SyntheticScore score;
  Totals totals;
  for (std::size_t i = 0; i < trial.seeds; ++i) {
    const SyntheticMarket market(options_of(bars, trial, i));
    for (const Symbol symbol : market.symbols()) {
      score_pair(market, symbol, model, settings, bars, score, totals);
    }
  }
  score.balanced_filter = balanced(score.filter);
  score.balanced_in_force = balanced(score.in_force);
  score.switches_per_day = static_cast<double>(totals.switches) / totals.days;
  score.true_switches_per_day = static_cast<double>(totals.true_switches) / totals.days;
  return score;
}

std::vector<CandleFolder> synthetic_candles(const BarSettings& bars, const SyntheticTrial& trial) {
  std::vector<CandleFolder> out;
  for (std::size_t i = 0; i < trial.seeds; ++i) {
    const SyntheticMarket market(options_of(bars, trial, i));
    CandleFolder folder;
    folder.name = folder.path = "synthetic-" + std::to_string(trial.first_seed + i);
    for (const Symbol symbol : market.symbols()) {
      CandleSeries series;
      series.symbol = symbol;
      series.interval = 1min;
      series.path = folder.name + "/" + std::string(symbol.name());
      series.bars = market.history(symbol);
      folder.series.push_back(std::move(series));
    }
    out.push_back(std::move(folder));
  }
  return out;
}

} // namespace rg
