#pragma once
// A walk-forward spread over machines. A worker (`regimeguard worker`) fits and trades groups of
// windows for whoever asks; results come back as the text that would lie in a file here, so where a
// window ran makes no difference to a byte. Workers read the same folders under the same paths; a
// worker whose program, config or data differ by a byte is refused.
//
// Asked and answered are JSON texts: {"ask": "begin", "job", "walk": {..}, "group", "windows":
// [..]} and {"ask": "poll", "job"}; {"state": "running" | "done" | "failed" | "busy" | "unknown",
// ..}.

#include "app/walk_run.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rg::app {

/// "host:port"; throws UsageError.
struct WorkerAddress {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] WorkerAddress parse_worker(const std::string& text);

/// Runs every group of a prepared walk: `run_here` on `threads` threads of this process, the others
/// at the workers, whose results go to `keep`. A worker that is lost, refuses or fails is named on
/// stderr and done without; its group goes back to the others.
void run_with_workers(const WalkRun& walk, const WalkOptions& options, unsigned threads,
                      const std::function<void(std::size_t)>& run_here,
                      const std::function<void(std::size_t, GroupResult)>& keep,
                      const std::function<void(std::size_t, double)>& show);

/// The worker's side of the conversation, without the network.
class WalkWorker {
public:
  WalkWorker();
  ~WalkWorker();
  WalkWorker(const WalkWorker&) = delete;
  WalkWorker& operator=(const WalkWorker&) = delete;
  /// Answers at once; jobs run on a thread of its own, one at a time.
  [[nodiscard]] std::string answer(const std::string& asked);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg::app
