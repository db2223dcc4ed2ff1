#pragma once
// A flood at an HTTP server, from a process of its own (http_flood_main.cpp): many requests a
// second over a few connections, and many connections that never finish their first request.

#include "tests/support/flood_counts.hpp"

#include <csignal>
#include <filesystem>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rg::test {

struct FloodPlan {
  int requests_per_second = 10'000;
  int half_open = 1'000;
  std::string target = "/healthz";
};

/// Where the flood's own program lies; set by CMake for those that start it.
inline std::string flood_binary() {
#ifdef RG_FLOOD_BINARY
  return RG_FLOOD_BINARY;
#else
  throw std::runtime_error("RG_FLOOD_BINARY is not defined for this program");
#endif
}

class HttpFlood {
public:
  HttpFlood(std::uint16_t port, const FloodPlan& plan)
      : path_((std::filesystem::temp_directory_path() /
               ("rg_flood_" + std::to_string(::getpid()) + "_" + std::to_string(port)))
                  .string()),
        counts_(shared_counts(path_)) {
    std::vector<std::string> words{flood_binary(),
                                   std::to_string(port),
                                   std::to_string(plan.requests_per_second),
                                   std::to_string(plan.half_open),
                                   plan.target,
                                   path_};
    std::vector<char*> argv;
    for (std::string& word : words) {
      argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    if (::posix_spawn(&pid_, argv[0], nullptr, nullptr, argv.data(), environ) != 0) {
      throw std::runtime_error(words[0] + ": cannot be started");
    }
  }
  ~HttpFlood() {
    stop();
    ::munmap(static_cast<void*>(&counts_), sizeof(FloodCounts));
  }
  HttpFlood(const HttpFlood&) = delete;
  HttpFlood& operator=(const HttpFlood&) = delete;

  void stop() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      int status = 0;
      ::waitpid(pid_, &status, 0);
      pid_ = -1;
      std::error_code ignored;
      std::filesystem::remove(path_, ignored);
    }
  }
  [[nodiscard]] const FloodCounts& counts() const { return counts_; }

private:
  std::string path_;
  FloodCounts& counts_;
  pid_t pid_ = -1;
};

} // namespace rg::test
