#include "infra/http/console_server.hpp"

#include "infra/http/status_json.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace rg::http {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxReason = 500;
constexpr Duration kStaleAfter = std::chrono::seconds(15);

net::HttpResponse json_response(int status, const Json& body) {
  return {status, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, body.dump() + "\n"};
}

/// {"reason": "..."} of a changing call; nothing when the body is no such object.
std::optional<std::string> reason_of(const std::string& body) {
  if (body.empty()) {
    return std::string{};
  }
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  const auto it = json.find("reason");
  if (it == json.end()) {
    return std::string{};
  }
  if (!it->is_string() || it->get_ref<const std::string&>().size() > kMaxReason) {
    return std::nullopt;
  }
  return it->get<std::string>();
}

bool wants_flatten(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  return json.is_object() && json.contains("flatten") && json["flatten"] == true;
}

std::string health_problem(const EngineStatus& s) {
  if (!s.public_link) {
    return "no market data link";
  }
  if (!s.private_link) {
    return "no private link";
  }
  if (!s.reconciled) {
    return "not reconciled";
  }
  return {};
}

} // namespace

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  unsigned port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc{} || stop != end || port > 65535) {
    return std::nullopt;
  }
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(port)};
}

ConsoleServer::ConsoleServer(net::IoLoop& loop, const ConsoleSettings& settings, const std::string& token,
                             const Clock& clock, Snapshot snapshot, Execute execute)
    : clock_(clock), snapshot_(std::move(snapshot)), execute_(std::move(execute)) {
  const auto address = parse_listen(settings.listen);
  if (!address) {
    throw std::runtime_error("console.listen: '" + settings.listen + "' is not ADDRESS:PORT");
  }
  host_ = address->host;
  net::ServerOptions options;
  options.address = address->host;
  options.port = address->port;
  options.max_body = 64U << 10;
  options.max_connections = 256;
  server_ = std::make_unique<net::HttpServer>(
      loop, options,
      [this](const net::ServerRequest& request, const std::function<void(net::HttpResponse)>& reply) {
        reply(answer(request));
      },
      [](const net::ServerRequest&, const std::shared_ptr<net::WsSession>&, net::WsHandler&) {
        return std::optional<net::HttpResponse>(error_response(404, "no websocket here"));
      });
  access_ = std::make_unique<Access>(host_, server_->port(), token);
}

std::string ConsoleServer::url() const {
  const std::string host = host_.find(':') == std::string::npos ? host_ : '[' + host_ + ']';
  return "http://" + host + ':' + std::to_string(server_->port());
}

net::HttpResponse ConsoleServer::answer(const net::ServerRequest& request) {
  const std::string path = request.http.target.substr(0, request.http.target.find('?'));
  if (path.find("..") != std::string::npos) {
    return error_response(400, "the path must not contain '..'");
  }
  const bool get = request.http.method == "GET" || request.http.method == "HEAD";
  if (!get && request.http.method != "POST") {
    return error_response(405, "only GET and POST are served");
  }
  const CallKind kind = get ? CallKind::read : CallKind::change;
  if (auto refusal = access_->refuse(request, kind, clock_.now())) {
    return *refusal;
  }
  return get ? read(path) : change(path, request.http.body);
}

net::HttpResponse ConsoleServer::read(const std::string& path) {
  if (path == "/api/v1/status") {
    return json_response(200, status_to_json(snapshot_()));
  }
  if (path == "/metrics") {
    return {200, {{"Content-Type", "text/plain; version=0.0.4"}}, status_to_metrics(snapshot_())};
  }
  if (path == "/healthz") {
    const EngineStatus status = snapshot_();
    // A snapshot that stands still means a hot thread that stands still.
    const bool frozen = clock_.now() - status.wall_time > kStaleAfter;
    const std::string problem = frozen ? "the engine's thread stands still" : health_problem(status);
    return json_response(problem.empty() ? 200 : 503,
                         Json{{"healthy", problem.empty()}, {"problem", problem}, {"tier", status.tier}});
  }
  return error_response(404, "no such path; see docs/api.md");
}

net::HttpResponse ConsoleServer::change(const std::string& path, const std::string& body) {
  const auto reason = reason_of(body);
  if (!reason) {
    return error_response(400, "the body must be a JSON object; 'reason' a text of at most 500 bytes");
  }
  OperatorCommand command;
  command.origin = "console";
  command.reason = *reason;
  constexpr std::string_view kPairs = "/api/v1/pairs/";
  if (path == "/api/v1/kill") {
    command.action = wants_flatten(body) ? OperatorAction::kill_flatten : OperatorAction::kill_freeze;
  } else if (path == "/api/v1/resume") {
    if (reason->empty()) {
      return error_response(400, "releasing a latch needs a reason");
    }
    command.action = OperatorAction::resume_all;
  } else if (path.starts_with(kPairs)) {
    const std::string_view rest = std::string_view(path).substr(kPairs.size());
    const std::size_t slash = rest.find('/');
    const auto symbol = Symbol::parse(rest.substr(0, slash));
    const std::string_view verb = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (!symbol || (verb != "pause" && verb != "resume")) {
      return error_response(404, "expected /api/v1/pairs/<pair>/pause or /resume");
    }
    command.symbol = *symbol;
    command.action = verb == "pause" ? OperatorAction::pause_pair : OperatorAction::resume_pair;
  } else {
    return error_response(404, "no such path; see docs/api.md");
  }
  execute_(std::move(command));
  return json_response(202, Json{{"accepted", true}});
}

} // namespace rg::http
