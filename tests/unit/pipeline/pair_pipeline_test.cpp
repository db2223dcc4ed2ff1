#include "tests/support/catch.hpp"
#include "tests/unit/pipeline/pipeline_samples.hpp"

using namespace rg;
using namespace rg::test;

namespace {

EngineSettings short_warm_up(std::uint32_t slots) {
  EngineSettings s;
  s.bars.warm_up_slots = slots;
  return s;
}

} // namespace

TEST_CASE("the first forecast and the first decision come after 1,000 slots", "[unit][pipeline]") {
  TinyWorld world;
  int slot = 0, signals = 0;
  for (const Candle& c : lively_path(1, 3 * 1400)) {
    const auto step = world.bar(c);
    if (!step) {
      continue;
    }
    ++slot;
    REQUIRE(step->warm == (slot > 1000));
    REQUIRE(step->forecast.valid == (slot > 1000)); // slot 1,001 is the first row
    REQUIRE((slot > 1000 || (!step->signal && !step->verdict)));
    signals += step->signal ? 1 : 0;
  }
  CHECK(slot == 1400);
  CHECK(signals > 0);
}

TEST_CASE("every signal of a warm pipeline has a verdict that carries its side",
          "[unit][pipeline]") {
  TinyWorld world(short_warm_up(200));
  int approved = 0, refused = 0, exits = 0;
  for (const Candle& c : lively_path(2, 3 * 6000)) {
    const auto step = world.bar(c);
    if (!step) {
      continue;
    }
    REQUIRE(step->signal.has_value() == step->verdict.has_value());
    if (step->verdict) {
      if (const auto* intent = std::get_if<OrderIntent>(&*step->verdict)) {
        REQUIRE(intent->side == step->signal->side);
        REQUIRE(intent->expires == step->bar.bar.close_time() + 15min);
        REQUIRE(intent->decision.signal.stamp == step->bar.bar.close_time());
        REQUIRE(intent->decision.risk.multiplier == intent->decision.risk.factors.multiplier());
        ++approved;
      } else {
        REQUIRE(std::get<Decision>(*step->verdict).outcome == Outcome::refused);
        ++refused;
      }
    }
    exits += step->exit ? 1 : 0;
  }
  CHECK(approved > 20);
  CHECK(refused > 0);
  CHECK(exits > 10);
}

TEST_CASE("nothing new is signalled in high volatility or without a regime", "[unit][pipeline]") {
  TinyWorld world(short_warm_up(200));
  int volatile_bars = 0;
  for (const Candle& c : lively_path(3, 3 * 6000)) {
    const auto step = world.bar(c);
    if (!step || step->regime.regime == Regime::trending ||
        step->regime.regime == Regime::range_bound) {
      continue;
    }
    volatile_bars += step->regime.regime == Regime::high_volatility ? 1 : 0;
    REQUIRE_FALSE(step->signal.has_value());
  }
  CHECK(volatile_bars > 100);
}

TEST_CASE("history of the pipeline interval ends the warm-up after 960 slots", "[unit][pipeline]") {
  PairPipeline pipeline(Symbol{}, pipeline_model(), EngineSettings{}, fine_contract(), 5min);
  const auto path = lively_path(4, 3 * 970);
  const auto quarter = [&](std::size_t slot) {
    const Candle &a = path[3 * slot], &b = path[3 * slot + 1], &c = path[3 * slot + 2];
    return make_bar(Symbol{}, static_cast<std::int64_t>(slot), 15min, a.open,
                    std::max({a.high, b.high, c.high}), std::min({a.low, b.low, c.low}), c.close,
                    a.volume + b.volume + c.volume);
  };
  for (std::size_t slot = 0; slot < 960; ++slot) {
    pipeline.warm(quarter(slot));
  }
  std::optional<PipelineStep> step;
  for (std::size_t i = 3 * 960; i < 3 * 961; ++i) {
    step = pipeline.on_base_bar(candle_bar(path[i], static_cast<std::int64_t>(i)));
  }
  REQUIRE(step.has_value());
  CHECK(step->warm);
  CHECK(step->forecast.valid);
}

TEST_CASE("live history and base bars lead to the same forecasts", "[unit][pipeline]") {
  const auto path = lively_path(5, 3 * 400);
  PairPipeline from_history(Symbol{}, pipeline_model(), short_warm_up(100), fine_contract(), 5min);
  PairPipeline from_bars(Symbol{}, pipeline_model(), short_warm_up(100), fine_contract(), 5min);
  std::optional<PipelineStep> a, b;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto step = from_bars.on_base_bar(candle_bar(path[i], static_cast<std::int64_t>(i)));
    if (!step) {
      continue;
    }
    b = step;
    if (i < 3 * 399) {
      from_history.warm(step->bar.bar);
    }
  }
  for (std::size_t i = 3 * 399; i < path.size(); ++i) {
    a = from_history.on_base_bar(candle_bar(path[i], static_cast<std::int64_t>(i)));
  }
  REQUIRE(a.has_value());
  REQUIRE(b.has_value());
  CHECK(a->forecast.rv_forecast == b->forecast.rv_forecast);
  CHECK(a->forecast.tail_q95 == b->forecast.tail_q95);
  CHECK(a->regime.posterior == b->regime.posterior);
}

TEST_CASE("forecasts go on at the first good bar after a gap, decisions wait", "[unit][pipeline]") {
  TinyWorld world(short_warm_up(200));
  PairPipeline& pipeline = world.pipeline;
  const auto path = lively_path(6, 3 * 700);
  int since_gap = -1;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i >= 3 * 400 && i < 3 * 420) {
      continue; // twenty slots are missing
    }
    const auto step = pipeline.on_base_bar(candle_bar(path[i], static_cast<std::int64_t>(i)));
    if (!step) {
      continue;
    }
    since_gap = step->bar.gap_slots > 0 ? 0 : since_gap < 0 ? -1 : since_gap + 1;
    if (since_gap >= 0) {
      REQUIRE(step->warm);
      REQUIRE(step->forecast.valid); // each good bar, from the first on
      if (since_gap < 32) {
        REQUIRE(step->regime.regime == Regime::unknown);
        REQUIRE_FALSE(step->signal.has_value());
      }
    }
  }
  CHECK(since_gap > 200);
}

TEST_CASE("a gap of more than 480 slots starts a new warm-up", "[unit][pipeline]") {
  PairPipeline pipeline(Symbol{}, pipeline_model(), short_warm_up(100), fine_contract(), 5min);
  const auto path = lively_path(7, 3 * 400);
  std::int64_t shift = 0;
  int slots_after = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i == 3 * 200) {
      shift = 3 * 481;
    }
    const auto step =
        pipeline.on_base_bar(candle_bar(path[i], static_cast<std::int64_t>(i) + shift));
    if (step && shift > 0) {
      REQUIRE(step->warm == (++slots_after > 100));
    }
  }
  CHECK(slots_after == 200);
}

TEST_CASE("an open position may leave although the pipeline warms up anew", "[unit][pipeline]") {
  TinyWorld world(short_warm_up(100));
  const auto path = lively_path(8, 3 * 300);
  for (std::size_t i = 0; i < 3 * 200; ++i) {
    world.bar(path[i]);
  }
  PositionUpdate held;
  held.position.quantity = Quantity::from_raw(1'000'000);
  held.position.opened = kMarketStart;
  held.entry_rule = Rule::trend;
  held.just_opened = true;
  world.pipeline.on_position(held);
  // 600 slots later the position's time is long up; the first bar closes it, warm or not.
  std::optional<PipelineStep> step;
  for (std::int64_t i = 3 * 800; i < 3 * 801; ++i) {
    step = world.pipeline.on_base_bar(candle_bar(path[200], i));
  }
  REQUIRE(step.has_value());
  CHECK_FALSE(step->warm);
  REQUIRE(step->exit.has_value());
  CHECK(step->exit->decision.exit_reason == ExitReason::time);
}

TEST_CASE("the guard's change reaches the risk engine", "[unit][pipeline]") {
  TinyWorld world(short_warm_up(100));
  const auto path = lively_path(9, 3 * 300);
  for (const Candle& c : path) {
    world.bar(c);
  }
  Candle crash = path.back();
  crash.open = crash.close;
  crash.close = crash.low = crash.close * 0.9;
  crash.high = crash.open;
  world.bar(crash);
  REQUIRE(world.guard.has_value());
  CHECK(world.guard->level >= GuardLevel::halt);
  CHECK(world.pipeline.risk().cooldown_until() > world.guard->stamp);
}

TEST_CASE("two runs over the same bars are identical", "[unit][pipeline]") {
  TinyWorld one(short_warm_up(200)), other(short_warm_up(200));
  for (const Candle& c : lively_path(10, 3 * 2000)) {
    const auto a = one.bar(c), b = other.bar(c);
    REQUIRE(a.has_value() == b.has_value());
    if (a && a->verdict) {
      REQUIRE(b->verdict.has_value());
      REQUIRE(a->verdict->index() == b->verdict->index());
    }
    if (a) {
      REQUIRE(a->forecast.tail_q95 == b->forecast.tail_q95);
      REQUIRE(a->regime.posterior == b->regime.posterior);
    }
  }
}
