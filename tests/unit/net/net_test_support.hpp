#pragma once
// A loop on a thread of its own, and raw sockets that misbehave on purpose.

#include "infra/net/http_client.hpp"
#include "infra/net/http_server.hpp"
#include "infra/net/io_loop.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace rg::net::test {

using namespace std::chrono_literals;
inline constexpr auto kPatience = 20s; // upper bound of a wait; a passing test never gets near it

class LoopThread {
public:
  LoopThread() : thread_([this] { loop.run(); }) {}
  ~LoopThread() {
    loop.stop();
    thread_.join();
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  /// Runs on the loop and gives back what it returns.
  template <class F> auto call(F f) {
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<F>()>>(std::move(f));
    auto future = task->get_future();
    loop.post([task] { (*task)(); });
    return future.get();
  }
  IoLoop loop;

private:
  std::thread thread_;
};

template <class T> T wait_for(std::future<T>& future, const char* what) {
  if (future.wait_for(kPatience) != std::future_status::ready) {
    throw std::runtime_error(std::string("nothing came: ") + what);
  }
  return future.get();
}

/// Sends and waits for the result.
inline HttpResult ask(LoopThread& t, HttpClient& client, HttpRequest request,
                      Duration timeout = 10s) {
  auto promise = std::make_shared<std::promise<HttpResult>>();
  auto future = promise->get_future();
  t.loop.post([&client, promise, request, timeout] {
    client.send(request, timeout, [promise](HttpResult r) { promise->set_value(std::move(r)); });
  });
  return wait_for(future, "HTTP result");
}

inline HttpRequest get(const std::string& target) {
  return {"GET", target, {}, ""};
}
inline HttpRequest post(const std::string& target, std::string body) {
  return {"POST", target, {{"Content-Type", "application/json"}}, std::move(body)};
}

inline std::string base_url(const HttpServer& server, const char* scheme = "http",
                            const char* host = "127.0.0.1") {
  return std::string(scheme) + "://" + host + ":" + std::to_string(server.port());
}

/// A file that is gone again at the end of the test.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string& text) {
    const int fd = mkstemp(path_.data());
    if (fd < 0) {
      throw std::runtime_error("mkstemp failed");
    }
    ::close(fd);
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_ = "/tmp/rg_net_test_XXXXXX";
};

/// A blocking TCP socket with a read time limit.
class RawSocket {
public:
  explicit RawSocket(int fd) : fd_(fd) {
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  static RawSocket connect_to(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(fd);
      throw std::runtime_error("raw connect failed");
    }
    return RawSocket(fd);
  }
  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  void send(std::string_view bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) {
        return; // the peer has gone; what it answered is what the test looks at
      }
      sent += static_cast<std::size_t>(n);
    }
  }
  /// Up to the first appearance of `mark`, or to the end of the stream.
  [[nodiscard]] std::string read_until(std::string_view mark) {
    std::string got;
    char c = 0;
    while (got.find(mark) == std::string::npos && ::recv(fd_, &c, 1, 0) == 1) {
      got += c;
    }
    return got;
  }
  [[nodiscard]] std::string read_all() { return read_until(std::string_view("\0never\0", 7)); }
  /// True when the peer ends the stream (or resets it) within the read limit.
  [[nodiscard]] bool ends() {
    char c = 0;
    while (true) {
      const ssize_t n = ::recv(fd_, &c, 1, 0);
      if (n <= 0) {
        return n == 0 || errno == ECONNRESET;
      }
    }
  }
  void close() {
    if (fd_ >= 0) {
      ::close(std::exchange(fd_, -1));
    }
  }
  /// Closes with a reset instead of an orderly end.
  void reset() {
    const linger hard{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }

private:
  int fd_;
};

/// Listens on a free port; `script` gets each accepted connection on the server's thread.
class RawServer {
public:
  explicit RawServer(std::function<void(RawSocket, int index)> script)
      : script_(std::move(script)) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd_, 16) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("raw server cannot listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int index = 0;; ++index) {
        const int fd = accept(fd_, nullptr, nullptr);
        if (fd < 0 || ended_) {
          if (fd >= 0) {
            ::close(fd);
          }
          return;
        }
        script_(RawSocket(fd), index);
      }
    });
  }
  ~RawServer() {
    ended_ = true;
    shutdown(fd_, SHUT_RDWR); // wakes accept()
    thread_.join();
    ::close(fd_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
  std::function<void(RawSocket, int)> script_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

/// A port that nobody listens on.
inline std::uint16_t dead_port() {
  std::uint16_t port = 0;
  {
    const RawServer server([](const RawSocket&, int) {});
    port = server.port();
  }
  return port;
}

} // namespace rg::net::test
