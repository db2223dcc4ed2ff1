#include "bench/console/slow_clients.hpp"

#include <arpa/inet.h>
#include <stdexcept>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rg::bench {

namespace {

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      throw std::runtime_error("the console cut a browser off");
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// Reads the answer's head, byte by byte, and nothing behind it.
std::string head_of(int fd) {
  std::string head;
  for (char c = 0; !head.ends_with("\r\n\r\n") && ::recv(fd, &c, 1, 0) == 1;) {
    head += c;
  }
  return head;
}

int open_stream(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int small = 4096;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is like that
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("a browser cannot connect");
  }
  send_all(fd, "GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
               "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  if (head_of(fd).find(" 101 ") == std::string::npos) {
    throw std::runtime_error("the stream does not open");
  }
  // A masked text frame; the zero mask leaves the text as it is.
  send_all(fd, std::string("\x81\x8b\0\0\0\0", 6) + "{\"since\":0}");
  return fd;
}

} // namespace

SlowClients::SlowClients(const std::string& url, std::size_t count) {
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  for (std::size_t i = 0; i < count; ++i) {
    sockets_.push_back(open_stream(port));
  }
}

SlowClients::~SlowClients() {
  for (const int fd : sockets_) {
    ::close(fd);
  }
}

std::size_t SlowClients::unread_bytes() const {
  std::size_t all = 0;
  for (const int fd : sockets_) {
    int waiting = 0;
    ::ioctl(fd, FIONREAD, &waiting);
    all += static_cast<std::size_t>(waiting);
  }
  return all;
}

} // namespace rg::bench
