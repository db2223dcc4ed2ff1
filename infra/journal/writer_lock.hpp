#pragma once
// One writer per journal: an advisory lock on a file beside it. The kernel gives it back when the
// process ends, however it ends, and readers of the journal never meet it.

#include <string>

namespace rg::journal {

class WriterLock {
public:
  /// Makes `<journal>.lock` and its folder where they are missing.
  /// @throws JournalFailure naming the process that holds it, or why it cannot be made.
  explicit WriterLock(const std::string& journal);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

private:
  int fd_;
};

} // namespace rg::journal
