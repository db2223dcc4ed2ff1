#include "infra/net/io_loop.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <ctime>
#include <vector>

namespace rg::net::test {

TEST_CASE("timers fire in the order of their delays and tokens cancel them", "[unit][net]") {
  IoLoop loop;
  std::vector<int> fired;
  Timer& timer = loop.timer();
  timer.after(30ms, [&] {
    fired.push_back(3);
    loop.stop();
  });
  timer.after(1ms, [&] { fired.push_back(1); });
  const Timer::Token doomed = timer.after(5ms, [&] { fired.push_back(99); });
  timer.after(2ms, [&] {
    fired.push_back(2);
    timer.cancel(doomed);
    timer.cancel(doomed); // twice is harmless
  });
  loop.run();
  CHECK(fired == std::vector<int>{1, 2, 3});
}

TEST_CASE("a timer may set the next one and cancel itself from its own action", "[unit][net]") {
  IoLoop loop;
  int count = 0;
  Timer::Token own = 0;
  std::function<void()> again = [&] {
    loop.timer().cancel(own); // has fired already
    if (++count == 5) {
      loop.stop();
    } else {
      own = loop.timer().after(Duration{-5}, again);
    }
  };
  own = loop.timer().after(Duration::zero(), again);
  loop.run();
  CHECK(count == 5);
}

TEST_CASE("post comes from any thread and runs on the loop's", "[unit][net]") {
  LoopThread t;
  CHECK_FALSE(t.loop.on_loop_thread());
  std::promise<bool> on_loop;
  auto future = on_loop.get_future();
  t.loop.post([&] { on_loop.set_value(t.loop.on_loop_thread()); });
  CHECK(wait_for(future, "posted action"));
}

TEST_CASE("a stop before run ends that run at once and the next run works", "[unit][net]") {
  IoLoop loop;
  loop.stop();
  loop.run();
  bool ran = false;
  loop.post([&] {
    ran = true;
    loop.stop();
  });
  loop.run();
  CHECK(ran);
}

TEST_CASE("an idle loop uses no processor time", "[unit][net]") {
  LoopThread t;
  t.call([] { return 0; });
  const std::clock_t before = std::clock();
  std::promise<void> done;
  auto future = done.get_future();
  t.loop.post([&] { t.loop.timer().after(300ms, [&] { done.set_value(); }); });
  wait_for(future, "timer");
  const double used = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  CHECK(used < 0.03); // of 0.3 s
}

} // namespace rg::net::test
