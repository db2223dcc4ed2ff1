#pragma once
// A refit beside a running engine: fitted and judged on a thread of its own, offered when done.
// Nothing here touches the engine; whoever polls decides what to do with the offer.

#include "backtests/training/model_gates.hpp"
#include "backtests/training/train_model.hpp"

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rg {

/// What a refit came to. Either `refused` says why, or `model` may take the last one's place.
struct RefitOffer {
  std::shared_ptr<const ModelParameters> model; ///< null when refused
  std::string json;                             ///< its file's text, whose hash is model->sha256
  GateReport gates;                             ///< empty when the fit itself failed
  std::string refused;                          ///< reason; empty when the model is offered
};

/// What to fit and judge. The model is fitted on what closed by settings.until, which must be set,
/// and judged against `last` on all of the folders' data. `write` makes a model file's text and
/// `read` loads it (model_to_json, parse_model), so that only what would load is offered.
struct RefitTask {
  std::vector<CandleFolder> folders;
  TrainingSettings settings;
  std::shared_ptr<const ModelParameters> last;
  GateSettings gates;
  std::string (*write)(const ModelParameters&) = nullptr;
  Result<ModelParameters, InputError> (*read)(std::string_view, const std::string&) = nullptr;
};
/// The job itself, on the calling thread. Deterministic.
/// @throws FitStopped  soon after `stop` asks for it: between two iterations of a fit, or two
/// pairs.
[[nodiscard]] RefitOffer run_refit(const RefitTask& task, const std::stop_token& stop = {});

/// End of the training data that leaves the last four weeks of the folders to judge on, at
/// midnight UTC.
[[nodiscard]] Timestamp hold_back(std::span<const CandleFolder> folders);

/// What makes an offer, on a thread of its own; throws FitStopped when asked to end.
using RefitJob = std::function<RefitOffer(const std::stop_token&)>;

/// Runs one job at a time on its own thread. All members are called from one thread, and none of
/// them waits for the job, but for the destructor: it asks the job to stop and waits for that.
class BackgroundRefit {
public:
  /// @return false, and nothing happens, while a job is under way or its offer not yet taken.
  [[nodiscard]] bool start(RefitJob job);
  [[nodiscard]] bool start(RefitTask task);
  [[nodiscard]] bool busy() const { return result_.valid(); }
  /// The offer, once, when the job is done; empty before. Never blocks. What the job throws comes
  /// out here.
  [[nodiscard]] std::optional<RefitOffer> take();

private:
  std::future<RefitOffer> result_;
  std::jthread worker_; // joined before result_ goes
};

} // namespace rg
