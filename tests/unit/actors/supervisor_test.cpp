#include "actors/supervisor.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <vector>

using namespace rg;

namespace {
Timestamp at(Duration d) {
  return Timestamp::from_ns(0) + 1h + d;
}
SupervisionSettings settings() {
  SupervisionSettings s;
  s.max_restarts = 3;
  s.window = 10s;
  s.backoff_min = 100ms;
  s.backoff_max = 350ms;
  return s;
}
} // namespace

TEST_CASE("back-off doubles up to its bound, shortened by at most a quarter", "[unit][actors]") {
  RestartPolicy policy(settings(), 7);
  const std::vector<Duration> full{100ms, 200ms, 350ms};
  for (std::size_t i = 0; i < full.size(); ++i) {
    const RestartVerdict verdict = policy.on_crash(at(i * 1s));
    REQUIRE_FALSE(verdict.give_up);
    CHECK(verdict.delay <= full[i]);
    CHECK(verdict.delay >= full[i] * 3 / 4);
  }
  CHECK(policy.on_crash(at(4s)).give_up); // the fourth within the window
  CHECK(policy.crashes() == 4);
}

TEST_CASE("crashes that lie a window apart never add up to giving up", "[unit][actors]") {
  RestartPolicy policy(settings(), 7);
  for (int i = 0; i < 50; ++i) {
    const RestartVerdict verdict = policy.on_crash(at(i * 11s));
    REQUIRE_FALSE(verdict.give_up);
    REQUIRE(verdict.delay <= 100ms);
  }
}

TEST_CASE("the restart at exactly the window's edge still counts", "[unit][actors]") {
  RestartPolicy policy(settings(), 7);
  for (int i = 0; i < 3; ++i) {
    REQUIRE_FALSE(policy.on_crash(at(0s)).give_up);
  }
  CHECK(policy.on_crash(at(10s)).give_up); // 10 s is not longer than the window
}

TEST_CASE("jitter comes from the seed alone", "[unit][actors]") {
  RestartPolicy a(settings(), 1), b(settings(), 1), c(settings(), 2);
  const Duration first = a.on_crash(at(0s)).delay;
  CHECK(first == b.on_crash(at(0s)).delay);
  CHECK(first != c.on_crash(at(0s)).delay);
}
