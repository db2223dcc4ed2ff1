#include "infra/weex/depth_chain.hpp"

#include <algorithm>

namespace rg::weex {

namespace {
constexpr std::size_t kDefaultLevels = 15, kMostLevels = 200;
} // namespace

DepthChain::DepthChain() {
  bids_.reserve(2 * kMostLevels);
  asks_.reserve(2 * kMostLevels);
}

void DepthChain::reset() {
  ready_ = false;
  bids_.clear();
  asks_.clear();
}

void DepthChain::put(std::vector<Level>& side, const Level& level, bool bids) {
  const auto at = std::lower_bound(side.begin(), side.end(), level.price,
                                   [bids](const Level& known, Price price) {
                                     return bids ? known.price > price : known.price < price;
                                   });
  const bool known = at != side.end() && at->price == level.price;
  if (level.size.is_zero()) {
    if (known) {
      side.erase(at);
    }
  } else if (known) {
    at->size = level.size;
  } else if (side.size() < side.capacity()) { // a flood of levels cannot grow the book
    side.insert(at, level);
  }
}

DepthChain::Result DepthChain::apply(const DepthRows& rows) {
  if (rows.snapshot) {
    reset();
    ready_ = true;
  } else if (!ready_) {
    return Result::waiting;
  } else if (rows.end_version <= version_) {
    return Result::stale;
  } else if (rows.start_version > version_ + 1) { // documented chains start at the last end
    reset();
    return Result::broken;
  }
  version_ = rows.end_version;
  for (const Level& level : rows.bids) {
    put(bids_, level, true);
  }
  for (const Level& level : rows.asks) {
    put(asks_, level, false);
  }
  const std::size_t most =
      rows.levels == 0 ? kDefaultLevels : std::min<std::size_t>(rows.levels, kMostLevels);
  bids_.resize(std::min(bids_.size(), most));
  asks_.resize(std::min(asks_.size(), most));
  if (!bids_.empty() && !asks_.empty() && best_bid() >= best_ask()) {
    reset();
    return Result::broken;
  }
  return Result::applied;
}

Quantity DepthChain::total(const std::vector<Level>& side) {
  Quantity sum;
  for (const Level& level : side) {
    sum += level.size;
  }
  return sum;
}

} // namespace rg::weex
