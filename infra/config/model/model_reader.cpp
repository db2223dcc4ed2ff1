#include "infra/config/digest.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model/model_checks.hpp"
#include "infra/config/model_file.hpp"

#include <simdjson.h>

#include <cmath>
#include <fstream>
#include <iterator>

namespace rg {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Thrown inside this file only; parse_model turns it into its Result.
struct Refused {
  std::string key, what;
};

std::string sub(const std::string& key, std::string_view name) {
  return key.empty() ? std::string(name) : key + "." + std::string(name);
}
std::string sub(const std::string& key, std::size_t i) {
  return key + "[" + std::to_string(i) + "]";
}

element get(const object& o, const std::string& key, const char* name) {
  element out;
  if (o.at_key(name).get(out) != simdjson::SUCCESS) {
    throw Refused{sub(key, name), "is missing"};
  }
  return out;
}

object get_object(const object& o, const std::string& key, const char* name) {
  object out;
  if (get(o, key, name).get(out) != simdjson::SUCCESS) {
    throw Refused{sub(key, name), "must be an object"};
  }
  return out;
}

double read_number(const element& e, const std::string& key) {
  double x = 0.0;
  if (e.get(x) != simdjson::SUCCESS || !std::isfinite(x)) {
    throw Refused{key, "must be a finite number"};
  }
  return x;
}

double get_number(const object& o, const std::string& key, const char* name) {
  return read_number(get(o, key, name), sub(key, name));
}

std::uint64_t get_count(const object& o, const std::string& key, const char* name) {
  std::uint64_t x = 0;
  if (get(o, key, name).get(x) != simdjson::SUCCESS) {
    throw Refused{sub(key, name), "must be a whole number, 0 or more"};
  }
  return x;
}

std::string get_text(const object& o, const std::string& key, const char* name) {
  std::string_view text;
  if (get(o, key, name).get(text) != simdjson::SUCCESS) {
    throw Refused{sub(key, name), "must be a text"};
  }
  return std::string(text);
}

array read_array(const element& e, const std::string& key) {
  array out;
  if (e.get(out) != simdjson::SUCCESS) {
    throw Refused{key, "must be a list"};
  }
  return out;
}

// Overloads from the innermost shape outwards: a number, then fixed lists of what is below.
void fill(double& out, const element& e, const std::string& key) {
  out = read_number(e, key);
}

template <class T, std::size_t N>
void fill(std::array<T, N>& out, const element& e, const std::string& key) {
  const array list = read_array(e, key);
  if (list.size() != N) {
    throw Refused{key, "must hold " + std::to_string(N) + " entries, holds " +
                           std::to_string(list.size())};
  }
  std::size_t i = 0;
  for (const element item : list) {
    fill(out[i], item, sub(key, i));
    ++i;
  }
}

template <class T>
void fill_from(T& out, const object& o, const std::string& key, const char* name) {
  fill(out, get(o, key, name), sub(key, name));
}

std::vector<double> get_numbers(const object& o, const std::string& key, const char* name) {
  std::vector<double> out;
  for (const element item : read_array(get(o, key, name), sub(key, name))) {
    out.push_back(read_number(item, sub(sub(key, name), out.size())));
  }
  return out;
}

std::vector<std::string> get_texts(const object& o, const std::string& key, const char* name) {
  std::vector<std::string> out;
  for (const element item : read_array(get(o, key, name), sub(key, name))) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS) {
      throw Refused{sub(sub(key, name), out.size()), "must be a text"};
    }
    out.emplace_back(text);
  }
  return out;
}

/// The list must be exactly the program's own: another order or count would mix up the numbers.
template <class Enum> void expect_names(const object& o, const char* name, std::size_t count) {
  const std::vector<std::string> found = get_texts(o, "", name);
  bool same = found.size() == count;
  std::string wanted;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string own = to_string(static_cast<Enum>(i));
    same = same && found[i] == own;
    wanted += (i > 0 ? ", " : "") + own;
  }
  if (!same) {
    throw Refused{name, "must be " + wanted + ", in this order"};
  }
}

Standardiser read_standardiser(const object& o, const std::string& key, const char* name) {
  const object inner = get_object(o, key, name);
  Standardiser s;
  fill_from(s.center, inner, sub(key, name), "center");
  fill_from(s.scale, inner, sub(key, name), "scale");
  return s;
}

void read_standardisers(ModelParameters& model, const object& root) {
  const object all = get_object(root, "", "standardise");
  model.pooled = read_standardiser(all, "standardise", "pooled");
  for (const auto field : all) {
    const std::string name(field.key);
    if (name == "pooled") {
      continue;
    }
    const auto symbol = Symbol::parse(name);
    if (!symbol || symbol->name() != name) {
      throw Refused{sub("standardise", name), "is none of the eight contracts"};
    }
    model.has_own_standardiser[symbol->id()] = true;
    model.own_standardiser[symbol->id()] = read_standardiser(all, "standardise", name.c_str());
  }
}

void read_hmm(HmmParameters& hmm, const object& root) {
  const object o = get_object(root, "", "hmm");
  fill_from(hmm.initial, o, "hmm", "initial");
  fill_from(hmm.transition, o, "hmm", "transition");
  fill_from(hmm.means, o, "hmm", "means");
  fill_from(hmm.covariances, o, "hmm", "covariances");
}

bool has(const object& o, const char* name) {
  element found;
  return o.at_key(name).get(found) == simdjson::SUCCESS;
}

void read_jump(ModelParameters& model, const object& root) {
  model.has_jump = has(root, "jump");
  if (!model.has_jump) {
    return;
  }
  JumpParameters& jump = model.jump;
  const object o = get_object(root, "", "jump");
  fill_from(jump.centres, o, "jump", "centres");
  fill_from(jump.spread, o, "jump", "spread");
  jump.penalty = get_number(o, "jump", "penalty");
  jump.temperature = get_number(o, "jump", "temperature");
  jump.plausibility_floor = get_number(o, "jump", "plausibility_floor");
  jump.entropy_ceiling = get_number(o, "jump", "entropy_ceiling");
  jump.loss_per_bar = get_number(o, "jump", "loss_per_bar");
  const object calibration = get_object(o, "jump", "calibration");
  jump.calibration.raw = get_numbers(calibration, "jump.calibration", "raw");
  jump.calibration.calibrated = get_numbers(calibration, "jump.calibration", "calibrated");
}

void read_risk(ModelParameters& model, const object& root) {
  const object risk = get_object(root, "", "risk");
  const object har = get_object(risk, "risk", "har");
  fill_from(model.har.beta, har, "risk.har", "beta");
  model.har.residual_variance = get_number(har, "risk.har", "residual_variance");
  fill_from(model.expansion.weight, get_object(risk, "risk", "expansion"), "risk.expansion",
            "weight");
  const object tail = get_object(risk, "risk", "tail");
  model.tail.level = get_number(tail, "risk.tail", "level");
  fill_from(model.tail.weight, tail, "risk.tail", "weight");
}

void read_card(ModelCard& card, const object& root) {
  const object o = get_object(root, "", "card");
  card.created = get_text(o, "card", "created");
  card.command = get_text(o, "card", "command");
  card.data_folders = get_texts(o, "card", "data_folders");
  card.data_sha256 = get_text(o, "card", "data_sha256");
  card.span_from = get_text(o, "card", "span_from");
  card.span_to = get_text(o, "card", "span_to");
  card.observations = get_count(o, "card", "observations");
  card.seed = get_count(o, "card", "seed");
  card.log_likelihood_per_bar = get_number(o, "card", "log_likelihood_per_bar");
  card.volatility_separation = get_number(o, "card", "volatility_separation");
  card.efficiency_separation = get_number(o, "card", "efficiency_separation");
  if (has(o, "text")) { // older files have none
    card.text = get_texts(o, "card", "text");
  }
}

ModelParameters read_model(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  const auto error = parser.parse(json.data(), json.size()).get(document);
  if (error != simdjson::SUCCESS) {
    throw Refused{"", std::string("is no valid JSON (") + simdjson::error_message(error) + ")"};
  }
  object root;
  if (document.get(root) != simdjson::SUCCESS) {
    throw Refused{"", "must be a JSON object"};
  }
  ModelParameters model;
  const std::uint64_t format = get_count(root, "", "format");
  if (format != 1) {
    throw Refused{"format", "is " + std::to_string(format) + "; this program reads format 1"};
  }
  const auto interval = parse_interval(get_text(root, "", "interval"));
  if (!interval) {
    throw Refused{"interval", "must be a length such as \"15m\" or \"1h\""};
  }
  model.interval = *interval;
  expect_names<Regime>(root, "state_names", kRegimeCount);
  expect_names<Feature>(root, "features", kFeatureCount);
  read_standardisers(model, root);
  read_hmm(model.hmm, root);
  const object abstention = get_object(root, "", "abstention");
  model.plausibility_floor = get_number(abstention, "abstention", "plausibility_floor");
  model.entropy_ceiling = get_number(abstention, "abstention", "entropy_ceiling");
  const object calibration = get_object(root, "", "calibration");
  model.calibration.raw = get_numbers(calibration, "calibration", "raw");
  model.calibration.calibrated = get_numbers(calibration, "calibration", "calibrated");
  read_jump(model, root);
  read_risk(model, root);
  read_card(model.card, root);
  if (const auto fault = find_fault(model)) {
    throw Refused{fault->key, fault->what};
  }
  model.sha256 = sha256(json);
  return model;
}

} // namespace

Result<ModelParameters, InputError> parse_model(std::string_view json, const std::string& where) {
  try {
    return read_model(json);
  } catch (const Refused& r) {
    const std::string subject = r.key.empty() ? std::string("the model file ") : r.key + " ";
    return fail(InputError{where, 0, subject + r.what + "; make a model with `regimeguard train`"});
  }
}

Result<ModelParameters, InputError> load_model(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(
        InputError{path, 0, "cannot open the model file; check the path given with --model"});
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) {
    return fail(InputError{path, 0, "cannot read the model file"});
  }
  return parse_model(text, path);
}

Result<std::shared_ptr<const ModelParameters>, InputError> model_for(const std::string& path) {
  auto model =
      path.empty() ? parse_model(builtin_model_json(), "built-in model") : load_model(path);
  if (!model) {
    return fail(model.error());
  }
  return std::shared_ptr<const ModelParameters>(
      std::make_shared<ModelParameters>(std::move(model).value()));
}

Result<std::shared_ptr<const ModelParameters>, InputError> model_for(const std::string& path,
                                                                     RegimeMethod method) {
  auto model = model_for(path);
  if (model && method == RegimeMethod::jump && !(*model)->has_jump) {
    return fail(InputError{path.empty() ? "built-in model" : path, 0,
                           "holds no jump model, but the config asks for one ([regime] model = "
                           "\"jump\"); make a model with `regimeguard train`"});
  }
  return model;
}

} // namespace rg
