#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace rg::bench {

using SteadyClock = std::chrono::steady_clock;

/// Latencies of one path, nanoseconds; kept whole because tails matter.
class Latency {
public:
  void add(SteadyClock::duration d) { ns_.push_back(static_cast<double>(d.count())); }
  [[nodiscard]] std::size_t count() const { return ns_.size(); }
  /// Value at quantile q in [0, 1], microseconds; 0 when empty.
  [[nodiscard]] double at(double q) const {
    if (ns_.empty()) {
      return 0.0;
    }
    std::vector<double> sorted = ns_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))] / 1000.0;
  }

private:
  std::vector<double> ns_;
};

/// How events arrive: without pause, or each after an idle pause that lets caches go cold.
enum class Arrival : std::uint8_t { burst, sparse };

/// What one path measured. The checksum covers every byte that was signed: doing less would show.
struct PathResult {
  std::string name;
  Latency latency;
  std::uint64_t orders = 0, checksum = 0;
};

} // namespace rg::bench
