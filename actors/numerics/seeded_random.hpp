#pragma once
// Random numbers that are the same on every platform: the standard fixes the engine's bits but not
// what its distributions make of them, so the two we need stand here.

#include <cmath>
#include <cstdint>
#include <random>

namespace rg {

/// Deterministic by its seed; passed in wherever chance is wanted.
class SeededRandom {
public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, 1), 53 bits.
  [[nodiscard]] double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  /// Uniform in 0 .. n − 1, n >= 1 (bias below 2^-50 for n < 2^14, immaterial here).
  [[nodiscard]] std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
  }
  /// Standard normal, by the polar method of Marsaglia.
  [[nodiscard]] double normal() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double u = 0.0, v = 0.0, s = 0.0;
    do {
      u = 2.0 * uniform() - 1.0;
      v = 2.0 * uniform() - 1.0;
      s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    const double scale = std::sqrt(-2.0 * std::log(s) / s);
    spare_ = v * scale;
    has_spare_ = true;
    return u * scale;
  }

private:
  std::mt19937_64 engine_;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

} // namespace rg
