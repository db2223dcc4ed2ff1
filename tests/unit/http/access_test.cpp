#include "infra/http/access.hpp"
#include "infra/http/operator_token.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace rg;
using namespace rg::http;

namespace {

const std::string kToken(64, 'a');

net::ServerRequest request(std::vector<net::Header> headers) {
  return {{"POST", "/api/v1/kill", std::move(headers), ""}, "127.0.0.1"};
}

int status_of(const std::optional<net::HttpResponse>& response) {
  return response ? response->status : 0;
}

Timestamp at(int seconds) {
  return Timestamp::from_ms(1'000LL * seconds);
}

} // namespace

TEST_CASE("reads on loopback need no token, changes do", "[unit][http]") {
  Access access("127.0.0.1", 8080, kToken);
  const auto plain = request({{"Host", "127.0.0.1:8080"}});
  CHECK(status_of(access.refuse(plain, CallKind::read, at(0))) == 0);
  CHECK(status_of(access.refuse(plain, CallKind::change, at(0))) == 401);
  const auto right = request({{"host", "localhost:8080"}, {"authorization", "Bearer " + kToken}});
  CHECK(status_of(access.refuse(right, CallKind::change, at(0))) == 0);
}

TEST_CASE("a foreign Host is refused even with the token", "[unit][http]") {
  Access access("127.0.0.1", 8080, kToken);
  for (const char* host : {"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "",
                           "localhost.evil.example"}) {
    INFO(host);
    const auto r = request({{"Host", host}, {"Authorization", "Bearer " + kToken}});
    CHECK(status_of(access.refuse(r, CallKind::change, at(0))) == 403);
  }
}

TEST_CASE("a post from another site is refused even with the token", "[unit][http]") {
  Access access("127.0.0.1", 8080, kToken);
  const std::string bearer = "Bearer " + kToken;
  CHECK(status_of(access.refuse(request({{"Host", "127.0.0.1:8080"},
                                         {"Origin", "https://evil.example"},
                                         {"Authorization", bearer}}),
                                CallKind::change, at(0))) == 403);
  CHECK(status_of(access.refuse(
            request({{"Host", "127.0.0.1:8080"}, {"Origin", "null"}, {"Authorization", bearer}}),
            CallKind::change, at(0))) == 403);
  CHECK(status_of(access.refuse(request({{"Host", "127.0.0.1:8080"},
                                         {"Origin", "http://127.0.0.1:8080"},
                                         {"Authorization", bearer}}),
                                CallKind::change, at(0))) == 0);
}

TEST_CASE("listening elsewhere, reads need the token too", "[unit][http]") {
  Access access("10.1.2.3", 8080, kToken);
  CHECK(status_of(access.refuse(request({{"Host", "10.1.2.3:8080"}}), CallKind::read, at(0))) ==
        401);
  CHECK(status_of(access.refuse(
            request({{"Host", "10.1.2.3:8080"}, {"Authorization", "Bearer " + kToken}}),
            CallKind::read, at(0))) == 0);
}

TEST_CASE("listening elsewhere, pages load for all, and the stream asks for the token itself",
          "[unit][http]") {
  Access access("0.0.0.0", 8080, kToken);
  const auto here = request({{"Host", "192.168.1.7:8080"}});
  CHECK_FALSE(access.refuse(here, CallKind::page, at(0)));
  CHECK_FALSE(access.refuse(here, CallKind::stream, at(0)));
  CHECK(status_of(access.refuse(here, CallKind::read, at(0))) == 401);
  CHECK_FALSE(access.may_stream("192.168.1.9", "", at(0)));
  CHECK(access.may_stream("192.168.1.9", kToken, at(0)));
  for (int i = 0; i < 5; ++i) {
    CHECK_FALSE(access.may_stream("192.168.1.9", std::string(64, 'b'), at(i)));
  }
  CHECK_FALSE(access.may_stream("192.168.1.9", kToken, at(6))); // guessed too often
  CHECK(access.may_stream("192.168.1.9", kToken, at(66)));
  Access at_home("127.0.0.1", 8080, kToken);
  CHECK(at_home.may_stream("127.0.0.1", "", at(0)));
}

TEST_CASE("a call without any token is no guess", "[unit][http]") {
  Access access("127.0.0.1", 8080, kToken);
  for (int i = 0; i < 10; ++i) {
    CHECK(status_of(access.refuse(request({{"Host", "localhost"}}), CallKind::change, at(i))) ==
          401);
  }
  CHECK_FALSE(access.refuse(request({{"Host", "localhost"}, {"Authorization", "Bearer " + kToken}}),
                            CallKind::change, at(10)));
}

TEST_CASE("wrong tokens are limited per minute, and the limit lifts", "[unit][http]") {
  Access access("127.0.0.1", 8080, kToken);
  const auto wrong = request({{"Host", "127.0.0.1"}, {"Authorization", "Bearer guess"}});
  const auto right = request({{"Host", "127.0.0.1"}, {"Authorization", "Bearer " + kToken}});
  for (int i = 0; i < 5; ++i) {
    CHECK(status_of(access.refuse(wrong, CallKind::change, at(i))) == 401);
  }
  CHECK(status_of(access.refuse(wrong, CallKind::change, at(5))) == 429);
  CHECK(status_of(access.refuse(right, CallKind::change, at(6))) == 429);
  CHECK(status_of(access.refuse(right, CallKind::change, at(66))) == 0);
}

TEST_CASE("the operator token is made once, private, and a readable one is refused",
          "[unit][http]") {
  const auto dir =
      std::filesystem::temp_directory_path() / ("rg_token_" + std::to_string(::getpid()));
  const std::string path = (dir / "operator.token").string();
  const auto first = load_or_create_token(path);
  REQUIRE(first);
  CHECK(first->size() == 64);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(*load_or_create_token(path) == *first);
  CHECK(*load_token(path) == *first);
  ::chmod(path.c_str(), 0644);
  CHECK_FALSE(load_token(path).has_value());
  std::filesystem::remove_all(dir);
}

TEST_CASE("secrets are equal only when every byte is", "[unit][http]") {
  CHECK(same_secret("abc", "abc"));
  CHECK_FALSE(same_secret("abc", "abd"));
  CHECK_FALSE(same_secret("abc", "abcd"));
  CHECK_FALSE(same_secret("", "a"));
}
