// regimeguard explain: why a decision came out as it did, from its journal record.

#include "actors/journal/explanation.hpp"
#include "app/journal_options.hpp"
#include "infra/journal/journal_reader.hpp"

#include <fmt/core.h>

#include <memory>

namespace rg::app {

namespace {

struct ExplainOptions : JournalOptions {
  std::string id;
  std::int64_t last = 0;
};

std::vector<Stored<DecisionRecord>> wanted(const ExplainOptions& options) {
  auto reader = JournalReader::open(options.journal);
  if (!reader) {
    throw UsageError(reader.error().text());
  }
  if (options.id.empty()) {
    return reader->last<DecisionRecord>(static_cast<std::size_t>(options.last));
  }
  const auto id = DecisionId::parse(options.id);
  if (!id) {
    throw UsageError(
        "explain: \"" + options.id +
        "\" is no decision id; they look like btc-1735690500000-s (try explain --last 5)");
  }
  auto found = reader->decision(*id);
  if (!found) {
    throw UsageError("explain: " + options.journal + " holds no decision " + options.id +
                     " (try explain --last 5)");
  }
  return {*std::move(found)};
}

void print_json(const std::vector<Stored<DecisionRecord>>& decisions) {
  std::string out = "{\"decisions\":[";
  for (const auto& stored : decisions) {
    out += &stored == &decisions.front() ? "\n" : ",\n";
    out += explanation_json(stored.record.decision);
  }
  fmt::print("{}\n]}}\n", out);
}

void print_text(const std::vector<Stored<DecisionRecord>>& decisions) {
  if (decisions.empty()) {
    fmt::print("The journal holds no decision yet.\n");
  }
  for (const auto& stored : decisions) {
    const Decision& d = stored.record.decision;
    fmt::print("{}  {}  {}  {}\n  {}\n", minute_text(d.id.stamp), d.id.symbol.name(), d.id.text(),
               to_string(d.outcome), long_explanation(d));
    if (has_factors(d)) {
      std::string product;
      for (std::size_t i = 0; i < kFactorCount; ++i) {
        product += fmt::format("{}{} {:.4g}", i == 0 ? "" : " x ",
                               to_string(static_cast<FactorName>(i)), d.risk.factors.value[i]);
      }
      fmt::print("  {} = {:.4g}\n", product, d.risk.multiplier);
    }
    fmt::print("  record {}, hash {}\n\n", stored.sequence, stored.hash.substr(0, 16));
  }
}

} // namespace

void add_explain(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      root.add_subcommand("explain", "Why a decision came out as it did, from the journal");
  auto* id = command->add_option("id", options->id, "Decision id, e.g. btc-1735690500000-s");
  auto* last = command->add_option("--last", options->last, "The latest N decisions, 1 or more");
  id->excludes(last);
  options->add_journal(*command);
  options->add_json(*command);
  command->callback([options, last, &chosen] {
    const bool counted = last->count() > 0;
    chosen = [options, counted] {
      if (counted && options->last < 1) {
        throw UsageError("explain: --last: must be 1 or more");
      }
      if (options->id.empty() && !counted) {
        throw UsageError("explain: give a decision's id or --last N");
      }
      const auto decisions = wanted(*options);
      options->json ? print_json(decisions) : print_text(decisions);
      return 0;
    };
  });
}

} // namespace rg::app
