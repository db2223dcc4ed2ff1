#pragma once
// Either fitted method behind one face: observation in, posterior out.

#include "actors/regime/forward_filter.hpp"
#include "actors/regime/jump_filter.hpp"
#include "messages/settings/settings.hpp"

#include <string>
#include <variant>

namespace rg {

/// What the online model needs besides the filter, for the method chosen.
struct MethodBounds {
  double plausibility_floor = 0.0;
  double entropy_ceiling = 1.0;
  const ConfidenceCalibration* calibration = nullptr; ///< lives in the model's parameters
};
[[nodiscard]] inline MethodBounds bounds_of(const ModelParameters& model, RegimeMethod method) {
  return method == RegimeMethod::hmm
             ? MethodBounds{model.plausibility_floor, model.entropy_ceiling, &model.calibration}
             : MethodBounds{model.jump.plausibility_floor, model.jump.entropy_ceiling,
                            &model.jump.calibration};
}

/// Whether the model file holds what the config asks for.
[[nodiscard]] inline bool holds_method(const ModelParameters& model, RegimeMethod method) {
  return method == RegimeMethod::hmm || model.has_jump;
}

class RegimeFilter {
public:
  RegimeFilter(const ModelParameters& model, RegimeMethod method)
      : filter_(method == RegimeMethod::hmm ? Filter(ForwardFilter(model.hmm))
                                            : Filter(JumpFilter(model.jump))) {}

  FilterStep step(const FeatureVector& x) {
    return std::visit([&](auto& filter) { return filter.step(x); }, filter_);
  }
  void restart() {
    std::visit([](auto& filter) { filter.restart(); }, filter_);
  }

private:
  using Filter = std::variant<ForwardFilter, JumpFilter>;
  Filter filter_;
};

} // namespace rg
