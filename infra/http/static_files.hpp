#pragma once
// The console's built files, compiled into the binary.

#include "infra/net/http_server.hpp"

#include <span>
#include <string_view>

namespace rg::http {

struct StaticFile {
  std::string_view path; ///< "/assets/index-abc.js"
  std::string_view content;
  std::string_view gzipped; ///< empty when it does not pay
};

/// Empty when the engine was built without the console.
[[nodiscard]] std::span<const StaticFile> embedded_files();

/// GET of a file. Hashed assets may be cached for ever, index.html never. Other paths: 404, or a
/// page that says the console was left out when there are no files at all.
[[nodiscard]] net::HttpResponse serve_static(std::span<const StaticFile> files,
                                             const net::HttpRequest& request,
                                             std::string_view path);

/// The self-contained page into which `report` puts its data; empty when the console is left out.
[[nodiscard]] std::string_view report_template(std::span<const StaticFile> files);

} // namespace rg::http
