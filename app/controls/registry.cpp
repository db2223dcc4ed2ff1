// The registry as a whole, and the verdict on one control.

#include "app/controls/tables.hpp"

#include <exception>

namespace rg::app {

std::span<const Control> controls() {
  static const std::vector<Control> kAll = [] {
    std::vector<Control> all;
    for (const auto part : {tables::orders(), tables::portfolio(), tables::house()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return kAll;
}

ControlResult assess(const Control& control, const EngineSettings& settings) {
  ControlResult result;
  result.control = &control;
  try {
    result.evidence = control.probe(settings);
  } catch (const std::exception& e) {
    result.problem = std::string("the probe failed: ") + e.what();
    return result;
  }
  const ControlEvidence& e = result.evidence;
  if (!e.within.allowed) {
    result.problem = "an attempt within the limit was stopped (" + e.within.by + ")";
  } else if (e.beyond.allowed) {
    result.problem = "an attempt beyond the limit passed (" + e.beyond.by + ")";
  } else if (e.beyond.by != control.binds_as) {
    result.problem = "something else stopped it: " + e.beyond.by;
  }
  result.binds = result.problem.empty();
  return result;
}

std::vector<ControlResult> assess_all(const EngineSettings& settings) {
  std::vector<ControlResult> results;
  for (const Control& control : controls()) {
    results.push_back(assess(control, settings));
  }
  return results;
}

} // namespace rg::app
