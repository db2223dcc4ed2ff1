// The key is made once, whoever comes first, and never changes afterwards.

#include "infra/journal/head_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace rg;
using rg::testing::ScratchFolder;

TEST_CASE("many that need the key at once get the same one", "[unit][journal]") {
  const ScratchFolder folder;
  const std::string path = folder / "journal.key";
  constexpr std::size_t kWriters = 8;
  std::vector<std::string> macs(kWriters);
  std::vector<std::thread> writers;
  for (std::string& mac : macs) {
    writers.emplace_back(
        [&mac, &path] { mac = journal::JournalKey::load_or_make(path).mac(journal::Head{}); });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  CHECK(std::count(macs.begin(), macs.end(), macs.front()) == kWriters);
  CHECK(journal::JournalKey::load_or_make(path).mac(journal::Head{}) == macs.front());
  const std::filesystem::directory_iterator files(std::filesystem::path(path).parent_path());
  CHECK(std::distance(begin(files), end(files)) == 1); // no draft is left behind
}
