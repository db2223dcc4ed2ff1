// Copies of journals: verified, never overwriting, and with what a replay needs.

#include "infra/journal/journal_backup.hpp"
#include "infra/journal/journal_reader.hpp"
#include "infra/journal/recording.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <filesystem>
#include <fstream>

using namespace rg;
using namespace rg::testing;

namespace {

RunRecord run(const std::string& id, const std::string& recording) {
  RunRecord r;
  r.run_id = id;
  r.wall_time = Timestamp::from_ms(1'735'689'600'000);
  r.command = "test";
  r.recording = recording;
  return r;
}

void record(const std::string& path, const std::string& id, std::uint64_t inputs) {
  RecordingWriter writer(path, id);
  for (std::uint64_t n = 0; n < inputs; ++n) {
    writer.append({n, Timestamp::from_ms(1'735'689'600'000), TimerFired{n}});
  }
}

std::uint64_t inputs_in(const std::string& path) {
  auto reader = RecordingReader::open(path);
  REQUIRE(reader.has_value());
  std::uint64_t n = 0;
  for (auto record = reader->next(); record && *record; record = reader->next()) {
    ++n;
  }
  CHECK(reader->complete());
  return n;
}

} // namespace

TEST_CASE(
    "a backup's folder that cannot be made, and a source that is no journal, are one line each",
    "[unit][journal]") {
  const ScratchFolder folder;
  const std::string path = folder / "journal.db", key = folder / "journal.key";
  { SqliteJournal journal(path, key); }
  const auto nowhere = backup_journal(path, "/proc/nowhere/copy.db", key);
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().text().starts_with("/proc/nowhere/copy.db: "));

  const std::string other = folder / "words.txt";
  std::ofstream(other) << "no journal at all, and long enough to be looked at as one";
  const auto reader = JournalReader::open(other);
  REQUIRE_FALSE(reader.has_value());
  const std::string said = reader.error().text();
  CHECK(said.starts_with(other + ": "));
  CHECK(said.find(other, 1) == std::string::npos);
}

TEST_CASE("a backup takes the recordings of its runs along", "[unit][journal]") {
  const ScratchFolder folder;
  const std::string key = folder / "key";
  const std::string path = folder / "j.db";
  {
    SqliteJournal journal(path, key);
    journal.append({run("a1", "j.db.a1.rec")});
    journal.append({run("b2", "j.db.b2.rec")}); // deleted by retention
    journal.append({run("c3", "")});            // recorded nothing
    journal.append({run("d4", "../key")});      // no name of ours
  }
  record(folder / "j.db.a1.rec", "a1", 5);

  REQUIRE(backup_journal(path, folder / "far/copy.db", key).has_value());
  const auto far = backup_recordings(path, folder / "far/copy.db");
  REQUIRE(far.has_value());
  CHECK(far->copied == std::vector<std::string>{"j.db.a1.rec"});
  CHECK(far->present.empty());
  CHECK(far->missing == std::vector<std::string>{"j.db.b2.rec"});
  CHECK(inputs_in(folder / "far/j.db.a1.rec") == 5);

  // Beside the source they are there already.
  REQUIRE(backup_journal(path, folder / "copy.db", key).has_value());
  const auto near = backup_recordings(path, folder / "copy.db");
  REQUIRE(near.has_value());
  CHECK(near->copied.empty());
  CHECK(near->present == std::vector<std::string>{"j.db.a1.rec"});

  // A later backup into the same folder brings what was recorded since.
  std::filesystem::remove(folder / "j.db.a1.rec");
  record(folder / "j.db.a1.rec", "a1", 9);
  REQUIRE(backup_journal(path, folder / "far/later.db", key).has_value());
  REQUIRE(backup_recordings(path, folder / "far/later.db").has_value());
  CHECK(inputs_in(folder / "far/j.db.a1.rec") == 9);
}
