#include "infra/alerts/run_command.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ; // POSIX has no header for it

namespace rg::alerts {

namespace {

/// Names end in what they hold; the engine's own credentials begin with the prefix that the config
/// names, which is unknown here, so every such ending goes.
bool holds_a_secret(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  for (const std::string_view word :
       {"KEY", "SECRET", "PASSPHRASE", "PASSWORD", "TOKEN", "WEBHOOK"}) {
    if (name.find(word) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::vector<char*> public_environment() {
  std::vector<char*> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!holds_a_secret(*variable)) {
      kept.push_back(*variable);
    }
  }
  kept.push_back(nullptr);
  return kept;
}

/// Starts it; -1 and errno when that fails.
pid_t start(const std::string& command, int standard_input) {
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, standard_input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t none{}, usual{};
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none); // the engine's threads block signals
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::string shell = "/bin/sh", option = "-c", text = command;
  const std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
  std::vector<char*> environment = public_environment();
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, "/bin/sh", &files, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  errno = failed;
  return failed == 0 ? pid : -1;
}

/// Alerts are far shorter than a pipe's buffer, so this never blocks.
void feed(int fd, const std::string& input) {
  sigset_t pipe{}, before{};
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE); // a command that reads nothing must not end the engine
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  static_cast<void>(::write(fd, input.data(), input.size()) > 0);
  const timespec at_once{};
  while (sigtimedwait(&pipe, nullptr, &at_once) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// True when it ended in time.
bool wait_for_end(pid_t pid, Duration timeout) {
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) {
    return false;
  }
  pollfd watched{fd, POLLIN, 0};
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  const int ready = ::poll(&watched, 1, static_cast<int>(ms));
  ::close(fd);
  return ready == 1;
}

} // namespace

std::string run_command(const std::string& command, const std::string& input, Duration timeout) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return std::string("no pipe: ") + std::strerror(errno);
  }
  const pid_t pid = start(command, pipe[0]);
  const int start_error = errno;
  ::close(pipe[0]);
  if (pid > 0) {
    feed(pipe[1], input);
  }
  ::close(pipe[1]);
  if (pid < 0) {
    return std::string("cannot start: ") + std::strerror(start_error);
  }
  const bool in_time = wait_for_end(pid, timeout);
  if (!in_time) {
    ::kill(-pid, SIGKILL);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return "did not end in time and was killed";
  }
  if (WIFSIGNALED(status)) {
    return "was ended by signal " + std::to_string(WTERMSIG(status));
  }
  return WEXITSTATUS(status) == 0 ? ""
                                  : "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace rg::alerts
