#pragma once
// Which regime a pair is in, and how sure that is (design §6.1). Pure; O(1) per bar.

#include "messages/decision/regime_estimate.hpp"
#include "messages/market/bar.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <memory>

namespace rg {

/// Features → standardised → filter of the method chosen (`[regime] model`: hidden Markov or jump
/// model) → hysteresis, abstention and calibration.
/// The parameters are shared and never change while a run lasts.
class RegimeModel {
public:
  RegimeModel(Symbol symbol, std::shared_ptr<const ModelParameters> parameters,
              const RegimeSettings& settings, const BarSettings& bars);
  ~RegimeModel();
  RegimeModel(RegimeModel&&) noexcept;
  RegimeModel& operator=(RegimeModel&&) noexcept;

  /// One good pipeline bar, later than the one before. Never throws on market data; features that a
  /// window cannot give yet leave `posterior_valid` false and the regime `unknown`.
  [[nodiscard]] RegimeEstimate on_bar(const PipelineBar& bar);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
