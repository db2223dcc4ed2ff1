#pragma once
// What the kernel says of a process.

#include "tests/support/process.hpp"

#include <filesystem>
#include <sstream>
#include <string>
#include <unistd.h>

namespace rg::test {

/// Whether a process's size tells what it keeps: AddressSanitizer holds hundreds of megabytes of
/// freed memory back, to find uses of it.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kSizeTells = false;
#else
inline constexpr bool kSizeTells = true;
#endif

inline std::size_t entries_of(int pid, const std::string& what) {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/" + what)) {
    ++n;
  }
  return n;
}
inline std::size_t handles_of(int pid) {
  return entries_of(pid, "fd");
}
inline std::size_t threads_of(int pid) {
  return entries_of(pid, "task");
}
/// Resident memory, MB.
inline double memory_of(int pid) {
  std::istringstream in(read_file("/proc/" + std::to_string(pid) + "/statm"));
  double pages = 0.0, resident = 0.0;
  in >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

} // namespace rg::test
