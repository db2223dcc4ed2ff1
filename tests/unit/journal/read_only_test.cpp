// A journal on a file system that takes no writes: one clear line, and nothing is touched. The
// mount is real, in a mount namespace of a child process, which needs root; elsewhere it is skipped
// and says so.

#include "infra/journal/journal_reader.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/sample_records.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <filesystem>
#include <functional>
#include <iostream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace rg;
using rg::testing::SampleRecords;
using rg::testing::ScratchFolder;

namespace {

constexpr const char* kNoMounts = "no mounts here";

/// What `work` says in a child process that has `folder` on a file system of its own.
std::string said_on_own_mount(const std::string& folder, const std::function<std::string()>& work) {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said = kNoMounts;
    if (::unshare(CLONE_NEWNS) == 0 &&
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        ::mount("none", folder.c_str(), "tmpfs", 0, "size=8m") == 0) {
      said = work();
    }
    static_cast<void>(!::write(ends[1], said.data(), said.size()));
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return said;
}

std::string failure_of(const std::string& path, const std::string& key) {
  try {
    SqliteJournal journal(path, key);
  } catch (const JournalFailure& failure) {
    return failure.what();
  }
  return "opened";
}

} // namespace

TEST_CASE("a journal on a read-only file system is refused in one clear line, and can be read",
          "[unit][journal]") {
  const ScratchFolder scratch;
  const std::string folder = scratch / "mount";
  std::filesystem::create_directory(folder);
  const std::string said = said_on_own_mount(folder, [&]() -> std::string {
    SampleRecords samples(8);
    {
      SqliteJournal journal(folder + "/j.db", folder + "/key");
      journal.append(samples.some(7));
    }
    if (::mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
      return kNoMounts;
    }
    const std::string old = failure_of(folder + "/j.db", folder + "/key");
    const std::string fresh = failure_of(folder + "/new.db", folder + "/key");
    // A journal that was closed in order lies whole in its file, so a copy elsewhere can be read.
    std::filesystem::copy_file(folder + "/j.db", scratch / "copy.db");
    auto reader = JournalReader::open(scratch / "copy.db");
    return old + "\n" + fresh + "\n" + (reader ? std::to_string(reader->count()) : "unreadable");
  });
  if (said == kNoMounts) {
    std::cout << "skipped: no file system can be mounted here\n";
    return;
  }
  INFO(said);
  const std::size_t first = said.find('\n');
  const std::size_t second = said.find('\n', first + 1);
  REQUIRE(second != std::string::npos);
  const std::string old = said.substr(0, first);
  CHECK(old.starts_with(folder + "/j.db.lock: "));
  CHECK(old.find("Read-only file system") != std::string::npos);
  CHECK(old.find("[journal] path") != std::string::npos); // what to do
  CHECK(said.substr(first + 1, second - first - 1).find("Read-only file system") !=
        std::string::npos);
  CHECK(said.substr(second + 1) == "7");
}
