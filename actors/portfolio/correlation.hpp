#pragma once
// EWMA correlation of the pairs' pipeline-bar returns. Each couple of pairs keeps its own moments
// over the bars that both have, so a gap in one pair does not spoil the others.

#include "messages/market/bar.hpp"
#include "messages/units/symbol.hpp"

#include <array>
#include <cstdint>

namespace rg {

class CorrelationTracker {
public:
  /// @param half_life_bars  bars after which a common observation counts half; > 0.
  explicit CorrelationTracker(double half_life_bars);

  /// A good pipeline bar. The return exists only when the slot before was good too.
  void on_bar(Symbol symbol, const PipelineBar& bar);
  /// Takes the returns gathered at one stamp into the moments; true when something changed.
  bool fold();

  /// Correlation in [−1, 1]. Under kMinimumObservations common bars nothing is known and 1 is
  /// given: the pairs are then taken to move together, which allows least risk on one side.
  [[nodiscard]] double between(Symbol a, Symbol b) const { return rho_[a.id()][b.id()]; }

  static constexpr std::uint32_t kMinimumObservations = 48;

private:
  struct Moments {
    double var_a = 0.0, var_b = 0.0, cov = 0.0;
    std::uint32_t observations = 0;
  };
  using Row = std::array<double, Symbol::kCount>;
  void update(std::size_t a, std::size_t b);

  double decay_;
  Row last_close_{}, pending_{};
  std::uint32_t pending_mask_ = 0;
  Timestamp pending_stamp_;
  bool folded_late_ = false; // a newer stamp arrived before fold() was called
  std::array<std::array<Moments, Symbol::kCount>, Symbol::kCount> moments_{}; // a < b used
  std::array<Row, Symbol::kCount> rho_{};
};

} // namespace rg
