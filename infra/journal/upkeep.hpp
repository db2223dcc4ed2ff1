#pragma once
// The journal's work that nobody waits for: signing the head after each commit and moving the
// write-ahead log into the file. On a thread of its own, so that an append costs one synced write.

#include "infra/journal/head_file.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace rg::journal {

class Upkeep {
public:
  Upkeep(const std::string& journal, const JournalKey& key);
  ~Upkeep(); ///< writes the last head first
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  /// Wants this head in the head file; a newer one replaces one that is still waiting.
  void publish(const Head& head);
  /// Wants the log moved into the file, which lets the log start over.
  void checkpoint();
  /// Returns when everything wanted so far was tried.
  void wait();
  /// Why the last head could not be written; empty = it was.
  [[nodiscard]] std::string head_problem() const;

private:
  void run();
  void do_checkpoint();

  std::string journal_;
  JournalKey key_;
  mutable std::mutex mutex_;
  std::condition_variable work_, idle_;
  Head wanted_;
  bool head_waits_ = false, checkpoint_waits_ = false, busy_ = false, stop_ = false;
  std::string problem_;
  std::thread thread_; ///< last: it uses everything above
};

} // namespace rg::journal
