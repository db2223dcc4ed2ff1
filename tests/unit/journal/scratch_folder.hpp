#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace rg::testing {

/// A folder of its own that goes away with the test; in memory where the system offers that,
/// because the journal syncs at every commit and these tests are not about the disk.
class ScratchFolder {
public:
  ScratchFolder() {
    const bool has_memory = ::access("/dev/shm", W_OK) == 0;
    const std::filesystem::path base =
        has_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string name = (base / "rg-journal-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no scratch folder");
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

private:
  std::filesystem::path path_;
};

} // namespace rg::testing
