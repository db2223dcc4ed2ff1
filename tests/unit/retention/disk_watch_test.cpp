#include "infra/retention/disk_watch.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_folder.hpp"

#include <filesystem>

using namespace rg;
using namespace rg::retention;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

void age(const std::string& path, std::chrono::hours hours) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - hours);
}

Timestamp wall_now() {
  return Timestamp::from_ns(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count());
}

/// A data folder as an engine leaves it after some runs.
struct DataFolder {
  DataFolder() {
    folder.write("journal.db", std::string(5'000'000, 'j'));
    folder.write("journal.db-wal", std::string(1'000'000, 'w'));
    folder.write("journal.db.head", "h");
    folder.write("journal.db.aaaa.rec", std::string(2'000'000, 'r'));
    folder.write("journal.db.bbbb.rec", std::string(1'000'000, 'r'));
    folder.write("journal.db.cccc.rec", std::string(500'000, 'r'));
    folder.write("other.db.dddd.rec", "another journal's");
    folder.write("models/m1.json", std::string(250'000, 'm'));
    folder.write("ai_log.db", std::string(250'000, 'o'));
    age(folder.file("journal.db.aaaa.rec"), 24h * 40);
    age(folder.file("journal.db.bbbb.rec"), 24h * 31);
    age(folder.file("journal.db.cccc.rec"), 24h * 2);
    age(folder.file("other.db.dddd.rec"), 24h * 400);
    age(folder.file("journal.db"), 24h * 400);
    kept = {folder.file("journal.db"), folder.file("models"), folder.file("ai_log.db"), ""};
  }
  test::TempFolder folder;
  KeptFiles kept;
};

DiskUse with_free(double mb) {
  DiskUse use;
  use.free_known = true;
  use.free = static_cast<std::uint64_t>(mb * 1e6);
  return use;
}

} // namespace

TEST_CASE("what is kept on disk is counted by its kind", "[unit][retention]") {
  const DataFolder data;
  const DiskUse use = disk_use(data.kept);
  CHECK(use.journal == 6'000'001);
  CHECK(use.recordings == 3'500'000);
  CHECK(use.models == 250'000);
  CHECK(use.outbox == 250'000);
  CHECK(use.files.size() == 3);
  CHECK(use.files.front().path == data.folder.file("journal.db.aaaa.rec")); // oldest first
  CHECK(use.free_known);
  CHECK(use.used_mb() == Approx(10.000001));
}

TEST_CASE("recordings past their time go, the journal and other people's files never",
          "[unit][retention]") {
  const DataFolder data;
  const auto old = expired(disk_use(data.kept).files, data.kept, 30 * 24h, wall_now());
  REQUIRE(old.size() == 2);
  CHECK(retention::remove(old) == 2);
  CHECK_FALSE(fs::exists(data.folder.file("journal.db.aaaa.rec")));
  CHECK_FALSE(fs::exists(data.folder.file("journal.db.bbbb.rec")));
  CHECK(fs::exists(data.folder.file("journal.db.cccc.rec")));
  CHECK(fs::exists(data.folder.file("journal.db")));
  CHECK(fs::exists(data.folder.file("other.db.dddd.rec")));
}

TEST_CASE("zero keeps recordings for ever, and the running one is never deleted",
          "[unit][retention]") {
  DataFolder data;
  const auto files = disk_use(data.kept).files;
  CHECK(expired(files, data.kept, 0s, wall_now()).empty());
  data.kept.running = "journal.db.aaaa.rec";
  const auto old = expired(files, data.kept, 30 * 24h, wall_now());
  REQUIRE(old.size() == 1);
  CHECK(old[0].path == data.folder.file("journal.db.bbbb.rec"));
}

TEST_CASE("a disk is low below its floor and until a tenth more is free", "[unit][retention]") {
  RetentionSettings settings;
  settings.disk_free_min_mb = 500.0;
  CHECK_FALSE(is_disk_low(with_free(500.0), settings, false));
  CHECK(is_disk_low(with_free(499.0), settings, false));
  CHECK(is_disk_low(with_free(520.0), settings, true));
  CHECK_FALSE(is_disk_low(with_free(551.0), settings, true));
  CHECK(is_disk_low(DiskUse{}, settings, true)); // nothing new is known
  CHECK_FALSE(is_disk_low(DiskUse{}, settings, false));
}

TEST_CASE("the budget warns early and says what uses it", "[unit][retention]") {
  RetentionSettings settings;
  settings.disk_budget_mb = 10.0;
  settings.disk_warning = 0.8;
  DiskUse use;
  use.journal = 5'000'000;
  use.recordings = 2'900'000;
  CHECK_FALSE(budget_warning(use, settings));
  use.recordings = 3'000'000;
  const auto warning = budget_warning(use, settings);
  REQUIRE(warning);
  CHECK(warning->find("80 %") != std::string::npos);
  CHECK(warning->find("recordings 3") != std::string::npos);
}

TEST_CASE("folders that are not there count as nothing", "[unit][retention]") {
  const test::TempFolder folder;
  const DiskUse use = disk_use({folder.file("no/journal.db"), folder.file("no/models"), "", ""});
  CHECK(use.used_mb() == 0.0);
  CHECK_FALSE(use.free_known);
}
