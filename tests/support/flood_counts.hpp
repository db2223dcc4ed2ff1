#pragma once
// What the flood's process and whoever started it share: counters in a mapped file.

#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace rg::test {

struct FloodCounts {
  std::atomic<std::uint64_t> sent{0};     ///< whole requests that the kernel took
  std::atomic<std::uint64_t> ok{0};       ///< answers of status 200
  std::atomic<std::uint64_t> refused{0};  ///< 429 and 503
  std::atomic<std::uint64_t> other{0};    ///< any other status
  std::atomic<std::uint64_t> closed{0};   ///< talking connections that the server closed
  std::atomic<std::uint64_t> opened{0};   ///< half-open connections, opened again included
  std::atomic<std::uint64_t> standing{0}; ///< half-open connections that stand now
  [[nodiscard]] std::uint64_t answered() const { return ok + refused + other; }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "shared between processes");

/// The counters in the file at `path`, made when missing; mapped until the process ends.
inline FloodCounts& shared_counts(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(FloodCounts)) != 0) {
    throw std::runtime_error(path + ": cannot be made");
  }
  void* const at = ::mmap(nullptr, sizeof(FloodCounts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (at == MAP_FAILED) {
    throw std::runtime_error(path + ": cannot be mapped");
  }
  return *static_cast<FloodCounts*>(at); // a file of zeros is a set of counters at zero
}

} // namespace rg::test
