// The jump model's block: optional, loaded whole or refused; and the versions of model files.

#include "infra/config/model/model_versions.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <unistd.h>

using namespace rg;
namespace fs = std::filesystem;

namespace {

ModelParameters with_jump() {
  auto model = parse_model(builtin_model_json(), "built-in model");
  REQUIRE(model);
  model->has_jump = true;
  model->jump = test::sample_jump();
  return *std::move(model);
}

std::string reason(const std::function<void(ModelParameters&)>& damage) {
  ModelParameters model = with_jump();
  damage(model);
  const auto read = parse_model(model_to_json(model), "m.json");
  return read ? std::string() : read.error().text();
}

struct Scratch {
  fs::path dir = fs::temp_directory_path() / ("rg-versions-" + std::to_string(::getpid()));
  Scratch() { fs::create_directories(dir); }
  ~Scratch() { fs::remove_all(dir); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string path(const char* name) const { return (dir / name).string(); }
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("a model with a jump block survives the file, one without has none",
          "[unit][model_file]") {
  const ModelParameters model = with_jump();
  const auto again = parse_model(model_to_json(model), "m.json");
  REQUIRE(again);
  CHECK(again->has_jump);
  CHECK(again->jump.centres == model.jump.centres);
  CHECK(again->jump.spread == model.jump.spread);
  CHECK(again->jump.penalty == model.jump.penalty);
  CHECK(again->jump.temperature == model.jump.temperature);
  CHECK(again->jump.plausibility_floor == model.jump.plausibility_floor);
  CHECK(again->jump.calibration.calibrated == model.jump.calibration.calibrated);
  ModelParameters plain = model;
  plain.has_jump = false;
  CHECK_FALSE(parse_model(model_to_json(plain), "m.json")->has_jump);
}

TEST_CASE("a damaged jump block refuses the whole model with its key", "[unit][model_file]") {
  CHECK(reason([](ModelParameters& m) { m.jump.penalty = -1.0; }).find("jump.penalty is -1") !=
        std::string::npos);
  CHECK(reason([](ModelParameters& m) { m.jump.temperature = 0.0; }).find("jump.temperature") !=
        std::string::npos);
  CHECK(reason([](ModelParameters& m) { m.jump.spread[2] = 0.0; }).find("jump.spread") !=
        std::string::npos);
  CHECK(reason([](ModelParameters& m) {
          m.jump.entropy_ceiling = 0.0;
        }).find("jump.entropy_ceiling") != std::string::npos);
  CHECK(reason([](ModelParameters& m) {
          m.jump.calibration.raw = {0.5, 0.2, 0.9};
        }).find("jump.calibration raw must ascend") != std::string::npos);
  CHECK(reason([](ModelParameters& m) {
          std::swap(m.jump.centres[0], m.jump.centres[1]);
        }).find("jump.centres trending lies only") != std::string::npos);
}

TEST_CASE("a config that asks for what the model does not hold is refused", "[unit][model_file]") {
  const Scratch scratch;
  ModelParameters model = with_jump();
  std::ofstream(scratch.path("both.json")) << model_to_json(model);
  model.has_jump = false;
  std::ofstream(scratch.path("hmm.json")) << model_to_json(model);
  CHECK(model_for(scratch.path("both.json"), RegimeMethod::jump));
  CHECK(model_for(scratch.path("hmm.json"), RegimeMethod::hmm));
  const auto refused = model_for(scratch.path("hmm.json"), RegimeMethod::jump);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text().find("hmm.json: holds no jump model") != std::string::npos);
}

TEST_CASE("versions are appended, never overwritten, and not repeated", "[unit][model_file]") {
  const Scratch scratch;
  const std::string path = scratch.path("m.json");
  const auto write = [&](const char* text) {
    const auto written = write_model_version(path, text);
    REQUIRE(written);
    return *written;
  };
  CHECK(write("one").path == path);
  const auto same = write("one");
  CHECK(same.unchanged);
  CHECK(same.path == path);
  CHECK(write("two").path == scratch.path("m-v2.json"));
  CHECK(write("three").path == scratch.path("m-v3.json"));
  CHECK(write("one").path == scratch.path("m-v4.json")); // the newest was another
  CHECK(contents(path) == "one");
  CHECK(contents(scratch.path("m-v2.json")) == "two");
  CHECK(contents(scratch.path("m-v3.json")) == "three");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scratch.dir)) {
    ++files;
  }
  CHECK(files == 4); // nothing temporary is left
}

TEST_CASE("an empty file is no version yet, what is no regular file is refused",
          "[unit][model_file]") {
  const Scratch scratch;
  const std::string path = scratch.path("m.json");
  std::ofstream(path).close();
  const auto written = write_model_version(path, "one");
  REQUIRE(written);
  CHECK(written->path == path);
  CHECK(contents(path) == "one");
  CHECK_FALSE(write_model_version(scratch.dir.string(), "one"));
  CHECK_FALSE(write_model_version(scratch.path("no/folder/m.json"), "one"));
}
