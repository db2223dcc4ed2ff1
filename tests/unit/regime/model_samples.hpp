#pragma once
// A complete regime model for tests, and bars made from plain numbers.

#include "messages/market/bar.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <cmath>
#include <memory>

namespace rg::test {

/// States that can be named, on features standardised by the identity.
inline HmmParameters sample_hmm() {
  HmmParameters hmm;
  hmm.initial = {0.3, 0.5, 0.2};
  hmm.transition = {{{0.95, 0.04, 0.01}, {0.02, 0.97, 0.01}, {0.03, 0.02, 0.95}}};
  hmm.means = {{{0.8, -0.1, 0.3, 0.2, 1.0, 0.3},
                {-0.4, -0.3, -0.4, -0.5, -0.5, -0.3},
                {0.6, 1.4, 0.9, 1.2, 0.5, 0.2}}};
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      for (std::size_t g = 0; g < kFeatureCount; ++g) {
        const double scale = 0.6 + 0.3 * static_cast<double>(k);
        hmm.covariances[k][f][g] =
            scale * (f == g ? 1.0 : 0.2 / (1.0 + std::fabs(double(f) - double(g))));
      }
    }
  }
  return hmm;
}

inline ModelParameters sample_model() {
  ModelParameters model;
  model.interval = std::chrono::minutes{15};
  model.hmm = sample_hmm();
  // Roughly what 15m bars of the random walk below give.
  model.pooled.center = {0.67, -6.9, 0.0, 0.0, 0.12, 0.0};
  model.pooled.scale = {0.6, 0.5, 0.2, 0.5, 0.1, 0.25};
  model.plausibility_floor = -60.0;
  model.entropy_ceiling = 0.9;
  model.calibration = {{0.0, 0.5, 1.0}, {0.0, 0.4, 0.9}};
  model.tail.weight = {0.1, 0.2, 0.0, 0.1, 0.3};
  return model;
}

/// A jump model with the same states.
inline JumpParameters sample_jump() {
  JumpParameters jump;
  jump.centres = sample_hmm().means;
  jump.spread.fill(1.0);
  jump.penalty = 12.0;
  jump.temperature = 2.5;
  jump.plausibility_floor = -80.0;
  jump.entropy_ceiling = 0.9;
  jump.calibration = {{0.0, 0.5, 1.0}, {0.0, 0.4, 0.9}};
  return jump;
}

inline std::shared_ptr<const ModelParameters> shared(ModelParameters model) {
  return std::make_shared<const ModelParameters>(std::move(model));
}

/// A pipeline bar of slot `slot` since the epoch's 54th year; prices in quote currency.
inline PipelineBar pipeline_bar(std::int64_t slot, double open, double high, double low,
                                double close, double volume, std::uint32_t gap_slots = 0) {
  PipelineBar out;
  out.bar.open_time = Timestamp::from_ms(1'704'067'200'000 + slot * 900'000);
  out.bar.length = std::chrono::minutes{15};
  out.bar.open = Price::from_double(open, Rounding::nearest);
  out.bar.high = Price::from_double(high, Rounding::nearest);
  out.bar.low = Price::from_double(low, Rounding::nearest);
  out.bar.close = Price::from_double(close, Rounding::nearest);
  out.bar.volume = Quantity::from_double(volume, Rounding::nearest);
  out.gap_slots = gap_slots;
  return out;
}

} // namespace rg::test
