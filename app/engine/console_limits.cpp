#include "app/engine/console_limits.hpp"

#include "app/controls/control.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rg::app {

namespace {

constexpr double kNothingAccrues = std::numeric_limits<double>::quiet_NaN();

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

/// How the portfolio's own words are shown, and which refusal each leads to.
struct Named {
  const char* id;
  const char* name;
  const char* unit;
  Refusal refusal;
};
constexpr std::array<Named, 7> kPortfolio{{
    {"gross_leverage", "Gross leverage", "× equity", Refusal::gross_leverage},
    {"net_leverage", "Net leverage", "× equity", Refusal::net_leverage},
    {"pair_leverage", "Largest pair", "× equity", Refusal::pair_notional},
    {"cluster_leverage", "Correlated cluster", "× equity", Refusal::cluster_exposure},
    {"drawdown", "Drawdown from the high-water mark", "%", Refusal::drawdown_halt},
    {"daily_loss", "Loss of the UTC day", "%", Refusal::daily_loss},
    {"orders_per_day", "Orders of the UTC day", "orders", Refusal::orders_per_day},
}};

class Limits {
public:
  Limits(const std::map<Refusal, Timestamp>& last_bound, double warn_at)
      : last_bound_(last_bound), warn_at_(warn_at) {}

  void add(const char* id, const char* name, const char* unit, double value, double limit,
           Refusal refusal) {
    LimitStatus row;
    row.id = id;
    row.name = name;
    row.unit = unit;
    row.value = value;
    row.limit = limit;
    row.warn_at = warn_at_;
    const auto bound = last_bound_.find(refusal);
    if (refusal != Refusal::none && bound != last_bound_.end()) {
      row.last_bound = bound->second;
    }
    rows_.push_back(std::move(row));
  }
  void check(const char* id, const char* name, const char* unit, double limit, Refusal refusal) {
    add(id, name, unit, kNothingAccrues, limit, refusal);
  }
  [[nodiscard]] bool has(std::string_view id) const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const LimitStatus& row) { return row.id == id; });
  }
  [[nodiscard]] std::vector<LimitStatus> take() { return std::move(rows_); }

private:
  const std::map<Refusal, Timestamp>& last_bound_;
  double warn_at_;
  std::vector<LimitStatus> rows_;
};

void add_portfolio(Limits& limits, const EngineStatus& status) {
  for (const LimitUsage& use : status.limits) {
    const auto* named = std::find_if(kPortfolio.begin(), kPortfolio.end(),
                                     [&](const Named& n) { return use.id == n.id; });
    if (named == kPortfolio.end()) {
      limits.add(use.id.c_str(), use.id.c_str(), "", use.used, use.limit, Refusal::none);
      continue;
    }
    const double scale = std::string_view(named->unit) == "%" ? 100.0 : 1.0;
    limits.add(named->id, named->name, named->unit, scale * use.used, scale * use.limit,
               named->refusal);
  }
}

/// The state of the whole engine: guard, clock, supervision.
void add_engine(Limits& limits, const EngineStatus& status, const EngineSettings& settings) {
  int level = 0;
  std::uint64_t restarts = 0;
  for (const PairStatus& pair : status.pairs) {
    level = std::max(level, static_cast<int>(pair.guard.level));
    restarts = std::max(restarts, pair.restarts);
  }
  limits.add("guard_level", "Guard, worst pair (2 = halt)", "level", level,
             static_cast<double>(GuardLevel::halt), Refusal::guard_not_normal);
  limits.add("clock_offset", "Clock offset to the venue", "ms", std::abs(status.clock_offset_ms),
             1e3 * seconds(settings.venue_clock.max_offset), Refusal::clock_uncertain);
  limits.add("restarts", "Restarts of one pair's group", "restarts", static_cast<double>(restarts),
             settings.supervision.max_restarts + 1.0, Refusal::quarantined);
}

/// Checks that every order passes alone.
void add_order_checks(Limits& limits, const EngineSettings& settings) {
  const OrderSettings& order = settings.order;
  const RiskSettings& risk = settings.risk;
  limits.check("min_confidence", "Lowest confidence for an entry", "%", 100.0 * risk.min_confidence,
               Refusal::low_confidence);
  limits.check("stop_max", "Widest stop", "% of price", 100.0 * risk.stop_max,
               Refusal::stop_beyond_liquidation);
  limits.check("price_collar", "Price collar around mark", "%", 100.0 * order.price_collar,
               Refusal::price_collar);
  limits.check("stale_decision", "Age of a decision (data time)", "s",
               seconds(order.stale_decision), Refusal::stale_decision);
  limits.check("repeated_executions", "Entries of one rule and pair in the window", "entries",
               order.repeated_executions, Refusal::repeated_execution);
  limits.check("requests_per_second", "Order requests in any second", "requests",
               order.requests_per_second, Refusal::none);
  limits.check("silence", "Silence of the market data link", "s",
               seconds(settings.guard.silence_halt), Refusal::stale_data);
  limits.check("cooldown", "Cooldown after a stop", "s", seconds(risk.cooldown_after_stop),
               Refusal::cooldown);
}

/// The registry's other limits: checks of single orders, calls and files.
void add_registry(Limits& limits, const EngineSettings& settings) {
  for (const Control& control : controls()) {
    const double limit = control.limit(settings);
    if (!std::isnan(limit) && !limits.has(control.id)) {
      limits.check(control.id, control.name, control.unit, limit, control.refusal);
    }
  }
}

} // namespace

std::vector<LimitStatus> limits_of(const EngineStatus& status, const EngineSettings& settings,
                                   const std::map<Refusal, Timestamp>& last_bound) {
  Limits limits(last_bound, settings.alerts.limit_warning);
  add_portfolio(limits, status);
  add_engine(limits, status, settings);
  add_order_checks(limits, settings);
  add_registry(limits, settings);
  return limits.take();
}

void note_refusals(std::map<Refusal, Timestamp>& last_bound,
                   const std::vector<Decision>& decisions) {
  for (const Decision& d : decisions) {
    if (d.outcome == Outcome::refused) {
      Timestamp& stamp = last_bound[d.refusal];
      stamp = std::max(stamp, d.id.stamp);
    }
  }
}

} // namespace rg::app
