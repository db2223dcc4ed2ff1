#include "backtests/walk_forward/walk_windows.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace rg {

namespace {

constexpr Duration kDay = std::chrono::hours{24};

struct Extent {
  Timestamp first, last; ///< open of the first bar, close of the last, over all pairs
};

Extent extent_of(const CandleFolder& folder) {
  Extent e{Timestamp::from_ns(std::numeric_limits<std::int64_t>::max()), Timestamp{}};
  for (const CandleSeries& s : folder.series) {
    if (!s.bars.empty()) {
      e.first = std::min(e.first, s.bars.front().open_time);
      e.last = std::max(e.last, s.bars.back().close_time());
    }
  }
  return e;
}

Timestamp day_at_or_after(Timestamp t) {
  const Timestamp day = t.slot_start(kDay);
  return day == t ? day : day + kDay;
}

std::vector<WalkWindow> windows_of(std::size_t index, const CandleFolder& folder,
                                   const WalkSchedule& schedule, const BarSettings& bars) {
  std::vector<WalkWindow> windows;
  const Extent extent = extent_of(folder);
  if (extent.last <= Timestamp{}) {
    return windows;
  }
  const Timestamp end = day_at_or_after(extent.last);
  Timestamp from = day_at_or_after(extent.first + bars.interval * bars.warm_up_slots);
  for (; from < extent.last; from = from + schedule.window) {
    const Timestamp to = std::min(from + schedule.window, end);
    if (!windows.empty() && to - from < schedule.window / 6) {
      windows.back().to = to;
    } else {
      windows.push_back({index, folder.name, from, to, {}});
    }
  }
  return windows;
}

} // namespace

std::vector<WalkGroup> plan_windows(std::span<const CandleFolder> judged,
                                    const WalkSchedule& schedule, const BarSettings& bars) {
  RG_ASSERT(schedule.window >= kDay && schedule.window % kDay == Duration::zero());
  RG_ASSERT(schedule.refit_every >= 1 && schedule.embargo >= Duration::zero());
  std::vector<WalkGroup> groups;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const std::vector<WalkWindow> windows = windows_of(i, judged[i], schedule, bars);
    for (std::size_t w = 0; w < windows.size(); ++w) {
      if (w % schedule.refit_every == 0) {
        groups.emplace_back();
      }
      groups.back().push_back(windows[w]);
      groups.back().back().fit_until = groups.back().front().from - schedule.embargo;
    }
  }
  return groups;
}

std::vector<CandleFolder> earlier_data(std::span<const CandleFolder* const> folders,
                                       Timestamp until) {
  std::vector<CandleFolder> out;
  for (const CandleFolder* folder : folders) {
    CandleFolder kept{folder->path, folder->name, {}, {}};
    for (const CandleSeries& s : folder->series) {
      const auto end = std::partition_point(
          s.bars.begin(), s.bars.end(), [&](const Bar& bar) { return bar.close_time() <= until; });
      if (end != s.bars.begin()) {
        CandleSeries cut{s.symbol, s.interval, s.path, {s.bars.begin(), end}, s.sha256};
        kept.series.push_back(std::move(cut));
      }
    }
    if (!kept.series.empty()) {
      out.push_back(std::move(kept));
    }
  }
  return out;
}

std::string window_name(const WalkWindow& window) {
  const std::chrono::year_month_day ymd{std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{window.from.ns()}})};
  char day[16];
  std::snprintf(day, sizeof day, "%04d%02u%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return window.span + "-" + day;
}

} // namespace rg
