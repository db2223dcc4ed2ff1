// A model file loads whole or is refused with a reason that names the key.

#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace rg;
using Json = nlohmann::ordered_json;

namespace {

Json shipped() {
  return Json::parse(builtin_model_json());
}

std::string reason(const std::string& text) {
  const auto model = parse_model(text, "model.json");
  return model ? std::string() : model.error().text();
}

struct Case {
  const char* what;
  std::function<void(Json&)> damage;
  const char* named; ///< part of the reason
};

/// Every pointer into the document below `at`, objects and lists included.
void collect(const Json& node, const std::string& at, std::vector<std::string>& out) {
  if (node.is_object() || node.is_array()) {
    const Json flat = node;
    std::size_t i = 0;
    for (const auto& [key, value] : flat.items()) {
      const std::string here = at + "/" + (node.is_array() ? std::to_string(i++) : key);
      out.push_back(here);
      collect(value, here, out);
    }
  }
}

} // namespace

TEST_CASE("damaged models are refused with their key", "[unit][model_file]") {
  const std::vector<Case> cases{
      {"a row that does not sum to one", [](Json& j) { j["hmm"]["transition"][1][0] = 0.5; },
       "hmm.transition[1] sums to"},
      {"a negative probability",
       [](Json& j) {
         j["hmm"]["transition"][0] = {1.2, -0.1, -0.1};
       },
       "hmm.transition[0] holds 1.2"},
      {"an initial distribution off by 1e-6",
       [](Json& j) {
         j["hmm"]["initial"] = {0.3, 0.3, 0.400001};
       },
       "hmm.initial sums to"},
      {"a covariance that is not symmetric",
       [](Json& j) { j["hmm"]["covariances"][2][0][1] = 0.123; },
       "hmm.covariances[2] is not symmetric"},
      {"a covariance that is not positive definite",
       [](Json& j) {
         j["hmm"]["covariances"][0][0][1] = 5.0;
         j["hmm"]["covariances"][0][1][0] = 5.0;
       },
       "hmm.covariances[0] is not positive definite"},
      {"a zero variance",
       [](Json& j) {
         for (int i = 0; i < 6; ++i) {
           j["hmm"]["covariances"][1][3][i] = 0.0;
           j["hmm"]["covariances"][1][i][3] = 0.0;
         }
       },
       "hmm.covariances[1] is not positive definite"},
      {"a matrix of the wrong size", [](Json& j) { j["hmm"]["means"][0].push_back(1.0); },
       "hmm.means[0] must hold 6 entries"},
      {"four states", [](Json& j) { j["hmm"]["means"].push_back(j["hmm"]["means"][0]); },
       "hmm.means must hold 3 entries"},
      {"another feature order", [](Json& j) { std::swap(j["features"][0], j["features"][1]); },
       "features must be momentum_t"},
      {"a feature too few", [](Json& j) { j["features"].erase(5); }, "features must be"},
      {"another state name", [](Json& j) { j["state_names"][0] = "bull"; }, "state_names must be"},
      {"an unknown interval", [](Json& j) { j["interval"] = "fortnight"; }, "interval must be"},
      {"another format", [](Json& j) { j["format"] = 2; }, "format is 2"},
      {"a scale of zero", [](Json& j) { j["standardise"]["pooled"]["scale"][2] = 0.0; },
       "standardise.pooled.scale"},
      {"an unknown pair",
       [](Json& j) { j["standardise"]["cmt_pepeusdt"] = j["standardise"]["pooled"]; },
       "standardise.cmt_pepeusdt is none of the eight"},
      {"a pair without its scale", [](Json& j) { j["standardise"]["cmt_btcusdt"].erase("scale"); },
       "standardise.cmt_btcusdt.scale is missing"},
      {"states too close in volatility",
       [](Json& j) { j["hmm"]["means"][2][1] = j["hmm"]["means"][0][1]; },
       "high_volatility lies only"},
      {"names of trending and range_bound swapped",
       [](Json& j) { std::swap(j["hmm"]["means"][0], j["hmm"]["means"][1]); },
       "trending lies only"},
      {"knots that descend", [](Json& j) { j["calibration"]["raw"][1] = 0.0; }, "raw must ascend"},
      {"a confidence that falls", [](Json& j) { j["calibration"]["calibrated"][3] = 0.0; },
       "calibrated must not descend"},
      {"a confidence above one", [](Json& j) { j["calibration"]["calibrated"].back() = 1.5; },
       "must lie in [0, 1]"},
      {"unequal knots", [](Json& j) { j["calibration"]["raw"].erase(0); }, "equally many knots"},
      {"no knots",
       [](Json& j) {
         j["calibration"]["raw"] = Json::array();
         j["calibration"]["calibrated"] = Json::array();
       },
       "at least one"},
      {"a tail that comes nearer when things worsen",
       [](Json& j) { j["risk"]["tail"]["weight"][1] = -0.1; }, "risk.tail.weight"},
      {"a tail level of one", [](Json& j) { j["risk"]["tail"]["level"] = 1.0; }, "risk.tail.level"},
      {"a negative variance", [](Json& j) { j["risk"]["har"]["residual_variance"] = -1.0; },
       "risk.har.residual_variance"},
      {"an entropy ceiling of zero", [](Json& j) { j["abstention"]["entropy_ceiling"] = 0; },
       "abstention.entropy_ceiling"},
      {"a seed below zero", [](Json& j) { j["card"]["seed"] = -1; }, "card.seed"},
  };
  for (const Case& c : cases) {
    Json json = shipped();
    c.damage(json);
    const std::string why = reason(json.dump());
    INFO(c.what << " -> " << why);
    CHECK(why.find("model.json: ") == 0);
    CHECK(why.find(c.named) != std::string::npos);
    CHECK(why.find('\n') == std::string::npos);
  }
}

TEST_CASE("no key of the file can be left out", "[unit][model_file]") {
  std::vector<std::string> pointers;
  collect(shipped(), "", pointers);
  int removed = 0;
  for (const std::string& pointer : pointers) {
    Json json = shipped();
    const Json::json_pointer at(pointer);
    Json& parent = json.at(at.parent_pointer());
    if (!parent.is_object() || pointer.find("/standardise/cmt_") == 0 || pointer == "/jump" ||
        pointer == "/card/text") {
      continue; // entries of lists change a length; pairs' own standardisers, the jump model and
                // the card's text may be absent
    }
    parent.erase(at.back());
    INFO(pointer);
    CHECK(reason(json.dump()).find("is missing") != std::string::npos);
    ++removed;
  }
  CHECK(removed > 35);
}

TEST_CASE("no number of the file can be null or a text", "[unit][model_file]") {
  std::vector<std::string> pointers;
  collect(shipped(), "", pointers);
  int replaced = 0;
  for (const std::string& pointer : pointers) {
    const Json::json_pointer at(pointer);
    if (!shipped().at(at).is_number()) {
      continue;
    }
    for (const Json& bad : {Json(nullptr), Json("0.5"), Json::array(), Json::object()}) {
      Json json = shipped();
      json.at(at) = bad;
      INFO(pointer << " = " << bad.dump());
      REQUIRE_FALSE(parse_model(json.dump(), "model.json"));
    }
    ++replaced;
  }
  CHECK(replaced > 200);
}

TEST_CASE("text that is no JSON object is refused", "[unit][model_file]") {
  const std::string whole(builtin_model_json());
  for (const std::string& text : {std::string(), std::string("[]"), std::string("null"),
                                  std::string("{"), whole.substr(0, 3000), whole + "x",
                                  std::string("\0\xff", 2), std::string("{\"format\": NaN}")}) {
    INFO(text.substr(0, 20));
    CHECK(reason(text).find("model.json: ") == 0);
  }
  // NaN and infinity are no JSON; a number too large for a double is refused as well.
  std::string infinite = whole;
  infinite.replace(infinite.find("\"entropy_ceiling\": 0.9"), 22, "\"entropy_ceiling\": 1e999");
  CHECK_FALSE(reason(infinite).empty());
}
