#include "app/engine/host_console.hpp"

#include "app/engine/engine_host.hpp"

#include <algorithm>
#include <cmath>

namespace rg::app {

// ---- history ----

void HistoryKeeper::on_bar(const Bar& bar, const RegimeEstimate& regime,
                           const RiskForecast& forecast) {
  const std::lock_guard lock(mutex_);
  auto& bars = bars_[bar.symbol.id()];
  if (!bars.empty() && bars.back().bar.open_time >= bar.open_time) {
    bars.clear(); // a restarted group tells its history again
  }
  bars.push_back({bar, regime, forecast});
  if (bars.size() > kBarsKept) {
    bars.pop_front();
  }
}

void HistoryKeeper::on_guard(const GuardState& state) {
  const std::lock_guard lock(mutex_);
  auto& changes = guard_[state.symbol.id()];
  changes.push_back(state);
  if (changes.size() > kGuardChangesKept) {
    changes.pop_front();
  }
}

PairHistory HistoryKeeper::history(Symbol symbol, Duration interval) const {
  PairHistory out;
  out.symbol = symbol;
  out.interval = interval;
  const std::lock_guard lock(mutex_);
  for (const BarRecord& record : bars_[symbol.id()]) {
    out.bars.push_back(record.bar);
    out.estimates.push_back(record.regime);
    out.forecasts.push_back({record.bar.close_time(), record.forecast});
  }
  const auto& changes = guard_[symbol.id()];
  out.guard.assign(changes.begin(), changes.end());
  return out;
}

// ---- limits ----

namespace {

std::optional<Timestamp> last_refusal(const EngineStatus& status, Refusal reason) {
  for (auto it = status.last_decisions.rbegin(); it != status.last_decisions.rend(); ++it) {
    if (it->outcome == Outcome::refused && it->refusal == reason) {
      return it->id.stamp;
    }
  }
  return std::nullopt;
}

} // namespace

std::vector<LimitStatus> limits_of(const EngineStatus& status, const EngineSettings& settings) {
  const PortfolioSettings& caps = settings.portfolio;
  const double equity = status.equity.to_double();
  double largest_pair = 0.0;
  for (const PairStatus& pair : status.pairs) {
    if (equity > 0.0) {
      const Notional value = multiply(pair.mark_price, pair.position.quantity, Rounding::up);
      largest_pair = std::max(largest_pair, value.to_double() / equity);
    }
  }
  const double opening = status.day_opening_equity.to_double();
  const double daily_loss = opening > 0.0 ? std::max(0.0, 1.0 - equity / opening) : 0.0;
  return {
      {"gross_leverage", "Gross leverage", "x equity", status.gross_leverage,
       caps.max_gross_leverage, last_refusal(status, Refusal::gross_leverage)},
      {"net_leverage", "Net leverage", "x equity", std::abs(status.net_leverage),
       caps.max_net_leverage, last_refusal(status, Refusal::net_leverage)},
      {"pair_notional", "Largest pair", "x equity", largest_pair, caps.max_pair_leverage,
       last_refusal(status, Refusal::pair_notional)},
      {"drawdown", "Drawdown", "of the high-water mark", status.drawdown, caps.max_drawdown,
       last_refusal(status, Refusal::drawdown_halt)},
      {"daily_loss", "Loss of the day", "of the day's opening equity", daily_loss,
       caps.max_daily_loss, last_refusal(status, Refusal::daily_loss)},
      {"orders_per_day", "Orders of the day", "orders", static_cast<double>(status.orders_today),
       static_cast<double>(caps.max_orders_per_day), last_refusal(status, Refusal::orders_per_day)},
  };
}

// ---- the console's view ----

HostConsole::HostConsole(EngineHost& host)
    : host_(host), journal_(host.settings().journal.path, host.settings().journal.key_path) {}

EngineStatus HostConsole::status() const {
  return host_.snapshot();
}
std::uint64_t HostConsole::version() const {
  return host_.snapshot_version();
}
PairHistory HostConsole::history(Symbol symbol) const {
  return host_.histories().history(symbol, host_.settings().bars.interval);
}
std::vector<LimitStatus> HostConsole::limits() const {
  return limits_of(host_.snapshot(), host_.settings());
}
std::string HostConsole::model_json() const {
  return host_.run().model_json;
}
void HostConsole::execute(OperatorCommand command) {
  host_.post(std::move(command));
}

} // namespace rg::app
