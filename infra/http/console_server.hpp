#pragma once
// The console: its pages, its API (docs/api.md) and its live stream, on one address. Reads for
// anyone on this machine, changes for the operator's token.

#include "infra/http/access.hpp"
#include "infra/http/slow_work.hpp"
#include "infra/http/static_files.hpp"
#include "infra/http/stream_hub.hpp"
#include "infra/net/http_server.hpp"
#include "infra/ports/console_source.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rg::http {

class ConsoleServer {
public:
  /// Listens on settings.listen. Throws std::runtime_error with one clear line when it cannot.
  /// @param loop  the console's own thread; never the hot one.
  ConsoleServer(net::IoLoop& loop, const ConsoleSettings& settings, const std::string& token,
                const Clock& clock, ConsoleSource& source);
  ~ConsoleServer();
  ConsoleServer(const ConsoleServer&) = delete;
  ConsoleServer& operator=(const ConsoleServer&) = delete;

  [[nodiscard]] std::string url() const; ///< "http://127.0.0.1:8080"

private:
  using Reply = std::function<void(net::HttpResponse)>;
  void handle(const net::ServerRequest& request, const Reply& reply);
  /// What takes long runs beside; false when the path is none of those.
  [[nodiscard]] bool answer_slowly(const std::string& path, const Reply& reply);
  [[nodiscard]] net::HttpResponse answer(const net::ServerRequest& request,
                                         const std::string& path);
  [[nodiscard]] std::string path_of(const net::HttpRequest& request) const;
  [[nodiscard]] net::HttpResponse read(const net::HttpRequest& request, const std::string& path);
  [[nodiscard]] net::HttpResponse read_api(const std::string& path, const std::string& query);
  [[nodiscard]] net::HttpResponse read_views(const std::string& path, const std::string& query);
  [[nodiscard]] net::HttpResponse change(const std::string& path, const std::string& body);
  [[nodiscard]] net::HttpResponse health();
  /// The engine's status as last published: fetched when it moved, not at each call. A flood of
  /// reads then costs the engine's lock nothing.
  const EngineStatus& status();
  void schedule_tick();

  net::IoLoop& loop_;
  const Clock& clock_;
  ConsoleSource& source_;
  StreamHub hub_;
  std::string host_, prefix_; ///< prefix: the path of public_url, "" or "/rg"
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<Access> access_;
  Timer::Token tick_ = 0;
  std::optional<EngineStatus> status_;
  std::uint64_t status_version_ = 0;
  std::string status_json_, metrics_; ///< of status_; empty = not made yet
  std::unique_ptr<SlowWork> slow_;    // last: stops first
};

/// "127.0.0.1:8080" or "[::1]:8080" → address and port; empty optional when malformed.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] std::optional<ListenAddress> parse_listen(std::string_view text);

} // namespace rg::http
