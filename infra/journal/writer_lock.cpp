#include "infra/journal/writer_lock.hpp"

#include "infra/journal/head_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace rg::journal {

WriterLock::WriterLock(const std::string& journal) {
  make_folder_of(journal);
  const std::string path = journal + ".lock";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) {
    throw JournalFailure(path + ": cannot make the lock file (" + std::strerror(errno) +
                         "); give write permission there, or [journal] path another place");
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> owner{};
    const ssize_t got = ::pread(fd_, owner.data(), owner.size() - 1, 0);
    ::close(fd_);
    throw JournalFailure(path + ": another engine (process " +
                         std::string(owner.data(), got > 0 ? static_cast<std::size_t>(got) : 0) +
                         ") writes this journal; stop it first, or use another journal");
  }
  const std::string owner = std::to_string(::getpid());
  // The number only serves the message above; the lock holds without it.
  static_cast<void>(::ftruncate(fd_, 0) == 0 && ::pwrite(fd_, owner.data(), owner.size(), 0) > 0);
}

WriterLock::~WriterLock() {
  ::close(fd_);
}

} // namespace rg::journal
