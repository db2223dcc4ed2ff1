#include "infra/exchange/candle_store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

constexpr std::array<Duration, kIntervalCount> kLength{1min, 5min, 15min, 30min, 1h,   2h, 4h,
                                                       6h,   8h,   12h,   24h,   168h, 0h};
constexpr Duration kThursdayToMonday =
    4 * 24h; // 1970-01-01 was a Thursday: Mondays are 4 days later

std::chrono::sys_days month_start(Timestamp t) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>{Duration{t.ns()}});
  const std::chrono::year_month_day date{day};
  return std::chrono::sys_days{date.year() / date.month() / 1};
}

Timestamp from_days(std::chrono::sys_days day) {
  return Timestamp::from_ns(std::chrono::nanoseconds{day.time_since_epoch()}.count());
}

// Weeks and months of a busy pair may exceed what the fixed point holds (9.2e10): they stay at its
// end rather than break the venue.
constexpr double kMost = 9.2e10;

template <class Amount> Amount saturating_sum(Amount a, Amount b) {
  return a.to_double() + b.to_double() < kMost ? a + b : Amount::from_raw(INT64_MAX);
}
Notional saturating_value(Price price, Quantity volume) {
  return price.to_double() * volume.to_double() < kMost ? multiply(price, volume, Rounding::nearest)
                                                        : Notional::from_raw(INT64_MAX);
}

Candle from_bar(const Bar& bar) {
  Candle c{bar.open_time, bar.open, bar.high, bar.low, bar.close, bar.volume, {}};
  const auto typical = Price::from_raw((bar.high.raw() + bar.low.raw() + 2 * bar.close.raw()) / 4);
  c.turnover = saturating_value(typical, bar.volume);
  return c;
}

} // namespace

Timestamp slot_of(CandleInterval interval, Timestamp t) {
  if (interval == CandleInterval::month1) {
    return from_days(month_start(t));
  }
  const Duration length = kLength[static_cast<std::size_t>(interval)];
  if (interval == CandleInterval::w1) {
    return (t - kThursdayToMonday).slot_start(length) + kThursdayToMonday;
  }
  return t.slot_start(length);
}

Timestamp next_slot(CandleInterval interval, Timestamp slot) {
  if (interval == CandleInterval::month1) {
    return slot_of(interval, slot + 32 * 24h);
  }
  return slot + kLength[static_cast<std::size_t>(interval)];
}

void Candle::join(const Candle& later) {
  high = std::max(high, later.high);
  low = std::min(low, later.low);
  close = later.close;
  volume = saturating_sum(volume, later.volume);
  turnover = saturating_sum(turnover, later.turnover);
}

CandleStore::CandleStore(const std::vector<Bar>& history) {
  last_.reserve(history.size() + 4096);
  for (const Bar& bar : history) {
    last_.push_back(from_bar(bar));
  }
  live_from_ = last_.size();
}

void CandleStore::on_step(const PairStep& step, Timestamp begin) {
  if (!step.trades) {
    return;
  }
  const auto put = [&](std::vector<Candle>& rows, const Candle& c) {
    const bool same = &rows == &last_ ? rows.size() > live_from_ : !rows.empty();
    if (same && rows.back().open_time == c.open_time) {
      rows.back().join(c);
    } else {
      rows.push_back(c);
    }
  };
  const Timestamp minute = begin.slot_start(1min);
  Candle c{minute, step.path[0], step.path[0], step.path[0], step.path.back(), step.volume, {}};
  std::int64_t sum = 0;
  for (const Price p : step.path) {
    c.high = std::max(c.high, p);
    c.low = std::min(c.low, p);
    sum += p.raw() / static_cast<std::int64_t>(step.path.size());
  }
  c.turnover = saturating_value(Price::from_raw(sum), step.volume);
  put(last_, c);
  put(mark_, {minute, step.mark, step.mark, step.mark, step.mark, {}, {}});
  put(index_, {minute, step.index, step.index, step.index, step.index, {}, {}});
}

Candle CandleStore::minute(CandlePrice price, std::size_t i) const {
  if (price != CandlePrice::last && i >= live_from_) {
    return (price == CandlePrice::mark ? mark_ : index_)[i - live_from_];
  }
  Candle c = last_[i];
  if (price != CandlePrice::last) {
    c.volume = {};
    c.turnover = {};
  }
  return c;
}

std::size_t CandleStore::first_at(Timestamp t) const {
  // Recent times are asked for most: look at the tail before searching.
  std::size_t i = last_.size();
  for (int k = 0; k < 4 && i > 0 && last_[i - 1].open_time >= t; ++k) {
    --i;
  }
  if (i == 0 || last_[i - 1].open_time < t) {
    return i;
  }
  const auto at = std::lower_bound(last_.begin(), last_.end(), t,
                                   [](const Candle& c, Timestamp v) { return c.open_time < v; });
  return static_cast<std::size_t>(at - last_.begin());
}

void CandleStore::recent(CandleInterval interval, CandlePrice price, Timestamp from,
                         std::vector<Candle>& out) const {
  out.clear();
  for (std::size_t i = first_at(slot_of(interval, from)); i < last_.size(); ++i) {
    Candle c = minute(price, i);
    c.open_time = slot_of(interval, c.open_time);
    if (!out.empty() && out.back().open_time == c.open_time) {
      out.back().join(c);
    } else {
      out.push_back(c);
    }
  }
}

Timestamp CandleStore::step_back(CandleInterval interval, std::size_t limit, Timestamp to) const {
  Timestamp slot = slot_of(interval, to);
  if (interval == CandleInterval::month1) {
    for (std::size_t i = 1; i < limit; ++i) {
      slot = slot_of(interval, slot - 1h);
    }
    return slot;
  }
  return slot - kLength[static_cast<std::size_t>(interval)] * static_cast<std::int64_t>(limit - 1);
}

std::vector<Candle> CandleStore::rows(CandleInterval interval, CandlePrice price, std::size_t limit,
                                      Timestamp from, Timestamp to) const {
  std::vector<Candle> out;
  if (last_.empty() || limit == 0) {
    return out;
  }
  const Timestamp newest_slot =
      std::min(slot_of(interval, to), slot_of(interval, last_.back().open_time));
  // Gaps make fewer rows than slots: widen until there are enough or nothing older is left.
  for (std::size_t reach = limit;; reach *= 4) {
    const Timestamp start = std::max(step_back(interval, reach, newest_slot), from);
    recent(interval, price, start, out);
    std::erase_if(out, [&](const Candle& c) { return c.open_time > to || c.open_time < from; });
    if (out.size() >= limit || start <= slot_of(interval, last_.front().open_time) ||
        start == from) {
      break;
    }
  }
  if (out.size() > limit) {
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(limit));
  }
  return out;
}

std::vector<Candle> CandleStore::rows_from(CandleInterval interval, CandlePrice price,
                                           std::size_t limit, Timestamp from) const {
  std::vector<Candle> out;
  for (std::size_t i = first_at(slot_of(interval, from)); i < last_.size(); ++i) {
    Candle c = minute(price, i);
    c.open_time = slot_of(interval, c.open_time);
    if (!out.empty() && out.back().open_time == c.open_time) {
      out.back().join(c);
      continue;
    }
    if (out.size() > limit) { // one too many: the first may open before `from`
      break;
    }
    out.push_back(c);
  }
  std::erase_if(out, [&](const Candle& c) { return c.open_time < from; });
  out.resize(std::min(out.size(), limit));
  return out;
}

std::optional<Candle> CandleStore::newest(CandleInterval interval, CandlePrice price) const {
  if (last_.empty()) {
    return std::nullopt;
  }
  std::vector<Candle> out;
  recent(interval, price, slot_of(interval, last_.back().open_time), out);
  return out.back();
}

const DayStats& CandleStore::day() const {
  constexpr std::size_t kDay = 1440;
  if (last_.empty()) {
    return day_;
  }
  if (day_rows_ != last_.size()) { // a new minute: recompute what is closed
    day_rows_ = last_.size();
    const Timestamp from = last_.back().open_time - 23h - 59min;
    std::size_t i = last_.size() > kDay ? last_.size() - kDay : 0;
    while (last_[i].open_time < from) {
      ++i;
    }
    day_closed_ = {last_[i].high, last_[i].low, last_[i].open, {}, {}};
    for (; i + 1 < last_.size(); ++i) {
      day_closed_.high = std::max(day_closed_.high, last_[i].high);
      day_closed_.low = std::min(day_closed_.low, last_[i].low);
      day_closed_.volume = saturating_sum(day_closed_.volume, last_[i].volume);
      day_closed_.turnover = saturating_sum(day_closed_.turnover, last_[i].turnover);
    }
  }
  day_ = day_closed_;
  day_.high = std::max(day_.high, last_.back().high);
  day_.low = std::min(day_.low, last_.back().low);
  day_.volume = saturating_sum(day_.volume, last_.back().volume);
  day_.turnover = saturating_sum(day_.turnover, last_.back().turnover);
  return day_;
}

} // namespace rg::exchange
