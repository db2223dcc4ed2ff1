// Rules that involve more than one key.

#include "infra/config/config_file.hpp"
#include "infra/config/config_key.hpp"

#include <array>
#include <cmath>

namespace rg::config {

namespace {

/// `lower` must stay below `higher`.
struct Order {
  const char* lower_key;
  const char* higher_key;
  double lower, higher;
};

std::optional<CrossProblem> check_orders(const EngineSettings& s) {
  const std::array orders{
      Order{"portfolio.soft_drawdown", "portfolio.max_drawdown", s.portfolio.soft_drawdown,
            s.portfolio.max_drawdown},
      Order{"strategy.ema_fast", "strategy.ema_slow", static_cast<double>(s.strategy.ema_fast),
            static_cast<double>(s.strategy.ema_slow)},
      Order{"strategy.band_exit_z", "strategy.band_entry_z", s.strategy.band_exit_z,
            s.strategy.band_entry_z},
      Order{"strategy.band_entry_z", "strategy.band_invalidation_z", s.strategy.band_entry_z,
            s.strategy.band_invalidation_z},
      Order{"regime.leave_confidence", "regime.enter_confidence", s.regime.leave_confidence,
            s.regime.enter_confidence},
      Order{"risk.min_confidence", "risk.full_confidence", s.risk.min_confidence,
            s.risk.full_confidence},
      Order{"risk.stop_min", "risk.stop_max", s.risk.stop_min, s.risk.stop_max},
      Order{"risk.cluster_full", "risk.cluster_zero", s.risk.cluster_full, s.risk.cluster_zero},
      Order{"guard.jump_sigmas_caution", "guard.jump_sigmas_halt", s.guard.jump_sigmas_caution,
            s.guard.jump_sigmas_halt},
      Order{"guard.jump_sigmas_halt", "guard.jump_sigmas_kill", s.guard.jump_sigmas_halt,
            s.guard.jump_sigmas_kill},
      Order{"guard.expansion_caution", "guard.expansion_halt", s.guard.expansion_caution,
            s.guard.expansion_halt},
      Order{"guard.cusum_caution", "guard.cusum_halt", s.guard.cusum_caution, s.guard.cusum_halt},
      Order{"guard.price_volume_caution", "guard.price_volume_halt", s.guard.price_volume_caution,
            s.guard.price_volume_halt},
      Order{"guard.spread_caution", "guard.spread_halt", s.guard.spread_caution,
            s.guard.spread_halt},
      Order{"guard.depth_halt", "guard.depth_caution", s.guard.depth_halt, s.guard.depth_caution},
      Order{"guard.mark_caution", "guard.mark_halt", s.guard.mark_caution, s.guard.mark_halt},
      Order{"order.reserved_for_protection", "order.requests_per_second",
            static_cast<double>(s.order.reserved_for_protection),
            static_cast<double>(s.order.requests_per_second)},
  };
  for (const Order& o : orders) {
    if (!(o.lower < o.higher)) {
      return CrossProblem{o.lower_key, number_text(o.lower) + " is not below " + o.higher_key +
                                           " = " + number_text(o.higher) +
                                           "; lower the one or raise the other"};
    }
  }
  return std::nullopt;
}

std::optional<CrossProblem> check_bars(const BarSettings& bars) {
  if (bars.interval % bars.base != Duration::zero()) {
    return CrossProblem{"bars.interval",
                        quoted(duration_text(bars.interval)) + " is no multiple of bars.base = " +
                            quoted(duration_text(bars.base)) + "; choose a base that divides it"};
  }
  if (Duration{24h} % bars.interval != Duration::zero()) {
    return CrossProblem{
        "bars.interval",
        quoted(duration_text(bars.interval)) +
            " does not divide a day into equal bars; use 5m, 15m, 30m, 1h or the like"};
  }
  return std::nullopt;
}

std::optional<CrossProblem> check_venue(const EngineSettings& s) {
  const std::array<std::pair<const char*, const std::string*>, 3> urls{{
      {"exchange.rest_url", &s.exchange.rest_url},
      {"exchange.ws_public_url", &s.exchange.ws_public_url},
      {"exchange.ws_private_url", &s.exchange.ws_private_url},
  }};
  for (const auto& [key, url] : urls) {
    if (s.mode == RunMode::live && !url->starts_with("https://") && !url->starts_with("wss://")) {
      return CrossProblem{
          key, quoted(*url) + " has no TLS, which mode = \"live\" needs; use https:// and wss://"};
    }
    if (s.mode == RunMode::sim && !is_loopback_url(*url)) {
      return CrossProblem{
          key, quoted(*url) + " is not a loopback address, and mode = \"sim\" allows nothing else; "
                              "use 127.0.0.1, or mode \"paper\" or \"live\""};
    }
  }
  return std::nullopt;
}

std::optional<CrossProblem> check_rest(const EngineSettings& s) {
  if (s.portfolio.leverage != std::floor(s.portfolio.leverage)) {
    return CrossProblem{"portfolio.leverage",
                        number_text(s.portfolio.leverage) +
                            " is no whole number, and the venue takes nothing else; round it down"};
  }
  if (s.refit.every > 0s && s.refit.every < 10s) {
    return CrossProblem{"model.refit_every", quoted(duration_text(s.refit.every)) +
                                                 " is too often; write at least \"10s\", or \"0s\" "
                                                 "for no refit"};
  }
  if (s.supervision.backoff_min > s.supervision.backoff_max) {
    return CrossProblem{"supervision.backoff_min",
                        "is longer than supervision.backoff_max; lower the one or raise the other"};
  }
  if (s.order.stop_visibility_lag >= s.order.stop_verify_within) {
    return CrossProblem{"order.stop_visibility_lag",
                        "is not below order.stop_verify_within; no stop could be verified in time"};
  }
  if (s.journal.path == s.journal.key_path) {
    return CrossProblem{"journal.key_path",
                        "is the same file as journal.path; keep the key in a file of its own"};
  }
  return std::nullopt;
}

} // namespace

std::optional<CrossProblem> check_together(const EngineSettings& settings) {
  if (auto problem = check_bars(settings.bars)) {
    return problem;
  }
  if (auto problem = check_orders(settings)) {
    return problem;
  }
  if (auto problem = check_venue(settings)) {
    return problem;
  }
  return check_rest(settings);
}

} // namespace rg::config
