#include "infra/weex/codec.hpp"

#include "infra/weex/v2_codec.hpp"
#include "infra/weex/v3_codec.hpp"

#include <stdexcept>

namespace rg::weex {

std::unique_ptr<Codec> make_codec(const std::string& api) {
  if (api == "v2") {
    return std::make_unique<V2Codec>();
  }
  if (api == "v3") {
    return std::make_unique<V3Codec>();
  }
  throw std::invalid_argument("exchange.api: '" + api + "' is not supported (v2 or v3)");
}

std::string stream_url(const std::string& url, std::string_view path) {
  const std::size_t host = url.find("://");
  const std::size_t slash = url.find('/', host == std::string::npos ? 0 : host + 3);
  if (slash == std::string::npos) {
    return url + std::string(path);
  }
  const std::string_view given = std::string_view(url).substr(slash);
  const bool a_generation =
      given == "/" || given.starts_with("/v2/ws/") || given.starts_with("/v3/ws/");
  return a_generation ? url.substr(0, slash) + std::string(path) : url;
}

} // namespace rg::weex
