#pragma once
// Recomputes a run from its recording: the same inputs, at the same recorded times, into the same
// actors, with a gateway that sends nothing. What comes out is held against the journal.

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <cstdint>
#include <string>

namespace rg::app {

struct ReplayReport {
  std::string run_id;
  std::uint64_t inputs = 0;    ///< processed
  std::uint64_t decisions = 0; ///< compared and identical
  std::uint64_t order_events = 0, fills = 0,
                records = 0;          ///< of the compared ones; records = all kinds
  std::uint64_t beyond_recording = 0; ///< journalled, but the crash cut the recording before it
  std::uint64_t beyond_journal = 0;   ///< recomputed, but the crash came before its commit
  std::uint64_t not_recorded = 0; ///< values that the run's older journal schema lacked, so that
                                  ///< nothing can be said about them
  bool clean_end = false;         ///< the run ended in order: both must end at the same record
  bool identical = true;
  // The first difference:
  std::string where; ///< record in words, e.g. "decision btc-1735690500000-s"
  std::string field;
  std::string journalled, recomputed;
};

/// @param run_id  empty = the journal's last run.
/// @return InputError when there is nothing to replay: no journal, no such run, no recording.
[[nodiscard]] Result<ReplayReport, InputError> replay_run(const std::string& journal_path,
                                                          const std::string& run_id);

} // namespace rg::app
