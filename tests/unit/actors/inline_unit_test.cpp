#include "actors/slot.hpp"
#include "tests/support/catch.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Note {
  int value = 0;
  std::string text;
};

using Collector = caf::typed_actor<caf::reacts_to<Note>>;

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(Note)

namespace {

class CollectorActor final : public Collector::base {
public:
  CollectorActor(caf::actor_config& config, std::vector<int>* seen, rg::InlineUnit* unit,
                 Collector* next)
      : Collector::base(config), seen_(seen), unit_(unit), next_(next) {}
  behavior_type make_behavior() override {
    return {[this](const Note& note) {
      if (note.text == "throw") {
        throw std::runtime_error("asked to");
      }
      RG_ASSERT(std::this_thread::get_id() == home_);
      seen_->push_back(note.value);
      if (next_ != nullptr && *next_) {
        unit_->deliver(*next_, note);
      }
    }};
  }

private:
  std::vector<int>* seen_;
  rg::InlineUnit* unit_;
  Collector* next_;
  std::thread::id home_ = std::this_thread::get_id();
};

struct System {
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.max-threads", std::size_t{1}); }
  } config;
  caf::actor_system system{config};
  rg::InlineUnit unit{system};
};

} // namespace

TEST_CASE("inline unit hands every message on, in order, on the calling thread", "[unit][actors]") {
  System s;
  std::vector<int> first, second;
  Collector b = s.unit.spawn<CollectorActor>(&second, &s.unit, nullptr);
  const Collector a = s.unit.spawn<CollectorActor>(&first, &s.unit, &b);
  constexpr int kMany = 10'000;
  for (int i = 0; i < kMany; ++i) {
    s.unit.deliver(a, Note{i, {}});
  }
  CHECK(first.empty()); // nothing runs before run()
  s.unit.run();
  REQUIRE(first.size() == kMany);
  REQUIRE(second.size() == kMany);
  for (int i = 0; i < kMany; ++i) {
    REQUIRE(first[static_cast<std::size_t>(i)] == i);
    REQUIRE(second[static_cast<std::size_t>(i)] == i);
  }
  CHECK(s.unit.idle());
  CHECK(s.unit.delivered() == 2 * kMany);
}

TEST_CASE("inline unit refuses to run on a second thread", "[unit][actors]") {
  System s;
  s.unit.run(); // this thread is the unit's from now on
  bool refused = false;
  std::thread other([&] {
    try {
      s.unit.run();
    } catch (const rg::InvariantBroken&) {
      refused = true;
    }
  });
  other.join();
  CHECK(refused);
}

TEST_CASE("a slot gives a successor what its predecessor had not handled", "[unit][actors]") {
  System s;
  std::vector<std::string> dead;
  rg::Slot<Collector> slot(s.unit,
                           [&](const caf::message& m) { dead.push_back(m.get_as<Note>(0).text); });
  std::vector<int> seen;

  class Worker final : public Collector::base {
  public:
    Worker(caf::actor_config& config, rg::Slot<Collector>* slot, std::vector<int>* seen)
        : Collector::base(config), slot_(slot), seen_(seen) {
      set_exception_handler(
          [](std::exception_ptr&) -> caf::error { return caf::sec::runtime_error; });
    }
    behavior_type make_behavior() override {
      return {[this](const Note& note) {
        slot_->handle([&] {
          if (note.text == "throw") {
            throw std::runtime_error("asked to");
          }
          seen_->push_back(note.value);
        });
      }};
    }

  private:
    rg::Slot<Collector>* slot_;
    std::vector<int>* seen_;
  };

  SECTION("what was sent before the first actor came up is kept") {
    slot.send(Note{1, {}});
    slot.send(Note{2, {}});
    slot.up(s.unit.spawn<Worker>(&slot, &seen));
    s.unit.run();
    CHECK(seen == std::vector<int>{1, 2});
    CHECK(slot.waiting() == 0);
  }
  SECTION("a message that fails twice is given up, the ones behind it are not") {
    slot.up(s.unit.spawn<Worker>(&slot, &seen));
    slot.send(Note{1, {}});
    slot.send(Note{2, "throw"});
    slot.send(Note{3, {}});
    s.unit.run();
    CHECK(seen == std::vector<int>{1});
    slot.down();
    CHECK(slot.waiting() == 2);
    CHECK(dead.empty());
    slot.send(Note{4, {}}); // while nobody is there
    slot.up(s.unit.spawn<Worker>(&slot, &seen));
    s.unit.run();
    CHECK(seen == std::vector<int>{1}); // failed again
    slot.down();
    CHECK(dead == std::vector<std::string>{"throw"});
    slot.up(s.unit.spawn<Worker>(&slot, &seen));
    s.unit.run();
    CHECK(seen == std::vector<int>{1, 3, 4});
    CHECK(slot.waiting() == 0);
  }
}
