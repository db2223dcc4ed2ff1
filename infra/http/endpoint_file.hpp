#pragma once

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>

namespace rg::http {

/// Where a running engine can be reached: its console's address (the port may have been free
/// choice) and its process id. Written beside the operator token while the engine runs.
struct Endpoint {
  std::string console_url; ///< empty = HTTP is off
  int pid = 0;
};

/// <directory of the token file>/engine.json
[[nodiscard]] std::string endpoint_path(const std::string& token_file);
void write_endpoint(const std::string& path,
                    const Endpoint& endpoint); ///< atomic; throws std::runtime_error
void remove_endpoint(const std::string& path);
[[nodiscard]] Result<Endpoint, InputError> read_endpoint(const std::string& path);

} // namespace rg::http
