// regimeguard set-margin-mode, set-position-mode: how the venue holds each pair's positions, set
// and read back. Refused while the pair has a position or an order.

#include "app/engine/venue_settings.hpp"
#include "app/venue_asker.hpp"
#include "app/venue_pairs.hpp"
#include "app/venue_prober.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

/// One of the two modes: its words, the one that the engine needs first, and where it stands.
struct ModeKind {
  const char* command;
  const char* what;
  const char* needed;
  const char* other;
  bool weex::PairModes::*holds; ///< true: the needed one
};
constexpr ModeKind kMargin{"set-margin-mode", "Margin mode", "cross", "isolated",
                           &weex::PairModes::cross};
constexpr ModeKind kPosition{"set-position-mode", "Position mode", "combined", "separated",
                             &weex::PairModes::combined};

struct ModeOptions {
  std::string config;
  std::vector<std::string> pairs;
  std::string mode;
  bool json = false;
};

struct ModeLine {
  Symbol symbol;
  std::optional<bool> found; ///< what the venue tells in the end; absent: nothing of this pair
  std::string error;
};

std::string_view word_of(const ModeKind& kind, std::optional<bool> needed) {
  return !needed ? "not told" : *needed ? kind.needed : kind.other;
}

std::vector<weex::PairModes> ask_modes(VenueProber& prober) {
  auto told = prober.answer_to<weex::ModesAnswer>(
      [](weex::VenueProbe& probe, auto done) { probe.ask_modes(done); });
  if (told.answer.outcome != RequestOutcome::ok) {
    throw std::runtime_error(VenueAsker::why(told.answer.outcome, told.answer.message));
  }
  return std::move(told.modes);
}

/// Why the modes of these pairs must stay; empty: they may change.
std::string obstacle(VenueAsker& venue, const std::vector<Symbol>& pairs) {
  const auto chosen = [&](Symbol s) {
    return std::find(pairs.begin(), pairs.end(), s) != pairs.end();
  };
  for (const Position& p : venue.ask<std::vector<Position>>(QueryKind::positions)) {
    if (chosen(p.symbol) && !p.is_flat()) {
      return std::string(p.symbol.name()) + ": a position is open; close it first";
    }
  }
  for (const QueryKind kind : {QueryKind::open_orders, QueryKind::trigger_orders}) {
    for (const VenueOrder& o : venue.ask<std::vector<VenueOrder>>(kind)) {
      if (chosen(o.symbol)) {
        return std::string(o.symbol.name()) + ": an order rests; cancel it first";
      }
    }
  }
  return {};
}

const weex::PairModes* find(const std::vector<weex::PairModes>& modes, Symbol symbol) {
  const auto at = std::find_if(modes.begin(), modes.end(),
                               [&](const weex::PairModes& m) { return m.symbol == symbol; });
  return at == modes.end() ? nullptr : &*at;
}

/// Sets what is other than wanted, and reads all back.
std::vector<ModeLine> set_and_read(VenueProber& prober, const ModeKind& kind, bool wanted,
                                   const std::vector<Symbol>& pairs) {
  const std::vector<weex::PairModes> before = ask_modes(prober);
  std::vector<ModeLine> lines;
  for (const Symbol symbol : pairs) {
    ModeLine line{symbol, std::nullopt, {}};
    const weex::PairModes* now = find(before, symbol);
    if (now == nullptr || now->*kind.holds != wanted) {
      // Both modes go along in one request: the other one stays as it is.
      weex::PairModes modes = now != nullptr ? *now : weex::PairModes{.symbol = symbol};
      modes.*kind.holds = wanted;
      const auto told = prober.answer_to<weex::ProbeAnswer>(
          [&](weex::VenueProbe& probe, auto done) { probe.set_modes(modes, done); });
      if (told.outcome != RequestOutcome::ok) {
        line.error = told.message.empty() ? to_string(told.outcome) : told.message;
      }
    }
    lines.push_back(std::move(line));
  }
  const std::vector<weex::PairModes> after = ask_modes(prober);
  for (ModeLine& line : lines) {
    if (const weex::PairModes* now = find(after, line.symbol)) {
      line.found = now->*kind.holds;
    }
  }
  return lines;
}

void print(const ModeKind& kind, bool wanted, const std::vector<ModeLine>& lines, bool json) {
  Json list = Json::array();
  for (const ModeLine& l : lines) {
    const bool ok = l.found == wanted;
    if (json) {
      list.push_back({{"symbol", l.symbol.name()},
                      {"wanted", word_of(kind, wanted)},
                      {"found", word_of(kind, l.found)},
                      {"ok", ok},
                      {"error", l.error}});
    } else {
      std::printf("%-13s %-10s %s\n", std::string(l.symbol.name()).c_str(),
                  std::string(word_of(kind, l.found)).c_str(),
                  ok                ? "ok"
                  : l.error.empty() ? "NOT SET"
                                    : l.error.c_str());
    }
  }
  if (json) {
    std::printf("%s\n", Json{{"modes", list}}.dump(2).c_str());
  }
}

int run(const ModeKind& kind, const ModeOptions& options) {
  const EngineSettings settings = settings_from(options.config);
  if (settings.mode == RunMode::paper) {
    throw UsageError(std::string(kind.command) + ": mode = \"paper\" has no account at the venue");
  }
  const bool wanted = options.mode == kind.needed;
  if (!wanted && options.mode != kind.other) {
    throw UsageError("--mode: must be " + std::string(kind.needed) + " or " + kind.other);
  }
  const std::vector<Symbol> pairs = chosen_pairs(options.pairs, enabled_pairs(settings));
  const weex::Credentials credentials = credentials_from(settings);
  VenueAsker venue(settings.exchange, credentials);
  const weex::ClockEstimate clock = venue.clock_offset(3);
  if (const std::string why = obstacle(venue, pairs); !why.empty()) {
    std::fprintf(stderr, "%s: %s\n", kind.command, why.c_str());
    return 1;
  }
  VenueProber prober(settings.exchange, credentials);
  prober.set_clock_offset(clock.offset);
  const std::vector<ModeLine> lines = set_and_read(prober, kind, wanted, pairs);
  print(kind, wanted, lines, options.json);
  return std::all_of(lines.begin(), lines.end(),
                     [&](const ModeLine& l) { return l.found == wanted; })
             ? 0
             : 1;
}

void add(CLI::App& root, Chosen& chosen, const ModeKind& kind) {
  auto options = std::make_shared<ModeOptions>();
  options->mode = kind.needed;
  CLI::App* command = root.add_subcommand(
      kind.command, std::string(kind.what) + " of each pair at the venue, set and read back");
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_option("--pairs", options->pairs, "Pairs, e.g. BTC,ETH (default: the enabled ones)")
      ->delimiter(',');
  command->add_option("--mode", options->mode,
                      std::string(kind.needed) + " (default: the engine needs it) or " +
                          kind.other);
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback(
      [&chosen, &kind, options] { chosen = [&kind, options] { return run(kind, *options); }; });
}

} // namespace

void add_set_modes(CLI::App& root, Chosen& chosen) {
  add(root, chosen, kMargin);
  add(root, chosen, kPosition);
}

} // namespace rg::app
