// What the first stages of a pair cost: base bar into its slot, pipeline bar into features,
// features through the filter, all of it; and what one pass of Baum–Welch costs. Reference for the
// filter step: the same triangular products without prediction, exponentials and checks. Each run
// ends with a checksum of its results, so that nothing gets faster by doing less.

#include "actors/feed/slot_builder.hpp"
#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/baum_welch.hpp"
#include "actors/regime/features.hpp"
#include "actors/regime/forward_filter.hpp"
#include "actors/regime/jump_filter.hpp"
#include "actors/regime/jump_model.hpp"
#include "actors/regime/regime_model.hpp"
#include "bench/plain_baum_welch.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace {

using namespace rg;

std::vector<Bar> minute_bars(std::size_t count) {
  SeededRandom random(1);
  std::vector<Bar> out;
  double price = 100.0;
  for (std::size_t i = 0; i < count; ++i) {
    Bar b;
    b.open_time = Timestamp::from_ms(1'704'067'200'000 + static_cast<std::int64_t>(i) * 60'000);
    b.length = std::chrono::minutes{1};
    const double open = price;
    price *= std::exp(0.0005 * random.normal());
    b.open = Price::from_double(open, Rounding::nearest);
    b.close = Price::from_double(price, Rounding::nearest);
    b.high = std::max(b.open, b.close);
    b.low = std::min(b.open, b.close);
    b.volume = Quantity::from_double(std::exp(2.0 + 0.5 * random.normal()), Rounding::nearest);
    out.push_back(b);
  }
  return out;
}

std::vector<PipelineBar> pipeline_bars(std::size_t count) {
  SlotBuilder slots(Symbol(), BarSettings{}, std::chrono::minutes{1});
  std::vector<PipelineBar> out;
  for (const Bar& b : minute_bars(count * 15)) {
    if (const auto bar = slots.on_base_bar(b)) {
      out.push_back(*bar);
    }
  }
  return out;
}

std::vector<FeatureVector> observations(std::size_t count) {
  SeededRandom random(2);
  std::vector<FeatureVector> out(count);
  for (FeatureVector& x : out) {
    for (double& v : x) {
      v = random.normal();
    }
  }
  return out;
}

/// Times `run`, whose result is the same each time, and shows it.
template <class Run> void measure(benchmark::State& state, std::size_t items, const Run& run) {
  state.counters["checksum"] = run();
  for (auto _ : state) {
    benchmark::DoNotOptimize(run());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}

void base_bar_to_slot(benchmark::State& state) {
  const auto bars = minute_bars(60'000);
  measure(state, bars.size(), [&] {
    SlotBuilder slots(Symbol(), BarSettings{}, std::chrono::minutes{1});
    double sum = 0.0;
    for (const Bar& b : bars) {
      if (const auto bar = slots.on_base_bar(b)) {
        sum += static_cast<double>(bar->bar.close.raw());
      }
    }
    return sum;
  });
}
BENCHMARK(base_bar_to_slot);

void pipeline_bar_to_features(benchmark::State& state) {
  const auto bars = pipeline_bars(4'000);
  measure(state, bars.size(), [&] {
    FeatureBuilder builder;
    double sum = 0.0;
    for (const PipelineBar& b : bars) {
      if (const auto features = builder.on_bar(LogBar::from(b.bar), b.gap_slots)) {
        sum += (*features)[0];
      }
    }
    return sum;
  });
}
BENCHMARK(pipeline_bar_to_features);

void filter_step(benchmark::State& state) {
  const auto data = observations(4'096);
  ForwardFilter filter(test::sample_hmm());
  measure(state, data.size(), [&] {
    filter.restart();
    double sum = 0.0;
    for (const FeatureVector& x : data) {
      sum += filter.step(x).posterior[0];
    }
    return sum;
  });
}
BENCHMARK(filter_step);

void jump_filter_step(benchmark::State& state) {
  const auto data = observations(4'096);
  JumpFilter filter(test::sample_jump());
  measure(state, data.size(), [&] {
    filter.restart();
    double sum = 0.0;
    for (const FeatureVector& x : data) {
      sum += filter.step(x).posterior[0];
    }
    return sum;
  });
}
BENCHMARK(jump_filter_step);

/// The arithmetic that no implementation can leave out: three squared distances.
void filter_step_limit(benchmark::State& state) {
  const auto data = observations(4'096);
  std::array<std::array<double, 4>, 21> root{};
  SeededRandom random(3);
  for (auto& lanes : root) {
    for (double& v : lanes) {
      v = random.normal();
    }
  }
  measure(state, data.size(), [&] {
    double sum = 0.0;
    for (const FeatureVector& x : data) {
      std::array<double, 4> square{};
      std::size_t at = 0;
      for (std::size_t i = 0; i < kFeatureCount; ++i) {
        std::array<double, 4> z{};
        for (std::size_t j = 0; j <= i; ++j, ++at) {
          for (std::size_t k = 0; k < 4; ++k) {
            z[k] += root[at][k] * x[j];
          }
        }
        for (std::size_t k = 0; k < 4; ++k) {
          square[k] += z[k] * z[k];
        }
      }
      sum += square[0] + square[1] + square[2];
    }
    return sum;
  });
}
BENCHMARK(filter_step_limit);

void pipeline_bar_to_regime(benchmark::State& state) {
  const auto bars = pipeline_bars(4'000);
  const auto model = test::shared(test::sample_model());
  measure(state, bars.size(), [&] {
    RegimeModel regime(Symbol(), model, RegimeSettings{}, BarSettings{});
    double sum = 0.0;
    for (const PipelineBar& b : bars) {
      sum += regime.on_bar(b).confidence;
    }
    return sum;
  });
}
BENCHMARK(pipeline_bar_to_regime);

/// Rows of three states that last; a fit's data and start.
struct FitTask {
  Observations data;
  GaussianHmm start;
  FitTask(std::int64_t rows, std::int64_t dimensions) {
    SeededRandom random(4);
    data.rows.resize(rows, dimensions);
    data.starts = {0};
    double level = 0.0;
    for (std::int64_t t = 0; t < rows; ++t) {
      if (random.uniform() < 0.02) {
        level = static_cast<double>(random.below(3));
      }
      for (std::int64_t f = 0; f < dimensions; ++f) {
        data.rows(t, f) = level * (f % 2 == 0 ? 1.5 : -1.5) + (1.0 + level) * random.normal();
      }
    }
    start = kmeans_start(data, 3, random);
  }
};

/// Three states; arguments: rows, dimensions. Time is that of one iteration; the checksum is the
/// log-likelihood of the start.
void baum_welch_iteration(benchmark::State& state) {
  const FitTask task(state.range(0), state.range(1));
  BaumWelch em(task.data, {});
  measure(state, task.data.size(), [&] {
    GaussianHmm hmm = task.start;
    return em.iterate(hmm);
  });
}
BENCHMARK(baum_welch_iteration)
    ->Args({100'000, 4})
    ->Args({100'000, 6})
    ->Unit(benchmark::kMillisecond);

/// The same iteration as a plain Eigen loop; its checksum must be the one above.
void baum_welch_plain_eigen(benchmark::State& state) {
  const FitTask task(state.range(0), state.range(1));
  measure(state, task.data.size(), [&] {
    GaussianHmm hmm = task.start;
    return bench::plain_iteration(hmm, task.data.rows);
  });
}
BENCHMARK(baum_welch_plain_eigen)
    ->Args({100'000, 4})
    ->Args({100'000, 6})
    ->Unit(benchmark::kMillisecond);

/// One round of the jump model: best path and centres, 100,000 rows of six features.
void jump_model_round(benchmark::State& state) {
  const FitTask task(100'000, 6);
  JumpFitSettings settings;
  settings.max_iterations = 1;
  measure(state, task.data.size(),
          [&] { return fit_jump_from(task.data, task.start.means, settings).loss; });
}
BENCHMARK(jump_model_round)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
