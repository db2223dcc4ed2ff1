#include "infra/exchange/fault_plan.hpp"
#include "infra/exchange/rate_limits.hpp"
#include "infra/market/random_stream.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <vector>

using namespace rg;
using namespace rg::exchange;
using namespace std::chrono_literals;

namespace {
constexpr Timestamp kStart = Timestamp::from_ms(1'800'000'000'000);
} // namespace

TEST_CASE("ten order requests in a second pass, the eleventh does not", "[unit][exchange]") {
  OrderRateLimit limit(10);
  for (int i = 0; i < 10; ++i) {
    CHECK(limit.take(1, kStart + i * 10ms));
  }
  CHECK(!limit.take(1, kStart + 999ms));
  CHECK(limit.total() == 11);
  CHECK(limit.rejected() == 1);
  CHECK(limit.max_in_second() == 11);
}

TEST_CASE("the second is half open: what is exactly one second old is out", "[unit][exchange]") {
  OrderRateLimit limit(10);
  for (int i = 0; i < 10; ++i) {
    CHECK(limit.take(1, kStart));
  }
  SECTION("one nanosecond early is too early") {
    CHECK(!limit.take(1, kStart + 1s - 1ns));
  }
  SECTION("on the second it passes") {
    CHECK(limit.take(1, kStart + 1s));
    CHECK(limit.max_in_second() == 10);
  }
}

TEST_CASE("refused requests count in the window too", "[unit][exchange]") {
  OrderRateLimit limit(10);
  for (int i = 0; i < 10; ++i) {
    CHECK(limit.take(1, kStart));
  }
  for (int i = 0; i < 10; ++i) {
    CHECK(!limit.take(1, kStart + 500ms));
  }
  CHECK(!limit.take(1, kStart + 1200ms)); // the ten refused ones fill this second
  CHECK(limit.take(1, kStart + 1501ms));
}

TEST_CASE("a batch counts its items", "[unit][exchange]") {
  OrderRateLimit limit(10);
  CHECK(limit.take(7, kStart));
  CHECK(limit.take(3, kStart));
  CHECK(!limit.take(1, kStart + 1ms));
  OrderRateLimit other(10);
  CHECK(!other.take(11, kStart));
  CHECK(other.total() == 11);
}

TEST_CASE("the sliding window agrees with counting by hand", "[unit][exchange][property]") {
  RandomStream random(5, 5);
  OrderRateLimit limit(10);
  std::vector<std::int64_t> seen;
  Timestamp t = kStart;
  std::uint32_t most = 0;
  for (int i = 0; i < 5000; ++i) {
    t = t + std::chrono::milliseconds{random.below(200)};
    seen.push_back(t.ns());
    std::uint32_t in_window = 0;
    for (const std::int64_t s : seen) {
      in_window += s > t.ns() - 1'000'000'000 ? 1 : 0;
    }
    most = std::max(most, in_window);
    REQUIRE(limit.take(1, t) == (in_window <= 10));
  }
  CHECK(limit.max_in_second() == most);
}

TEST_CASE("weights are spent over ten seconds, what does not fit is not spent",
          "[unit][exchange]") {
  WeightBudget budget(100);
  CHECK(budget.spend(60, kStart));
  CHECK(budget.spend(40, kStart + 1s));
  CHECK(!budget.spend(1, kStart + 9999ms));
  CHECK(budget.spend(60, kStart + 10s));
  CHECK(!budget.spend(1, kStart + 10s));
  CHECK(budget.spend(40, kStart + 11s));
}

TEST_CASE("event limits slide", "[unit][exchange]") {
  EventLimit limit(2, 1h);
  CHECK(limit.take(kStart));
  CHECK(limit.take(kStart + 30min));
  CHECK(!limit.take(kStart + 59min));
  CHECK(limit.take(kStart + 1h));
}

TEST_CASE("a fault plan draws by seed, each kind on its own", "[unit][exchange]") {
  const auto struck = [](bool with_other) {
    FaultPlan plan(9);
    plan.set(FaultKind::ws_lose, {.rate = 0.1, .only = {}});
    if (with_other) {
      plan.set(FaultKind::ws_drop, {.rate = 0.5, .only = {}});
    }
    std::vector<bool> out;
    for (int i = 0; i < 2000; ++i) {
      if (with_other) {
        static_cast<void>(plan.strikes(FaultKind::ws_drop));
      }
      out.push_back(plan.strikes(FaultKind::ws_lose));
    }
    CHECK(plan.injected(FaultKind::ws_lose) ==
          static_cast<std::uint64_t>(std::count(out.begin(), out.end(), true)));
    return out;
  };
  const auto alone = struck(false);
  CHECK(alone == struck(true)); // another kind of fault moves nothing
  const auto hits = std::count(alone.begin(), alone.end(), true);
  CHECK(hits > 150); // 200 expected, deviation 13
  CHECK(hits < 250);
}

TEST_CASE("fault rules have subjects, windows and a maximum", "[unit][exchange]") {
  const auto plan = FaultPlan::parse(
      R"({"seed": 3, "faults": {"timeout_after": {"rate": 1, "only": "placeOrder", "from_s": 10,
          "to_s": 20, "max": 2}}})",
      "faults.json");
  REQUIRE(plan);
  FaultPlan p = *plan;
  CHECK(!p.strikes(FaultKind::timeout_after, "/capi/v2/order/placeOrder")); // before its window
  p.set_elapsed(10s);
  CHECK(!p.strikes(FaultKind::timeout_after, "/capi/v2/order/cancel_order"));
  CHECK(p.strikes(FaultKind::timeout_after, "/capi/v2/order/placeOrder"));
  CHECK(p.strikes(FaultKind::timeout_after, "/capi/v2/order/placeOrder"));
  CHECK(!p.strikes(FaultKind::timeout_after, "/capi/v2/order/placeOrder")); // twice is the maximum
  p.set_elapsed(20s);
  CHECK(!p.active(FaultKind::timeout_after));
}

TEST_CASE("a bad fault file is refused with the key's name", "[unit][exchange]") {
  const auto error = [](const char* json) {
    const auto plan = FaultPlan::parse(json, "faults.json");
    REQUIRE(!plan);
    return plan.error().text();
  };
  CHECK(error("{").find("faults.json: not valid JSON") == 0);
  CHECK(error("[]").find("object") != std::string::npos);
  CHECK(error(R"({"sed": 1})").find("sed: unknown key") != std::string::npos);
  CHECK(error(R"({"seed": -1})").find("seed") != std::string::npos);
  CHECK(error(R"({"faults": {"meteor": {"rate": 1}}})").find("faults.meteor: unknown kind") !=
        std::string::npos);
  CHECK(error(R"({"faults": {"ws_drop": {"rate": 1.5}}})").find("faults.ws_drop.rate") !=
        std::string::npos);
  CHECK(error(R"({"faults": {"ws_drop": {"chance": 1}}})").find("faults.ws_drop.chance") !=
        std::string::npos);
  CHECK(error(R"({"faults": {"ws_drop": 1}})").find("faults.ws_drop") != std::string::npos);
  CHECK(FaultPlan::load("/nonexistent/faults.json").error().text().find("cannot be read") !=
        std::string::npos);
  for (std::size_t k = 0; k < kFaultKindCount; ++k) { // every kind can be named
    const auto kind = static_cast<FaultKind>(k);
    CHECK(parse_fault_kind(to_string(kind)) == kind);
  }
}

TEST_CASE("normal quantiles are those of the tables", "[unit][market]") {
  CHECK(inverse_normal(0.5) == 0.0);
  CHECK(inverse_normal(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(inverse_normal(0.025) == Approx(-1.959963984540054).epsilon(1e-14));
  CHECK(inverse_normal(0.8413447460685429) == Approx(1.0).epsilon(1e-13));
  CHECK(inverse_normal(1e-10) == Approx(-6.361340902404056).epsilon(1e-13));
  CHECK(inverse_normal(1e-20) == Approx(-9.262340089798408).epsilon(1e-12));
  for (double p = 0.0005; p < 1.0; p += 0.0173) { // against the library's own error function
    CHECK(0.5 * std::erfc(-inverse_normal(p) / std::sqrt(2.0)) == Approx(p).epsilon(1e-12));
  }
}
