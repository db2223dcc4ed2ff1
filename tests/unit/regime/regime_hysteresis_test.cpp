#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/regime_hysteresis.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rg;

namespace {

constexpr RegimeSettings kSettings{}; // enter 0.55, leave 0.40, dwell 2

/// Posterior with this much on trending and the rest on range_bound.
StateVector trending(double p) {
  return {p, 1.0 - p, 0.0};
}

} // namespace

TEST_CASE("a regime comes into force at its entry level", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior({0.54, 0.30, 0.16}) == Regime::unknown);
  CHECK(s.on_posterior({0.55, 0.30, 0.15}) == Regime::trending);
}

TEST_CASE("between the two levels the regime in force stays", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.60)) == Regime::trending);
  CHECK(s.on_posterior(trending(0.41)) == Regime::trending); // range_bound has 0.59 already
  CHECK(s.on_posterior(trending(0.40)) == Regime::trending);
  CHECK(s.on_posterior(trending(0.39)) == Regime::range_bound);
  CHECK(s.on_posterior(trending(0.54)) == Regime::range_bound);
}

TEST_CASE("another regime waits until the last change is two bars old", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
  CHECK(s.on_posterior(trending(0.1)) == Regime::unknown); // left at once, taken over later
  CHECK(s.on_posterior(trending(0.1)) == Regime::range_bound);
}

TEST_CASE("the regime that just left may come back without waiting", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
  CHECK(s.on_posterior({0.3, 0.4, 0.3}) == Regime::unknown);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
}

TEST_CASE("a restart forgets the regime in force and the wait", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
  s.restart();
  CHECK(s.on_posterior({0.45, 0.30, 0.25}) == Regime::unknown); // would have stayed in force
  s.restart();
  CHECK(s.on_posterior(trending(0.1)) == Regime::range_bound);
}

namespace {

/// Changes from one regime to another; unknown in between is no regime.
template <class Regimes> int changes(const Regimes& regimes) {
  int count = 0;
  Regime last = Regime::unknown;
  for (const Regime r : regimes) {
    if (r != Regime::unknown) {
      count += last != Regime::unknown && r != last ? 1 : 0;
      last = r;
    }
  }
  return count;
}

Regime most_probable(const StateVector& p) {
  return static_cast<Regime>(std::max_element(p.begin(), p.end()) - p.begin());
}

} // namespace

TEST_CASE("the proof table: flicker goes, real changes pass with a bounded delay",
          "[unit][regime]") {
  // 40 bars each of P(trending), the rest on range_bound. Changes of the raw most probable state,
  // of the regime in force, and bars from the old one's fall below leave_confidence until the new
  // one is in force (the delay; 1 = the same bar).
  struct Row {
    const char* what;
    double (*p)(int bar);
    int raw, in_force, delay;
  };
  const Row rows[] = {
      {"steady", [](int) { return 0.9; }, 0, 0, 0},
      {"wavers about a half every bar", [](int t) { return t % 2 == 0 ? 0.56 : 0.44; }, 39, 0, 0},
      {"a bar of doubt now and then", [](int t) { return t % 5 == 4 ? 0.45 : 0.9; }, 15, 0, 0},
      // Nothing can be in force long that the filter denies outright: a third of the changes.
      {"contradicts itself every bar", [](int t) { return t % 2 == 0 ? 0.9 : 0.1; }, 39, 13, 0},
      {"a single bar of the other", [](int t) { return t == 20 ? 0.05 : 0.95; }, 2, 2, 1},
      {"a clean change", [](int t) { return t < 20 ? 0.9 : 0.1; }, 1, 1, 1},
      {"a change that hesitates", [](int t) { return t < 20 ? 0.9 : (t < 24 ? 0.45 : 0.1); }, 1, 1,
       1},
      {"a change just after another", [](int t) { return t < 20 ? 0.9 : (t < 21 ? 0.1 : 0.9); }, 2,
       2, 1},
  };
  for (const Row& row : rows) {
    RegimeHysteresis s(kSettings);
    std::vector<Regime> raw, in_force;
    for (int t = 0; t < 40; ++t) {
      raw.push_back(most_probable(trending(row.p(t))));
      in_force.push_back(s.on_posterior(trending(row.p(t))));
    }
    INFO(row.what);
    CHECK(changes(raw) == row.raw);
    CHECK(changes(in_force) <= row.in_force);
    if (row.delay > 0 && row.raw == 1) {
      int lost = 0; // the bar on which the old regime falls below leave_confidence
      while (row.p(lost) >= kSettings.leave_confidence) {
        ++lost;
      }
      const auto in_since = std::find(in_force.begin(), in_force.end(), Regime::range_bound);
      REQUIRE(in_since != in_force.end());
      CHECK(in_since - in_force.begin() == lost + row.delay - 1);
    }
  }
}

TEST_CASE("for any posteriors: changes keep their distance, and a clear regime is in force in time",
          "[unit][property][regime]") {
  SeededRandom random(31);
  for (const std::uint32_t dwell : {0U, 2U, 5U, 12U}) {
    RegimeSettings settings;
    settings.min_dwell_bars = dwell;
    RegimeHysteresis s(settings);
    Regime last = Regime::unknown;
    std::uint32_t since_change = 1'000, clear_for = 0;
    Regime clear = Regime::unknown;
    StateVector p{1.0, 0.0, 0.0};
    for (int t = 0; t < 20'000; ++t) {
      // Runs of like posteriors of random length, some sharp, some flat.
      if (random.uniform() < 0.3) {
        const double sharp = 1.0 + 6.0 * random.uniform();
        double total = 0.0;
        for (double& x : p) {
          x = std::exp(sharp * random.normal());
          total += x;
        }
        for (double& x : p) {
          x /= total;
        }
      }
      const Regime regime = s.on_posterior(p);
      ++since_change;
      if (regime != Regime::unknown && regime != last) {
        // The first regime of all has nothing to wait for.
        REQUIRE((last == Regime::unknown || since_change >= dwell));
        since_change = 0;
        last = regime;
      }
      const Regime now = most_probable(p);
      const bool enters = p[static_cast<std::size_t>(now)] >= settings.enter_confidence;
      clear_for = enters && now == clear ? clear_for + 1 : (enters ? 1 : 0);
      clear = enters ? now : Regime::unknown;
      // Unless the regime in force still has leave_confidence, the clear one takes over within the
      // dwell: never later than max(1, dwell) bars after it became clear.
      const bool kept = regime != Regime::unknown && regime != clear &&
                        p[static_cast<std::size_t>(regime)] >= settings.leave_confidence;
      if (clear_for >= std::max(1U, dwell) && !kept) {
        REQUIRE(regime == clear);
      }
    }
  }
}
