#include "infra/http/console_server.hpp"

#include "infra/http/operator_call.hpp"
#include "infra/http/query.hpp"
#include "infra/http/status_json.hpp"
#include "infra/http/view_json.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace rg::http {

namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kStaleAfter = std::chrono::seconds(15);
constexpr Duration kStreamPeriod = std::chrono::milliseconds(250);
constexpr std::size_t kFillsShown = 1000;
constexpr std::string_view kApi = "/api/v1/";

net::HttpResponse json_response(int status, const Json& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          body.dump() + "\n"};
}

net::HttpResponse json_text_response(std::string text) {
  return {
      200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, std::move(text)};
}

net::HttpResponse verify_response(const JournalCheck& check) {
  return json_response(
      200,
      Json{{"verified", check.verified}, {"records", check.records}, {"problem", check.problem}});
}

net::HttpResponse csv_response(const std::string& table, std::string csv) {
  return {200,
          {{"Content-Type", "text/csv; charset=utf-8"},
           {"Content-Disposition", "attachment; filename=\"" + table + ".csv\""},
           {"Cache-Control", "no-store"}},
          std::move(csv)};
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

/// "https://host/rg/" → "/rg"
std::string prefix_of(std::string_view public_url) {
  const std::size_t scheme = public_url.find("://");
  const std::size_t slash =
      scheme == std::string_view::npos ? std::string_view::npos : public_url.find('/', scheme + 3);
  if (slash == std::string_view::npos) {
    return {};
  }
  std::string prefix(public_url.substr(slash));
  while (!prefix.empty() && prefix.back() == '/') {
    prefix.pop_back();
  }
  return prefix;
}

/// A sequence number of the journal; 0 when absent or no number.
std::uint64_t query_sequence(std::string_view query, std::string_view name) {
  const std::string text = query_value(query, name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

std::optional<Outcome> outcome_of(std::string_view word) {
  for (const Outcome o : {Outcome::approved, Outcome::refused, Outcome::exit, Outcome::hand_over}) {
    if (word == to_string(o)) {
      return o;
    }
  }
  return std::nullopt;
}

/// Nothing when a pair or outcome is named that does not exist.
std::optional<DecisionQuery> decision_query(const std::string& query) {
  DecisionQuery wanted;
  wanted.text = query_value(query, "q");
  wanted.limit = query_count(query, "limit", 100, 1000);
  const std::string pair = query_value(query, "pair");
  const std::string outcome = query_value(query, "outcome");
  wanted.before = query_sequence(query, "before");
  wanted.after = query_sequence(query, "after");
  wanted.symbol = Symbol::parse(pair);
  wanted.outcome = outcome_of(outcome);
  const bool wrong = (!pair.empty() && !wanted.symbol) || (!outcome.empty() && !wanted.outcome);
  return wrong ? std::nullopt : std::optional(wanted);
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

ConsoleServer::ConsoleServer(net::IoLoop& loop, const ConsoleSettings& settings,
                             const std::string& token, const Clock& clock, ConsoleSource& source)
    : loop_(loop), clock_(clock), source_(source), hub_(source) {
  const auto address = parse_listen(settings.listen);
  if (!address) {
    throw std::runtime_error("console.listen: '" + settings.listen + "' is not ADDRESS:PORT");
  }
  host_ = address->host;
  prefix_ = prefix_of(settings.public_url);
  net::ServerOptions options;
  options.address = address->host;
  options.port = address->port;
  options.max_body = 64U << 10;
  options.max_connections = 256;
  options.make_room = true;
  server_ = std::make_unique<net::HttpServer>(
      loop, options,
      [this](const net::ServerRequest& request,
             const std::function<void(net::HttpResponse)>& reply) { handle(request, reply); },
      [this](const net::ServerRequest& request, std::shared_ptr<net::WsSession> session,
             net::WsHandler& handler) -> std::optional<net::HttpResponse> {
        if (path_of(request.http) != "/api/v1/stream") {
          return error_response(404, "the stream is at /api/v1/stream");
        }
        if (auto refusal = access_->refuse(request, CallKind::stream, clock_.now())) {
          return refusal;
        }
        hub_.accept(std::move(session), handler,
                    [this, address = request.remote_address](std::string_view told) {
                      return access_->may_stream(address, told, clock_.now());
                    });
        return std::nullopt;
      });
  access_ = std::make_unique<Access>(host_, server_->port(), token, settings.public_url);
  slow_ = std::make_unique<SlowWork>(loop);
  schedule_tick();
}

ConsoleServer::~ConsoleServer() {
  loop_.timer().cancel(tick_);
}

void ConsoleServer::schedule_tick() {
  tick_ = loop_.timer().after(kStreamPeriod, [this] {
    hub_.tick();
    schedule_tick();
  });
}

std::string ConsoleServer::url() const {
  const std::string host = host_.find(':') == std::string::npos ? host_ : '[' + host_ + ']';
  return "http://" + host + ':' + std::to_string(server_->port());
}

// A proxy that passes the path on whole sends our prefix along.
std::string ConsoleServer::path_of(const net::HttpRequest& request) const {
  std::string path = request.target.substr(0, request.target.find('?'));
  if (!prefix_.empty() && path.starts_with(prefix_) &&
      (path.size() == prefix_.size() || path[prefix_.size()] == '/')) {
    path.erase(0, prefix_.size());
  }
  return path.empty() ? "/" : path;
}

void ConsoleServer::handle(const net::ServerRequest& request, const Reply& reply) {
  const std::string path = path_of(request.http);
  if (path.find("..") != std::string::npos || path.find_first_of("%\\") != std::string::npos) {
    reply(error_response(400, "the path must hold neither '..' nor percent-encoding"));
    return;
  }
  const bool get = request.http.method == "GET" || request.http.method == "HEAD";
  if (!get && request.http.method != "POST") {
    reply(error_response(405, "only GET, HEAD and POST are served"));
    return;
  }
  const bool data = path.starts_with(kApi) || path == "/metrics";
  const CallKind kind = !get ? CallKind::change : data ? CallKind::read : CallKind::page;
  if (auto refusal = access_->refuse(request, kind, clock_.now())) {
    reply(std::move(*refusal));
    return;
  }
  if (!get || !answer_slowly(path, reply)) {
    reply(answer(request, path));
  }
}

bool ConsoleServer::answer_slowly(const std::string& path, const Reply& reply) {
  constexpr std::string_view kExport = "/api/v1/journal/export/", kRun = "/api/v1/runs/";
  SlowWork::Make make;
  if (path == "/api/v1/journal/verify") {
    make = [this] { return verify_response(source_.verify_journal()); };
  } else if (path.starts_with(kExport) && path.ends_with(".csv")) {
    make = [this, table = path.substr(kExport.size(), path.size() - kExport.size() - 4)] {
      auto csv = source_.export_csv(table);
      return csv ? csv_response(table, std::move(*csv)) : error_response(404, "no such table");
    };
  } else if (path == "/api/v1/runs") {
    make = [this] { return json_text_response(source_.runs_json()); };
  } else if (path.starts_with(kRun)) {
    make = [this, name = path.substr(kRun.size())] {
      auto run = source_.run_json(name);
      return run ? json_text_response(std::move(*run)) : error_response(404, "no such run");
    };
  } else {
    return false;
  }
  if (!slow_->add(std::move(make), reply)) {
    reply(error_response(503, "too many long answers are being made; try again"));
  }
  return true;
}

net::HttpResponse ConsoleServer::answer(const net::ServerRequest& request,
                                        const std::string& path) {
  try {
    return request.http.method == "POST" ? change(path, request.http.body)
                                         : read(request.http, path);
  } catch (const std::exception& e) {
    return error_response(500, std::string("the answer could not be made: ") + e.what());
  }
}

net::HttpResponse ConsoleServer::read(const net::HttpRequest& request, const std::string& path) {
  if (path.starts_with(kApi)) {
    const std::size_t mark = request.target.find('?');
    return read_api(path.substr(kApi.size()),
                    mark == std::string::npos ? "" : request.target.substr(mark + 1));
  }
  if (path == "/metrics") {
    const EngineStatus& now = status();
    if (metrics_.empty()) {
      metrics_ = status_to_metrics(now);
    }
    return {200,
            {{"Content-Type", "text/plain; version=0.0.4"}},
            metrics_ + access_to_metrics(access_->refused())};
  }
  return path == "/healthz" ? health() : serve_static(embedded_files(), request, path);
}

const EngineStatus& ConsoleServer::status() {
  // The version first: news between the two calls is fetched again with the next one.
  if (const std::uint64_t version = source_.version(); !status_ || version != status_version_) {
    status_ = source_.status();
    status_version_ = version;
    status_json_.clear();
    metrics_.clear();
  }
  return *status_;
}

net::HttpResponse ConsoleServer::health() {
  const EngineStatus& status = this->status();
  // A snapshot that stands still means a hot thread that stands still.
  const bool frozen = clock_.now() - status.wall_time > kStaleAfter;
  const std::string problem = frozen ? "the engine's thread stands still" : health_problem(status);
  return json_response(
      problem.empty() ? 200 : 503,
      Json{{"healthy", problem.empty()}, {"problem", problem}, {"tier", status.tier}});
}

net::HttpResponse ConsoleServer::read_api(const std::string& path, const std::string& query) {
  if (path == "status") {
    const EngineStatus& now = status();
    if (status_json_.empty()) {
      status_json_ = status_to_json(now).dump() + "\n";
    }
    return json_text_response(status_json_);
  }
  if (path == "decisions") {
    const auto wanted = decision_query(query);
    return wanted ? json_response(200, decision_rows_to_json(source_.decisions(*wanted)))
                  : error_response(400, "pair or outcome is not known");
  }
  if (path.starts_with("decisions/")) {
    const auto id = DecisionId::parse(path.substr(path.find('/') + 1));
    const auto detail = id ? source_.decision(*id) : std::nullopt;
    return detail ? json_response(200, detail_to_json(*detail))
                  : error_response(404, "no such decision");
  }
  if (path.starts_with("pairs/") && path.ends_with("/history")) {
    const auto symbol = Symbol::parse(path.substr(6, path.size() - 6 - 8));
    return symbol ? json_response(
                        200, history_to_json(source_.history(*symbol), source_.fills(kFillsShown)))
                  : error_response(404, "no such pair");
  }
  return read_views(path, query);
}

net::HttpResponse ConsoleServer::read_views(const std::string& path, const std::string& query) {
  if (path == "equity") {
    return json_response(200, equity_to_json(source_.equity()));
  }
  if (path == "limits") {
    return json_response(200, Json{{"limits", limit_list_to_json(source_.limits())}});
  }
  if (path == "sparks") {
    return json_response(200, sparks_to_json(source_.sparks()));
  }
  if (path == "journal/events") {
    return json_response(200,
                         events_to_json(source_.events(query_count(query, "limit", 100, 1000))));
  }
  if (path == "journal/engine_runs") {
    return json_response(200, engine_runs_to_json(source_.engine_runs()));
  }
  if (path == "orders") {
    return json_response(200,
                         orders_to_json(source_.orders(query_count(query, "limit", 100, 1000))));
  }
  if (path == "fills") {
    return json_response(200, fills_to_json(source_.fills(query_count(query, "limit", 100, 1000))));
  }
  if (path == "model") {
    return json_response(200, Json::parse(source_.model_json()));
  }
  return error_response(404, "no such path; see docs/api.md");
}

net::HttpResponse ConsoleServer::change(const std::string& path, const std::string& body) {
  if (!reason_of(body)) {
    return error_response(400,
                          "the body must be a JSON object; 'reason' a text of at most 500 bytes");
  }
  if (path == "/api/v1/reload") {
    const ReloadReport report = source_.reload();
    return json_response(report.taken ? 200 : 409,
                         Json{{"taken", report.taken}, {"lines", report.lines}});
  }
  auto call = operator_call(path, body, [this](Symbol symbol) {
    const EngineStatus& status = this->status();
    return std::any_of(status.pairs.begin(), status.pairs.end(), [&](const PairStatus& pair) {
      return pair.symbol == symbol && pair.kill_latched;
    });
  });
  if (const auto* error = std::get_if<CallError>(&call)) {
    return error_response(error->status, error->text);
  }
  source_.execute(std::get<OperatorCommand>(std::move(call)));
  return json_response(202, Json{{"accepted", true}});
}

} // namespace rg::http
