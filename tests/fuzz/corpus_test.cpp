// The kept corpora through every target, whole, cut, and garbled by a seeded hand: what the fuzzers
// start from stays read in every build.

#include "tests/fuzz/targets.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace rg::fuzz {

namespace {

std::vector<std::pair<std::string, std::string>> corpus(const std::string& target) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/" + target)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    files.emplace_back(entry.path().filename().string(), bytes.str());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string garbled(std::string bytes, std::mt19937_64& random) {
  for (std::uint64_t edits = 1 + random() % 3; edits > 0 && !bytes.empty(); --edits) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 3) {
    case 0:
      bytes[at] = static_cast<char>(random());
      break;
    case 1:
      bytes.erase(at, 1 + random() % 16);
      break;
    default:
      bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 32));
      break;
    }
  }
  return bytes;
}

} // namespace

TEST_CASE("every target survives its corpus, whole, cut and garbled", "[unit][fuzz]") {
  for (const Target& target : targets()) {
    const auto files = corpus(target.name);
    INFO(target.name);
    REQUIRE(!files.empty());
    std::mt19937_64 random(20250101);
    for (const auto& [name, bytes] : files) {
      INFO(name);
      CHECK_NOTHROW(target.run(bytes));
      const std::size_t step = std::max<std::size_t>(1, bytes.size() / 200);
      for (std::size_t n = 0; n < bytes.size(); n += step) {
        REQUIRE_NOTHROW(target.run(std::string_view(bytes).substr(0, n)));
      }
      for (int i = 0; i < 100; ++i) {
        const std::string changed = garbled(bytes, random);
        REQUIRE_NOTHROW(target.run(changed));
      }
    }
  }
}

} // namespace rg::fuzz
