#pragma once
// The console's API (docs/api.md): reads for anyone on this machine, changes for the operator's token.

#include "infra/http/access.hpp"
#include "infra/net/http_server.hpp"
#include "messages/engine/engine_input.hpp"
#include "messages/engine/engine_status.hpp"
#include "messages/settings/settings.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rg::http {

class ConsoleServer {
public:
  /// A copy of the engine's state, cheap enough to be asked for each request; callable on any thread.
  using Snapshot = std::function<EngineStatus()>;
  /// Hands a command to the engine; must return at once.
  using Execute = std::function<void(OperatorCommand)>;

  /// Listens on settings.listen. Throws std::runtime_error with one clear line when it cannot.
  ConsoleServer(net::IoLoop& loop, const ConsoleSettings& settings, const std::string& token,
                const Clock& clock, Snapshot snapshot, Execute execute);

  [[nodiscard]] std::string url() const; ///< "http://127.0.0.1:8080"

private:
  [[nodiscard]] net::HttpResponse answer(const net::ServerRequest& request);
  [[nodiscard]] net::HttpResponse read(const std::string& path);
  [[nodiscard]] net::HttpResponse change(const std::string& path, const std::string& body);

  const Clock& clock_;
  Snapshot snapshot_;
  Execute execute_;
  std::string host_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<Access> access_;
};

/// "127.0.0.1:8080" or "[::1]:8080" → address and port; empty optional when malformed.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] std::optional<ListenAddress> parse_listen(std::string_view text);

} // namespace rg::http
