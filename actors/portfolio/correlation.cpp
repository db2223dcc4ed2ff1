#include "actors/portfolio/correlation.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

CorrelationTracker::CorrelationTracker(double half_life_bars)
    : decay_(std::exp2(-1.0 / half_life_bars)) {
  RG_ASSERT(half_life_bars > 0.0);
  for (Row& row : rho_) {
    row.fill(1.0);
  }
}

void CorrelationTracker::on_bar(Symbol symbol, const PipelineBar& bar) {
  const Timestamp stamp = bar.bar.close_time();
  if (pending_mask_ != 0 && stamp != pending_stamp_) {
    folded_late_ = fold() || folded_late_;
  }
  const std::size_t i = symbol.id();
  const double close = bar.bar.close.to_double();
  if (last_close_[i] > 0.0 && bar.gap_slots == 0) {
    pending_[i] = std::log(close / last_close_[i]);
    pending_mask_ |= 1U << i;
    pending_stamp_ = stamp;
  }
  last_close_[i] = close;
}

bool CorrelationTracker::fold() {
  const bool late = folded_late_;
  folded_late_ = false;
  if (pending_mask_ == 0) {
    return late;
  }
  for (std::size_t a = 0; a < Symbol::kCount; ++a) {
    if ((pending_mask_ & (1U << a)) == 0) {
      continue;
    }
    for (std::size_t b = a + 1; b < Symbol::kCount; ++b) {
      if ((pending_mask_ & (1U << b)) != 0) {
        update(a, b);
      }
    }
  }
  pending_mask_ = 0;
  return true;
}

void CorrelationTracker::update(std::size_t a, std::size_t b) {
  Moments& m = moments_[a][b];
  const double x = pending_[a];
  const double y = pending_[b];
  // Returns are not centred: over a bar the mean is far below its estimation error.
  const double keep = m.observations == 0 ? 0.0 : decay_;
  m.var_a = keep * m.var_a + (1.0 - keep) * x * x;
  m.var_b = keep * m.var_b + (1.0 - keep) * y * y;
  m.cov = keep * m.cov + (1.0 - keep) * x * y;
  ++m.observations;
  if (m.observations < kMinimumObservations) {
    return;
  }
  const double scale = std::sqrt(m.var_a * m.var_b);
  const double rho = scale > 0.0 ? std::clamp(m.cov / scale, -1.0, 1.0) : 1.0;
  rho_[a][b] = rho;
  rho_[b][a] = rho;
}

} // namespace rg
