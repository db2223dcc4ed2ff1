#pragma once
// Loads the folders and computes the wanted rows of the proof. Each span's bars are in memory only
// while it is run.

#include "app/research_inputs.hpp"
#include "backtests/evaluation/added_value.hpp"
#include "backtests/evaluation/explanation_proof.hpp"
#include "backtests/evaluation/forecast_proof.hpp"
#include "backtests/evaluation/guard_proof.hpp"
#include "backtests/evaluation/provenance.hpp"
#include "backtests/evaluation/regime_proof.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rg::app {

/// Rows in the order in which they are printed.
inline constexpr std::array kProofRows{"known-truth", "synthetic", "regimes",    "volatility",
                                       "expansion",   "tail",      "coverage",   "guard",
                                       "added-value", "unscaled",  "explanation"};

struct ProofOptions {
  ResearchOptions inputs;
  std::vector<std::string> train;       ///< folders for the reference forecasters
  std::vector<std::string> minute_data; ///< folders for the guard
  std::set<std::string> rows;           ///< of kProofRows
  std::size_t refits = 4;               ///< monthly fits whose regimes are compared; 0 = none
  std::uint64_t seed = 1;
  std::size_t resamples = 2000;
};

class ProofRun {
public:
  explicit ProofRun(const ProofOptions& options);

  [[nodiscard]] std::vector<ProofRow> run();

  [[nodiscard]] const EngineSettings& settings() const { return settings_; }
  [[nodiscard]] const ModelParameters& model() const { return *model_; }
  /// SHA-256 over the files of the judged folders.
  [[nodiscard]] const std::string& data_sha256() const { return data_sha256_; }

private:
  /// What one folder leaves behind.
  struct Evidence {
    JudgedSpan span;
    std::string data_lines;
    SpanForecasts forecasts;
    SpanTracks tracks;
    std::optional<SpanComparison> comparison;
    ExplanationCheck explanations;
  };

  [[nodiscard]] bool wants(std::initializer_list<const char*> rows) const;
  [[nodiscard]] std::vector<std::string> training_dirs() const;
  void fit_references();
  void refit_monthly();
  void run_spans();
  [[nodiscard]] Evidence run_span(const std::string& dir,
                                  const std::function<void(double)>& show) const;
  void measure_minutes();
  [[nodiscard]] std::vector<ProofRow> rows() const;
  void add_regime_rows(std::vector<ProofRow>& out, std::span<const JudgedSpan> spans) const;
  void add_forecast_rows(std::vector<ProofRow>& out, std::span<const JudgedSpan> spans) const;
  void add_value_rows(std::vector<ProofRow>& out, std::span<const JudgedSpan> spans) const;

  const ProofOptions& o_;
  EngineSettings settings_;
  std::shared_ptr<const ModelParameters> model_;
  std::vector<Symbol> pairs_;
  FillParameters costs_;
  ReferenceForecasters references_;
  std::string no_references_; ///< why there are none
  std::vector<Evidence> evidence_;
  std::vector<GuardFolder> guard_folders_;
  std::vector<RefitPair> refits_;
  std::string data_sha256_;
};

} // namespace rg::app
