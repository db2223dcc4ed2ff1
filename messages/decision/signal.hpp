#pragma once

#include "messages/decision/regime_estimate.hpp"
#include "messages/units/price.hpp"
#include "messages/units/side.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>

namespace rg {

enum class Rule : std::uint8_t { none, trend, reversion };
[[nodiscard]] constexpr const char* to_string(Rule r) {
  constexpr std::array<const char*, 3> kNames{"none", "trend", "reversion"};
  return kNames[static_cast<std::size_t>(r)];
}

/// What the rule saw; meaning per rule in docs/strategy_rules.md (all dimensionless or log price).
struct RuleInputs {
  double fast = 0.0;   ///< trend: log fast EMA; reversion: log band centre
  double slow = 0.0;   ///< trend: log slow EMA; reversion: band width (one standard deviation)
  double anchor = 0.0; ///< log session VWAP
  double score = 0.0;  ///< trend: slope in units of volatility; reversion: z-score
};

/// A direction with a reason; no size. Depends on market data alone, never on the position.
struct Signal {
  Symbol symbol;
  Timestamp stamp; ///< close of the pipeline bar that gave it
  Side side = Side::buy;
  Rule rule = Rule::none;
  Regime regime = Regime::unknown;
  RuleInputs inputs;
  double entry = 0.0;        ///< wanted price, quote currency (rounded to the tick by sizing)
  double invalidation = 0.0; ///< price at which the rule itself is wrong (the baselines' stop)
  double target = 0.0;       ///< reversion: the mean; 0 = none
};

enum class ExitReason : std::uint8_t {
  rule,
  stop,
  time,
  regime,
  guard,
  ladder,
  liquidation,
  data_end
};
[[nodiscard]] constexpr const char* to_string(ExitReason r) {
  constexpr std::array<const char*, 8> kNames{"rule",  "stop",   "time",        "regime",
                                              "guard", "ladder", "liquidation", "data_end"};
  return kNames[static_cast<std::size_t>(r)];
}

/// A written rule says that the open position should go.
struct ExitSignal {
  Symbol symbol;
  Timestamp stamp;
  ExitReason reason = ExitReason::rule;
};

} // namespace rg
