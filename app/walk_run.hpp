#pragma once
// Runs the windows of a walk-forward, each group of them one fit, over the machine's threads and
// over workers elsewhere; what is finished lies in files and is not done again.

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
  std::vector<std::string> workers; ///< "host:port" of `regimeguard worker`s
};

/// What one fit and its windows leave behind, before anything is written.
struct GroupResult {
  std::string model; ///< model file's text; empty = no fit
  std::vector<WindowResult> windows;
};

class WalkRun {
public:
  explicit WalkRun(const WalkOptions& options);

  using Show = std::function<void(double)>; ///< share of a group that is done

  /// In the order of the plan.
  [[nodiscard]] std::vector<WindowResult> run();

  // ---- what a worker and the thread that speaks to it use ----
  /// Loads the data and plans; throws UsageError. Before any of the calls below.
  void prepare();
  /// For each window of the group that is not finished, the hash of all that it depends on, this
  /// program included: two machines that agree on it give the same result.
  [[nodiscard]] std::vector<std::string> open_windows(std::size_t group) const;
  /// Fits and trades these windows of a group. Throws UsageError when a hash is of other inputs
  /// than ours.
  [[nodiscard]] GroupResult run_group(std::size_t group, const std::vector<std::string>& windows,
                                      const Show& show) const;
  [[nodiscard]] std::size_t groups() const { return groups_.size(); }

  [[nodiscard]] const EngineSettings& settings() const { return settings_; }
  /// SHA-256 over the judged and training folders' files.
  [[nodiscard]] std::string data_sha256() const;

private:
  void load();
  [[nodiscard]] std::vector<WindowResult> complete(const WalkGroup& group,
                                                   const GroupResult& fresh) const;
  [[nodiscard]] std::optional<WindowResult> finished(const WalkWindow& window,
                                                     const std::string& hash) const;
  [[nodiscard]] WindowResult keep(const WindowResult& result) const;
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
  std::vector<WalkGroup> groups_;
  std::string program_sha256_;
};

} // namespace rg::app
