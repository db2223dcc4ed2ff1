#include "backtests/training/jump_fit.hpp"

#include "actors/regime/jump_filter.hpp"
#include "actors/regime/jump_model.hpp"
#include "actors/regime/state_naming.hpp"
#include "backtests/training/training_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kStates = static_cast<int>(kRegimeCount);
constexpr std::array<double, 7> kPenalties{4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0};
constexpr double kScoreTolerance = 1e-3;
constexpr std::size_t kPurge = 480, kAhead = 36;
constexpr double kPlausibilityQuantile = 0.002;
constexpr double kEntropyCeiling = 0.9; // nats, as for the hidden Markov model

/// Rows [begin, end) of each sequence that `part` picks, as sequences of their own.
template <class Part> Observations cut(const Observations& data, const Part& part) {
  Observations out;
  std::vector<Observations::Range> ranges;
  std::size_t n = 0;
  for (std::size_t s = 0; s < data.starts.size(); ++s) {
    const auto range = part(data.sequence(s));
    if (range.end > range.begin + kAhead) {
      ranges.push_back(range);
      n += range.end - range.begin;
    }
  }
  out.rows.resize(static_cast<Index>(n), data.rows.cols());
  std::size_t at = 0;
  for (const auto& r : ranges) {
    out.starts.push_back(at);
    const auto length = static_cast<Index>(r.end - r.begin);
    out.rows.middleRows(static_cast<Index>(at), length) =
        data.rows.middleRows(static_cast<Index>(r.begin), length);
    at += r.end - r.begin;
  }
  return out;
}

std::vector<int> online_states(const MatrixXd& value) {
  std::vector<int> out(static_cast<std::size_t>(value.cols()));
  for (Index t = 0; t < value.cols(); ++t) {
    Index k = 0;
    value.col(t).minCoeff(&k);
    out[static_cast<std::size_t>(t)] = static_cast<int>(k);
  }
  return out;
}

/// What a feature does kAhead rows after each state.
struct Later {
  std::array<double, kRegimeCount> count{}, sum{}, squares{};
  void add(int state, double x) {
    const auto k = static_cast<std::size_t>(state);
    count[k] += 1.0;
    sum[k] += x;
    squares[k] += x * x;
  }
  [[nodiscard]] double log_density(int state, double x) const {
    const auto k = static_cast<std::size_t>(state);
    const double n = std::max(count[k], 1.0);
    const double mean = sum[k] / n;
    const double variance = std::max(squares[k] / n - mean * mean, 1e-3);
    return -0.5 * (std::log(2.0 * M_PI * variance) + (x - mean) * (x - mean) / variance);
  }
};

template <class Use> void for_each_pair_of_rows(const Observations& data, const Use& use) {
  for (std::size_t s = 0; s < data.starts.size(); ++s) {
    const auto [begin, end] = data.sequence(s);
    for (std::size_t t = begin; t + kAhead < end; ++t) {
      use(t, static_cast<Index>(t + kAhead));
    }
  }
}

double score_of(const JumpModel& model, const Observations& past, const Observations& later) {
  constexpr std::array<Feature, 2> kTargets{Feature::realised_vol, Feature::efficiency_ratio};
  const auto before = online_states(value_function(model, past));
  const auto after = online_states(value_function(model, later));
  double score = 0.0;
  for (const Feature target : kTargets) {
    const auto column = static_cast<Index>(target);
    Later learned;
    for_each_pair_of_rows(past, [&](std::size_t t, Index ahead) {
      learned.add(before[t], past.rows(ahead, column));
    });
    double sum = 0.0, count = 0.0;
    for_each_pair_of_rows(later, [&](std::size_t t, Index ahead) {
      sum += learned.log_density(after[t], later.rows(ahead, column));
      count += 1.0;
    });
    score += sum / std::max(count, 1.0);
  }
  return score;
}

MatrixXd centres_of(const Observations& data, const std::vector<int>& labels) {
  MatrixXd centres = MatrixXd::Zero(kStates, data.rows.cols());
  VectorXd counts = VectorXd::Zero(kStates);
  for (std::size_t t = 0; t < labels.size(); ++t) {
    centres.row(labels[t]) += data.rows.row(static_cast<Index>(t));
    counts[labels[t]] += 1.0;
  }
  for (Index k = 0; k < kStates; ++k) {
    centres.row(k) /= std::max(counts[k], 1.0);
  }
  return centres;
}

VectorXd pooled_deviation(const JumpFit& fit, const Observations& data) {
  VectorXd sum = VectorXd::Zero(data.rows.cols());
  for (std::size_t t = 0; t < fit.path.size(); ++t) {
    sum += (data.rows.row(static_cast<Index>(t)) - fit.model.centres.row(fit.path[t]))
               .array()
               .square()
               .matrix()
               .transpose();
  }
  return (sum / static_cast<double>(fit.path.size())).cwiseSqrt().cwiseMax(1e-6);
}

/// exp(−value / temperature), columns summing to 1.
MatrixXd softmax(const MatrixXd& value, double temperature) {
  MatrixXd p = (value.array() * (-1.0 / temperature)).exp().matrix();
  for (Index t = 0; t < p.cols(); ++t) {
    p.col(t) /= p.col(t).sum();
  }
  return p;
}

double log_loss(const MatrixXd& value, const std::vector<int>& path, double temperature) {
  double sum = 0.0;
  for (Index t = 0; t < value.cols(); ++t) {
    const double total = (value.col(t).array() * (-1.0 / temperature)).exp().sum();
    sum += value(path[static_cast<std::size_t>(t)], t) / temperature + std::log(total);
  }
  return sum / static_cast<double>(value.cols());
}

/// Least log loss of the softmax against the path of hindsight: golden section over ln temperature
/// in [0.1, 100], where the loss has one minimum.
double fit_temperature(const MatrixXd& value, const std::vector<int>& path) {
  constexpr double kGolden = 0.618033988749894848;
  double low = std::log(0.1), high = std::log(100.0);
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double loss_a = log_loss(value, path, std::exp(a)), loss_b = log_loss(value, path, std::exp(b));
  for (int round = 0; round < 24; ++round) {
    if (loss_a < loss_b) {
      high = b;
      b = a;
      loss_b = loss_a;
      a = high - kGolden * (high - low);
      loss_a = log_loss(value, path, std::exp(a));
    } else {
      low = a;
      a = b;
      loss_a = loss_b;
      b = low + kGolden * (high - low);
      loss_b = log_loss(value, path, std::exp(b));
    }
  }
  return std::exp(0.5 * (low + high));
}

/// The best fit that can be named, its states in the order of enum Regime.
Result<JumpFit, InputError> best_named(const Observations& data, const JumpFitSettings& settings,
                                       JumpParameters& out, JumpFitQuality& quality) {
  std::vector<MatrixXd> own_starts;
  if (const auto labels = labels_by_rule(data); !labels.empty()) {
    own_starts.push_back(centres_of(data, labels));
  }
  auto fits = fit_jump_candidates(data, kStates, settings, own_starts);
  quality.candidates += static_cast<int>(fits.size());
  std::string first_refusal;
  for (JumpFit& fit : fits) {
    const VectorXd spread = pooled_deviation(fit, data);
    const auto named = name_order(fit.model.centres, spread);
    if (!named) {
      ++quality.refused;
      first_refusal = first_refusal.empty() ? named.error() : first_refusal;
      continue;
    }
    quality.volatility_separation = named->separation.volatility;
    quality.efficiency_separation = named->separation.efficiency;
    const MatrixXd centres = fit.model.centres;
    std::array<int, kRegimeCount> name_of{};
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      fit.model.centres.row(static_cast<Index>(k)) = centres.row(named->order[k]);
      name_of[static_cast<std::size_t>(named->order[k])] = static_cast<int>(k);
    }
    for (int& state : fit.path) {
      state = name_of[static_cast<std::size_t>(state)];
    }
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      out.spread[f] = spread[static_cast<Index>(f)];
      for (std::size_t k = 0; k < kRegimeCount; ++k) {
        out.centres[k][f] = fit.model.centres(static_cast<Index>(k), static_cast<Index>(f));
      }
    }
    return std::move(fit);
  }
  return fail(InputError{"--data", 0,
                         "no jump model gives three regimes that can be named: " + first_refusal +
                             "; use more or more varied data"});
}

} // namespace

std::vector<PenaltyScore> score_penalties(const Observations& data, std::uint64_t seed,
                                          const std::stop_token& stop) {
  using Range = Observations::Range;
  const Observations past = cut(data, [](Range r) {
    return Range{r.begin, r.begin + 2 * (r.end - r.begin) / 3};
  });
  const Observations later = cut(data, [](Range r) {
    return Range{std::min(r.end, r.begin + 2 * (r.end - r.begin) / 3 + kPurge), r.end};
  });
  std::vector<PenaltyScore> grid;
  if (past.size() < kMinTrainingRows / 2 || later.size() < kMinTrainingRows / 10) {
    return grid;
  }
  std::vector<MatrixXd> starts; // the fit before is a good place to start the next
  for (const double penalty : kPenalties) {
    JumpFitSettings settings;
    settings.stop = stop;
    settings.penalty = penalty;
    settings.restarts = 2;
    settings.seed = seed;
    const JumpFit fit = fit_jump_candidates(past, kStates, settings, starts).front();
    starts = {fit.model.centres};
    const bool named = name_order(fit.model.centres, pooled_deviation(fit, past)).has_value();
    grid.push_back({penalty, score_of(fit.model, past, later), named});
  }
  return grid;
}

std::vector<double> rank_penalties(std::vector<PenaltyScore> grid) {
  constexpr double kWithoutEvidence = 32.0; // about four bars of clear evidence
  std::erase_if(grid, [](const PenaltyScore& g) { return !g.named; });
  if (grid.empty()) {
    return {kWithoutEvidence};
  }
  const auto better = [](const PenaltyScore& a, const PenaltyScore& b) {
    return a.score > b.score;
  };
  std::stable_sort(grid.begin(), grid.end(), better);
  const auto equal_end = std::find_if(grid.begin(), grid.end(), [&](const PenaltyScore& g) {
    return g.score < grid.front().score - kScoreTolerance;
  });
  std::sort(grid.begin(), equal_end,
            [](const PenaltyScore& a, const PenaltyScore& b) { return a.penalty > b.penalty; });
  std::vector<double> out;
  out.reserve(grid.size());
  for (const PenaltyScore& g : grid) {
    out.push_back(g.penalty);
  }
  return out;
}

Result<JumpFitQuality, InputError> fit_jump_regimes(const Observations& data,
                                                    const RegimeSettings& settings,
                                                    std::uint64_t seed, ModelParameters& model,
                                                    const std::stop_token& stop) {
  JumpFitQuality quality;
  quality.grid = score_penalties(data, seed, stop);
  JumpFitSettings fit_settings;
  fit_settings.seed = seed;
  fit_settings.stop = stop;
  JumpParameters jump;
  Result<JumpFit, InputError> fit = fail(InputError{});
  for (const double penalty : rank_penalties(quality.grid)) {
    fit_settings.penalty = penalty;
    fit = best_named(data, fit_settings, jump, quality);
    if (fit) {
      break;
    }
  }
  if (!fit) {
    return fail(fit.error());
  }
  quality.iterations = fit->iterations;
  quality.converged = fit->converged;
  jump.penalty = fit_settings.penalty;
  jump.loss_per_bar = fit->loss / static_cast<double>(data.size());
  const JumpPath hindsight = best_path(fit->model, data);
  const MatrixXd value = value_function(fit->model, data);
  jump.temperature = fit_temperature(value, hindsight.states);
  jump.entropy_ceiling = kEntropyCeiling;
  const Replayed said =
      replay_in_force(softmax(value, jump.temperature), hindsight.states, data, settings);
  jump.calibration = fit_calibration(said.samples);
  quality.shares = said.shares;
  quality.dwell_bars = said.dwell_bars;
  quality.calibration = judge_calibration(said.samples, jump.calibration);
  // The floor is on what the online filter reports: minus the least cost that a row adds.
  JumpParameters plain = jump;
  JumpFilter filter(plain);
  std::vector<double> gains(data.size());
  std::size_t next = 0;
  for (std::size_t t = 0; t < data.size(); ++t) {
    if (next < data.starts.size() && data.starts[next] == t) {
      ++next;
      filter.restart();
    }
    FeatureVector x{};
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      x[f] = data.rows(static_cast<Index>(t), static_cast<Index>(f));
    }
    gains[t] = filter.step(x).log_likelihood;
  }
  jump.plausibility_floor = quantile(std::move(gains), kPlausibilityQuantile);
  model.jump = jump;
  model.has_jump = true;
  return quality;
}

} // namespace rg
