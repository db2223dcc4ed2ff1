#include "app/simulation/sim_settings.hpp"

#include "infra/config/model_file.hpp"
#include "infra/market/random_stream.hpp"

#include <stdexcept>

namespace rg::sim {

namespace {

constexpr std::uint32_t kInstance = 0x51;

bool allows(const FaultMask& faults, Fault fault) {
  return faults.test(static_cast<std::size_t>(fault));
}

/// Which caps this seed's run comes close to.
void choose_caps(EngineSettings& s, std::uint64_t draw) {
  switch (draw % 5) {
  case 0: // leverage binds
    s.portfolio.max_gross_leverage = 0.5;
    s.portfolio.max_net_leverage = 0.4;
    break;
  case 1: // the ladder
    s.portfolio.soft_drawdown = 0.006;
    s.portfolio.max_drawdown = 0.012;
    s.portfolio.resume_after = 20min;
    break;
  case 2: // the day
    s.portfolio.max_daily_loss = 0.01;
    break;
  case 3: // large positions
    s.risk.risk_per_trade = 0.04;
    s.risk.max_entry_leverage = 0.7;
    s.portfolio.max_cluster_leverage = 1.5;
    s.portfolio.max_gross_leverage = 1.2;
    break;
  default:
    break;
  }
}

} // namespace

EngineSettings settings_of(std::uint64_t seed, const FaultMask& faults) {
  RandomStream random(seed, 91);
  EngineSettings s;
  s.instance = kInstance;
  s.bars.base = 1min;
  s.bars.interval = 1min;
  s.bars.unknown_after_gap = 8;
  s.journal.record_market = false;
  // A frame comes every market step.
  s.guard.silence_halt = 40s;
  s.guard.hold_caution = 3min;
  s.guard.hold_halt = 6min;
  s.guard.jump_sigmas_caution = 12.0;
  s.guard.jump_sigmas_halt = 20.0;
  s.regime.enter_confidence = 0.5;
  s.strategy.trend_min_score = 0.03;
  s.strategy.band_entry_z = 1.6;
  s.strategy.entry_life_bars = 3;
  s.risk.min_confidence = 0.35;
  s.risk.full_confidence = 0.45;
  s.risk.target_volatility = 0.08;
  s.risk.stop_min = 0.003;
  s.risk.stop_max = 0.008; // stops are hit several times an hour
  s.risk.cooldown_after_stop = 4min;
  s.risk.cooldown_after_guard = 4min;
  s.risk.cooldown_after_cluster = 4min;
  s.risk.cluster_half_life_hours = 0.25;
  s.risk.cluster_full = 6.0;
  s.risk.cluster_zero = 30.0;
  s.portfolio.max_cluster_leverage = 0.8;
  s.portfolio.max_daily_loss = 0.3;
  s.portfolio.max_orders_per_day = 5000;
  s.order.repeated_executions = 5000;
  s.order.repeated_window = 1h;
  choose_caps(s, random.bits() >> 7);
  // Someone else trades on the account in these runs: then the engine must live with it.
  const bool others = allows(faults, Fault::outside_order) ||
                      allows(faults, Fault::outside_close) || allows(faults, Fault::liquidation);
  s.foreign = others ? ForeignPolicy::adopt : ForeignPolicy::refuse;
  const std::size_t wanted = random.below(10) == 0 ? Symbol::kCount : 2 + random.below(3);
  const std::size_t first = random.below(Symbol::kCount);
  for (const Symbol symbol : Symbol::all()) {
    const std::size_t place = (symbol.id() + Symbol::kCount - first) % Symbol::kCount;
    s.pairs[symbol.id()].enabled = place < wanted;
  }
  s.exchange.api = random.below(2) == 0 ? "v2" : "v3";
  return s;
}

std::vector<Symbol> pairs_of(const EngineSettings& settings) {
  std::vector<Symbol> out;
  for (const Symbol symbol : Symbol::all()) {
    if (settings.pairs[symbol.id()].enabled) {
      out.push_back(symbol);
    }
  }
  return out;
}

std::shared_ptr<const ModelParameters> simulation_model() {
  static const auto kModel = [] {
    const auto loaded = model_for("");
    if (!loaded) {
      throw std::runtime_error(loaded.error().text());
    }
    auto copy = std::make_shared<ModelParameters>(**loaded);
    copy->interval = 1min;
    return std::shared_ptr<const ModelParameters>(std::move(copy));
  }();
  return kModel;
}

} // namespace rg::sim
