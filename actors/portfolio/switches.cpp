// What stands for or against new risk, as the engine and its operators set it.

#include "actors/portfolio/portfolio_internals.hpp"

#include <algorithm>

namespace rg {

void PortfolioModel::pause(Symbol symbol, bool paused) {
  state_->pair(symbol).paused = paused;
  if (paused) {
    state_->cancel_entries(symbol);
  }
}

void PortfolioModel::wind_down(Symbol symbol, bool winding_down) {
  state_->pair(symbol).winding_down = winding_down;
  if (winding_down) {
    state_->cancel_entries(symbol);
  }
}

void PortfolioModel::set_enabled(Symbol symbol, bool enabled) {
  state_->pair(symbol).enabled = enabled;
  if (!enabled) {
    state_->cancel_entries(symbol);
  }
}

void PortfolioModel::quarantine(Symbol symbol, bool quarantined) {
  state_->pair(symbol).quarantined = quarantined;
  if (quarantined) {
    state_->want_flat(symbol, ExitReason::guard);
  }
}

void PortfolioModel::set_warm(Symbol symbol, bool warm) {
  state_->pair(symbol).warm = warm;
}
void PortfolioModel::set_reconciled(bool reconciled) {
  state_->reconciled = reconciled;
}
void PortfolioModel::set_unknown_outcome(Symbol symbol, bool unknown) {
  state_->pair(symbol).unknown_outcome = unknown;
}
void PortfolioModel::set_contract(const ContractRules& rules) {
  state_->contracts[rules.symbol.id()] = rules;
}
void PortfolioModel::set_contract_changed(Symbol symbol, bool changed) {
  state_->pair(symbol).contract_changed = changed;
}
void PortfolioModel::set_clock_uncertain(bool uncertain) {
  state_->clock_uncertain = uncertain;
}
void PortfolioModel::set_ai_log_stuck(bool stuck) {
  state_->ai_log_stuck = stuck;
}
void PortfolioModel::set_disk_low(bool low) {
  state_->disk_low = low;
  if (low) {
    state_->cancel_all_entries();
  }
}
void PortfolioModel::set_settings(const PortfolioSettings& settings) {
  State& s = *state_;
  // The half life is part of what the correlations have learnt, and the leverage of what the venue
  // was told: both need a restart.
  RG_ASSERT(settings.correlation_half_life_bars == s.settings.correlation_half_life_bars);
  RG_ASSERT(settings.leverage == s.settings.leverage);
  s.settings = settings;
  s.caps = Caps(settings);
  s.ladder.set_settings(settings);
  s.daily_loss.set_max_loss(settings.max_daily_loss);
  s.exposure_changed = true; // the correlation factors follow from the cluster cap
}
void PortfolioModel::set_stale_decision(Duration age) {
  state_->options.stale_decision = age;
}
void PortfolioModel::set_hashes(const std::array<std::uint8_t, 8>& model,
                                const std::array<std::uint8_t, 8>& config) {
  state_->model_hash = model;
  state_->config_hash = config;
}

void PortfolioModel::latch(HaltTier tier) {
  State& s = *state_;
  s.latch = std::max(s.latch, tier);
  if (tier >= HaltTier::reduce_only) {
    s.cancel_all_entries();
  }
  if (tier == HaltTier::flatten) {
    s.want_all_flat(ExitReason::guard);
  }
}

void PortfolioModel::latch_pair(Symbol symbol, HaltTier tier) {
  State& s = *state_;
  HaltTier& latch = s.pair(symbol).latch;
  latch = std::max(latch, tier);
  if (latch >= HaltTier::reduce_only) {
    s.cancel_entries(symbol);
  }
  if (latch == HaltTier::flatten) {
    s.want_flat(symbol, ExitReason::guard);
  }
}

void PortfolioModel::release_pair(Symbol symbol) {
  state_->pair(symbol).latch = HaltTier::none;
}

HaltTier PortfolioModel::pair_latch(Symbol symbol) const {
  return state_->pair(symbol).latch;
}

void PortfolioModel::release_latch() {
  State& s = *state_;
  s.latch = HaltTier::none;
  for (PairControl& p : s.pairs) {
    p.held_until = Timestamp{};
  }
  if (s.ladder.is_halted()) {
    s.ladder.release(s.equity());
  }
}

} // namespace rg
