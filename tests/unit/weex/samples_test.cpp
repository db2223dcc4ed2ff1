// Every recorded or documented message beside the repository, read into its values. Where the
// folder is absent the test says so and passes; the fixtures of mutation_test cover the same
// shapes.

#include "tests/support/catch.hpp"
#include "tests/unit/weex/samples.hpp"
#include "tests/unit/weex/wire_reading.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace rg::weex::test {

TEST_CASE("every sample message is read into its values", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  Reader reader;
  for (const Sample& sample : kSamples) {
    const auto text = read_sample(*folder, sample.file);
    INFO(sample.file);
    REQUIRE(text);
    const Reading reading = reader.read(sample.api, sample.reads, *text);
    CHECK(reading.sane);
    CHECK(reading.line == sample.line);
  }
}

TEST_CASE("the table leaves no sample message out", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string file = entry.path().stem().string();
    if (entry.path().extension() != ".json" || is_ours(file)) {
      continue;
    }
    bool listed = false;
    for (const Sample& sample : kSamples) {
      listed = listed || file == sample.file;
    }
    INFO(file);
    CHECK(listed);
  }
}

TEST_CASE("what we send has the members and types of the sample requests",
          "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  const auto v2 = make_codec("v2");
  PlaceOrder limit;
  limit.client_id = *ClientOrderId::parse("rg-1");
  limit.quantity = quantity("0.0001");
  limit.limit = price("100000");
  PlaceOrder with_stop = limit;
  with_stop.preset_stop = price("95");
  PlaceStop stop;
  stop.client_id = limit.client_id;
  stop.quantity = quantity("1");
  stop.trigger = price("50000");
  AiLogUpload log;
  log.stage = "Decision Making";
  log.model = "hmm";
  log.explanation = "because";
  Query bills;
  bills.kind = QueryKind::bills;
  bills.all_symbols = false;
  const std::pair<const char*, std::string> bodies[] = {
      {"req-placeOrder-limit-open-long", v2->encode(limit).body},
      {"req-placeOrder-preset-tpsl", v2->encode(with_stop).body},
      {"req-placeTpSlOrder", v2->encode(stop).body},
      {"req-leverage", v2->encode(SetLeverage{{}, 1}).body},
      {"req-cancelAllOrders", v2->encode(CancelAll{false, {}, false}).body},
      {"req-bills", v2->encode(bills, {}).body},
      {"ailog-request-decision", v2->encode(log).body},
      {"ws-subscribe-depth", v2->subscribe(v2->depth_channel(kBtc))},
      {"ws-subscribe-orders", v2->subscribe("orders")},
      {"ws-unsubscribe-kline", v2->unsubscribe(v2->public_channels(kBtc).front())},
      {"ws-pong", v2->pong("1693208170000")},
      {"v3-ws-subscribe", make_codec("v3")->subscribe("BTCUSDT@ticker")}};
  for (const auto& [file, body] : bodies) {
    INFO(file << ": " << body);
    const auto sample = nlohmann::json::parse(*read_sample(*folder, file));
    const auto ours = nlohmann::json::parse(body); // items() keeps no copy
    for (const auto& [key, value] : ours.items()) {
      INFO(key);
      REQUIRE(sample.contains(key));
      CHECK(sample.at(key).type() == value.type());
    }
  }
}

TEST_CASE("samples cut at any byte are error values", "[unit][weex][samples]") {
  const auto folder = sample_folder();
  if (!folder) {
    WARN("skipped: no folder with sample messages beside the repository");
    return;
  }
  Reader reader;
  for (const Sample& sample : kSamples) {
    std::string text = read_sample(*folder, sample.file).value_or("");
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
      text.pop_back();
    }
    for (std::size_t n = 1; n < text.size(); ++n) {
      const Reading reading =
          reader.read(sample.api, sample.reads, std::string_view(text).substr(0, n));
      if (!reading.refused) {
        INFO(sample.file << " cut at " << n << " gave " << reading.line);
        CHECK(reading.refused);
      }
    }
  }
}

} // namespace rg::weex::test
