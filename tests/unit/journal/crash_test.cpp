// What a crash, a full disk or a live copy leaves behind opens again without a lost or a doubled
// record.

#include "infra/journal/journal_backup.hpp"
#include "infra/journal/journal_reader.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/sample_records.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace rg;
using rg::testing::SampleRecords;
using rg::testing::ScratchFolder;

namespace {

VerifyReport verified(const std::string& path, const std::string& key) {
  const auto report = verify_journal(path, key);
  INFO((report ? "" : report.error().text()));
  REQUIRE(report.has_value());
  INFO((report->problem ? report->problem->text() : ""));
  CHECK_FALSE(report->problem);
  return *report;
}

/// Group g holds g % 5 + 1 records whose texts say the group and how large it is.
std::vector<JournalRecord> group(std::uint64_t g) {
  std::vector<JournalRecord> records;
  for (std::uint64_t i = 0; i <= g % 5; ++i) {
    SupervisionRecord record;
    record.kind = "group";
    record.subject = std::to_string(g);
    record.detail = std::string(200, static_cast<char>('a' + i));
    records.push_back(record);
  }
  return records;
}
std::uint64_t records_in_groups(std::uint64_t groups) {
  std::uint64_t sum = 0;
  for (std::uint64_t g = 0; g < groups; ++g) {
    sum += g % 5 + 1;
  }
  return sum;
}

/// The journal holds groups 0, 1, 2, … each whole and once; how many.
std::uint64_t whole_groups(const std::string& path) {
  auto reader = JournalReader::open(path);
  REQUIRE(reader.has_value());
  std::vector<JournalRecord> expected;
  std::uint64_t groups = 0;
  std::size_t next = 0;
  reader->for_each([&](std::uint64_t, const JournalRecord& record) {
    if (next == expected.size()) {
      expected = group(groups++);
      next = 0;
    }
    REQUIRE(testing::bytes_of(record) == testing::bytes_of(expected[next++]));
  });
  CHECK(next == expected.size()); // the last group is whole
  return groups;
}

void copy_as_a_crash_would(const std::string& from, const std::string& to) {
  for (const char* suffix : {"", "-wal", ".head"}) {
    std::error_code ignored;
    std::filesystem::remove(to + suffix, ignored);
    if (std::filesystem::exists(from + suffix)) {
      std::filesystem::copy_file(from + suffix, to + suffix);
    }
  }
  std::error_code ignored;
  std::filesystem::remove(to + "-shm", ignored);
}

} // namespace

TEST_CASE("a copy of file, log and head at any commit is a whole journal", "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  SqliteJournal journal(folder / "j.db", key);
  for (std::uint64_t g = 0; g < 60; ++g) {
    journal.append(group(g));
    const std::string copy = folder / "copy.db";
    copy_as_a_crash_would(folder / "j.db", copy);
    CHECK(verified(copy, key).records == records_in_groups(g + 1));
    CHECK(whole_groups(copy) == g + 1);
    {
      SqliteJournal reopened(copy, key);
      CHECK(reopened.count() == records_in_groups(g + 1));
      reopened.append(group(g + 1));
    }
    CHECK(whole_groups(copy) == g + 2);
    CHECK(verified(copy, key).beyond_head == 0);
  }
}

TEST_CASE("a log torn after the last signed commit gives that commit or more, never half a group",
          "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  const std::string path = folder / "j.db";
  SqliteJournal journal(path, key);
  for (std::uint64_t g = 0; g < 8; ++g) {
    journal.append(group(g));
  }
  journal.sync_head();
  const std::string head = *journal::read_file(path + ".head");
  const std::size_t signed_log = journal::read_file(path + "-wal")->size();
  for (std::uint64_t g = 8; g < 14; ++g) {
    journal.append(group(g));
  }
  const std::string log = *journal::read_file(path + "-wal");
  REQUIRE(log.size() > signed_log);
  std::uint64_t most = 0;
  for (std::size_t keep = signed_log; keep <= log.size(); keep += 1009) {
    const std::string copy = folder / "torn.db";
    copy_as_a_crash_would(path, copy);
    std::ofstream(copy + "-wal", std::ios::binary | std::ios::trunc)
        << std::string_view(log).substr(0, keep);
    std::ofstream(copy + ".head", std::ios::trunc) << head;
    INFO("log cut at " << keep);
    verified(copy, key);
    const std::uint64_t groups = whole_groups(copy);
    CHECK(groups >= 8);
    CHECK(groups >= most);
    most = groups;
    {
      SqliteJournal reopened(copy, key);
      CHECK(reopened.count() == records_in_groups(groups));
    }
    CHECK(verified(copy, key).head.count == records_in_groups(groups));
  }
  CHECK(most >= 13);
}

TEST_CASE("a process killed while it writes loses nothing that was acknowledged",
          "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  const std::string path = folder / "j.db";
  { SqliteJournal journal(path, key); }
  std::mt19937_64 random(11);
  std::uint64_t done = 0;
  for (int round = 0; round < 25; ++round) {
    int acks[2];
    REQUIRE(::pipe(acks) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      SqliteJournal journal(path, key);
      for (std::uint64_t g = done;; ++g) {
        journal.append(group(g));
        if (::write(acks[1], "+", 1) != 1) {
          ::_exit(1);
        }
      }
    }
    ::close(acks[1]);
    std::uint64_t acknowledged = 0;
    const std::uint64_t kill_after = 1 + random() % 12;
    char byte = 0;
    while (acknowledged < kill_after && ::read(acks[0], &byte, 1) == 1) {
      ++acknowledged;
    }
    ::kill(child, SIGKILL);
    while (::read(acks[0], &byte, 1) == 1) {
      ++acknowledged; // sent before it died
    }
    ::close(acks[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    verified(path, key);
    const std::uint64_t groups = whole_groups(path);
    CHECK(groups >= done + acknowledged);
    CHECK(groups <= done + acknowledged + 1); // at most the one whose answer was under way
    done = groups;
  }
  SqliteJournal journal(path, key);
  CHECK(journal.count() == records_in_groups(done));
}

TEST_CASE("a disk that takes no more fails the append whole, and goes on when there is room",
          "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  const std::string path = folder / "j.db";
  std::signal(SIGXFSZ, SIG_IGN); // a file beyond the limit is an error of write(), not a signal
  struct rlimit before {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  SqliteJournal journal(path, key);
  std::uint64_t groups = 0;
  for (; groups < 5; ++groups) {
    journal.append(group(groups));
  }
  const auto limit = static_cast<rlim_t>(std::filesystem::file_size(path + "-wal") + 100'000);
  const struct rlimit tight { limit, before.rlim_max };
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  std::string failure;
  while (failure.empty() && groups < 1000) {
    try {
      journal.append(group(groups));
      ++groups;
    } catch (const JournalFailure& problem) {
      failure = problem.what();
    }
  }
  CHECK_THROWS_AS(journal.append(group(groups)), JournalFailure); // still
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, SIG_DFL);
  INFO(failure);
  CHECK(failure.find("j.db: ") != std::string::npos);
  CHECK(journal.count() == records_in_groups(groups));
  CHECK(whole_groups(path) == groups);
  journal.append(group(groups++));
  CHECK(whole_groups(path) == groups);
  journal.sync_head();
  CHECK(verified(path, key).head.count == records_in_groups(groups));
}

TEST_CASE("readers, verifiers and backups work while the engine writes", "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  const std::string path = folder / "j.db";
  SqliteJournal journal(path, key);
  journal.append(group(0));
  constexpr int kRounds = 40;
  std::atomic<std::uint64_t> allowed{
      30}; // the engine keeps some groups ahead of the readers, not thousands
  std::thread engine([&] {
    for (std::uint64_t g = 1; g < 30 * kRounds; ++g) {
      while (g > allowed) {
        std::this_thread::yield();
      }
      journal.append(group(g));
    }
  });
  std::uint64_t last = 0;
  for (int round = 0; round < kRounds; ++round) {
    allowed += 30;
    const VerifyReport report = verified(path, key);
    CHECK(report.records >= last);
    last = report.records;
    CHECK(whole_groups(path) > 0);
    if (round % 10 == 0) {
      const std::string copy = folder / ("backup" + std::to_string(round) + ".db");
      const auto backup = backup_journal(path, copy, key);
      REQUIRE(backup.has_value());
      CHECK_FALSE(backup->problem);
      CHECK(backup->records >= last);
      CHECK(whole_groups(copy) > 0);
      CHECK(verified(copy, key).beyond_head == 0);
    }
  }
  engine.join();
  CHECK(whole_groups(path) == 30 * kRounds);
  journal.sync_head();
  CHECK(verified(path, key).beyond_head == 0);
}

TEST_CASE("a backup overwrites nothing and does not launder a tampered journal",
          "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  const std::string path = folder / "j.db";
  {
    SqliteJournal journal(path, key);
    for (std::uint64_t g = 0; g < 6; ++g) {
      journal.append(group(g));
    }
  }
  CHECK(backup_journal(path, path, key).error().what.find("exists already") == 0);
  CHECK(backup_journal(folder / "none", folder / "b.db", key)
            .error()
            .what.find("there is no journal file") == 0);
  CHECK(backup_journal(path, folder / "b.db", folder / "nokey")
            .error()
            .what.find("the journal's key is missing") == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "b.db"));
  REQUIRE(backup_journal(path, folder / "deep/b.db", key).has_value());
  {
    SqliteJournal goes_on(folder / "deep/b.db", key); // a backup is a journal
    CHECK(goes_on.count() == records_in_groups(6));
  }

  journal::Database database(path, journal::Database::Mode::create);
  database.run("DROP TRIGGER supervision_events_no_delete");
  database.run("DELETE FROM supervision_events WHERE seq > 10");
  const auto copy = backup_journal(path, folder / "c.db", key);
  REQUIRE(copy.has_value());
  CHECK(copy->problem);
}

TEST_CASE("readers find records by kind, place and decision", "[unit][journal]") {
  const ScratchFolder folder;
  const std::string path = folder / "j.db";
  SampleRecords samples(13);
  DecisionRecord first = samples.decision_record();
  DecisionRecord again = first;
  again.decision.outcome = Outcome::refused;
  again.decision.refusal = Refusal::price_collar;
  OrderEvent of_first = samples.order_event();
  of_first.decision = first.decision.id;
  Fill fill = samples.fill();
  {
    SqliteJournal journal(path, folder / "key");
    journal.append({samples.run(), first, of_first, samples.order_event(), fill});
    journal.append({again, samples.fill(), of_first});
  }
  const auto reader = JournalReader::open(path);
  REQUIRE(reader.has_value());
  CHECK(reader->count() == 8);
  const auto fills = reader->last<Fill>();
  REQUIRE(fills.size() == 2);
  CHECK((fills[0].sequence == 5 && fills[1].sequence == 7));
  CHECK(fills[0].record.venue_fill_id == fill.venue_fill_id);
  CHECK(reader->last<Fill>(1).at(0).sequence == 7);
  CHECK(reader->after<Fill>(5).at(0).sequence == 7);
  CHECK(reader->after<Fill>(7).empty());
  CHECK(reader->last<EquityRecord>().empty());
  const auto found = reader->decision(first.decision.id);
  REQUIRE(found.has_value());
  CHECK(found->sequence == 6); // the desk's later refusal is what came of it
  CHECK(found->record.decision.refusal == Refusal::price_collar);
  CHECK(reader->order_events(first.decision.id).size() == 2);
  CHECK_FALSE(
      reader->decision({*Symbol::parse("LTC"), Timestamp::from_ms(1), DecisionKind::signal, 0})
          .has_value());
  std::vector<std::uint64_t> seen;
  reader->for_each([&](std::uint64_t sequence, const JournalRecord&) { seen.push_back(sequence); },
                   5);
  CHECK(seen == std::vector<std::uint64_t>{6, 7, 8});

  // venue_fill_id is TEXT, for other programs: 64 bits do not fit their doubles.
  journal::Database database(path, journal::Database::Mode::read);
  CHECK(database.one_text("SELECT typeof(venue_fill_id) FROM fills") == "text");
  CHECK(database.one_text("SELECT venue_fill_id FROM fills WHERE seq = 5") ==
        std::to_string(fill.venue_fill_id));
}
