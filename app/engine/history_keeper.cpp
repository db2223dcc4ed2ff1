#include "app/engine/history_keeper.hpp"

#include <algorithm>

namespace rg::app {

void HistoryKeeper::on_bar(const Bar& bar, const RegimeEstimate& regime,
                           const RiskForecast& forecast) {
  const std::lock_guard lock(mutex_);
  Kept& kept = bars_[bar.symbol.id()];
  if (!kept.bars.empty() && kept.bars.back().bar.open_time >= bar.open_time) {
    kept.first += kept.bars.size(); // a restarted group tells its history again
    kept.bars.clear();
  }
  kept.bars.push_back({bar, regime, forecast});
  if (kept.bars.size() > kBarsKept) {
    kept.bars.pop_front();
    ++kept.first;
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

PairHistory HistoryKeeper::history(Symbol symbol, Duration interval, std::size_t bars) const {
  PairHistory out;
  out.symbol = symbol;
  out.interval = interval;
  std::uint64_t next = 0;
  for (bool more = true; more;) {
    const std::lock_guard lock(mutex_);
    const Kept& kept = bars_[symbol.id()];
    const std::uint64_t end = kept.first + kept.bars.size();
    const std::uint64_t begin =
        std::max(next, end - std::min<std::uint64_t>(bars, end - kept.first));
    if (begin > next && next > 0) {
      out.bars.clear(); // the history was told again while it was being copied
      out.estimates.clear();
      out.forecasts.clear();
    }
    next = std::min(end, begin + kCopiedAtOnce);
    for (std::uint64_t i = begin; i < next; ++i) {
      const BarRecord& record = kept.bars[i - kept.first];
      out.bars.push_back(record.bar);
      out.estimates.push_back(record.regime);
      out.forecasts.push_back({record.bar.close_time(), record.forecast});
    }
    more = next < end;
  }
  const std::lock_guard lock(mutex_);
  const auto& changes = guard_[symbol.id()];
  out.guard.assign(changes.begin(), changes.end());
  return out;
}

} // namespace rg::app
