#pragma once
// Everything that `train` fits, as plain values. Written and read by infra/config/model_file.*;
// the JSON layout is design §6.1's.

#include "messages/decision/regime_estimate.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rg {

using StateVector = std::array<double, kRegimeCount>;

/// Gaussian HMM over standardised features. States are stored in the order of enum Regime.
struct HmmParameters {
  StateVector initial{};                              ///< sums to 1
  std::array<StateVector, kRegimeCount> transition{}; ///< rows sum to 1
  std::array<FeatureVector, kRegimeCount> means{};
  std::array<std::array<FeatureVector, kFeatureCount>, kRegimeCount>
      covariances{}; ///< positive definite
};

/// x → (x − center) / scale per feature, from robust statistics of the training data.
struct Standardiser {
  FeatureVector center{};
  FeatureVector scale{}; ///< > 0
};

/// HAR on log realised variance (design §6.2): log RV over H = b·(1, lv1h, lv4h, lv1d, lv5d).
struct HarParameters {
  std::array<double, 5> beta{};
  double residual_variance = 0.0; ///< for the log-normal mean correction exp(½σ²)
};

/// Logistic model of volatility expansion; inputs as documented in actors/risk/expansion_model.hpp.
struct ExpansionParameters {
  static constexpr std::size_t kInputs = 6; ///< bias first
  std::array<double, kInputs> weight{};
};

/// 95 % quantile of adverse excursion: q = exp(w·x), weights of worsening inputs >= 0.
struct TailParameters {
  static constexpr std::size_t kInputs =
      5; ///< bias, log vol forecast, p_trending, p_volatile, jump share
  std::array<double, kInputs> weight{};
  double level = 0.95;
};

/// Monotone map from raw posterior to confidence (isotonic, training data only): knots ascending.
struct ConfidenceCalibration {
  std::vector<double> raw;
  std::vector<double> calibrated;
};

/// Statistical jump model over the same standardised features (Bemporad et al. 2018): a state costs
/// ½|x − centre|² a bar and each switch costs the penalty. States in the order of enum Regime.
struct JumpParameters {
  std::array<FeatureVector, kRegimeCount> centres{};
  FeatureVector spread{};          ///< pooled deviation within the states, per feature; > 0
  double penalty = 0.0;            ///< >= 0
  double temperature = 1.0;        ///< of the softmax that turns costs into a posterior; > 0
  double plausibility_floor = 0.0; ///< as in ModelParameters, on minus the cost a bar adds
  double entropy_ceiling = 1.0;    ///< nats; above → abstain
  ConfidenceCalibration calibration;
  double loss_per_bar = 0.0; ///< of the best path over the training rows
};

struct ModelCard {
  std::string created; ///< ISO date given by --created, or the last data day: no clock is read
  std::string command; ///< the command line that made it
  std::vector<std::string> data_folders;
  std::string data_sha256;
  std::string span_from, span_to; ///< ISO days, UTC
  std::uint64_t observations = 0;
  std::uint64_t seed = 0;
  double log_likelihood_per_bar = 0.0;
  double volatility_separation = 0.0; ///< pooled standard deviations; refused below 0.25
  double efficiency_separation = 0.0;
  std::vector<std::string> text; ///< the card for people, line by line; empty in older files
};

struct ModelParameters {
  std::uint32_t format = 1;
  Duration interval{}; ///< of the pipeline bars it was fitted on
  HmmParameters hmm;
  Standardiser pooled;
  std::array<bool, Symbol::kCount> has_own_standardiser{};
  std::array<Standardiser, Symbol::kCount> own_standardiser{};
  double plausibility_floor = 0.0; ///< log-likelihood of an observation below this → implausible
  double entropy_ceiling = 1.0;    ///< nats; above → abstain
  ConfidenceCalibration calibration;
  HarParameters har;
  ExpansionParameters expansion;
  TailParameters tail;
  ModelCard card;
  std::array<std::uint8_t, 32> sha256{}; ///< of the file's bytes; filled by the loader
  bool has_jump = false;                 ///< a file may hold the jump model beside the HMM
  JumpParameters jump;

  [[nodiscard]] const Standardiser& standardiser(Symbol s) const {
    return has_own_standardiser[s.id()] ? own_standardiser[s.id()] : pooled;
  }
};

} // namespace rg
