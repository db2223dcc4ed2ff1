#include "app/simulation/sim_journal.hpp"

#include "infra/journal/chain_walk.hpp"
#include "infra/journal/journal_reader.hpp"

namespace rg::sim {

using namespace std::chrono_literals;
using journal::Database;

namespace {

std::unique_ptr<Database> open_file(journal::FaultDisk& disk) {
  auto database =
      std::make_unique<Database>(SimDisk::kPath, Database::Mode::create, disk.vfs_name());
  database->run("PRAGMA cache_size = 256"); // pages; there is one writer and little to read
  const bool empty = database->one_integer("SELECT count(*) FROM sqlite_master") == 0;
  journal::prepare_for_writing(*database, empty);
  return database;
}

/// Making the schema takes longer than a simulated hour: it is made once and copied.
const journal::FaultDisk& blank_disk() {
  static const std::unique_ptr<journal::FaultDisk> kBlank = [] {
    auto disk = std::make_unique<journal::FaultDisk>();
    static_cast<void>(open_file(*disk));
    return disk;
  }();
  return *kBlank;
}

} // namespace

SimDisk::SimDisk() {
  disk_.copy_from(blank_disk());
}

void SimDisk::for_each(const std::function<void(const JournalRecord&)>& visit) {
  const JournalReader reader = JournalReader::on(open_file(disk_));
  reader.for_each([&](std::uint64_t, const JournalRecord& record) { visit(record); });
}

std::string SimDisk::verify() {
  const auto database = open_file(disk_);
  const journal::Head last = journal::head_in_file(*database);
  const auto problem = journal::check_chain(*database, {}, last.count);
  return problem ? problem->text() : std::string();
}

SimJournal::SimJournal(SimAgenda& agenda, SimDisk& disk, FaultInjector& faults, std::uint64_t seed,
                       const SupervisionSettings& supervision, JournalWatch& watch, Post post)
    : agenda_(agenda), disk_(disk), faults_(faults), random_(seed, 71), watch_(watch),
      post_(std::move(post)), policy_(supervision, seed + 200),
      longest_pause_(supervision.backoff_max) {
  open();
}

SimJournal::~SimJournal() {
  close();
}

void SimJournal::open() {
  database_ = open_file(disk_.disk());
  appender_.emplace(*database_);
}

void SimJournal::close() {
  appender_.reset();
  database_.reset();
}

void SimJournal::stop() {
  running_ = false;
  close();
}

std::uint64_t SimJournal::submit(std::vector<JournalRecord> records) {
  watch_.on_submitted(records);
  waiting_.push_back({next_, std::move(records)});
  schedule_commit();
  return next_++;
}

void SimJournal::schedule_commit() {
  if (commit_scheduled_ || failed_ || !running_ || waiting_.empty()) {
    return;
  }
  commit_scheduled_ = true;
  const Duration disk_time = 300us + Duration{static_cast<std::int64_t>(random_.uniform() * 6e6)};
  agenda_.after(disk_time, [weak = weak_from_this()] {
    if (const auto self = weak.lock(); self && self->running_) {
      self->commit_scheduled_ = false;
      self->commit();
    }
  });
}

/// A process dies at one of the writes of the commit to come; a full disk fails all of them.
void SimJournal::maybe_arm_kill() {
  if (const auto kill = faults_.take(Fault::process_kill)) {
    disk_.disk().kill_at_write(1 + (kill->draw >> 8) % 8, false);
  } else if (const auto torn = faults_.take(Fault::torn_page)) {
    disk_.disk().kill_at_write(1 + (torn->draw >> 8) % 8, true);
  } else if (const auto full = faults_.take(Fault::disk_full)) {
    disk_.disk().set_full(true);
    agenda_.after(std::chrono::seconds{1 + (full->draw >> 8) % 90},
                  [&disk = disk_] { disk.disk().set_full(false); });
  }
}

void SimJournal::commit() {
  maybe_arm_kill();
  std::vector<JournalRecord> records;
  for (const Submission& s : waiting_) {
    records.insert(records.end(), s.records.begin(), s.records.end());
  }
  const std::uint64_t newest = waiting_.back().number;
  try {
    if (!records.empty()) {
      appender_->append(records);
    }
  } catch (const JournalFailure& failure) {
    on_failure(failure.what());
    return;
  }
  if (disk_.disk().killed()) { // after the commit was whole, before anybody heard of it
    watch_.on_durable(records);
    watch_.on_process_killed();
    return;
  }
  waiting_.clear();
  watch_.on_durable(records);
  agenda_.after(100us, [weak = weak_from_this(), newest] {
    if (const auto self = weak.lock(); self && self->running_) {
      self->post_({newest, true, {}});
      self->schedule_commit();
    }
  });
}

/// The store is closed, the engine told, and after the supervisor's pause it is opened again: all
/// that is not durable goes once more, in order.
void SimJournal::on_failure(const std::string& why) {
  if (disk_.disk().killed()) { // while the store was opened again
    watch_.on_process_killed();
    return;
  }
  failed_ = true;
  close();
  post_({waiting_.empty() ? 0 : waiting_.back().number, false, why});
  const RestartVerdict verdict = policy_.on_crash(agenda_.now());
  const Duration pause = verdict.give_up ? longest_pause_ : verdict.delay;
  agenda_.after(pause, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->running_) {
      return;
    }
    try {
      self->open();
    } catch (const JournalFailure& failure) {
      self->on_failure(failure.what());
      return;
    }
    self->failed_ = false;
    self->schedule_commit();
  });
}

} // namespace rg::sim
