#include "backtests/evaluation/regime_evaluation.hpp"

#include "actors/regime/state_matching.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace rg {

namespace {

constexpr double kMillisecondsPerDay = 86'400'000.0;

struct Path {
  double net = 0.0, length = 0.0, squares = 0.0;
};

/// Of the returns between rows [begin, end]; empty where a slot is missing.
std::optional<Path> path_between(const RegimeTrack& track, std::size_t begin, std::size_t end) {
  if (end >= track.rows.size() || !track.rows[begin].good) {
    return std::nullopt;
  }
  Path out;
  for (std::size_t t = begin + 1; t <= end; ++t) {
    if (!track.rows[t].good) {
      return std::nullopt;
    }
    const double r = track.rows[t].log_close - track.rows[t - 1].log_close;
    out.net += r;
    out.length += std::fabs(r);
    out.squares += r * r;
  }
  return out;
}

template <class Use> void for_each_known(const RegimeTrack& track, const Use& use) {
  for (std::size_t t = track.warm; t < track.rows.size(); ++t) {
    if (track.rows[t].good && track.rows[t].estimate.regime != Regime::unknown) {
      use(t, track.rows[t].estimate.regime);
    }
  }
}

/// Efficiency ratios of one UTC day, all pairs.
struct DayOfEfficiency {
  double trending = 0.0, range = 0.0; ///< sums
  double bars_trending = 0.0, bars_range = 0.0;
};

std::optional<double> difference_of(const DayOfEfficiency& sum) {
  if (sum.bars_trending == 0.0 || sum.bars_range == 0.0) {
    return std::nullopt;
  }
  return sum.trending / sum.bars_trending - sum.range / sum.bars_range;
}

DayOfEfficiency& operator+=(DayOfEfficiency& a, const DayOfEfficiency& b) {
  a.trending += b.trending;
  a.range += b.range;
  a.bars_trending += b.bars_trending;
  a.bars_range += b.bars_range;
  return a;
}

std::map<std::int64_t, DayOfEfficiency> efficiency_by_day(std::span<const RegimeTrack> tracks,
                                                          EfficiencyWindow window,
                                                          std::size_t horizon) {
  std::map<std::int64_t, DayOfEfficiency> days;
  for (const RegimeTrack& track : tracks) {
    for_each_known(track, [&](std::size_t t, Regime regime) {
      const bool back = window == EfficiencyWindow::contemporaneous;
      if (regime == Regime::high_volatility || (back && t < horizon)) {
        return;
      }
      const auto path =
          back ? path_between(track, t - horizon, t) : path_between(track, t, t + horizon);
      if (!path || path->length <= 0.0) {
        return;
      }
      const double efficiency = std::fabs(path->net) / path->length;
      const auto day = static_cast<std::int64_t>(
          std::floor(static_cast<double>(track.rows[t].estimate.stamp.ms()) / kMillisecondsPerDay));
      DayOfEfficiency& d = days[day];
      (regime == Regime::trending ? d.trending : d.range) += efficiency;
      (regime == Regime::trending ? d.bars_trending : d.bars_range) += 1.0;
    });
  }
  return days;
}

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  return quantile_of_sorted(values, 0.5);
}

/// Stays of one track. The first began before the track, the last has not ended: neither counts.
class StayCounter {
public:
  void on(Regime regime) {
    if (regime == Regime::unknown) {
      pending_ += current_ != Regime::unknown ? 1 : 0;
      return;
    }
    if (regime == current_) {
      length_ += pending_ + 1;
      pending_ = 0;
      return;
    }
    if (current_ != Regime::unknown) {
      end();
      ++switches_;
      complete_ = true;
    }
    current_ = regime;
    length_ = 1;
    pending_ = 0;
  }
  void on_gap() {
    end();
    current_ = Regime::unknown;
    length_ = pending_ = 0;
    complete_ = true; // what follows a gap begins inside the track
  }

  [[nodiscard]] const std::array<std::vector<double>, kRegimeCount>& bars() const { return bars_; }
  [[nodiscard]] std::size_t switches() const { return switches_; }

private:
  void end() {
    if (current_ != Regime::unknown && complete_) {
      bars_[static_cast<std::size_t>(current_)].push_back(static_cast<double>(length_));
    }
  }
  Regime current_ = Regime::unknown;
  bool complete_ = false;
  std::size_t length_ = 0, pending_ = 0, switches_ = 0;
  std::array<std::vector<double>, kRegimeCount> bars_;
};

std::size_t most_probable(const RegimeEstimate& e) {
  return static_cast<std::size_t>(std::max_element(e.posterior.begin(), e.posterior.end()) -
                                  e.posterior.begin());
}

std::optional<double> share(std::size_t part, std::size_t whole) {
  if (whole == 0) {
    return std::nullopt;
  }
  return static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

VolatilityAfter volatility_after(std::span<const RegimeTrack> tracks, std::size_t horizon) {
  VolatilityAfter out;
  double high = 0.0, others = 0.0;
  for (const RegimeTrack& track : tracks) {
    for_each_known(track, [&](std::size_t t, Regime regime) {
      const auto path = path_between(track, t, t + horizon);
      if (!path) {
        return;
      }
      const bool is_high = regime == Regime::high_volatility;
      (is_high ? high : others) += std::sqrt(path->squares);
      ++(is_high ? out.bars_high : out.bars_others);
    });
  }
  out.high = out.bars_high > 0 ? high / static_cast<double>(out.bars_high) : 0.0;
  out.others = out.bars_others > 0 ? others / static_cast<double>(out.bars_others) : 0.0;
  if (out.bars_high > 0 && out.others > 0.0) {
    out.ratio = out.high / out.others;
  }
  return out;
}

EfficiencyContrast efficiency_contrast(std::span<const RegimeTrack> tracks, EfficiencyWindow window,
                                       const BootstrapSettings& settings, std::size_t horizon) {
  const auto by_day = efficiency_by_day(tracks, window, horizon);
  std::vector<DayOfEfficiency> days;
  std::vector<std::size_t> stretches;
  std::int64_t last_day = 0;
  DayOfEfficiency total;
  for (const auto& [day, sums] : by_day) {
    if (days.empty() || day != last_day + 1) {
      stretches.push_back(0); // a day without a bar ends a stretch
    }
    ++stretches.back();
    days.push_back(sums);
    total += sums;
    last_day = day;
  }
  EfficiencyContrast out;
  out.bars_trending = static_cast<std::size_t>(total.bars_trending);
  out.bars_range = static_cast<std::size_t>(total.bars_range);
  out.trending = total.bars_trending > 0.0 ? total.trending / total.bars_trending : 0.0;
  out.range = total.bars_range > 0.0 ? total.range / total.bars_range : 0.0;
  out.difference = difference_of(total);
  if (!out.difference) {
    return out;
  }
  const auto drawn =
      block_bootstrap(stretches, settings, [&](std::span<const std::size_t> indices) {
        DayOfEfficiency sum;
        for (const std::size_t i : indices) {
          sum += days[i];
        }
        return difference_of(sum);
      });
  const auto hits = std::upper_bound(drawn.values.begin(), drawn.values.end(), 0.0);
  out.p = (static_cast<double>(hits - drawn.values.begin()) + 1.0) /
          (static_cast<double>(drawn.values.size()) + 1.0);
  return out;
}

DwellFigures dwell_figures(std::span<const RegimeTrack> tracks) {
  DwellFigures out;
  std::vector<double> all;
  std::array<std::vector<double>, kRegimeCount> of;
  std::size_t switches = 0, bars = 0;
  double days = 0.0;
  for (const RegimeTrack& track : tracks) {
    StayCounter counter;
    const double hours = static_cast<double>(track.interval.count()) / 3.6e12;
    for (std::size_t t = track.warm; t < track.rows.size(); ++t) {
      if (!track.rows[t].good) {
        counter.on_gap();
        continue;
      }
      const Regime regime = track.rows[t].estimate.regime;
      counter.on(regime);
      out.share[static_cast<std::size_t>(regime)] += 1.0;
      ++bars;
      days += hours / 24.0;
    }
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      for (const double length : counter.bars()[k]) {
        of[k].push_back(length * hours);
        all.push_back(length * hours);
      }
    }
    switches += counter.switches();
  }
  for (double& s : out.share) {
    s /= std::max(1.0, static_cast<double>(bars));
  }
  out.stays = all.size();
  out.median_hours = median(std::move(all));
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    out.median_hours_of[k] = median(std::move(of[k]));
  }
  out.switches_per_day = days > 0.0 ? static_cast<double>(switches) / days : 0.0;
  return out;
}

RefitAgreement refit_agreement(std::span<const CandleFolder> folders,
                               const std::shared_ptr<const ModelParameters>& earlier,
                               const std::shared_ptr<const ModelParameters>& later,
                               const RegimeSettings& settings, const BarSettings& bars,
                               std::optional<Timestamp> from, std::optional<Timestamp> until) {
  RefitAgreement out;
  const StateMatch found = settings.model == RegimeMethod::jump
                               ? match_jump_states(*earlier, *later)
                               : match_states(*earlier, *later);
  out.match = found.match;
  out.names_hold = found.keeps_names();
  std::size_t same = 0, both = 0, same_in_force = 0;
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& series : folder.series) {
      const auto a = track_regimes(series, earlier, settings, bars, from, until);
      const auto b = track_regimes(series, later, settings, bars, from, until);
      RG_ASSERT(a.rows.size() == b.rows.size());
      for (std::size_t t = a.warm; t < a.rows.size(); ++t) {
        const RegimeEstimate& before = a.rows[t].estimate;
        const RegimeEstimate& after = b.rows[t].estimate;
        if (!before.posterior_valid || !after.posterior_valid) {
          continue;
        }
        ++out.bars;
        same += out.match[most_probable(before)] == most_probable(after) ? 1 : 0;
        if (before.regime != Regime::unknown && after.regime != Regime::unknown) {
          ++both;
          same_in_force += out.match[static_cast<std::size_t>(before.regime)] ==
                                   static_cast<std::size_t>(after.regime)
                               ? 1
                               : 0;
        }
      }
    }
  }
  out.posterior = share(same, out.bars);
  out.in_force = share(same_in_force, both);
  return out;
}

} // namespace rg
