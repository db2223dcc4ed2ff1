#include "actors/risk/risk_fit.hpp"

#include "actors/risk/forecaster.hpp"
#include "actors/risk/regression.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace rg {

namespace {

constexpr std::uint64_t kLeastObservations = 2000;
constexpr std::uint64_t kLeastOfEachClass = 50;
constexpr double kLogisticRidge = 1e-4;

/// Inputs at t and what became of them.
struct Observation {
  VolatilityInputs in;
  ForecastPosterior posterior;
  double baseline_variance = 0.0; // per bar; 0 = undefined
  double realised_variance = 0.0; // per bar
  double adverse_excursion = 0.0;
};

/// Smallest excursion that the fit distinguishes from none (log units): flat stretches stay finite.
constexpr double kLeastExcursion = 1e-6;

} // namespace

struct RiskFitter::State {
  explicit State(Duration interval_) : interval(interval_), n(horizon_bars(interval_)) {
    restart();
  }

  void restart() {
    volatility = std::make_unique<VolatilityState>(interval);
    horizon = std::make_unique<RealisedHorizon>(n);
    pending.assign(n, {});
    has_pending.assign(n, false);
    next = 0;
  }

  [[nodiscard]] HarParameters fit_har() const;
  [[nodiscard]] ExpansionParameters fit_expansion(const HarParameters& har) const;
  [[nodiscard]] TailParameters fit_tail(const HarParameters& har) const;

  Duration interval;
  std::size_t n;
  std::unique_ptr<VolatilityState> volatility;
  std::unique_ptr<RealisedHorizon> horizon;
  std::vector<Observation> pending;
  std::vector<bool> has_pending;
  std::size_t next = 0;
  std::vector<Observation> observations;
};

RiskFitter::RiskFitter(Duration interval) : state_(std::make_unique<State>(interval)) {}
RiskFitter::~RiskFitter() = default;
RiskFitter::RiskFitter(RiskFitter&&) noexcept = default;
RiskFitter& RiskFitter::operator=(RiskFitter&&) noexcept = default;

void RiskFitter::start_series(Symbol) {
  state_->restart();
}

void RiskFitter::on_bar(const PipelineBar& bar, const RegimeEstimate& regime) {
  State& s = *state_;
  const RiskBar risk_bar = s.volatility->on_bar(bar);
  if (!risk_bar.has_return) {
    std::fill(s.has_pending.begin(), s.has_pending.end(), false);
  }
  const auto outcome = s.horizon->on_bar(risk_bar);
  const auto n = static_cast<double>(s.n);
  if (outcome && s.has_pending[s.next]) {
    Observation done = s.pending[s.next];
    done.realised_variance = outcome->variance / n;
    done.adverse_excursion = outcome->adverse_excursion;
    s.observations.push_back(done);
  }
  s.has_pending[s.next] = s.volatility->ready();
  if (s.volatility->ready()) {
    const double baseline = s.volatility->rv_baseline();
    s.pending[s.next] = {s.volatility->inputs(), forecast_posterior(regime),
                         baseline * baseline / n, 0.0, 0.0};
  }
  s.next = s.next + 1 == s.n ? 0 : s.next + 1;
}

RiskFit RiskFitter::finish() {
  const State& s = *state_;
  if (s.observations.size() < kLeastObservations) {
    throw InputError{"training data", 0,
                     "only " + std::to_string(s.observations.size()) +
                         " bars with a complete horizon for the risk models; give at least " +
                         std::to_string(kLeastObservations)};
  }
  RiskFit fit;
  fit.har = s.fit_har();
  fit.expansion = s.fit_expansion(fit.har);
  fit.tail = s.fit_tail(fit.har);
  fit.observations = s.observations.size();
  return fit;
}

HarParameters RiskFitter::State::fit_har() const {
  DesignMatrix x;
  x.columns = 5;
  std::vector<double> y;
  for (const Observation& o : observations) {
    if (o.realised_variance <= kLeastVariance) {
      continue; // a flat horizon has no logarithm
    }
    x.values.push_back(1.0);
    x.values.insert(x.values.end(), o.in.log_variance.begin(), o.in.log_variance.end());
    y.push_back(std::log(o.realised_variance) - o.in.log_next_rhythm);
  }
  if (y.size() < kLeastObservations) {
    throw InputError{"training data", 0, "prices hardly ever move; give candles of a live market"};
  }
  HarParameters har;
  const std::vector<double> beta = least_squares(x, y, 0.0);
  std::copy(beta.begin(), beta.end(), har.beta.begin());
  // Smearing: exp(½σ²) is the mean of realised over fitted variance, whatever the residuals' shape.
  double ratio = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    double fitted = 0.0;
    for (std::size_t j = 0; j < beta.size(); ++j) {
      fitted += beta[j] * x.row(i)[j];
    }
    ratio += std::exp(y[i] - fitted);
  }
  // Not below 0: a market without noise would otherwise give a rounding error.
  har.residual_variance = std::max(0.0, 2.0 * std::log(ratio / static_cast<double>(y.size())));
  RG_ASSERT(std::isfinite(har.residual_variance));
  return har;
}

ExpansionParameters RiskFitter::State::fit_expansion(const HarParameters& har) const {
  DesignMatrix x;
  x.columns = ExpansionParameters::kInputs;
  std::vector<double> labels;
  std::uint64_t expanded = 0;
  for (const Observation& o : observations) {
    if (o.baseline_variance <= 0.0) {
      continue;
    }
    const ExpansionInputs in =
        expansion_inputs(o.in, har_log_variance(har, o.in), o.posterior.volatile_state);
    x.values.insert(x.values.end(), in.begin(), in.end());
    const bool expands =
        o.realised_variance > kExpansionRatio * kExpansionRatio * o.baseline_variance;
    labels.push_back(expands ? 1.0 : 0.0);
    expanded += expands ? 1 : 0;
  }
  if (expanded < kLeastOfEachClass || labels.size() - expanded < kLeastOfEachClass) {
    throw InputError{"training data", 0,
                     "too few volatility expansions (" + std::to_string(expanded) + " of " +
                         std::to_string(labels.size()) +
                         " bars) to fit their probability; give a longer span"};
  }
  ExpansionParameters parameters;
  const std::vector<double> weight = logistic_regression(x, labels, kLogisticRidge);
  std::copy(weight.begin(), weight.end(), parameters.weight.begin());
  return parameters;
}

TailParameters RiskFitter::State::fit_tail(const HarParameters& har) const {
  constexpr std::size_t kTrending = 2, kVolatile = 3;
  const auto horizon_length = static_cast<double>(n);
  DesignMatrix x;
  x.columns = TailParameters::kInputs;
  std::vector<double> y;
  for (const Observation& o : observations) {
    const double log_rv = 0.5 * (har_log_variance(har, o.in) + std::log(horizon_length));
    const TailInputs in =
        tail_inputs(log_rv, o.posterior.trending, o.posterior.volatile_state, o.in.jump_share);
    x.values.insert(x.values.end(), in.begin(), in.end());
    y.push_back(std::log(std::max(o.adverse_excursion, kLeastExcursion)));
  }
  TailParameters parameters;
  std::vector<double> weight = quantile_regression(x, y, parameters.level);
  if (weight[kTrending] > weight[kVolatile]) {
    // More of the posterior in high volatility must never narrow the tail: one weight for both.
    for (std::size_t i = 0; i < y.size(); ++i) {
      double* row = x.values.data() + i * x.columns;
      row[kVolatile] += row[kTrending];
      row[kTrending] = 0.0;
    }
    weight = quantile_regression(x, y, parameters.level);
    weight[kTrending] = weight[kVolatile];
  }
  std::copy(weight.begin(), weight.end(), parameters.weight.begin());
  return parameters;
}

} // namespace rg
