#pragma once
// Runs the windows of a walk-forward, each group of them one fit, over the machine's threads; what
// is finished lies in files and is not done again.

#include "app/research_inputs.hpp"
#include "backtests/walk_forward/window_run.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rg::app {

struct WalkOptions {
  ResearchOptions inputs;
  std::vector<std::string> train; ///< folders that are only fitted on
  int window_days = 30;
  int embargo_hours = 24;
  std::size_t refit_every = 1;
  std::uint64_t seed = 1;
  unsigned threads = 0; ///< 0 = as many as are useful
  std::string out;
};

class WalkRun {
public:
  explicit WalkRun(const WalkOptions& options);

  /// In the order of the plan.
  [[nodiscard]] std::vector<WindowResult> run();

  [[nodiscard]] const EngineSettings& settings() const { return settings_; }
  /// SHA-256 over the judged and training folders' files.
  [[nodiscard]] std::string data_sha256() const;

private:
  using Show = std::function<void(double)>;

  void load();
  [[nodiscard]] std::vector<WindowResult> run_group(const WalkGroup& group, const Show& show) const;
  [[nodiscard]] std::optional<WindowResult> finished(const WalkWindow& window,
                                                     const std::string& hash) const;
  [[nodiscard]] WindowResult keep(WindowResult result) const;
  [[nodiscard]] std::string inputs_sha256(const WalkWindow& window) const;
  [[nodiscard]] std::string path_of(const WalkWindow& window, const char* kind) const;

  const WalkOptions& o_;
  EngineSettings settings_;
  FillParameters costs_;
  WalkInputs inputs_;
  std::vector<Symbol> pairs_;
  std::vector<CandleFolder> judged_, training_;
  std::vector<FundingRates> funding_;    ///< per judged folder
  std::vector<const CandleFolder*> all_; ///< what fits may see, by first bar
  std::string program_sha256_;
};

} // namespace rg::app
