// The keys of the engine's surroundings: mode, venue, journal, console, supervision, pairs.

#include "infra/config/config_file.hpp"
#include "infra/config/config_key.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace rg::config {

namespace {

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" ||
         (host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
            return c == '.' || std::isdigit(static_cast<unsigned char>(c)) != 0;
          }));
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port <= 65'535;
}

/// Splits "host:port", "[v6]:port" or "host"; empty optional when malformed.
struct HostPort {
  std::string_view host, port;
};
std::optional<HostPort> split_authority(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  const bool has_port =
      colon != std::string_view::npos &&
      (bracket == std::string_view::npos ? text.find(':') == colon : colon > bracket);
  HostPort parts{text.substr(0, has_port ? colon : text.size()),
                 has_port ? text.substr(colon + 1) : std::string_view{}};
  if (parts.host.empty() || (has_port && !is_port(parts.port)) ||
      parts.host.find_first_of(" @?#\t") != std::string_view::npos) {
    return std::nullopt;
  }
  return parts;
}

Problem check_url(const std::string& text, std::string_view secure, std::string_view plain) {
  const std::string advice = "write " + std::string(secure) + "HOST[:PORT]/PATH (" +
                             std::string(plain) + " for loopback addresses only)";
  const bool is_secure = text.starts_with(secure);
  if (!is_secure && !text.starts_with(plain)) {
    return quoted(text) + " is no address for this key; " + advice;
  }
  std::string_view rest = std::string_view(text).substr(is_secure ? secure.size() : plain.size());
  rest = rest.substr(0, rest.find('/'));
  const auto parts = split_authority(rest);
  if (!parts) {
    return quoted(text) + " has no valid host and port; " + advice;
  }
  if (!is_secure && !is_loopback(parts->host)) {
    return quoted(text) + " would go over the network without TLS; " + advice;
  }
  return std::nullopt;
}

Problem check_rest_url(const std::string& text) {
  return check_url(text, "https://", "http://");
}
Problem check_ws_url(const std::string& text) {
  return check_url(text, "wss://", "ws://");
}
Problem accept_any(const std::string&) {
  return std::nullopt;
}

Problem check_path(const std::string& text) {
  return text.empty() ? Problem("is empty; write a file path") : std::nullopt;
}

Problem check_listen(const std::string& text) {
  const auto parts = split_authority(text);
  if (!parts || parts->port.empty()) {
    return quoted(text) + " is no listening address; write HOST:PORT such as \"127.0.0.1:8080\" "
                          "(port 0 picks one)";
  }
  return std::nullopt;
}

Problem check_public_url(const std::string& text) {
  const bool fits = text.empty() || text.starts_with("https://") || text.starts_with("http://");
  return fits ? std::nullopt
              : Problem(quoted(text) + " is no web address; write https://HOST[:PORT][/PATH], or "
                                       "leave it empty");
}

/// The value is not repeated in the message: a person may have pasted a secret here.
Problem check_credentials(const std::string& text) {
  const auto name_character = [](char c) {
    return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
  };
  const std::string_view value = text;
  if (value.starts_with("env:") && value.size() > 4 &&
      std::all_of(value.begin() + 4, value.end(), name_character)) {
    return std::nullopt;
  }
  if (value.starts_with("file:") && value.size() > 5) {
    return std::nullopt;
  }
  return "says no source of credentials; write \"env:NAME\" (NAME_API_KEY and so on) or "
         "\"file:PATH\" of a "
         "file with mode 0600, never a secret itself";
}

const std::vector<std::string> kModes{"sim", "paper", "live"};        // order of RunMode
const std::vector<std::string> kForeign{"refuse", "adopt", "ignore"}; // order of ForeignPolicy
const std::vector<std::string> kApis{"v2", "v3"};

ConfigKey api_key() {
  return {"exchange",
          "api",
          "protocol version",
          choices_text(kApis),
          "Protocol the venue speaks: v2 as in the competition's brief, v3 as live today.",
          [](const EngineSettings& s) { return quoted(s.exchange.api); },
          [](EngineSettings& s, const toml::node& n) {
            std::size_t index = 0;
            Problem problem = read_choice(n, kApis, index);
            if (!problem) {
              s.exchange.api = kApis[index];
            }
            return problem;
          }};
}

void add_venue_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(api_key());
  keys.push_back(text_key(
      {"exchange", "rest_url", "URL", "REST address; http:// only for loopback addresses."},
      "https://… | http://<loopback>…", [](auto& s) -> auto& { return s.exchange.rest_url; },
      check_rest_url));
  keys.push_back(text_key(
      {"exchange", "ws_public_url", "URL",
       "Websocket of market data; ws:// only for loopback addresses."},
      "wss://… | ws://<loopback>…", [](auto& s) -> auto& { return s.exchange.ws_public_url; },
      check_ws_url));
  keys.push_back(text_key(
      {"exchange", "ws_private_url", "URL",
       "Websocket of orders, fills and account; ws:// only for loopback addresses."},
      "wss://… | ws://<loopback>…", [](auto& s) -> auto& { return s.exchange.ws_private_url; },
      check_ws_url));
  keys.push_back(text_key(
      {"exchange", "ca_file", "path",
       "PEM file of a venue's own certificate authority; empty = the system's."},
      "a path, or empty", [](auto& s) -> auto& { return s.exchange.ca_file; }, accept_any));
  keys.push_back(text_key(
      {"exchange", "credentials", "source",
       "env:WEEX reads WEEX_API_KEY, WEEX_SECRET_KEY, WEEX_PASSPHRASE; file:PATH needs mode 0600."},
      "env:NAME | file:PATH", [](auto& s) -> auto& { return s.exchange.credentials; },
      check_credentials));
}

Problem check_folders(const std::string& text) {
  bool named = text.empty();
  for (const char c : text + ",") {
    if (c == ',' && !named && !text.empty()) {
      return quoted(text) + " has an empty name between its commas; write folders such as "
                            "\"candles/2025h1, candles/2025h2\", or leave it empty";
    }
    named = c == ',' ? false : named || c != ' ';
  }
  return std::nullopt;
}

void add_refit_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"model", "refit_every", "wall time",
       "`run` fits anew beside trading this often, from 10s; 0s = never."},
      0s, 8760h, [](auto& s) -> auto& { return s.refit.every; }));
  keys.push_back(text_key(
      {"model", "refit_data", "paths",
       "Candle folders of the refit, as `train --data` reads them; empty = no refit."},
      "folders separated by commas, or empty", [](auto& s) -> auto& { return s.refit.data; },
      check_folders));
  keys.push_back(text_key(
      {"model", "refit_out", "path",
       "Folder for refits that pass the gates: model.json, model-v2.json, ..."},
      "a path", [](auto& s) -> auto& { return s.refit.out; }, check_path));
}

} // namespace

void add_engine_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(word_key(
      {"", "mode", "mode",
       "live: real orders; paper: live data, simulated fills; sim: loopback addresses only."},
      kModes, [](auto& s) -> auto& { return s.mode; }));
  keys.push_back(count_key(
      {"", "instance", "number",
       "Goes into the client order ids; one running engine per number and account."},
      closed(0, 16'777'215), [](auto& s) -> auto& { return s.instance; }));
  keys.push_back(text_key(
      {"", "kill_file", "path", "When this file appears, the engine kills and latches."}, "a path",
      [](auto& s) -> auto& { return s.kill_file; }, check_path));
  add_venue_keys(keys);
  keys.push_back(text_key(
      {"journal", "path", "path", "SQLite file of the tamper-evident journal."}, "a path",
      [](auto& s) -> auto& { return s.journal.path; }, check_path));
  keys.push_back(text_key(
      {"journal", "key_path", "path",
       "Key that signs the journal's head; made at first use with mode 0600."},
      "a path", [](auto& s) -> auto& { return s.journal.key_path; }, check_path));
  keys.push_back(switch_key(
      {"journal", "record_market", "switch",
       "Record market data and event order beside the journal; replay needs it."},
      [](auto& s) -> auto& { return s.journal.record_market; }));
  keys.push_back(switch_key(
      {"console", "enabled", "switch", "Serve the console and its API."},
      [](auto& s) -> auto& { return s.console.enabled; }));
  keys.push_back(text_key(
      {"console", "listen", "host:port",
       "Where the console listens; port 0 picks a free one, which is printed."},
      "HOST:PORT", [](auto& s) -> auto& { return s.console.listen; }, check_listen));
  keys.push_back(text_key(
      {"console", "token_file", "path",
       "Operator token for every changing call; made at start with mode 0600."},
      "a path", [](auto& s) -> auto& { return s.console.token_file; }, check_path));
  keys.push_back(text_key(
      {"console", "public_url", "URL",
       "Address under which a reverse proxy serves the console; empty = none. Its origin may "
       "post."},
      "http(s)://HOST[:PORT][/PATH], or empty",
      [](auto& s) -> auto& { return s.console.public_url; }, check_public_url));
  keys.push_back(text_key(
      {"console", "runs", "path",
       "Folder whose run reports the console shows; empty = `runs` beside the journal."},
      "a path, or empty", [](auto& s) -> auto& { return s.console.runs; }, accept_any));
  keys.push_back(word_key(
      {"startup", "foreign", "policy",
       "What to do at start with positions and orders that the journal does not know."},
      kForeign, [](auto& s) -> auto& { return s.foreign; }));
  keys.push_back(text_key(
      {"model", "file", "path",
       "Model file made by `train`; empty = the one built into the binary."},
      "a path, or empty", [](auto& s) -> auto& { return s.model_path; }, accept_any));
  add_refit_keys(keys);
  keys.push_back(count_key(
      {"supervision", "max_restarts", "restarts",
       "More restarts of a pair than this within `window` quarantine it."},
      closed(0, 1000), [](auto& s) -> auto& { return s.supervision.max_restarts; }));
  keys.push_back(duration_key(
      {"supervision", "window", "wall time", "Length of the window in which restarts are counted."},
      1s, 24h, [](auto& s) -> auto& { return s.supervision.window; }));
  keys.push_back(duration_key(
      {"supervision", "backoff_min", "wall time",
       "Wait before the first restart; doubles with each further one."},
      1ms, 1h, [](auto& s) -> auto& { return s.supervision.backoff_min; }));
  keys.push_back(duration_key(
      {"supervision", "backoff_max", "wall time", "Longest wait before a restart."}, 1ms, 1h,
      [](auto& s) -> auto& { return s.supervision.backoff_max; }));
  keys.push_back(number_key(
      {"backtest", "initial_equity", "USDT", "Equity with which each backtest span starts."},
      above(0.0, 1e9), [](auto& s) -> auto& { return s.backtest_initial_equity; }));
}

void add_pair_keys(std::vector<ConfigKey>& keys) {
  for (const Symbol symbol : Symbol::all()) {
    keys.push_back(switch_key(
        {"pairs." + std::string(symbol.name()), "enabled", "switch",
         "Trade this pair; switching it off winds it down reduce-only."},
        [id = symbol.id()](auto& s) -> auto& { return s.pairs[id].enabled; }));
  }
}

} // namespace rg::config

namespace rg {

bool is_loopback_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return false;
  }
  std::string_view rest = url.substr(scheme + 3);
  const auto parts = config::split_authority(rest.substr(0, rest.find('/')));
  return parts && config::is_loopback(parts->host);
}

} // namespace rg
