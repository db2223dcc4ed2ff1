#include "infra/journal/upkeep.hpp"

namespace rg::journal {

Upkeep::Upkeep(const std::string& journal, const JournalKey& key)
    : journal_(journal), key_(key), thread_([this] { run(); }) {}

Upkeep::~Upkeep() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void Upkeep::publish(const Head& head) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = head;
    head_waits_ = true;
  }
  work_.notify_one();
}

void Upkeep::checkpoint() {
  {
    const std::lock_guard lock(mutex_);
    checkpoint_waits_ = true;
  }
  work_.notify_one();
}

void Upkeep::wait() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return !head_waits_ && !checkpoint_waits_ && !busy_; });
}

std::string Upkeep::head_problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void Upkeep::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return stop_ || head_waits_ || checkpoint_waits_; });
    if (!head_waits_ && !checkpoint_waits_) {
      return;
    }
    const Head head = wanted_;
    const bool write = std::exchange(head_waits_, false);
    const bool move_log = std::exchange(checkpoint_waits_, false);
    busy_ = true;
    lock.unlock();
    std::string problem;
    if (write) {
      try {
        write_head(head_path(journal_), head, key_);
      } catch (const JournalFailure& failure) {
        problem = failure.what();
      }
    }
    if (move_log) {
      do_checkpoint();
    }
    lock.lock();
    if (write) {
      problem_ = std::move(problem);
    }
    busy_ = false;
    idle_.notify_all();
  }
}

/// PASSIVE takes what it can without making the writer or a reader wait. When it cannot, the log
/// keeps growing and the writer's own, waiting checkpoint takes over (SqliteJournal).
void Upkeep::do_checkpoint() {
  try {
    Database database(journal_, Database::Mode::create);
    database.run("PRAGMA synchronous = FULL");
    database.run("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const JournalFailure&) { // the log still holds everything; the next commit tells of a
                                    // bad disk
  }
}

} // namespace rg::journal
