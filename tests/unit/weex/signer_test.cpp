#include "infra/weex/signer.hpp"
#include "tests/support/catch.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <thread>

namespace rg::weex {

namespace {

constexpr std::string_view kStamp = "1765423487896";
Signer demo_signer() {
  return Signer(Secret("rg-demo-secret-0123456789abcdef"));
}

/// OpenSSL's one-shot HMAC, as an independent reference.
std::string reference(const std::string& secret, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  unsigned char out[64];
  const int length = EVP_EncodeBlock(out, digest, static_cast<int>(size));
  return {reinterpret_cast<char*>(out), static_cast<std::size_t>(length)};
}

} // namespace

TEST_CASE("signatures equal the published vectors", "[unit][weex]") {
  struct Vector {
    std::string_view method, target, body, signature;
  };
  const std::string_view order =
      R"({"symbol":"cmt_btcusdt","client_oid":"rg-0001","size":"0.0001","type":"1","order_type":"0","match_price":"0","price":"100000.0"})";
  const std::string_view spaced =
      R"({"symbol": "cmt_btcusdt", "client_oid": "rg-0001", "size": "0.0001", "type": "1", "order_type": "0", "match_price": "0", "price": "100000.0"})";
  const Vector vectors[] = {
      {"GET", "/capi/v2/account/assets", "", "0pM1/YZ+ThqowVMIXqPU+3H/aLXsYHVPzGM+vgqis8E="},
      {"GET", "/capi/v2/account/position/singlePosition?symbol=cmt_btcusdt", "",
       "IcV9jL+3LB8pQs56xCwCPIJF6YxRGfkvLpikVYS/Rko="},
      {"GET", "/capi/v2/market/candles?symbol=cmt_btcusdt&granularity=1m&limit=20", "",
       "CaEU0tHBlHVkjX+UG8i9BSk1fCEJKvxWGzxbo7gHoYM="},
      {"POST", "/capi/v2/order/placeOrder", order, "lRIte5RzEZWEjRvkfQgeAF6iY/Jmay27zRKaLEeWR9E="},
      {"POST", "/capi/v2/order/placeOrder", spaced, "Z+gEZoz83PPTWKUBl/fk8lJw5Q59Tm3KOCu0h4h+QMg="},
      {"", "/v2/ws/private", "", "lddycWDp796N1vdalU/0bGaV7cxuhQwosIM7MqTw5d8="},
      {"", "/v3/ws/private", "", "z00EgDkqrjQGXmNU+WOsAuuOuxiGGm+NP6fZnDH9hqg="},
      {"DELETE", "/capi/v3/order?orderId=702345678901234567", "",
       "s1NrvSZPC3B85RpYTgvHG8QV/TvoWoIQSRSzN8IJHyE="},
  };
  const Signer signer = demo_signer();
  for (int round = 0; round < 2; ++round) { // the kept key schedule is not worn out by use
    for (const Vector& v : vectors) {
      CHECK(signer.sign(kStamp, v.method, v.target, v.body).text() == v.signature);
    }
  }
}

TEST_CASE("signatures of any length equal the one-shot HMAC", "[unit][weex]") {
  for (const std::size_t key_length : {1UL, 31UL, 64UL, 65UL, 200UL}) {
    const std::string key(key_length, 'k');
    const Signer signer((Secret(key)));
    for (std::size_t body = 0; body < 300; body += 7) {
      const std::string text(body, 'b');
      CHECK(signer.sign("1", "POST", "/p", text).text() == reference(key, "1POST/p" + text));
    }
  }
}

TEST_CASE("threads with a signer each do not disturb one another", "[unit][weex]") {
  std::array<bool, 4> good{};
  std::array<std::thread, 4> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread([&good, i] {
      const Signer signer = demo_signer();
      bool all = true;
      for (int n = 0; n < 2000; ++n) {
        all = all && signer.sign(kStamp, "GET", "/capi/v2/account/assets", "").text() ==
                         "0pM1/YZ+ThqowVMIXqPU+3H/aLXsYHVPzGM+vgqis8E=";
      }
      good[i] = all;
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(good == std::array<bool, 4>{true, true, true, true});
}

TEST_CASE("an empty secret is refused and stamps are thirteen digits", "[unit][weex]") {
  CHECK_THROWS_AS(Signer(Secret("")), std::runtime_error);
  CHECK(TimestampText(Timestamp::from_ms(1'765'423'487'896)).text() == kStamp);
  CHECK(TimestampText(Timestamp::from_ns(1'765'423'487'896'999'999)).text() == kStamp);
}

} // namespace rg::weex
