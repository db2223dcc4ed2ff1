#pragma once
// A generator that is three lines in any language, so that the numbers of the tests here could be
// made anew elsewhere (they were: scipy 1.17, statsmodels 0.15, scikit-learn, arch 8.0).

#include <cstdint>

namespace rg::test {

class PlainNoise {
public:
  explicit PlainNoise(std::uint64_t seed) : x_(seed) {}
  double uniform() {
    x_ = (x_ * 1103515245U + 12345U) % (1ULL << 31U);
    return static_cast<double>(x_) / static_cast<double>(1ULL << 31U);
  }
  double normal() { // sum of twelve uniforms, variance 1
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) {
      sum += uniform();
    }
    return sum;
  }

private:
  std::uint64_t x_;
};

} // namespace rg::test
