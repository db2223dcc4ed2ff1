#pragma once
// A flood at an HTTP server, from a thread of its own: many requests a second over a few
// connections, and many connections that never finish their first request.

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rg::test {

struct FloodPlan {
  int requests_per_second = 10'000;
  int half_open = 1'000;
  std::string target = "/healthz";
};

class HttpFlood {
public:
  HttpFlood(std::uint16_t port, FloodPlan plan) : port_(port), plan_(std::move(plan)) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max; // a thousand sockets and those of everybody else here
    ::setrlimit(RLIMIT_NOFILE, &files);
    thread_ = std::thread([this] { run(); });
  }
  ~HttpFlood() { stop(); }
  HttpFlood(const HttpFlood&) = delete;
  HttpFlood& operator=(const HttpFlood&) = delete;

  void stop() {
    stopping_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::uint64_t opened() const { return opened_; } ///< half-open ones, re-opened too

private:
  static constexpr int kTalkers = 16;
  static constexpr std::size_t kMostBehind = 200; ///< unanswered requests of one talker

  struct Talker {
    int fd = -1;
    std::size_t behind = 0;
    std::string tail; ///< end of what was read, for a mark that was cut in two
  };

  [[nodiscard]] int connect() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is like
    // that
    static_cast<void>(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    return fd;
  }

  void run() {
    // Whoever floods us has a processor of their own: here it must not take the engine's.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 15);
    const std::string request = "GET " + plan_.target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    std::vector<Talker> talkers(kTalkers);
    std::vector<int> half_open(static_cast<std::size_t>(plan_.half_open), -1);
    const auto start = std::chrono::steady_clock::now();
    std::size_t next_half = 0;
    while (!stopping_) {
      const double elapsed =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const auto due = static_cast<std::uint64_t>(elapsed * plan_.requests_per_second);
      for (std::size_t i = 0; sent_ < due && i < 64; ++i) {
        ask(talkers[sent_ % kTalkers], request);
      }
      for (Talker& t : talkers) {
        listen(t);
      }
      for (int i = 0; i < 8 && !half_open.empty(); ++i) { // a few at a time, round and round
        keep_half_open(half_open[next_half++ % half_open.size()]);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200)); // the pace of the sender
    }
    for (const Talker& t : talkers) {
      close_if_open(t.fd);
    }
    for (const int fd : half_open) {
      close_if_open(fd);
    }
  }

  void ask(Talker& t, std::string_view request) {
    if (t.fd < 0) {
      t = {connect(), 0, {}};
    }
    ++sent_;
    if (t.behind >= kMostBehind) {
      return; // the server is behind: it is asked, but not swamped beyond all memory
    }
    if (::send(t.fd, request.data(), request.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(request.size())) {
      ++t.behind;
    }
  }

  void listen(Talker& t) {
    if (t.fd < 0) {
      return;
    }
    char buffer[1U << 14];
    for (ssize_t n = 0; (n = ::recv(t.fd, buffer, sizeof buffer, 0)) != -1;) {
      if (n == 0) { // it closed on us: a flood tries again
        ::close(t.fd);
        t = {};
        return;
      }
      constexpr std::string_view kMark = "HTTP/1.1 ";
      t.tail.append(buffer, static_cast<std::size_t>(n));
      std::size_t at = 0;
      for (std::size_t found = 0; (found = t.tail.find(kMark, at)) != std::string::npos;) {
        at = found + kMark.size();
        ++answered_;
        t.behind -= t.behind > 0 ? 1 : 0;
      }
      t.tail.erase(0, std::max(at, t.tail.size() - std::min(t.tail.size(), kMark.size() - 1)));
    }
  }

  void keep_half_open(int& fd) {
    if (fd >= 0) {
      char byte = 0;
      if (::recv(fd, &byte, 1, 0) != 0) {
        return; // still open, or still connecting
      }
      ::close(fd);
    }
    fd = connect();
    static_cast<void>(::send(fd, "GET / HTTP/1.1\r\nHo", 18, MSG_NOSIGNAL));
    ++opened_;
  }

  static void close_if_open(int fd) {
    if (fd >= 0) {
      ::close(fd);
    }
  }

  const std::uint16_t port_;
  const FloodPlan plan_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> sent_{0}, answered_{0}, opened_{0};
  std::thread thread_;
};

} // namespace rg::test
