#pragma once
// Resolve, connect, TLS handshake: from a Url to a ready Stream, with a time limit.

#include "infra/net/detail/stream.hpp"
#include "infra/net/detail/url.hpp"

namespace rg::net {

/// One attempt. `done` runs on the loop, once, with a stream or with the reason; not after
/// cancel().
class Connector : public std::enable_shared_from_this<Connector> {
public:
  using Done = std::function<void(std::shared_ptr<Stream> stream, const std::string& error)>;
  [[nodiscard]] static std::shared_ptr<Connector> start(IoLoop::Impl& loop, const Url& url,
                                                        std::shared_ptr<TlsContext> tls,
                                                        Duration time_limit, Done done);
  void cancel();

private:
  Connector(IoLoop::Impl& loop, const Url& url, std::shared_ptr<TlsContext> tls, Done done);
  void resolve();
  void connect(std::size_t index);
  void shake_hands(Socket socket);
  void finish(std::shared_ptr<Stream> stream, const std::string& error);

  using Resolver = asio::ip::basic_resolver<Tcp, Executor>;
  Url url_;
  std::shared_ptr<TlsContext> tls_;
  Done done_;
  Resolver resolver_;
  std::shared_ptr<Socket> socket_;
  std::shared_ptr<Stream> stream_;
  SteadyTimer limit_, endpoint_limit_;
  std::vector<Tcp::endpoint> endpoints_;
};

} // namespace rg::net
