#include "infra/http/endpoint_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rg::http {

std::string endpoint_path(const std::string& token_file) {
  return (std::filesystem::path(token_file).parent_path() / "engine.json").string();
}

void write_endpoint(const std::string& path, const Endpoint& endpoint) {
  const std::string temporary = path + ".new";
  {
    std::ofstream out(temporary, std::ios::trunc);
    out << nlohmann::ordered_json{{"console_url", endpoint.console_url}, {"pid", endpoint.pid}}
               .dump()
        << '\n';
    if (!out.flush()) {
      throw std::runtime_error(path + ": cannot be written");
    }
  }
  std::filesystem::rename(temporary, path);
}

void remove_endpoint(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

Result<Endpoint, InputError> read_endpoint(const std::string& path) {
  std::ifstream in(path);
  if (!in) {
    return fail(InputError{path, 0, "no engine seems to run here (this file is missing)"});
  }
  const auto json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object() || !json.contains("pid") || !json["pid"].is_number_integer() ||
      !json.contains("console_url") || !json["console_url"].is_string()) {
    return fail(InputError{path, 0, "is not an engine's endpoint file; delete it"});
  }
  return Endpoint{json["console_url"].get<std::string>(), json["pid"].get<int>()};
}

} // namespace rg::http
