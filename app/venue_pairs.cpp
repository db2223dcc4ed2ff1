#include "app/venue_pairs.hpp"

#include "app/commands.hpp"

#include <algorithm>

namespace rg::app {

std::vector<Symbol> chosen_pairs(const std::vector<std::string>& names,
                                 std::vector<Symbol> otherwise) {
  std::vector<Symbol> pairs;
  for (const std::string& name : names) {
    const auto symbol = Symbol::parse(name);
    if (!symbol) {
      throw UsageError("--pairs: " + name + " is none of the eight pairs");
    }
    if (std::find(pairs.begin(), pairs.end(), *symbol) == pairs.end()) {
      pairs.push_back(*symbol);
    }
  }
  return pairs.empty() ? std::move(otherwise) : pairs;
}

std::vector<Symbol> all_pairs() {
  const auto all = Symbol::all();
  return {all.begin(), all.end()};
}

std::vector<Symbol> enabled_pairs(const EngineSettings& settings) {
  std::vector<Symbol> pairs = all_pairs();
  std::erase_if(pairs, [&](Symbol s) { return !settings.pairs[s.id()].enabled; });
  return pairs;
}

} // namespace rg::app
