#include "backtests/statistics/nelder_mead.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rg {

namespace {

struct Corner {
  std::vector<double> at;
  double value = 0.0;
};

class Simplex {
public:
  Simplex(const std::function<double(std::span<const double>)>& objective,
          const NelderMeadSettings& settings, int& evaluations)
      : objective_(objective), settings_(settings), evaluations_(evaluations) {}

  /// @return  true when the corners agree before the evaluations are used up.
  bool descend(Corner& best) {
    build(best);
    while (evaluations_ < settings_.max_evaluations) {
      std::stable_sort(corners_.begin(), corners_.end(),
                       [](const Corner& a, const Corner& b) { return a.value < b.value; });
      if (agrees()) {
        best = corners_.front();
        return true;
      }
      step();
    }
    best = *std::min_element(corners_.begin(), corners_.end(),
                             [](const Corner& a, const Corner& b) { return a.value < b.value; });
    return false;
  }

private:
  Corner evaluate(std::vector<double> at) {
    ++evaluations_;
    const double value = objective_(at);
    return {std::move(at), std::isfinite(value) ? value : std::numeric_limits<double>::infinity()};
  }
  void build(const Corner& first) {
    corners_.assign(1, first);
    for (std::size_t i = 0; i < first.at.size(); ++i) {
      std::vector<double> at = first.at;
      at[i] += settings_.first_step;
      corners_.push_back(evaluate(std::move(at)));
    }
  }
  [[nodiscard]] bool agrees() const {
    const double low = corners_.front().value;
    const double high = corners_.back().value;
    return high - low <= settings_.tolerance * (std::fabs(low) + settings_.tolerance);
  }
  /// centre + t (worst − centre), centre of all corners but the worst.
  Corner along(double t) {
    const std::size_t n = corners_.front().at.size();
    std::vector<double> at(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      double centre = 0.0;
      for (std::size_t c = 0; c + 1 < corners_.size(); ++c) {
        centre += corners_[c].at[i] / static_cast<double>(corners_.size() - 1);
      }
      at[i] = centre + t * (corners_.back().at[i] - centre);
    }
    return evaluate(std::move(at));
  }
  void step() {
    Corner& worst = corners_.back();
    Corner reflected = along(-1.0);
    if (reflected.value < corners_.front().value) {
      Corner expanded = along(-2.0);
      worst = expanded.value < reflected.value ? std::move(expanded) : std::move(reflected);
      return;
    }
    if (reflected.value < corners_[corners_.size() - 2].value) {
      worst = std::move(reflected);
      return;
    }
    Corner contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
    if (contracted.value < std::min(reflected.value, worst.value)) {
      worst = std::move(contracted);
      return;
    }
    shrink();
  }
  void shrink() {
    for (std::size_t c = 1; c < corners_.size(); ++c) {
      std::vector<double> at = corners_[c].at;
      for (std::size_t i = 0; i < at.size(); ++i) {
        at[i] = corners_.front().at[i] + 0.5 * (at[i] - corners_.front().at[i]);
      }
      corners_[c] = evaluate(std::move(at));
    }
  }

  const std::function<double(std::span<const double>)>& objective_;
  const NelderMeadSettings& settings_;
  int& evaluations_;
  std::vector<Corner> corners_;
};

} // namespace

NelderMeadResult nelder_mead(const std::function<double(std::span<const double>)>& objective,
                             std::vector<double> start, const NelderMeadSettings& settings) {
  RG_ASSERT(!start.empty());
  NelderMeadResult result;
  Simplex simplex(objective, settings, result.evaluations);
  const double first = objective(start);
  ++result.evaluations;
  Corner best{std::move(start),
              std::isfinite(first) ? first : std::numeric_limits<double>::infinity()};
  for (int i = 0; i <= settings.restarts; ++i) {
    result.converged = simplex.descend(best);
  }
  result.at = best.at;
  result.value = best.value;
  return result;
}

} // namespace rg
