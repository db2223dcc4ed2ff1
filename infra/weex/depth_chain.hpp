#pragma once

#include "infra/weex/frames.hpp"

#include <vector>

namespace rg::weex {

/// A pair's book as the depth channel tells it: a snapshot, then changes that must chain.
class DepthChain {
public:
  enum class Result : std::uint8_t {
    applied,
    stale,   ///< already known; dropped
    waiting, ///< a change before any snapshot; dropped
    broken,  ///< versions do not join, or bid >= ask: a fresh snapshot is needed
  };

  DepthChain();
  [[nodiscard]] Result apply(const DepthRows& rows);
  void reset(); ///< the next thing wanted is a snapshot

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] Price best_bid() const { return bids_.empty() ? Price{} : bids_.front().price; }
  [[nodiscard]] Price best_ask() const { return asks_.empty() ? Price{} : asks_.front().price; }
  [[nodiscard]] Quantity bid_depth() const { return total(bids_); } ///< over all levels shown
  [[nodiscard]] Quantity ask_depth() const { return total(asks_); }
  [[nodiscard]] const std::vector<Level>& bids() const { return bids_; } ///< best first
  [[nodiscard]] const std::vector<Level>& asks() const { return asks_; }

private:
  static void put(std::vector<Level>& side, const Level& level, bool bids);
  [[nodiscard]] static Quantity total(const std::vector<Level>& side);
  std::vector<Level> bids_, asks_;
  std::uint64_t version_ = 0;
  bool ready_ = false;
};

} // namespace rg::weex
