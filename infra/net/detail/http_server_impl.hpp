#pragma once
// Inside of HttpServer, split over http_server.cpp (listening, upgrades) and http_connection.cpp
// (one connection's life; the only one of the two that sees Beast).

#include "infra/net/detail/ws_connection.hpp"
#include "infra/net/http_server.hpp"

#include <chrono>
#include <set>

namespace rg::net {

class HttpConnection;

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  IoLoop& io_loop;
  IoLoop::Impl& loop;
  ServerOptions options;
  OnRequest on_request;
  OnUpgrade on_upgrade;
  std::shared_ptr<TlsContext> tls;
  Acceptor acceptor;
  SteadyTimer accept_pause;
  std::set<std::shared_ptr<HttpConnection>> connections; // HTTP; order never reaches an output
  std::set<std::shared_ptr<WsConnection>> sessions;
  bool ended = false;

  Impl(IoLoop& l, ServerOptions o, OnRequest r, OnUpgrade u)
      : io_loop(l), loop(l.impl()), options(std::move(o)), on_request(std::move(r)),
        on_upgrade(std::move(u)), acceptor(loop.context),
        accept_pause(loop.context.get_executor()) {}

  void listen();
  void accept();
  void end();
  void close_longest_waiting();
  void upgrade(const std::shared_ptr<HttpConnection>& from, const ServerRequest& request,
               const std::shared_ptr<Stream>& stream);
};

/// One HTTP connection: reads a request, waits for its answer, writes it, goes on.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
  HttpConnection(std::shared_ptr<HttpServer::Impl> server, Socket socket, std::string remote);
  ~HttpConnection();
  void start();
  void close();
  /// The stream has become a websocket's: this object steps back without closing it.
  void hand_over();
  void answer(const HttpResponse& response, bool close_after);

  using SteadyTime = std::chrono::steady_clock::time_point;
  /// Since when it has waited for a whole request; max = it does not wait: the application has the
  /// word, or an answer is being written.
  [[nodiscard]] SteadyTime waiting_since() const { return waiting_since_; }

private:
  struct Parser; ///< Beast's

  // Time limits: one timer, re-armed only when it fires early.
  void allow(Duration span);
  void allow_for_ever() { deadline_ = SteadyTime::max(); }
  void watch();
  void allow_and_rearm(Duration span);

  void await_request(bool first);
  void read();
  void on_bytes();
  void parse();
  void continue_then_read();
  void refuse(error_code ec);
  void on_message();
  [[nodiscard]] std::function<void(HttpResponse)> reply();
  void say_goodbye();
  void discard();

  std::shared_ptr<HttpServer::Impl> server_;
  std::string remote_;
  std::shared_ptr<Stream> stream_;
  SteadyTimer timer_;
  SteadyTime deadline_{}, armed_until_{};
  SteadyTime waiting_since_ = std::chrono::steady_clock::now();
  std::unique_ptr<Parser> parser_;
  std::string in_, out_;
  bool begun_ = false, body_clock_ = false, continued_ = false;
  bool keep_alive_ = true, head_only_ = false, unread_ = false, gone_ = false;
};

} // namespace rg::net
