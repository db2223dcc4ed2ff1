#include "backtests/span.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <limits>

namespace rg {

namespace {

bool opens_before(const Bar& bar, Timestamp t) {
  return bar.open_time < t;
}

/// First bar to take along for trading from `from` on: the last one at or before the start of the
/// warm-up slots, so that a gap there does not delay the first decision.
std::size_t warm_up_start(const std::vector<Bar>& bars, Timestamp from, const SpanWindow& window) {
  const Timestamp wanted = from - window.interval * window.warm_up_slots;
  const auto at = std::lower_bound(bars.begin(), bars.end(), wanted, opens_before);
  if (at != bars.end() && at->open_time == wanted) {
    return static_cast<std::size_t>(at - bars.begin());
  }
  if (at == bars.begin()) {
    return 0;
  }
  const Timestamp slot = (at - 1)->open_time.slot_start(window.interval);
  return static_cast<std::size_t>(std::lower_bound(bars.begin(), at, slot, opens_before) -
                                  bars.begin());
}

std::string minutes(Duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(d).count()) + "m";
}

} // namespace

Result<Span, InputError> Span::cut(const CandleFolder& folder, const SpanWindow& window) {
  RG_ASSERT(window.interval.count() > 0);
  Span span;
  span.name_ = folder.name;
  span.notes_ = folder.notes;
  for (const CandleSeries& series : folder.series) {
    if (series.interval > window.interval ||
        window.interval % series.interval != Duration::zero()) {
      return fail(InputError{
          series.path, 0,
          "its bars of " + minutes(series.interval) + " cannot be grouped into pipeline bars of " +
              minutes(window.interval) + "; give --interval and a model fitted on that interval"});
    }
    const std::vector<Bar>& bars = series.bars;
    std::size_t first = 0;
    std::size_t end = bars.size();
    if (window.to) {
      end = static_cast<std::size_t>(
          std::lower_bound(bars.begin(), bars.end(), *window.to, opens_before) - bars.begin());
    }
    if (window.from) {
      first = warm_up_start(bars, *window.from, window);
    }
    const bool in_window = first < end && (!window.from || bars[end - 1].open_time >= *window.from);
    if (!in_window) {
      span.notes_.push_back(std::string(series.symbol.name()) +
                            " is left out: no bar between --from and --to");
      continue;
    }
    span.pairs_.push_back(
        {series.symbol, series.interval, std::span(bars).subspan(first, end - first)});
    span.bar_count_ += end - first;
  }
  if (span.pairs_.empty()) {
    return fail(InputError{folder.path, 0, "holds no bar between --from and --to"});
  }
  span.trading_after_ = window.from.value_or(Timestamp{});
  span.lay_out_rows();
  return span;
}

void Span::lay_out_rows() {
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  std::vector<std::size_t> next(pairs_.size(), 0);
  std::size_t longest = 0;
  for (const SpanPair& p : pairs_) {
    longest = std::max(longest, p.bars.size());
  }
  stamps_.reserve(longest + longest / 16);
  while (true) {
    std::int64_t nearest = kNone;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (next[i] < pairs_[i].bars.size()) {
        nearest = std::min(nearest, pairs_[i].bars[next[i]].close_time().ns());
      }
    }
    if (nearest == kNone) {
      break;
    }
    stamps_.push_back(Timestamp::from_ns(nearest));
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (next[i] < pairs_[i].bars.size() && pairs_[i].bars[next[i]].close_time().ns() == nearest) {
        ++next[i];
      }
    }
  }
  first_row_ = static_cast<std::size_t>(
      std::upper_bound(stamps_.begin(), stamps_.end(), trading_after_) - stamps_.begin());
  RG_ASSERT(first_row_ < stamps_.size());
  std::int64_t start = kNone;
  for (const SpanPair& p : pairs_) {
    const auto bar = std::lower_bound(p.bars.begin(), p.bars.end(), trading_after_, opens_before);
    if (bar != p.bars.end()) {
      start = std::min(start, bar->open_time.ns());
    }
  }
  start_ = Timestamp::from_ns(start);
}

std::span<const RowCursor::RowBar> RowCursor::next() {
  const Timestamp stamp = span_.stamps()[row_++];
  std::size_t count = 0;
  for (std::size_t i = 0; i < next_.size(); ++i) {
    const auto& bars = span_.pairs()[i].bars;
    if (next_[i] < bars.size() && bars[next_[i]].close_time() == stamp) {
      bars_[count++] = {&bars[next_[i]], next_[i] + 1 == bars.size()};
      ++next_[i];
    }
  }
  return {bars_, count};
}

} // namespace rg
