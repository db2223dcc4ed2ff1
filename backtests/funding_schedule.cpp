#include "backtests/funding_schedule.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

FundingSchedule::FundingSchedule(Duration interval, double default_rate)
    : interval_(interval), default_rate_(default_rate) {
  RG_ASSERT(interval.count() > 0);
}

void FundingSchedule::set(Symbol symbol, Timestamp time, double rate) {
  const std::int64_t settlement = (time.ns() + interval_.count() / 2) / interval_.count();
  auto& list = entries_[symbol.id()];
  const auto at = std::lower_bound(list.begin(), list.end(), settlement,
                                   [](const Entry& e, std::int64_t s) { return e.settlement < s; });
  if (at != list.end() && at->settlement == settlement) {
    at->rate = rate;
  } else {
    list.insert(at, {settlement, rate}); // files are in time order, so this appends
  }
}

const FundingSchedule::Entry* FundingSchedule::find(Symbol symbol, Timestamp settlement) const {
  const auto& list = entries_[symbol.id()];
  const std::int64_t number = settlement.ns() / interval_.count();
  const auto at = std::lower_bound(list.begin(), list.end(), number,
                                   [](const Entry& e, std::int64_t s) { return e.settlement < s; });
  return at != list.end() && at->settlement == number ? &*at : nullptr;
}

double FundingSchedule::rate(Symbol symbol, Timestamp settlement) const {
  const Entry* entry = find(symbol, settlement);
  return entry != nullptr ? entry->rate : default_rate_;
}

bool FundingSchedule::from_file(Symbol symbol, Timestamp settlement) const {
  return find(symbol, settlement) != nullptr;
}

Timestamp FundingSchedule::next_after(Timestamp t) const {
  return Timestamp::from_ns((t.ns() / interval_.count() + 1) * interval_.count());
}

Timestamp FundingSchedule::next_at_or_after(Timestamp t) const {
  return Timestamp::from_ns((t.ns() + interval_.count() - 1) / interval_.count() *
                            interval_.count());
}

} // namespace rg
