#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rg {

/// A price seen at a time. Prices in units of 1e-8: only ratios are used.
struct Anchor {
  double price = 0.0;
  double inverse = 0.0; ///< 1 / price, so that looking back costs no division
  std::int64_t ns = 0;
};

/// The last N anchors, by age; the oldest falls out.
template <std::size_t N> class AnchorRing {
public:
  void push(double price, std::int64_t ns) {
    next_ = next_ + 1 == N ? 0 : next_ + 1;
    anchors_[next_] = {price, 1.0 / price, ns};
    size_ = size_ < N ? size_ + 1 : N;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// age 0 = newest; age < size().
  [[nodiscard]] const Anchor& at(std::size_t age) const {
    return anchors_[next_ >= age ? next_ - age : next_ + N - age];
  }

private:
  std::array<Anchor, N> anchors_{};
  std::size_t next_ = N - 1, size_ = 0;
};

} // namespace rg
