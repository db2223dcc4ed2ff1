#include "infra/exchange/fault_plan.hpp"

#include <simdjson.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace rg::exchange {

namespace {

constexpr std::array<std::string_view, kFaultKindCount> kNames{
    "rate_limit_burst", "server_error",    "bad_gateway",  "executed_502",       "ip_refused",
    "timeout_before",   "timeout_after",   "drop_before",  "drop_after",         "slow_answer",
    "client_oid_null",  "chinese_message", "extra_fields", "numbers_as_strings", "ws_drop",
    "ws_lose",          "ws_duplicate",    "ws_delay",     "ws_corrupt",         "ws_mute",
    "depth_skip",       "depth_crossed",   "candle_gap",   "price_gap",          "stop_vanishes",
    "outside_close",    "outside_order",   "cancel_race",  "clock_skew"};

struct BadRule {
  std::string what;
};

double number(simdjson::dom::element e, const std::string& key, double low, double high) {
  double value = 0.0;
  if (e.get(value) != simdjson::SUCCESS || !(value >= low && value <= high)) {
    throw BadRule{key + ": a number from " + std::to_string(low) + " to " + std::to_string(high) +
                  " is needed"};
  }
  return value;
}

FaultRule read_rule(simdjson::dom::element e, const std::string& kind) {
  simdjson::dom::object object;
  if (e.get(object) != simdjson::SUCCESS) {
    throw BadRule{"faults." + kind + ": an object such as {\"rate\": 0.01} is needed"};
  }
  FaultRule rule;
  for (const auto& [name, value] : object) {
    const std::string key = "faults." + kind + "." + std::string(name);
    if (name == "rate") {
      rule.rate = number(value, key, 0.0, 1.0);
    } else if (name == "length") {
      rule.length = static_cast<std::uint32_t>(number(value, key, 1.0, 1e6));
    } else if (name == "delay_ms") {
      rule.delay_ms = static_cast<std::int64_t>(number(value, key, -3.6e6, 3.6e6));
    } else if (name == "size") {
      rule.size = number(value, key, 0.0, 0.5);
    } else if (name == "from_s") {
      rule.from_s = number(value, key, 0.0, 1e9);
    } else if (name == "to_s") {
      rule.to_s = number(value, key, 0.0, 1e9);
    } else if (name == "max") {
      rule.max = static_cast<std::uint64_t>(number(value, key, 0.0, 1e12));
    } else if (name == "only") {
      std::string_view text;
      if (value.get(text) != simdjson::SUCCESS) {
        throw BadRule{key + ": a text is needed"};
      }
      rule.only = text;
    } else {
      throw BadRule{key + ": unknown key (rate, length, delay_ms, size, only, from_s, to_s, max)"};
    }
  }
  return rule;
}

FaultPlan read_plan(simdjson::dom::element root) {
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) {
    throw BadRule{"an object with \"seed\" and \"faults\" is needed"};
  }
  std::uint64_t seed = 0;
  std::vector<std::pair<FaultKind, FaultRule>> rules;
  std::vector<TimedChange> changes;
  for (const auto& [name, value] : object) {
    if (name == "seed") {
      if (value.get(seed) != simdjson::SUCCESS) {
        throw BadRule{"seed: a whole number >= 0 is needed"};
      }
      continue;
    }
    if (name == "changes") {
      auto read = parse_changes(simdjson::minify(value), "");
      if (!read) {
        throw BadRule{read.error().what};
      }
      changes = std::move(read).value();
      continue;
    }
    simdjson::dom::object faults;
    if (name != "faults" || value.get(faults) != simdjson::SUCCESS) {
      throw BadRule{std::string(name) + ": unknown key (seed, faults, changes)"};
    }
    for (const auto& [kind_name, rule] : faults) {
      const auto kind = parse_fault_kind(kind_name);
      if (!kind) {
        throw BadRule{"faults." + std::string(kind_name) + ": unknown kind of fault"};
      }
      rules.emplace_back(*kind, read_rule(rule, std::string(kind_name)));
    }
  }
  FaultPlan plan(seed);
  for (const auto& [kind, rule] : rules) {
    plan.set(kind, rule);
  }
  plan.set_changes(std::move(changes));
  return plan;
}

} // namespace

std::string_view to_string(FaultKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<FaultKind> parse_fault_kind(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) {
    return std::nullopt;
  }
  return static_cast<FaultKind>(at - kNames.begin());
}

FaultPlan::FaultPlan(std::uint64_t seed) : seed_(seed) {
  for (std::uint64_t k = 0; k < kFaultKindCount; ++k) {
    streams_.emplace_back(seed_, 900 + k);
  }
}

void FaultPlan::set(FaultKind kind, const FaultRule& rule) {
  rules_[index(kind)] = rule;
  any_ = any_ || rule.rate > 0.0;
}

std::optional<VenueChange> FaultPlan::take_due_change() {
  if (changes_done_ == changes_.size() || changes_[changes_done_].at > elapsed_) {
    return std::nullopt;
  }
  return changes_[changes_done_++].change;
}

bool FaultPlan::active(FaultKind kind) const {
  const FaultRule& r = rules_[index(kind)];
  const double t = std::chrono::duration<double>(elapsed_).count();
  return r.rate > 0.0 && t >= r.from_s && t < r.to_s && injected_[index(kind)] < r.max;
}

bool FaultPlan::strikes(FaultKind kind, std::string_view subject) {
  if (!any_ || !active(kind)) {
    return false;
  }
  const FaultRule& r = rules_[index(kind)];
  if (!r.only.empty() && subject.find(r.only) == std::string_view::npos) {
    return false;
  }
  if (!streams_[index(kind)].chance(r.rate)) {
    return false;
  }
  ++injected_[index(kind)];
  return true;
}

std::uint64_t FaultPlan::pick(FaultKind kind, std::uint64_t n) {
  return streams_[index(kind)].below(n);
}

Result<FaultPlan, InputError> FaultPlan::parse(std::string_view json, const std::string& where) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const auto error = parser.parse(simdjson::padded_string(json)).get(root);
  if (error != simdjson::SUCCESS) {
    return fail(
        InputError{where, 0, std::string("not valid JSON: ") + simdjson::error_message(error)});
  }
  try {
    return read_plan(root);
  } catch (const BadRule& bad) {
    return fail(InputError{where, 0, bad.what});
  }
}

Result<FaultPlan, InputError> FaultPlan::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(InputError{path, 0, "cannot be read"});
  }
  std::ostringstream text;
  text << file.rdbuf();
  return parse(text.str(), path);
}

} // namespace rg::exchange
