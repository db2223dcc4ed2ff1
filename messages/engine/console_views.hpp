#pragma once
// What the console asks beyond the status: histories, limits, and rows of the journal with their
// texts.

#include "messages/decision/decision.hpp"
#include "messages/market/bar.hpp"
#include "messages/orders/order_event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rg {

/// One pair's recent past, oldest first; bounded by the collector.
struct PairHistory {
  Symbol symbol;
  Duration interval{};
  std::vector<Bar> bars;                 ///< pipeline bars
  std::vector<RegimeEstimate> estimates; ///< stamp = close of the bar
  struct Forecast {
    Timestamp stamp;
    RiskForecast forecast;
  };
  std::vector<Forecast> forecasts;
  std::vector<GuardState> guard; ///< changes
  struct StopLevel {
    Timestamp stamp;
    Price price; ///< 0 = from here on no stop rests
  };
  std::vector<StopLevel> stops; ///< changes
};

/// A pair's closes of late with the regime in force at each, oldest first.
struct PairSpark {
  Symbol symbol;
  struct Point {
    Timestamp stamp;
    Price close;
    Regime regime = Regime::unknown;
  };
  std::vector<Point> points;
};

struct EquityPoint {
  Timestamp stamp; ///< data time
  double equity = 0.0, drawdown = 0.0, gross_leverage = 0.0;
};

enum class LimitState : std::uint8_t { ok, warning, bound };
[[nodiscard]] constexpr const char* to_string(LimitState s) {
  constexpr std::array<const char*, 3> kNames{"ok", "warning", "bound"};
  return kNames[static_cast<std::size_t>(s)];
}

/// One control: where it stands and how far its limit is.
struct LimitStatus {
  std::string id, name, unit;
  double value = 0.0, limit = 0.0; ///< value is NaN for a check of single orders: nothing accrues
  std::optional<Timestamp> last_bound; ///< data time it last refused or acted in this run
  double warn_at = 0.8;                ///< of the limit

  [[nodiscard]] double used() const { return limit > 0.0 ? value / limit : 0.0; }
  /// Warning from `warn_at` of the limit on.
  [[nodiscard]] LimitState state() const {
    return used() >= 1.0       ? LimitState::bound
           : used() >= warn_at ? LimitState::warning
                               : LimitState::ok;
  }
};

/// A decision with its sentence, made from the record alone.
struct DecisionRow {
  Decision decision;
  std::string sentence;
  std::uint64_t sequence = 0; ///< of its record in the journal
};

struct Counterfactual {
  FactorName factor = FactorName::confidence;
  double multiplier = 0.0; ///< had this factor been 1
  std::string sentence;
};

struct DecisionDetail {
  Decision decision;
  std::string sentence;
  std::vector<Counterfactual> counterfactuals;
  std::vector<OrderEvent> orders; ///< newest event of each order
  std::vector<Fill> fills;
  std::string ai_log; ///< status; empty = none
  std::string hash;   ///< of the decision's record, hex
};

struct DecisionQuery {
  std::optional<Symbol> symbol;
  std::optional<Outcome> outcome;
  std::string text; ///< searched in sentence, reason and id, any case; empty = all
  std::size_t limit = 100;
  std::uint64_t before = 0; ///< only records with a lower sequence; 0 = from the newest
  std::uint64_t after = 0;  ///< only records with a higher sequence
};

/// What supervisors and operators did: restarts, halts, kills, releases, pauses, reconciliations.
struct JournalEvent {
  std::uint64_t sequence = 0;
  Timestamp data_time, wall_time;
  std::string kind, subject, detail;
};

/// A start of the engine, with the model it ran on.
struct EngineRun {
  std::string run_id, command, model_sha256, config_sha256;
  Timestamp wall_time;
};

struct JournalCheck {
  bool verified = false;
  std::uint64_t records = 0;
  std::string problem; ///< first altered, missing or reordered record
};

} // namespace rg
