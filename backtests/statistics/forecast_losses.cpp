#include "backtests/statistics/forecast_losses.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

double qlike_loss(double realised_variance, double forecast_variance) {
  const double ratio = realised_variance / forecast_variance;
  return ratio - std::log(ratio) - 1.0;
}

double pinball_loss(double actual, double quantile, double level) {
  const double over = actual - quantile;
  return over >= 0.0 ? level * over : (level - 1.0) * over;
}

std::optional<double> brier_score(std::span<const std::pair<double, bool>> scored) {
  if (scored.empty()) {
    return std::nullopt;
  }
  double sum = 0.0;
  for (const auto& [p, happened] : scored) {
    const double miss = p - (happened ? 1.0 : 0.0);
    sum += miss * miss;
  }
  return sum / static_cast<double>(scored.size());
}

std::optional<double> area_under_curve(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  double rank_sum = 0.0; // of the events, ties at their mean rank
  double events = 0.0;
  for (std::size_t i = 0; i < scored.size();) {
    std::size_t j = i;
    double tied_events = 0.0;
    while (j < scored.size() && scored[j].first == scored[i].first) {
      tied_events += scored[j].second ? 1.0 : 0.0;
      ++j;
    }
    rank_sum += tied_events * 0.5 * static_cast<double>(i + 1 + j);
    events += tied_events;
    i = j;
  }
  const double others = static_cast<double>(scored.size()) - events;
  if (events == 0.0 || others == 0.0) {
    return std::nullopt;
  }
  return (rank_sum - events * (events + 1.0) / 2.0) / (events * others);
}

std::optional<double> weighted_quantile(std::vector<std::pair<double, double>> value_weight,
                                        double level) {
  std::sort(value_weight.begin(), value_weight.end());
  double total = 0.0;
  for (const auto& [value, weight] : value_weight) {
    total += weight;
  }
  double sum = 0.0;
  for (const auto& [value, weight] : value_weight) {
    sum += weight;
    if (sum >= level * total && total > 0.0) {
      return value;
    }
  }
  return std::nullopt;
}

} // namespace rg
