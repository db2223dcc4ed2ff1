#include "backtests/training/regime_replay.hpp"

#include "actors/regime/regime_hysteresis.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace rg {

using Eigen::Index;

namespace {

/// Median length of the stays in each regime.
class Stays {
public:
  void on_bar(Regime regime, bool starts_anew) {
    if (regime != current_ || starts_anew) {
      end();
      current_ = regime;
    }
    ++length_;
  }
  [[nodiscard]] StateVector medians() {
    end();
    StateVector out{};
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      out[k] = lengths_[k].empty() ? 0.0 : quantile(lengths_[k], 0.5);
    }
    return out;
  }

private:
  void end() {
    if (current_ != Regime::unknown && length_ > 0) {
      lengths_[static_cast<std::size_t>(current_)].push_back(static_cast<double>(length_));
    }
    length_ = 0;
  }
  Regime current_ = Regime::unknown;
  std::size_t length_ = 0;
  std::array<std::vector<double>, kRegimeCount> lengths_;
};

} // namespace

double quantile(std::vector<double> values, double q) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Replayed replay_in_force(const Eigen::MatrixXd& posterior, const std::vector<int>& hindsight,
                         const Observations& data, const RegimeSettings& settings) {
  Replayed out;
  RegimeHysteresis in_force(settings);
  Stays stays;
  std::size_t next = 0;
  for (std::size_t t = 0; t < data.size(); ++t) {
    const bool start = next < data.starts.size() && data.starts[next] == t;
    if (start) {
      ++next;
      in_force.restart();
    }
    StateVector p{};
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      p[k] = posterior(static_cast<Index>(k), static_cast<Index>(t));
      out.shares[k] += p[k] / static_cast<double>(data.size());
    }
    const Regime regime = in_force.on_posterior(p);
    stays.on_bar(regime, start);
    if (regime != Regime::unknown) {
      const auto k = static_cast<std::size_t>(regime);
      out.samples.push_back({p[k], hindsight[t] == static_cast<int>(k)});
    }
  }
  out.dwell_bars = stays.medians();
  return out;
}

CalibrationFigures judge_calibration(const std::vector<CalibrationSample>& samples,
                                     const ConfidenceCalibration& map) {
  CalibrationFigures out;
  if (samples.empty()) {
    return out;
  }
  std::vector<CalibrationSample> said = samples;
  for (CalibrationSample& s : said) {
    out.agreement += (s.right ? 1.0 : 0.0) / static_cast<double>(samples.size());
    s.raw = calibrated(map, s.raw);
  }
  out.raw = reliability(samples);
  out.calibrated = reliability(said);
  return out;
}

} // namespace rg
