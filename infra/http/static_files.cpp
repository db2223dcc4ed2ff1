#include "infra/http/static_files.hpp"

#include "infra/http/access.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rg::http {

namespace {

// Nothing from elsewhere may load or be reached, nothing inline runs, nobody may frame the page.
constexpr const char* kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; "
                                "img-src 'self' data:; connect-src 'self'; font-src 'self'; "
                                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// The page inside which `report` puts a run; it is no page of the console.
constexpr std::string_view kReportTemplate = "/report-template.html";

std::string_view content_type(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".json", "application/json"},
      {".woff2", "font/woff2"},
  }};
  for (const auto& [suffix, type] : kTypes) {
    if (path.ends_with(suffix)) {
      return type;
    }
  }
  return "application/octet-stream";
}

constexpr const char* kLeftOut =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>RegimeGuard</title><body>"
    "<h1>RegimeGuard</h1><p>This engine was built without its console (bun was not available). The "
    "API works: "
    "see <a href=\"api/v1/status\">status</a>, <a href=\"healthz\">health</a>, <a "
    "href=\"metrics\">metrics</a>. "
    "Run <code>make console build</code> to include it.</p></body></html>\n";

net::HttpResponse html(int status, std::string body) {
  return {status,
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Cache-Control", "no-cache"},
           {"Content-Security-Policy", kPolicy},
           {"X-Content-Type-Options", "nosniff"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Frame-Options", "DENY"},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Cross-Origin-Resource-Policy", "same-origin"}},
          std::move(body)};
}

} // namespace

net::HttpResponse serve_static(std::span<const StaticFile> files, const net::HttpRequest& request,
                               std::string_view path) {
  const bool root = path == "/" || path == "/index.html";
  if (files.empty()) {
    return root ? html(200, kLeftOut) : error_response(404, "no such path; see docs/api.md");
  }
  const std::string_view wanted = root ? std::string_view("/index.html") : path;
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const StaticFile& f) { return f.path == wanted; });
  if (file == files.end() || wanted == kReportTemplate) {
    return error_response(404, "no such path; see docs/api.md");
  }
  const bool zip = !file->gzipped.empty() &&
                   header_of(request, "Accept-Encoding").find("gzip") != std::string_view::npos;
  net::HttpResponse response = html(200, std::string(zip ? file->gzipped : file->content));
  response.headers[0].second = std::string(content_type(wanted));
  if (wanted.starts_with("/assets/")) {
    response.headers[1].second = "public, max-age=31536000, immutable";
  }
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (zip) {
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

std::string_view report_template(std::span<const StaticFile> files) {
  const auto file = std::find_if(files.begin(), files.end(),
                                 [](const StaticFile& f) { return f.path == kReportTemplate; });
  return file == files.end() ? std::string_view{} : file->content;
}

} // namespace rg::http
