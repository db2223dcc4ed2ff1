#pragma once
// The top of the book as the risk engine's asset factor sees it. Pure, O(1).

#include "messages/market/tick.hpp"

#include <optional>

namespace rg {

class BookMonitor {
public:
  /// Ticks that do not carry the book leave the last state in force.
  void on_tick(const Tick& tick) {
    const double bid = tick.best_bid.to_double();
    const double ask = tick.best_ask.to_double();
    if (bid > 0.0 && ask >= bid) {
      spread_ = 2.0 * (ask - bid) / (ask + bid);
    }
    const double depth = tick.bid_depth.to_double() + tick.ask_depth.to_double();
    if (depth > 0.0) {
      usual_depth_ = usual_depth_ > 0.0 ? usual_depth_ + kWeight * (depth - usual_depth_) : depth;
      depth_ratio_ = depth / usual_depth_;
    }
  }
  /// Relative spread of the last book; empty before the first.
  [[nodiscard]] std::optional<double> relative_spread() const { return spread_; }
  /// Depth shown now over its slow average; 1 before the first.
  [[nodiscard]] double depth_ratio() const { return depth_ratio_; }

private:
  static constexpr double kWeight = 0.002; // a book counts half after about 350 later ones

  std::optional<double> spread_;
  double usual_depth_ = 0.0;
  double depth_ratio_ = 1.0;
};

} // namespace rg
