#include "app/venue_checkup.hpp"
#include "messages/support/number_text.hpp"

#include <algorithm>
#include <array>

namespace rg::app {

namespace {

using namespace std::chrono_literals;

std::string milliseconds(Duration d) {
  return std::to_string(d / 1ms) + " ms";
}

void add_word(std::string& list, const std::string& word) {
  list += (list.empty() ? "" : ", ") + word;
}

/// Where the venue's rules differ from those that were built in.
std::string difference(const ContractRules& live, const ContractRules& ours) {
  std::string text;
  const auto look = [&](const char* name, const std::string& theirs, const std::string& mine) {
    if (theirs != mine) {
      add_word(text, std::string(name) + " " + theirs + " (ours " + mine + ")");
    }
  };
  look("tick", live.tick_size.text(), ours.tick_size.text());
  look("lot", live.lot_size.text(), ours.lot_size.text());
  look("minimum", live.min_quantity.text(), ours.min_quantity.text());
  look("maker fee", double_text(live.maker_fee.value()), double_text(ours.maker_fee.value()));
  look("taker fee", double_text(live.taker_fee.value()), double_text(ours.taker_fee.value()));
  return text;
}

} // namespace

const char* to_string(Finding f) {
  constexpr std::array<const char*, 4> kNames{"ok", "note", "broken", "skipped"};
  return kNames[static_cast<std::size_t>(f)];
}

CheckLine judge_contracts(const std::vector<ContractRules>& live) {
  CheckLine line{"contracts", "the eight contracts", Finding::ok, "", ""};
  std::string missing, closed, other;
  for (const Symbol symbol : Symbol::all()) {
    const auto rules = std::find_if(live.begin(), live.end(),
                                    [&](const ContractRules& r) { return r.symbol == symbol; });
    const std::string name(symbol.name());
    if (rules == live.end()) {
      add_word(missing, name);
      continue;
    }
    if (!rules->tradable) {
      add_word(closed, name);
    }
    if (const std::string d = difference(*rules, contract_defaults()[symbol.id()]); !d.empty()) {
      other += other.empty() ? "" : "; ";
      other.append(name).append(": ").append(d);
    }
  }
  if (!missing.empty() || !closed.empty()) {
    line.finding = Finding::broken;
    line.found = (missing.empty() ? "" : "not listed: " + missing) +
                 (!missing.empty() && !closed.empty() ? "; " : "") +
                 (closed.empty() ? "" : "not tradable: " + closed);
    line.mend = "switch these pairs off: [pairs.NAME] enabled = false";
  } else if (!other.empty()) {
    line.finding = Finding::note;
    line.found = "all tradable; the live rules count where they differ: " + other;
  } else {
    line.found = "all tradable, rules as built in";
  }
  return line;
}

CheckLine judge_leverage(const std::vector<LeverageSetting>& live, const EngineSettings& settings) {
  const int wanted = static_cast<int>(settings.portfolio.leverage);
  CheckLine line{"leverage", "leverage of the pairs", Finding::ok, "", ""};
  std::string other, above;
  for (const LeverageSetting& s : live) {
    const int most = std::max(s.long_leverage, s.short_leverage);
    const bool unusable = s.long_leverage < 0 || s.short_leverage < 0; // v3 tells it here
    const std::string text =
        std::string(s.symbol.name()) + " " +
        (unusable ? std::string("isolated or separated") : std::to_string(most) + "x");
    if (most > static_cast<int>(kMaxLeverage)) {
      add_word(above, text);
    } else if (settings.pairs[s.symbol.id()].enabled &&
               (s.long_leverage != wanted || s.short_leverage != wanted)) {
      add_word(other, text);
    }
  }
  const std::string mend = "regimeguard set-leverage";
  if (!above.empty()) {
    line.finding = Finding::broken;
    line.found = "above the 20x that the rules allow: " + above;
    line.mend = mend + " (with no open orders on the pair)";
  } else if (!other.empty()) {
    line.finding = Finding::note;
    line.found = "not the configured " + std::to_string(wanted) + "x yet: " + other;
    line.mend = "the engine sets it before its first order; at once: " + mend;
  } else {
    line.found = std::to_string(wanted) + "x on both sides of every enabled pair";
  }
  return line;
}

CheckLine judge_clock(Duration offset, Duration uncertainty, const VenueClockSettings& limits) {
  CheckLine line{"clock", "the venue's clock", Finding::ok, "", ""};
  line.found =
      "venue " + milliseconds(offset) + " ahead of us, known to " + milliseconds(uncertainty);
  if (offset > limits.max_offset || offset < -limits.max_offset) {
    line.finding = Finding::broken;
    line.mend = "set this machine's clock (NTP); at most " + milliseconds(limits.max_offset) +
                " either way, see [venue_clock]";
  } else if (uncertainty > limits.max_uncertainty + 1ms) {
    line.finding = Finding::broken;
    line.mend = "the line to the venue is too slow to know its time; see [venue_clock]";
  }
  return line;
}

namespace {

/// The pairs of which `holds` is false; broken with the mend when there are any.
CheckLine judge_modes(CheckLine line, const std::vector<weex::PairModes>& modes,
                      const std::string& other, const std::string& needed, const std::string& mend,
                      bool (*holds)(const weex::PairModes&)) {
  std::string wrong;
  for (const weex::PairModes& m : modes) {
    if (!holds(m)) {
      add_word(wrong, std::string(m.symbol.name()));
    }
  }
  if (modes.empty()) {
    line.finding = Finding::note;
    line.found = "the venue tells none";
  } else if (!wrong.empty()) {
    line.finding = Finding::broken;
    line.found = other + ": " + wrong;
    line.mend = mend;
  } else {
    line.found = needed + " on all pairs";
  }
  return line;
}

} // namespace

CheckLine judge_margin_modes(const std::vector<weex::PairModes>& modes) {
  return judge_modes({"margin_mode", "margin mode", Finding::ok, "", ""}, modes, "isolated",
                     "cross",
                     "regimeguard set-margin-mode (without positions and orders on the pair); the "
                     "engine sends orders for cross margin and its caps count on it",
                     [](const weex::PairModes& m) { return m.cross; });
}

CheckLine judge_position_modes(const std::vector<weex::PairModes>& modes) {
  return judge_modes({"position_mode", "position mode", Finding::ok, "", ""}, modes,
                     "separated or one-way", "combined",
                     "regimeguard set-position-mode (without positions and orders on the pair); "
                     "one-way mode is changed on the venue's page",
                     [](const weex::PairModes& m) { return m.combined && m.hedge; });
}

CheckLine judge_generation(bool v2, bool v3, const std::string& configured) {
  CheckLine line{"api", "protocol generation", Finding::ok, "", ""};
  line.found = std::string("v2 ") + (v2 ? "served" : "not served") + ", v3 " +
               (v3 ? "served" : "not served") + "; configured: " + configured;
  const bool served = configured == "v2" ? v2 : v3;
  if (!served) {
    line.finding = Finding::broken;
    line.mend = v2 || v3 ? std::string("set [exchange] api = \"") + (v2 ? "v2" : "v3") + "\""
                         : "check [exchange] rest_url: the host answers neither";
  }
  return line;
}

} // namespace rg::app
