// What one pair's whole pipeline costs, without actors: guard, slot, features, filter, rules,
// forecasts and, where a rule fires, the verdict with its size. Once per one-minute base bar (the
// pipeline bar's share included), once per pipeline bar with nothing before it. References in the
// same run: the guard alone, the slot builder alone, regime_bench's stages. Each ends with a
// checksum over verdicts and regimes, so that nothing gets faster by deciding less.

#include "actors/pair_pipeline.hpp"
#include "infra/config/model_file.hpp"
#include "infra/market/synthetic_market.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace rg;

constexpr Duration kMinute = std::chrono::minutes{1};
constexpr Duration kSlot = std::chrono::minutes{15};
constexpr std::uint32_t kMinutes = 60'000;

const std::vector<Bar>& minute_bars() {
  static const std::vector<Bar> kBars = [] {
    SyntheticOptions options;
    options.symbols = {Symbol::from_id(0)};
    options.history_minutes = kMinutes;
    return SyntheticMarket(options).history(options.symbols.front());
  }();
  return kBars;
}

/// The same market as bars of the pipeline's own length.
const std::vector<Bar>& slot_bars() {
  static const std::vector<Bar> kBars = [] {
    SlotBuilder slots(Symbol::from_id(0), BarSettings{}, kMinute);
    std::vector<Bar> out;
    for (const Bar& b : minute_bars()) {
      if (const auto bar = slots.on_base_bar(b)) {
        out.push_back(bar->bar);
      }
    }
    return out;
  }();
  return kBars;
}

std::shared_ptr<const ModelParameters> model() {
  static const auto kModel = model_for("").value();
  return kModel;
}

/// Times `run`, whose result is the same each time, and shows it and the cost of one bar.
template <class Run> void measure(benchmark::State& state, std::size_t bars, const Run& run) {
  state.counters["checksum"] = run();
  for (auto _ : state) {
    benchmark::DoNotOptimize(run());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bars));
}

double through_pipeline(const std::vector<Bar>& bars, Duration base) {
  const Symbol symbol = Symbol::from_id(0);
  const EngineSettings settings;
  PairPipeline pair(symbol, model(), settings, contract_defaults()[symbol.id()], base);
  PortfolioView view;
  view.equity = view.high_water_mark = Notional::from_double(10'000.0, Rounding::nearest);
  double sum = 0.0;
  for (const Bar& b : bars) {
    view.as_of = b.close_time();
    pair.on_portfolio(view);
    static_cast<void>(pair.on_base_bar_guard(b));
    if (const auto step = pair.on_base_bar(b)) {
      sum += step->regime.confidence + (step->verdict ? 1'000.0 : 0.0);
    }
  }
  return sum;
}

void minute_bar_whole_pipeline(benchmark::State& state) {
  measure(state, minute_bars().size(), [] { return through_pipeline(minute_bars(), kMinute); });
}
BENCHMARK(minute_bar_whole_pipeline);

void pipeline_bar_whole_pipeline(benchmark::State& state) {
  measure(state, slot_bars().size(), [] { return through_pipeline(slot_bars(), kSlot); });
}
BENCHMARK(pipeline_bar_whole_pipeline);

void minute_bar_guard_alone(benchmark::State& state) {
  measure(state, minute_bars().size(), [] {
    GuardModel guard(Symbol::from_id(0), GuardSettings{});
    double changes = 0.0;
    for (const Bar& b : minute_bars()) {
      changes += guard.on_base_bar(b) ? 1.0 : 0.0;
    }
    return changes;
  });
}
BENCHMARK(minute_bar_guard_alone);

void minute_bar_slot_alone(benchmark::State& state) {
  measure(state, minute_bars().size(), [] {
    SlotBuilder slots(Symbol::from_id(0), BarSettings{}, kMinute);
    double closed = 0.0;
    for (const Bar& b : minute_bars()) {
      closed += slots.on_base_bar(b) ? 1.0 : 0.0;
    }
    return closed;
  });
}
BENCHMARK(minute_bar_slot_alone);

} // namespace

BENCHMARK_MAIN();
