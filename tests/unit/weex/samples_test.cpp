// Every recorded or documented message beside the repository, read into its values. Where the
// folder is absent the test says so and passes; the fixtures of mutation_test cover the same
// shapes.

#include "tests/support/catch.hpp"
#include "tests/unit/weex/samples.hpp"
#include "tests/unit/weex/wire_reading.hpp"

#include <cstdlib>

namespace rg::weex::test {

TEST_CASE("every sample message is read into its values", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  Reader reader;
  for (const Sample& sample : kSamples) {
    const auto text = read_sample(*folder, sample.file);
    INFO(sample.file);
    REQUIRE(text);
    const Reading reading = reader.read(sample.api, sample.reads, *text);
    CHECK(reading.sane);
    CHECK(reading.line == sample.line);
  }
}

TEST_CASE("the table leaves no sample message out", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string file = entry.path().stem().string();
    if (entry.path().extension() != ".json" || is_ours(file)) {
      continue;
    }
    bool listed = false;
    for (const Sample& sample : kSamples) {
      listed = listed || file == sample.file;
    }
    INFO(file);
    CHECK(listed);
  }
}

TEST_CASE("samples cut at any byte are error values", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  Reader reader;
  for (const Sample& sample : kSamples) {
    std::string text = read_sample(*folder, sample.file).value_or("");
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
      text.pop_back();
    }
    for (std::size_t n = 1; n < text.size(); ++n) {
      const Reading reading =
          reader.read(sample.api, sample.reads, std::string_view(text).substr(0, n));
      if (!reading.refused) {
        INFO(sample.file << " cut at " << n << " gave " << reading.line);
        CHECK(reading.refused);
      }
    }
  }
}

} // namespace rg::weex::test
