// Risk never changes direction, and nothing prefers one: mirror the world through p → c/p and every
// side flips, while regimes, sizes (in money), stop distances and factors stay what they are.

#include "tests/support/catch.hpp"
#include "tests/unit/pipeline/pipeline_samples.hpp"

#include <rapidcheck.h>

using namespace rg;
using namespace rg::test;

namespace {

constexpr double kMirror = 10'000.0; // 100 stays 100

bool near(double a, double b, double relative) {
  return std::fabs(a - b) <= relative * std::max(std::fabs(a), std::fabs(b)) + 1e-12;
}

void compare_decisions(const Decision& a, const Decision& b) {
  RC_ASSERT(a.outcome == b.outcome);
  RC_ASSERT(a.refusal == b.refusal);
  RC_ASSERT(a.signal.side == opposite(b.signal.side));
  RC_ASSERT(a.signal.rule == b.signal.rule);
  RC_ASSERT(near(a.risk.stop_distance, b.risk.stop_distance, 1e-6));
  RC_ASSERT(a.risk.stop_adjustment == b.risk.stop_adjustment);
  RC_ASSERT(a.risk.cooldown_until == b.risk.cooldown_until);
  RC_ASSERT(a.risk.suspended == b.risk.suspended);
  // The confidence factor climbs with its own slope from what the posterior may differ by (1e-4,
  // see compare_steps); all others as closely as the prices' grid allows.
  const RiskSettings risk;
  const double slope = 0.6 / (risk.full_confidence - risk.min_confidence);
  const double confidence_error = slope * std::fabs(a.regime.confidence - b.regime.confidence);
  RC_ASSERT(confidence_error <= slope * 1e-4);
  for (std::size_t f = 0; f < kFactorCount; ++f) {
    const double x = a.risk.factors.value[f], y = b.risk.factors.value[f];
    const bool is_confidence = f == static_cast<std::size_t>(FactorName::confidence);
    const bool same =
        is_confidence ? std::fabs(x - y) <= confidence_error + 1e-9 : near(x, y, 1e-5);
    RC_ASSERT(same);
  }
  // Prices mirror; sizes are the same amount of money.
  RC_ASSERT(near(a.price.to_double() * b.price.to_double(), kMirror, 1e-6));
  RC_ASSERT(near(a.stop_price.to_double() * b.stop_price.to_double(), kMirror, 1e-6));
  // ... but for the lot and for what the confidence factor alone explains.
  const double scale = a.risk.multiplier > 0.0 && b.risk.multiplier > 0.0
                           ? a.risk.multiplier / b.risk.multiplier
                           : 1.0;
  RC_ASSERT(near(a.price.to_double() * a.quantity.to_double(),
                 b.price.to_double() * b.quantity.to_double() * scale, 1e-4));
}

void compare_steps(const PipelineStep& a, const PipelineStep& b) {
  RC_ASSERT(a.regime.regime == b.regime.regime);
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    RC_ASSERT(near(a.regime.posterior[k], b.regime.posterior[k], 1e-4));
  }
  RC_ASSERT(a.forecast.valid == b.forecast.valid);
  RC_ASSERT(near(a.forecast.rv_forecast, b.forecast.rv_forecast, 1e-5));
  RC_ASSERT(near(a.forecast.tail_q95, b.forecast.tail_q95, 1e-5));
  RC_ASSERT(a.signal.has_value() == b.signal.has_value());
  RC_ASSERT(a.exit.has_value() == b.exit.has_value());
  RC_ASSERT(a.stop.has_value() == b.stop.has_value());
  RC_ASSERT(a.hand_over.has_value() == b.hand_over.has_value());
  if (a.signal) {
    RC_ASSERT(near(a.signal->entry * b.signal->entry, kMirror, 1e-6));
    RC_ASSERT(near(a.signal->invalidation * b.signal->invalidation, kMirror, 1e-6));
  }
  if (a.exit) {
    RC_ASSERT(a.exit->side == opposite(b.exit->side));
    RC_ASSERT(a.exit->decision.exit_reason == b.exit->decision.exit_reason);
  }
  if (a.stop) {
    RC_ASSERT(a.stop->side == opposite(b.stop->side));
    RC_ASSERT(near(a.stop->stop_price.to_double() * b.stop->stop_price.to_double(), kMirror, 1e-6));
  }
  if (a.verdict) {
    const auto of = [](const RiskVerdict& v) -> const Decision& {
      const auto* intent = std::get_if<OrderIntent>(&v);
      return intent != nullptr ? intent->decision : std::get<Decision>(v);
    };
    RC_ASSERT(a.verdict->index() == b.verdict->index());
    compare_decisions(of(*a.verdict), of(*b.verdict));
  }
}

} // namespace

TEST_CASE("the mirrored market gets the mirrored decisions, pipeline and all",
          "[property][pipeline]") {
  int signals = 0, exits = 0;
  REQUIRE(rc::check("mirror", [&] {
    const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    EngineSettings settings;
    settings.bars.warm_up_slots = 150;
    TinyWorld world(settings), mirror(settings);
    for (const Candle& c : lively_path(seed, 3 * 1200)) {
      const auto a = world.bar(c);
      const auto b = mirror.bar(mirrored(c, kMirror));
      RC_ASSERT(world.guard.has_value() == mirror.guard.has_value());
      if (world.guard) {
        RC_ASSERT(world.guard->level == mirror.guard->level);
        RC_ASSERT(world.guard->cause == mirror.guard->cause);
      }
      RC_ASSERT(a.has_value() == b.has_value());
      if (a) {
        compare_steps(*a, *b);
        signals += a->signal ? 1 : 0;
        exits += a->exit ? 1 : 0;
      }
    }
  }));
  CHECK(signals > 500); // the property was not true of silence
  CHECK(exits > 100);
}

TEST_CASE("at the same price the mirrored order has the very same size", "[property][pipeline]") {
  // Sizes are money divided by price: with the mirror's constant at the square of the entry price,
  // the two prices coincide and so must the quantities.
  REQUIRE(rc::check("same size", [] {
    const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    EngineSettings settings;
    settings.bars.warm_up_slots = 150;
    const auto path = lively_path(seed, 3 * 500);
    TinyWorld world(settings);
    std::optional<OrderIntent> first;
    std::size_t at = 0;
    for (; at < path.size() && !first; ++at) {
      const auto step = world.bar(path[at]);
      if (step && step->verdict && std::holds_alternative<OrderIntent>(*step->verdict)) {
        first = std::get<OrderIntent>(*step->verdict);
      }
    }
    RC_PRE(first.has_value());
    const double constant = first->limit.to_double() * first->limit.to_double();
    TinyWorld mirror(settings);
    std::optional<PipelineStep> last;
    for (std::size_t i = 0; i < at; ++i) {
      last = mirror.bar(mirrored(path[i], constant));
    }
    RC_ASSERT(last.has_value());
    RC_ASSERT(last->verdict.has_value());
    const auto& intent = std::get<OrderIntent>(*last->verdict);
    RC_ASSERT(intent.side == opposite(first->side));
    RC_ASSERT(near(intent.quantity.to_double(), first->quantity.to_double(), 1e-4));
  }));
}
