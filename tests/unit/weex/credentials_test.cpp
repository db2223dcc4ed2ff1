#include "infra/weex/credentials.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>
#include <sys/stat.h>

namespace rg::weex {

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

constexpr const char* kGood =
    "# the contest account\nWEEX_API_KEY = key-1\nsecret_key=\"sec+ret/2==\"\n"
    "PASSPHRASE=pass3\n";

Result<Credentials, InputError> from_text(const std::string& text, mode_t mode = 0600) {
  const net::test::TemporaryFile file(text);
  chmod(file.path().c_str(), mode);
  return load_credentials("file:" + file.path());
}

} // namespace

// Secrets cannot be printed by accident: these do not compile.
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!fmt::is_formattable<Credentials>::value);
static_assert(!Streamable<Secret>);
static_assert(!Streamable<Credentials>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);

TEST_CASE("credentials come from a file that only its owner reads", "[unit][weex]") {
  const auto loaded = from_text(kGood);
  REQUIRE(loaded.has_value());
  CHECK(loaded->api_key.reveal() == "key-1");
  CHECK(loaded->secret_key.reveal() == "sec+ret/2==");
  CHECK(loaded->passphrase.reveal() == "pass3");
  CHECK(from_text(kGood, 0400).has_value());
  for (const mode_t open : {0644U, 0640U, 0604U, 0610U}) {
    const auto refused = from_text(kGood, open);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().what.find("chmod 600") != std::string::npos);
  }
}

TEST_CASE("credentials come from the environment", "[unit][weex]") {
  setenv("RGTEST_API_KEY", "k", 1);
  setenv("RGTEST_SECRET_KEY", "s", 1);
  unsetenv("RGTEST_PASSPHRASE");
  const auto partial = load_credentials("env:RGTEST");
  REQUIRE_FALSE(partial.has_value());
  CHECK(partial.error().text() == "environment: RGTEST_PASSPHRASE is missing");
  setenv("RGTEST_PASSPHRASE", "p", 1);
  const auto loaded = load_credentials("env:RGTEST");
  REQUIRE(loaded.has_value());
  CHECK(loaded->passphrase.reveal() == "p");
}

TEST_CASE("errors name what is wrong and never a value", "[unit][weex]") {
  const std::string secret = "TOP-SECRET-VALUE";
  for (const std::string& text :
       {"API_KEY=" + secret + "\n",                                                 // parts missing
        "API_KEY=" + secret + "\nSECRET_KEY=a b\nPASSPHRASE=" + secret + "\n",      // a space
        "API_KEY=" + secret + "\nNONSENSE " + secret + "\n",                        // no key
        "API_KEY=" + secret + "\nSECRET_KEYS=" + secret + "\nPASSPHRASE=x\n",       // misspelt
        "API_KEY=" + secret + "\nSECRET_KEY=" + secret + "\x01\nPASSPHRASE=x\n"}) { // control
    const auto refused = from_text(text);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().text().find(secret) == std::string::npos);
    CHECK_FALSE(refused.error().what.empty());
  }
  CHECK(load_credentials("file:/nonexistent").error().what == "cannot be read");
  CHECK(load_credentials("file:/tmp").error().what.find("chmod") != std::string::npos);
  CHECK_FALSE(load_credentials("plain-text-key").has_value());
  CHECK_FALSE(load_credentials("env:").has_value());
}

} // namespace rg::weex
