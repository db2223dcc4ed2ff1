#include "actors/order/rate_budget.hpp"

#include "messages/settings/contract_rules.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

namespace {

using namespace std::chrono_literals;

// A little over the second: clocks that are being adjusted drift against each other.
constexpr Duration kHold = 1s + 20ms;
// Requests of a process that died a moment ago may still be on their way.
constexpr Duration kStartHold = 1s + 100ms;

constexpr Duration kVenueWindow = 10s; // weex-api §5: the budget is counted over ten seconds
constexpr Duration kLongestWait = 60s; // of our own choosing
constexpr Duration kLongestTold = 1h;  // beyond this it is taken for nonsense

} // namespace

RateBudget::RateBudget(int per_second, int reserved)
    : slots_used_(static_cast<std::size_t>(std::clamp(per_second, 1, kMaxOrderRequestsPerSecond))),
      reserved_(static_cast<std::size_t>(std::max(reserved, 0))) {
  static_assert(kMaxSlots == kMaxOrderRequestsPerSecond);
  RG_ASSERT(reserved_ < slots_used_);
}

void RateBudget::start(Timestamp wall_now) {
  slots_.fill({0, wall_now + kStartHold});
}

std::size_t RateBudget::busy(Timestamp wall_now) const {
  std::size_t n = 0;
  for (std::size_t i = 0; i < slots_used_; ++i) {
    n += slots_[i].id != 0 || slots_[i].busy_until > wall_now ? 1 : 0;
  }
  return n;
}

bool RateBudget::may_send(bool is_protective, Timestamp wall_now) const {
  const std::size_t taken = busy(wall_now);
  return taken < limit(is_protective);
}

void RateBudget::sent(RequestId id) {
  RG_ASSERT(id != 0);
  // The slot that has been free for longest; the caller asked may_send().
  const auto free = std::min_element(
      slots_.begin(), slots_.begin() + slots_used_, [](const Slot& a, const Slot& b) {
        return (a.id != 0) != (b.id != 0) ? a.id == 0 : a.busy_until < b.busy_until;
      });
  RG_ASSERT(free->id == 0);
  free->id = id;
}

void RateBudget::answered(RequestId id, Timestamp wall_now) {
  for (Slot& s : slots_) {
    if (s.id == id) {
      s = {0, wall_now + kHold};
    }
  }
}

Timestamp RateBudget::next_slot(bool is_protective, Timestamp wall_now) const {
  std::array<Timestamp, kMaxSlots> ends{};
  std::size_t n = 0;
  std::size_t unanswered = 0;
  for (std::size_t i = 0; i < slots_used_; ++i) {
    if (slots_[i].id != 0) {
      ++unanswered;
    } else if (slots_[i].busy_until > wall_now) {
      ends[n++] = slots_[i].busy_until;
    }
  }
  if (unanswered + n < limit(is_protective)) {
    return wall_now;
  }
  if (unanswered >= limit(is_protective)) {
    return Timestamp{};
  }
  std::sort(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(n));
  // So many of the timed slots must end that the rest is below the limit.
  return ends[unanswered + n - limit(is_protective)];
}

void BackOff::on_rate_limited(Timestamp wall_now, Timestamp sent, Duration told) {
  if (counted_ != Timestamp{} && sent < counted_) {
    const Timestamp until = wall_now + std::min(told, kLongestTold);
    protective_from_ = std::max(protective_from_, until);
    entries_from_ = std::max(entries_from_, until);
    return;
  }
  counted_ = wall_now;
  const std::uint32_t shift = std::min<std::uint32_t>(repeats_, 6);
  ++repeats_;
  const Duration own = std::min<Duration>(1s * (1U << shift), kLongestWait);
  const Duration wait = std::max(std::min(told, kLongestTold), own);
  protective_from_ = std::max(protective_from_, wall_now + wait);
  entries_from_ = std::max(entries_from_, wall_now + std::max(wait, kVenueWindow));
}

void BackOff::on_not_sent(Timestamp wall_now) {
  protective_from_ = std::max(protective_from_, wall_now + Duration{250ms});
  entries_from_ = std::max(entries_from_, wall_now + Duration{250ms});
}

} // namespace rg
