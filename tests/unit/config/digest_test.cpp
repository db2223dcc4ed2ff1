#include "infra/config/digest.hpp"
#include "tests/support/catch.hpp"

using rg::hex_text;

TEST_CASE("sha256 gives the published digests", "[unit][config]") {
  // FIPS 180-4 examples: the empty message, "abc" and the 448-bit one.
  CHECK(hex_text(rg::sha256("")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_text(rg::sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_text(rg::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("a digest stream agrees with the whole message and starts over", "[unit][config]") {
  rg::Sha256Stream stream;
  for (int round = 0; round < 3; ++round) {
    stream.update("a");
    stream.update("");
    stream.update("bc");
    CHECK(stream.finish() == rg::sha256("abc"));
  }
}

TEST_CASE("hmac_sha256 gives the numbers of RFC 4231", "[unit][config]") {
  CHECK(hex_text(rg::hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex_text(rg::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("parse_hex takes exactly what hex_text gives", "[unit][config]") {
  const rg::Sha256Digest digest = rg::sha256("abc");
  rg::Sha256Digest back{};
  REQUIRE(rg::parse_hex(hex_text(digest), back.data(), back.size()));
  CHECK(back == digest);
  CHECK_FALSE(rg::parse_hex(hex_text(digest).substr(1), back.data(), back.size()));
  std::string upper = hex_text(digest);
  upper[0] = 'G';
  CHECK_FALSE(rg::parse_hex(upper, back.data(), back.size()));
}
