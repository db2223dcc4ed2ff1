#include "actors/regime/forward_filter.hpp"
#include "actors/regime/state_naming.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace rg;

namespace {

ModelParameters builtin() {
  auto model = parse_model(builtin_model_json(), "built-in model");
  REQUIRE(model);
  return std::move(model).value();
}

} // namespace

TEST_CASE("the shipped model loads", "[unit][model_file]") {
  const ModelParameters model = builtin();
  CHECK(model.interval == Duration{std::chrono::minutes{15}});
  for (const Symbol s : Symbol::all()) {
    CHECK(model.has_own_standardiser[s.id()]);
  }
  CHECK(model.card.observations > 100'000);
  CHECK(model.card.command.find("regimeguard train") == 0);
  CHECK(model.card.span_to < "2024"); // 2024 and 2025 stay unseen
  CHECK_NOTHROW(ForwardFilter(model.hmm));
}

TEST_CASE("the shipped model's states carry their names by the rule", "[unit][model_file]") {
  const ModelParameters model = builtin();
  const auto named = name_states(from_parameters(model.hmm));
  REQUIRE(named);
  CHECK(to_parameters(named->hmm).means == model.hmm.means); // already in order
  CHECK(named->separation.volatility == Approx(model.card.volatility_separation));
  CHECK(named->separation.efficiency == Approx(model.card.efficiency_separation));
}

TEST_CASE("a model read and written again is the same bytes", "[unit][model_file]") {
  CHECK(model_to_json(builtin()) == builtin_model_json());
}

TEST_CASE("every double survives the file, however awkward", "[unit][model_file]") {
  ModelParameters model = builtin();
  model.har.beta = {1.0 / 3.0, -1e-300, 1.7976931348623157e308, 5e-324, 0.1 + 0.2};
  model.card.command = "quotes \" and \\ and ümlaut";
  const auto again = parse_model(model_to_json(model), "test");
  REQUIRE(again);
  CHECK(again->har.beta == model.har.beta);
  CHECK(again->card.command == model.card.command);
}

TEST_CASE("a loaded model knows the hash of its bytes", "[unit][model_file]") {
  CHECK(hex_text(builtin().sha256) == hex_text(sha256(builtin_model_json())));
}

TEST_CASE("an empty path means the built-in model, another one its file", "[unit][model_file]") {
  const auto shipped = model_for("");
  REQUIRE(shipped);
  const auto path = std::filesystem::temp_directory_path() /
                    ("rg_model_file_test_" + std::to_string(::getpid()) + ".json");
  std::ofstream(path, std::ios::binary) << builtin_model_json();
  const auto loaded = model_for(path.string());
  std::filesystem::remove(path);
  REQUIRE(loaded);
  CHECK((*loaded)->sha256 == (*shipped)->sha256);
}

TEST_CASE("a model file that is not there is refused by name", "[unit][model_file]") {
  const auto model = model_for("/nonexistent/model.json");
  REQUIRE_FALSE(model);
  CHECK(model.error().text().find("/nonexistent/model.json") == 0);
}
