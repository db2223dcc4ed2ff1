#pragma once
// A round: the whole tape through the running actors, frame to signed order.

#include "bench/whole_way/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace rg::bench {

struct Round {
  double p50 = 0.0, p99 = 0.0;
  std::uint64_t orders = 0, checksum = 0;
};

inline Round round_of(const FrameTape& tape, const std::function<void(Engine&)>& each_minute) {
  const PathResult r = run_actors(tape, Arrival::sparse, "", each_minute).signed_order;
  return {r.latency.at(0.5), r.latency.at(0.99), r.orders, r.checksum};
}

/// Of an odd or even count: the upper of the middle ones.
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

inline std::vector<double> all(const std::vector<Round>& rounds, double Round::*field) {
  std::vector<double> values;
  for (const Round& r : rounds) {
    values.push_back(r.*field);
  }
  return values;
}

inline void print_head(std::size_t rounds) {
  fmt::print("Frame to signed order, microseconds, {} round(s) each, in turn\n", rounds);
  fmt::print("  {:<34} {:>7} {:>9} {:>9}   {}\n", "", "n", "p50", "p99", "p50 of the rounds");
}

inline void print(const char* name, const std::vector<Round>& rounds) {
  const auto p50 = all(rounds, &Round::p50);
  const auto [low, high] = std::minmax_element(p50.begin(), p50.end());
  fmt::print("  {:<34} {:>7} {:>9.2f} {:>9.2f}   {:.2f} .. {:.2f}\n", name, rounds.front().orders,
             median(p50), median(all(rounds, &Round::p99)), *low, *high);
}

} // namespace rg::bench
