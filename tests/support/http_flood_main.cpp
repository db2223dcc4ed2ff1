// A flood at an HTTP server on loopback: so many pipelined requests a second over keep-alive
// connections, and so many connections that never finish their first request.
//
//   http_flood PORT REQUESTS_PER_SECOND HALF_OPEN TARGET COUNTS_FILE
//
// One thread, one epoll; the requests are made once. Runs until it is killed or whoever started it
// is gone.

#include "tests/support/flood_counts.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace {

using rg::test::FloodCounts;

constexpr std::size_t kTalkers = 32;
constexpr std::size_t kBatch = 16;           // requests in one write
constexpr std::size_t kMostBehind = 512;     // unanswered requests of one talker
constexpr double kReopenedPerSecond = 500.0; // half-open ones that the server closed
constexpr int kOpenedPerTurn = 20;           // so that they do not come all at once
constexpr int kTickMs = 1;
constexpr int kNiceness =
    5; // a flood comes from elsewhere: it must not take the trader's processor

struct Talker {
  int fd = -1;
  std::size_t behind = 0;
  std::size_t written = 0; ///< of the batch under way
  std::string tail;        ///< the end of what was read, for an answer's first line cut in two
};

class Flood {
public:
  Flood(std::uint16_t port, double rate, std::size_t half_open, const std::string& target,
        FloodCounts& counts)
      : port_(port), rate_(rate), counts_(counts), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        talkers_(kTalkers), half_open_(half_open, -1) {
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    for (std::size_t i = 0; i < kBatch; ++i) {
      batch_ += request;
    }
  }

  [[noreturn]] void run() {
    const auto start = std::chrono::steady_clock::now();
    for (;;) {
      const double elapsed =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      send_until(static_cast<std::uint64_t>(elapsed * rate_));
      open_halves(half_open_.size() + static_cast<std::size_t>(elapsed * kReopenedPerSecond));
      std::array<epoll_event, 256> events{};
      const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kTickMs);
      for (int i = 0; i < n; ++i) {
        const std::size_t id = events[static_cast<std::size_t>(i)].data.u64;
        id < kTalkers ? listen(talkers_[id]) : close_half(id - kTalkers);
      }
    }
  }

private:
  [[nodiscard]] int connect(std::uint64_t id) const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is like
    // that
    static_cast<void>(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.u64 = id;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    return fd;
  }

  /// Batches go round the talkers until what is due is written or nobody takes more.
  void send_until(std::uint64_t due) {
    for (std::size_t idle = 0; counts_.sent < due && idle < kTalkers;) {
      Talker& t = talkers_[next_talker_++ % kTalkers];
      idle = send_batch(t, static_cast<std::size_t>(&t - talkers_.data())) ? 0 : idle + 1;
    }
  }

  bool send_batch(Talker& t, std::size_t id) {
    if (t.fd < 0) {
      t = {connect(id), 0, 0, {}};
    }
    if (t.behind + kBatch > kMostBehind) {
      return false; // the server is behind: it is not swamped beyond all memory
    }
    const ssize_t n =
        ::send(t.fd, batch_.data() + t.written, batch_.size() - t.written, MSG_NOSIGNAL);
    if (n <= 0) {
      return false;
    }
    t.written += static_cast<std::size_t>(n);
    if (t.written == batch_.size()) {
      t.written = 0;
      t.behind += kBatch;
      counts_.sent += kBatch;
    }
    return true;
  }

  void listen(Talker& t) {
    std::array<char, 1U << 16> buffer{};
    for (;;) {
      const ssize_t n = ::recv(t.fd, buffer.data(), buffer.size(), 0);
      if (n < 0 && errno == EAGAIN) {
        return;
      }
      if (n <= 0) { // it closed on us: a flood tries again
        ::close(t.fd);
        t = {};
        ++counts_.closed;
        return;
      }
      t.tail.append(buffer.data(), static_cast<std::size_t>(n));
      count_answers(t);
    }
  }

  void count_answers(Talker& t) {
    constexpr std::string_view kMark = "HTTP/1.1 ";
    constexpr std::size_t kDigits = 3;
    std::size_t at = 0;
    for (std::size_t found = 0; (found = t.tail.find(kMark, at)) != std::string::npos &&
                                found + kMark.size() + kDigits <= t.tail.size();) {
      const std::string_view status(t.tail.data() + found + kMark.size(), kDigits);
      ++(status == "200"                      ? counts_.ok
         : status == "429" || status == "503" ? counts_.refused
                                              : counts_.other);
      t.behind -= t.behind > 0 ? 1 : 0;
      at = found + kMark.size() + kDigits;
    }
    const std::size_t keep = kMark.size() + kDigits - 1;
    t.tail.erase(0, std::max(at, t.tail.size() - std::min(t.tail.size(), keep)));
  }

  /// A few at a time: all of them at first, then those that the server has closed.
  /// @param due  that may have been opened by now, all in all.
  void open_halves(std::size_t due) {
    int opened = 0;
    for (std::size_t i = 0;
         i < half_open_.size() && opened < kOpenedPerTurn && counts_.opened < due; ++i) {
      const std::size_t id = next_half_++ % half_open_.size();
      if (half_open_[id] < 0) {
        half_open_[id] = connect(kTalkers + id);
        begun_.push_back(id);
        ++counts_.opened;
        ++counts_.standing;
        ++opened;
      }
    }
    // A connection on loopback stands by the next turn.
    for (const std::size_t id : std::exchange(sent_next_, std::exchange(begun_, {}))) {
      if (half_open_[id] >= 0) {
        static_cast<void>(::send(half_open_[id], "GET / HTTP/1.1\r\nHo", 18, MSG_NOSIGNAL));
      }
    }
  }

  void close_half(std::size_t id) {
    if (half_open_[id] >= 0) {
      ::close(half_open_[id]);
      half_open_[id] = -1;
      --counts_.standing;
    }
  }

  const std::uint16_t port_;
  const double rate_;
  FloodCounts& counts_;
  const int epoll_;
  std::string batch_;
  std::vector<Talker> talkers_;
  std::vector<int> half_open_;
  std::vector<std::size_t> begun_, sent_next_;
  std::size_t next_talker_ = 0, next_half_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr,
                 "usage: http_flood PORT REQUESTS_PER_SECOND HALF_OPEN TARGET COUNTS_FILE\n");
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpriority(PRIO_PROCESS, 0, kNiceness);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  Flood(static_cast<std::uint16_t>(std::atoi(argv[1])), std::atof(argv[2]),
        static_cast<std::size_t>(std::atoi(argv[3])), argv[4], rg::test::shared_counts(argv[5]))
      .run();
}
