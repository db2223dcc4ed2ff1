#pragma once
// Whether a refitted model may take the place of the last one. A refit that fails a gate is refused
// with the reason; the last model stays in use.

#include "infra/market/candle_file.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

struct GateSettings {
  /// Least share of the common stretch's bars on which both filters name the same state, after
  /// matching states on parameters.
  double min_agreement = 0.9;
  /// Nats a bar by which the new model's log-likelihood on the later slice may fall short. Means of
  /// a month move by about 0.1 between refits a month apart (0.01 to 0.18 over 2022), mostly for
  /// the better; a model that is no longer of this market loses whole nats.
  double likelihood_tolerance = 0.10;
  /// Bars that each side of a gate needs; with fewer nothing is proved and the gate fails.
  std::size_t min_bars = 500;
};

struct Gate {
  std::string name;            ///< "names", "agreement", "likelihood"
  std::optional<double> value; ///< empty when the data do not allow it
  double bar = 0.0;
  bool passed = false;
  std::string reason; ///< one sentence with the numbers, either way
};

struct GateReport {
  std::vector<Gate> gates; ///< always all of them, in the order of Gate::name
  [[nodiscard]] bool promoted() const;
  /// The failed gates' sentences; empty when promoted.
  [[nodiscard]] std::string refusal() const;
};

/// * names: the assignment of states on parameters (all six permutations) keeps every name.
/// * agreement: of the raw filters on the common stretch: bars that close at or before `split`.
/// * likelihood: mean one-step log-likelihood of raw features after `split`, which neither fit may
///   have seen; each model's standardisation is accounted for (density of z over its scale).
///
/// Pure but for the candles already read; deterministic.
/// @param split  the end of the candidate's training data.
[[nodiscard]] GateReport judge_refit(std::span<const CandleFolder> folders,
                                     const std::shared_ptr<const ModelParameters>& last,
                                     const std::shared_ptr<const ModelParameters>& candidate,
                                     const RegimeSettings& regime, const BarSettings& bars,
                                     Timestamp split, const GateSettings& settings = {});

/// Mean log-likelihood a bar of the raw features under the model's online filter, over the bars
/// that close after `from`; empty when none does.
struct LikelihoodPerBar {
  std::optional<double> value;
  std::size_t bars = 0;
};
[[nodiscard]] LikelihoodPerBar likelihood_after(std::span<const CandleFolder> folders,
                                                const std::shared_ptr<const ModelParameters>& model,
                                                const RegimeSettings& regime,
                                                const BarSettings& bars, Timestamp from);

} // namespace rg
