#pragma once
// Settings are messages: a run's journal starts with them. Each field is a key of
// config/regimeguard.toml, where its unit, range and default are documented; infra/config
// validates.

#include "messages/settings/contract_rules.hpp"
#include "messages/settings/operations.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace rg {

using namespace std::chrono_literals;

struct BarSettings {
  Duration base = 1min;                 ///< base bars live; files say their own
  Duration interval = 15min;            ///< pipeline bars
  double min_slot_share = 0.8;          ///< of base bars a slot needs to be good
  std::uint32_t warm_up_slots = 1000;   ///< backtests; live uses what one candles call gives (999)
  std::uint32_t unknown_after_gap = 32; ///< good bars
  std::uint32_t restart_after_gap_slots = 480; ///< a longer gap starts a new warm-up
};

/// Which fitted model names the regimes; a model file may hold both.
enum class RegimeMethod : std::uint8_t { hmm, jump };
[[nodiscard]] constexpr const char* to_string(RegimeMethod m) {
  return m == RegimeMethod::hmm ? "hmm" : "jump";
}

struct RegimeSettings {
  double enter_confidence = 0.55;   ///< posterior a regime needs to come into force
  double leave_confidence = 0.40;   ///< and below which it leaves
  std::uint32_t min_dwell_bars = 2; ///< before another regime may take over
  RegimeMethod model = RegimeMethod::hmm;
};

struct StrategySettings {
  // Trend (design §7); lengths in pipeline bars.
  std::uint32_t ema_fast = 6, ema_slow = 24;
  double trend_min_score = 0.10;        ///< |slope| of the slow EMA per bar, in bar volatilities
  double trend_invalidation_vols = 3.0; ///< distance of the rule's own stop, in 4-bar volatilities
  std::uint32_t trend_setup_bars = 8;   ///< a cross stays valid as a setup for this many bars
  // Mean reversion.
  std::uint32_t band_window = 48;
  double band_entry_z = 2.4, band_exit_z = 0.2, band_invalidation_z = 3.5;
  std::uint32_t reversion_max_bars = 24; ///< time exit
  std::uint32_t trend_max_bars = 192;
  std::uint32_t entry_life_bars = 1; ///< life of a resting entry, pipeline bars
};

struct RiskSettings {
  double risk_per_trade = 0.015; ///< of equity lost at the stop with multiplier 1
  double target_volatility =
      0.03;                      ///< over H = 4 h, log units; factor = target / forecast, at most 1
  double min_confidence = 0.45;  ///< below: refused
  double full_confidence = 0.55; ///< factor 1 from here on
  double drawdown_floor = 0.30;  ///< Grossman–Zhou floor: factor 0 at this drawdown
  double stop_min = 0.003, stop_max = 0.08; ///< bounds of the stop distance, fraction of price
  double stop_tighten = 0.7; ///< factor on the calibrated distance in caution or worse
  Duration cooldown_after_stop = 2h;
  Duration cooldown_after_guard = 1h;
  Duration cooldown_after_cluster = 2h;
  double cluster_half_life_hours = 6.0; ///< of the trade intensity
  double cluster_full = 2.0;            ///< intensity up to which the factor is 1
  double cluster_zero = 8.0;            ///< intensity at which it is 0
  double max_spread = 0.002;            ///< relative; asset factor 0 here
  double max_entry_leverage = 0.35;     ///< notional of one entry / equity with multiplier 1
};

struct GuardSettings {
  double jump_sigmas_caution = 6.0, jump_sigmas_halt = 10.0, jump_sigmas_kill = 30.0;
  double expansion_caution = 4.0, expansion_halt = 9.0; ///< fast/slow variance ratio
  double cusum_k = 0.5, cusum_caution = 8.0, cusum_halt = 16.0;
  double price_volume_caution = 30.0, price_volume_halt = 60.0; ///< squared robust distance, 2 dof
  double spread_caution = 4.0, spread_halt = 8.0;               ///< multiples of the usual spread
  double spread_floor = 0.00015; ///< relative spread below which no multiple counts
  double depth_caution = 0.25, depth_halt = 0.10; ///< fraction of the usual depth
  double mark_caution = 0.005, mark_halt = 0.015; ///< relative distance of last from mark/index
  Duration silence_halt = 10s;                    ///< wall time without any frame
  double caution_factor = 0.5;
  Duration hold_caution = 30min,
           hold_halt = 2h; ///< data time without evidence before stepping down
};

struct PortfolioSettings {
  double max_gross_leverage = 2.0; ///< (0, 20)
  double max_net_leverage = 1.5;
  double max_pair_leverage = 0.75;    ///< notional of one pair / equity
  double max_cluster_leverage = 0.42; ///< Σ correlation-weighted notional on one side / equity
  double max_drawdown = 0.15;         ///< hard rung: flatten and halt
  double soft_drawdown = 0.05;        ///< warning rung
  Duration resume_after = 24h;        ///< data time
  double max_daily_loss = 0.05;       ///< of the day's opening equity, UTC days of data time
  std::uint32_t max_orders_per_day = 400;
  double correlation_half_life_bars = 48.0;
  double leverage = 5.0;  ///< set at the venue per pair
  double reduce_to = 0.9; ///< of the cap, after a passive breach
};

struct OrderSettings {
  int requests_per_second = 8;       ///< engine's share of the venue's 10; watchdog has the other 2
  int reserved_for_protection = 2;   ///< of them
  Duration request_timeout = 5s;     ///< wall
  Duration unknown_write_off = 40s;  ///< wall: signature window plus visibility lag
  Duration stop_verify_within = 10s; ///< wall
  Duration stop_visibility_lag = 2s; ///< wall
  double price_collar = 0.03;        ///< |limit / mark − 1|
  Duration stale_decision = 2min;    ///< data time
  std::uint32_t repeated_executions = 12; ///< entries of one rule and pair ...
  Duration repeated_window = 24h;         ///< ... within this data time → refuse
  bool flatten_on_shutdown = false;
};

enum class RunMode : std::uint8_t { sim, paper, live };
enum class ForeignPolicy : std::uint8_t { refuse, adopt, ignore };

struct ExchangeSettings {
  std::string api = "v2";
  std::string rest_url = "https://127.0.0.1:8443";
  std::string ws_public_url = "wss://127.0.0.1:8443/v2/ws/public";
  std::string ws_private_url = "wss://127.0.0.1:8443/v2/ws/private";
  std::string ca_file;
  std::string credentials = "env:WEEX";
};

struct JournalSettings {
  std::string path = "data/journal.db";
  std::string key_path = "data/journal.key";
  bool record_market = true; ///< recording beside the journal, needed by replay
};

struct ConsoleSettings {
  bool enabled = true;
  std::string listen = "127.0.0.1:8080";
  std::string token_file = "data/operator.token";
  std::string public_url; ///< address under which a reverse proxy serves us; empty = none
  std::string runs;       ///< folder of run reports; empty = "runs" beside the journal
};

struct SupervisionSettings {
  std::uint32_t max_restarts = 5;
  Duration window = 10min;
  Duration backoff_min = 200ms, backoff_max = 30s;
};

/// The refit beside a running engine (docs/ai_participation.md, model life cycle).
struct RefitSettings {
  Duration every{};                ///< wall, from the engine's start; 0 = off
  std::string data;                ///< candle folders, separated by commas; empty = off
  std::string out = "data/models"; ///< folder of the versions that passed the gates
  [[nodiscard]] bool on() const { return every > Duration{} && !data.empty(); }
};

struct PairSettings {
  bool enabled = true;
};

struct EngineSettings {
  RunMode mode = RunMode::sim;
  ExchangeSettings exchange;
  JournalSettings journal;
  ConsoleSettings console;
  BarSettings bars;
  RegimeSettings regime;
  StrategySettings strategy;
  RiskSettings risk;
  GuardSettings guard;
  PortfolioSettings portfolio;
  OrderSettings order;
  SupervisionSettings supervision;
  ForeignPolicy foreign = ForeignPolicy::refuse;
  double backtest_initial_equity = 10'000.0;
  std::array<PairSettings, Symbol::kCount> pairs{};
  std::string kill_file = "data/KILL";
  std::uint32_t instance = 1; ///< 24 bits in client order ids; one engine per number and account
  std::string model_path;     ///< empty = the model built into the binary
  std::array<std::uint8_t, 32> config_sha256{}; ///< of the effective settings' canonical text
  RefitSettings refit;
  WatchdogSettings watchdog;
  AlertSettings alerts;
  RetentionSettings retention;
  AiLogSettings ai_log;
  VenueClockSettings venue_clock;
  ReconcileSettings reconcile;
};

} // namespace rg
