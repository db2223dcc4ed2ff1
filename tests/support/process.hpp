#pragma once
// Runs the built program as a person would and keeps what it printed.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rg::test {

/// A folder of its own, removed at the end.
class TempDir {
public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rg_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("mkdtemp failed");
    }
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}
inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

struct Finished {
  int exit_code = -1; ///< 128 + signal when a signal ended it
  std::string out, err;
};

/// A child process with its standard output and error in files. Killed at the end if it still runs.
class Process {
public:
  Process(const std::vector<std::string>& command, const std::string& out_path,
          const std::string& err_path, const std::string& working_dir = {},
          const std::vector<std::string>& environment = {}) {
    pid_ = ::fork();
    if (pid_ < 0) {
      throw std::runtime_error("fork failed");
    }
    if (pid_ == 0) {
      redirect(out_path, STDOUT_FILENO);
      redirect(err_path, STDERR_FILENO);
      const int null = ::open("/dev/null", O_RDONLY);
      ::dup2(null, STDIN_FILENO);
      if (!working_dir.empty() && ::chdir(working_dir.c_str()) != 0) {
        ::_exit(126);
      }
      for (const std::string& entry : environment) {
        ::putenv(const_cast<char*>(entry.c_str()));
      }
      std::vector<char*> argv;
      for (const std::string& word : command) {
        argv.push_back(const_cast<char*>(word.c_str()));
      }
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~Process() {
    if (pid_ > 0) {
      signal(SIGKILL);
      wait();
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const {
    if (pid_ > 0) {
      ::kill(pid_, number);
    }
  }
  int wait() {
    if (pid_ > 0) {
      int status = 0;
      ::waitpid(pid_, &status, 0);
      pid_ = -1;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return code_;
  }
  [[nodiscard]] int pid() const { return pid_; }

private:
  static void redirect(const std::string& path, int target) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(fd, target);
  }
  int pid_ = -1;
  int code_ = -1;
};

/// Where the engine's binary lies; set by CMake for the tests that run it.
inline std::string engine_binary() {
#ifdef RG_ENGINE_BINARY
  return RG_ENGINE_BINARY;
#else
  throw std::runtime_error("RG_ENGINE_BINARY is not defined for this test program");
#endif
}

/// Runs the engine to its end.
inline Finished run_engine(std::vector<std::string> arguments,
                           const std::string& working_dir = {}) {
  const TempDir dir;
  arguments.insert(arguments.begin(), engine_binary());
  Process process(arguments, dir / "out", dir / "err", working_dir);
  const int code = process.wait();
  return {code, read_file(dir / "out"), read_file(dir / "err")};
}

/// The market data that lies beside the checkout, if it does.
inline std::string market_data_dir() {
  if (const char* told = std::getenv("RG_MARKET_DATA")) {
    return told;
  }
#ifdef RG_SOURCE_DIR
  return std::string(RG_SOURCE_DIR) + "/../shared/market-data";
#else
  return "../shared/market-data";
#endif
}

} // namespace rg::test
