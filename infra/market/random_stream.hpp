#pragma once
// A small seeded generator for simulated markets and faults: xoshiro256** (Blackman and Vigna,
// 2018) with normals by inversion, so that each draw uses exactly one number of the stream.

#include "infra/market/market_process.hpp"

#include <cmath>

namespace rg {

/// Quantile of the standard normal distribution; p in (0, 1). Wichura's AS 241 (Applied Statistics
/// 37, 1988), about 16 digits.
[[nodiscard]] double inverse_normal(double p);

class RandomStream {
public:
  /// Streams of one seed with different ids are independent for every practical purpose.
  RandomStream(std::uint64_t seed, std::uint64_t id) {
    std::uint64_t x = hash64(seed, id);
    for (auto& word : state_) {
      word = hash64(x);
      x += 0x9e3779b97f4a7c15ULL;
    }
  }
  [[nodiscard]] std::uint64_t bits() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  [[nodiscard]] double uniform() { return unit_uniform(bits()); }
  [[nodiscard]] double normal() { return inverse_normal(uniform()); }
  [[nodiscard]] double exponential() { return -std::log(uniform()); }
  [[nodiscard]] bool chance(double probability) { return uniform() < probability; }
  /// Uniform in 0 … n − 1; n > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) { return bits() % n; }

private:
  [[nodiscard]] static constexpr std::uint64_t rotate(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
  }
  std::array<std::uint64_t, 4> state_{};
};

} // namespace rg
