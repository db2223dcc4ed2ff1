#pragma once
// An open or opening websocket over a ready Stream, either end. Wraps Beast's websocket stream.

#include "infra/net/detail/stream.hpp"
#include "infra/net/http_server.hpp"

namespace rg::net {

struct WsLimits {
  Duration handshake{10'000'000'000}; ///< opening and closing handshake
  Duration idle{60'000'000'000}; ///< no frame for this long: gone; a ping goes out at half of it
  std::size_t max_message = std::size_t{16} << 20;
  std::size_t max_queue = std::size_t{64} << 20; ///< bytes waiting to be written; more: cut off
};

struct WsEvents {
  std::function<void()> on_open;
  std::function<void(std::string_view)> on_text;
  std::function<void(std::string reason)> on_close; ///< once, posted
};

class WsConnection : public WsSession {
public:
  [[nodiscard]] static std::shared_ptr<WsConnection> make(std::shared_ptr<Stream> stream,
                                                          const WsLimits& limits);
  /// As client. @param authority  the Host header.
  virtual void open(const std::string& authority, const std::string& target,
                    const std::vector<Header>& headers, WsEvents events) = 0;
  /// As server: answers the upgrade request that was read before.
  virtual void accept(const HttpRequest& upgrade, WsEvents events) = 0;
  /// No event from now on; the connection is cut.
  virtual void detach() = 0;
  /// Before accept(): the session never comes into being, the stream goes back to its HTTP
  /// connection.
  virtual void detach_without_closing() = 0;
  [[nodiscard]] virtual std::size_t bytes_waiting() const = 0;
  [[nodiscard]] virtual bool is_open() const = 0;
};

} // namespace rg::net
