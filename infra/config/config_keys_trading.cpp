// The keys of portfolio caps and orders.

#include "infra/config/config_key.hpp"

#define RG_FIELD(path) ([](auto& s) -> auto& { return s.path; })

namespace rg::config {

namespace {

void add_portfolio_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "portfolio";
  keys.push_back(number_key(
      {t, "max_gross_leverage", "multiple of equity",
       "Cap on the sum of all positions, orders in flight included; 20 is a hard bound."},
      above(0.0, kMaxLeverage), RG_FIELD(portfolio.max_gross_leverage)));
  keys.push_back(
      number_key({t, "max_net_leverage", "multiple of equity", "Cap on longs minus shorts."},
                 above(0.0, kMaxLeverage), RG_FIELD(portfolio.max_net_leverage)));
  keys.push_back(
      number_key({t, "max_pair_leverage", "multiple of equity", "Cap on one pair's position."},
                 above(0.0, kMaxLeverage), RG_FIELD(portfolio.max_pair_leverage)));
  keys.push_back(number_key({t, "max_cluster_leverage", "multiple of equity",
                             "Cap on one side's correlation-weighted positions."},
                            above(0.0, kMaxLeverage), RG_FIELD(portfolio.max_cluster_leverage)));
  keys.push_back(number_key({t, "max_drawdown", "fraction of high-water mark",
                             "Hard rung of the ladder: flatten and halt."},
                            within(0.0, 1.0), RG_FIELD(portfolio.max_drawdown)));
  keys.push_back(number_key({t, "soft_drawdown", "fraction of high-water mark",
                             "Warning rung, below max_drawdown; left at its default it follows a "
                             "lower max_drawdown at a third of it."},
                            within(0.0, 1.0), RG_FIELD(portfolio.soft_drawdown)));
  keys.push_back(duration_key({t, "resume_after", "data time",
                               "Halt after the hard rung, unless a person resumes earlier."},
                              0s, 8760h, RG_FIELD(portfolio.resume_after)));
  keys.push_back(number_key({t, "max_daily_loss", "fraction of the day's opening equity",
                             "Loss within a UTC day that halts new risk until the next."},
                            above(0.0, 1.0), RG_FIELD(portfolio.max_daily_loss)));
  keys.push_back(
      count_key({t, "max_orders_per_day", "orders", "Cap on orders within a UTC day of data time."},
                closed(1, 100'000), RG_FIELD(portfolio.max_orders_per_day)));
  keys.push_back(number_key({t, "correlation_half_life_bars", "pipeline bars",
                             "Half-life of the pairs' correlation estimate."},
                            above(0.0, 10'000.0), RG_FIELD(portfolio.correlation_half_life_bars)));
  keys.push_back(
      number_key({t, "leverage", "multiple",
                  "Leverage set at the venue per pair, a whole number; 20 is a hard bound."},
                 closed(1.0, kMaxLeverage), RG_FIELD(portfolio.leverage)));
  keys.push_back(number_key({t, "reduce_to", "fraction of the cap",
                             "Where exposure is brought after a price move breached a cap."},
                            above(0.0, 1.0), RG_FIELD(portfolio.reduce_to)));
}

void add_order_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "order";
  keys.push_back(
      count_key({t, "requests_per_second", "order requests",
                 "The engine's share of the venue's 10 a second; the watchdog has the other 2."},
                closed(1, kMaxOrderRequestsPerSecond - 2), RG_FIELD(order.requests_per_second)));
  keys.push_back(count_key({t, "reserved_for_protection", "order requests",
                            "Part of that share kept for kills, reductions and stops."},
                           closed(0, kMaxOrderRequestsPerSecond - 3),
                           RG_FIELD(order.reserved_for_protection)));
  keys.push_back(duration_key({t, "request_timeout", "wall time",
                               "Wait for an answer before the outcome counts as unknown."},
                              100ms, 60s, RG_FIELD(order.request_timeout)));
  keys.push_back(duration_key({t, "unknown_write_off", "wall time",
                               "Search for an order of unknown outcome at least this long."},
                              1s, 10min, RG_FIELD(order.unknown_write_off)));
  keys.push_back(duration_key({t, "stop_verify_within", "wall time",
                               "A fill's stop must be seen at the venue within this time."},
                              1s, 60s, RG_FIELD(order.stop_verify_within)));
  keys.push_back(duration_key({t, "stop_visibility_lag", "wall time",
                               "Attached stops appear at the venue this long after the fill."},
                              0s, 30s, RG_FIELD(order.stop_visibility_lag)));
  keys.push_back(number_key(
      {t, "price_collar", "fraction of mark price", "Farthest limit price from the mark."},
      above(0.0, 0.5), RG_FIELD(order.price_collar)));
  keys.push_back(
      duration_key({t, "stale_decision", "data time", "Decisions older than this are not sent."},
                   1s, 24h, RG_FIELD(order.stale_decision)));
  keys.push_back(
      count_key({t, "repeated_executions", "entries",
                 "More entries of one rule and pair within repeated_window are refused."},
                closed(1, 10'000), RG_FIELD(order.repeated_executions)));
  keys.push_back(duration_key({t, "repeated_window", "data time", "Window of repeated_executions."},
                              1s, 720h, RG_FIELD(order.repeated_window)));
  keys.push_back(switch_key({t, "flatten_on_shutdown", "switch",
                             "Close all positions on SIGTERM; false keeps them with their stops."},
                            RG_FIELD(order.flatten_on_shutdown)));
}

} // namespace

void add_trading_keys(std::vector<ConfigKey>& keys) {
  add_portfolio_keys(keys);
  add_order_keys(keys);
}

} // namespace rg::config
