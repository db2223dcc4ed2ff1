#pragma once
// A model's refit beside a running engine: when it is due, who starts it and who tells the engine
// what it came to. The hot thread takes part only by taking the news as an input.

#include "backtests/training/background_refit.hpp"
#include "infra/ports/clock.hpp"
#include "messages/engine/engine_input.hpp"
#include "messages/settings/settings.hpp"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace rg::app {

/// Every `every` of wall time from `start` on, which may lie in the past. Turns that come while a
/// refit runs, or while the machine slept or the engine was down, count as one. Pure.
class RefitSchedule {
public:
  RefitSchedule(Duration every, Timestamp start) : every_(every), next_(start + every) {}
  /// Takes the turn: true once for it.
  [[nodiscard]] bool due(Timestamp now);
  [[nodiscard]] Timestamp next() const { return next_; }

private:
  Duration every_;
  Timestamp next_;
};

/// The folders of [model] refit_data.
[[nodiscard]] std::vector<std::string> refit_folders(const RefitSettings& settings);

/// Reads the folders, all they hold, fits on all but the last four weeks with the engine's bars and
/// regime settings, and judges against the model in force. What cannot be read or fitted is told in
/// the offer. @throws FitStopped.
[[nodiscard]] RefitOffer refit_on_folders(const EngineSettings& settings,
                                          const std::shared_ptr<const ModelParameters>& in_force,
                                          const std::stop_token& stop);

/// The calling thread runs from now on when no other wants the processor (SCHED_IDLE, else the
/// lowest nice value). For the job's thread: trading goes first.
void take_lowest_priority();

/// Writes what is offered as the next version in the folder `out`, never over another.
[[nodiscard]] RefitNews settle_refit(const RefitOffer& offer, const std::string& out);

/// Two threads: this one keeps the schedule and tells, the job's own has the lowest priority and
/// shares nothing with anybody while it works, so that nobody waits for it.
class RefitThread {
public:
  /// @param since  the last refit, or when the engine first ran: an engine that is started anew
  ///               more often than its refits are due refits all the same
  /// @param tell   called from this thread; must not wait for the engine.
  RefitThread(RefitSettings settings, const Clock& clock, Timestamp since, RefitJob job,
              std::function<void(RefitNews)> tell);
  /// Asks a running refit to stop and waits until it has, which is between two iterations of its
  /// fit. An unfinished refit leaves no file and tells nothing.
  ~RefitThread() = default;
  RefitThread(const RefitThread&) = delete;
  RefitThread& operator=(const RefitThread&) = delete;
  /// The destructor's request alone, without its wait.
  void request_stop() { thread_.request_stop(); }

private:
  void run(const std::stop_token& stop);

  const RefitSettings settings_;
  const Clock& clock_;
  RefitJob job_;
  std::function<void(RefitNews)> tell_;
  RefitSchedule schedule_;
  std::jthread thread_; // last: it uses the others
};

} // namespace rg::app
