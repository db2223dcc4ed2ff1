#include "infra/config/model/write_whole_file.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

using namespace rg;
namespace fs = std::filesystem;

namespace {

/// A folder of its own that goes with the test.
struct Folder {
  fs::path path =
      fs::temp_directory_path() / ("rg_write_whole_file_test_" + std::to_string(::getpid()));
  Folder() {
    fs::remove_all(path);
    fs::create_directory(path);
  }
  ~Folder() { fs::remove_all(path); }
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("a file is replaced whole and leaves nothing beside it", "[unit][model_file]") {
  const Folder folder;
  const fs::path file = folder.path / "a.json";
  REQUIRE(write_whole_file(file.string(), std::string(100'000, 'x')));
  REQUIRE(write_whole_file(file.string(), "short"));
  CHECK(content(file) == "short");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("a place that cannot be written is refused with its path", "[unit][model_file]") {
  const Folder folder;
  for (const fs::path& path : {folder.path / "none" / "a.json", folder.path}) {
    const auto written = write_whole_file(path.string(), "text");
    REQUIRE_FALSE(written);
    CHECK(written.error().text().find(path.string()) == 0);
  }
  CHECK(fs::is_empty(folder.path));
}
