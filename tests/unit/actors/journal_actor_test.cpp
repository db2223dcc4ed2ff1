#include "actors/journal/journal_actor.hpp"
#include "tests/support/catch.hpp"

#include <caf/actor_system_config.hpp>

#include <condition_variable>
#include <mutex>

using namespace rg;

namespace {

/// A disk that the test can stop, break and mend.
struct Disk {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::vector<JournalRecord>> commits;
  bool blocked = false, broken = false, cannot_open = false;
  int inside = 0; // commits that wait at the barrier

  void set(bool Disk::*what, bool value) {
    const std::lock_guard lock(mutex);
    this->*what = value;
    changed.notify_all();
  }
  void wait_until_inside() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside > 0; });
  }
};

class DiskStore final : public JournalStore {
public:
  explicit DiskStore(Disk& disk) : disk_(disk) {}
  void append(const std::vector<JournalRecord>& records) override {
    std::unique_lock lock(disk_.mutex);
    ++disk_.inside;
    disk_.changed.notify_all();
    disk_.changed.wait(lock, [&] { return !disk_.blocked; });
    --disk_.inside;
    if (disk_.broken) {
      throw JournalFailure("disk full");
    }
    disk_.commits.push_back(records);
  }
  [[nodiscard]] std::uint64_t count() const override { return 0; }
  [[nodiscard]] std::string head_hash() const override { return {}; }

private:
  Disk& disk_;
};

/// Acks as the hot thread would get them.
struct Acks {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<JournalAck> list;

  void post(JournalAck ack) {
    const std::lock_guard lock(mutex);
    list.push_back(std::move(ack));
    changed.notify_all();
  }
  JournalAck wait_for(std::size_t index) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return list.size() > index; });
    return list[index];
  }
};

struct Fixture {
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.max-threads", std::size_t{1}); }
  } config;
  caf::actor_system system{config};
  Disk disk;
  Acks acks;
  JournalDoor door{system, std::make_unique<DiskStore>(disk),
                   [this]() -> std::unique_ptr<JournalStore> {
                     if (disk.cannot_open) {
                       throw JournalFailure("still full");
                     }
                     return std::make_unique<DiskStore>(disk);
                   },
                   [this](JournalAck ack) { acks.post(std::move(ack)); }};

  std::uint64_t submit(const char* subject) {
    SupervisionRecord record;
    record.subject = subject;
    return door.submit({record});
  }
  std::vector<std::string> stored() {
    const std::lock_guard lock(disk.mutex);
    std::vector<std::string> out;
    for (const auto& commit : disk.commits) {
      for (const JournalRecord& record : commit) {
        out.push_back(std::get<SupervisionRecord>(record).subject);
      }
    }
    return out;
  }
};

} // namespace

TEST_CASE("what queues up during a commit is committed together", "[unit][journal]") {
  Fixture f;
  f.disk.set(&Disk::blocked, true);
  f.submit("a");
  f.disk.wait_until_inside(); // the first commit is on its way
  f.submit("b");
  f.submit("c");
  const std::uint64_t last = f.submit("d");
  f.disk.set(&Disk::blocked, false);
  CHECK(f.acks.wait_for(0).submission == 1);
  const JournalAck group = f.acks.wait_for(1);
  CHECK(group.submission == last); // one ack stands for all before it
  CHECK(group.durable);
  CHECK(f.disk.commits.size() == 2);
  CHECK(f.stored() == std::vector<std::string>{"a", "b", "c", "d"});
  f.door.on_ack(group);
  CHECK(f.door.waiting() == 0);
}

TEST_CASE("after a failure everything not durable is written, once and in order",
          "[unit][journal]") {
  Fixture f;
  f.submit("a");
  f.door.on_ack(f.acks.wait_for(0));
  f.disk.set(&Disk::broken, true);
  f.submit("b");
  const JournalAck failed = f.acks.wait_for(1);
  CHECK_FALSE(failed.durable);
  CHECK(failed.error == "disk full");
  f.door.on_ack(failed);
  f.submit("c"); // while it is down: kept
  CHECK(f.door.waiting() == 2);

  f.disk.set(&Disk::cannot_open, true);
  f.door.reopen();
  CHECK_FALSE(f.acks.wait_for(2).durable); // the supervisor will try again later
  f.disk.set(&Disk::cannot_open, false);
  f.disk.set(&Disk::broken, false);
  f.door.reopen();
  const JournalAck back = f.acks.wait_for(3);
  CHECK(back.durable);
  CHECK(back.submission == 3);
  f.door.on_ack(back);
  CHECK(f.door.waiting() == 0);
  CHECK(f.stored() == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("closing writes what is left", "[unit][journal]") {
  Fixture f;
  for (int i = 0; i < 100; ++i) {
    f.submit("x");
  }
  f.door.close();
  CHECK(f.stored().size() == 100);
}
