#include "infra/net/detail/url.hpp"
#include "tests/support/catch.hpp"

#include <stdexcept>

namespace rg::net {

TEST_CASE("a url is taken apart into host, port and target", "[unit][net]") {
  const Url plain_port = parse_url("https://api-contract.weex.com", "https", "http");
  CHECK(plain_port.tls);
  CHECK(plain_port.host == "api-contract.weex.com");
  CHECK(plain_port.port == 443);
  CHECK(plain_port.target == "/");
  CHECK(plain_port.authority() == "api-contract.weex.com");

  const Url socket = parse_url("ws://127.0.0.1:8443/v2/ws/public?x=1", "wss", "ws");
  CHECK_FALSE(socket.tls);
  CHECK(socket.port == 8443);
  CHECK(socket.target == "/v2/ws/public?x=1");
  CHECK(socket.authority() == "127.0.0.1:8443");

  const Url six = parse_url("https://[::1]:9000?a", "https", "http");
  CHECK(six.host == "::1");
  CHECK(six.port == 9000);
  CHECK(six.target == "/?a");
  CHECK(six.authority() == "[::1]:9000");
}

TEST_CASE("unencrypted urls are taken for this machine only", "[unit][net]") {
  for (const char* ok :
       {"http://127.0.0.1:1", "http://localhost", "http://[::1]:2", "http://127.9.9.9"}) {
    CHECK_NOTHROW(parse_url(ok, "https", "http"));
  }
  for (const char* bad :
       {"http://10.0.0.1", "http://api.weex.com", "http://128.0.0.1", "http://localhost.evil.com",
        "http://127.0.0.1.evil.com", "http://[::2]"}) {
    CHECK_THROWS_AS(parse_url(bad, "https", "http"), std::invalid_argument);
  }
}

TEST_CASE("malformed urls are refused with the reason", "[unit][net]") {
  for (const char* bad :
       {"", "weex.com", "ftp://x", "https://", "https://:443", "https://a:0", "https://a:70000",
        "https://a:b", "https://a b", "https://a\r\nHost: b", "https://[::1", "https://u@h"}) {
    CHECK_THROWS_AS(parse_url(bad, "https", "http"), std::invalid_argument);
  }
}

} // namespace rg::net
