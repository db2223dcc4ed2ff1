// What does it cost to understand a frame, and to sign a request?
//
// v2/kline, v2/ticker, v2/trades, v2/depth/N    bytes to values through the codec; v3/… likewise
// …/fill                a private frame to a Fill
// nlohmann/…            the reference: nlohmann's parse and getters on the same bytes
// depth_book/N          a v2 depth frame and the change applied to the book
// stage_one_only        simdjson's first stage on the kline frame: nobody who uses it gets below
// sign                  one HMAC-SHA256 with the key schedule kept, base64 included
// sign_one_shot         the reference: OpenSSL's HMAC() and EVP_EncodeBlock
// place_order/2, /3     an intent's fields to the signed request of v2 or v3, all headers made
// Each prints a checksum of what it read, so that nobody speeds it up by doing less; `allocs`
// counts allocations per iteration, which must be 0 on the market-data path (a failure else).

#include "infra/clock/system_clock.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/depth_chain.hpp"
#include "infra/weex/rest_channel.hpp"
#include "infra/weex/signer.hpp"

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <nlohmann/json.hpp>
#include <string>

namespace {
std::atomic<std::uint64_t> allocations{0};
} // namespace

// The whole program's allocations are counted; the counters are read around the timed loop only.
// Not inlined: g++ would otherwise see malloc meet delete and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(size)) {
    return p;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace {

using namespace rg;
using namespace rg::weex;

/// A frame with the padding that decoders may read behind it.
struct Frame {
  explicit Frame(std::string text) : bytes(std::move(text)) {
    size = bytes.size();
    bytes.resize(size + json::kPadding);
  }
  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
  std::string bytes;
  std::size_t size = 0;
};

const Frame& kline_frame() {
  static const Frame frame(
      R"({"event":"payload","type":"change","channel":"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1","data":[{"symbol":"cmt_btcusdt","klineTime":"1747125660000","size":"23.76600","value":"2442678.713400","high":"102784.6","low":"102760.6","open":"102760.6","close":"102764.0"}]})");
  return frame;
}
const Frame& ticker_frame() {
  static const Frame frame(
      R"({"event":"payload","channel":"ticker.cmt_btcusdt","data":[{"symbol":"cmt_btcusdt","priceChange":"-2055.6","priceChangePercent":"-0.019637","trades":"28941","size":"176145.66489","value":"18115688543.1","high":"104692.2","low":"100709.6","lastPrice":"102623.9","markPrice":"102623.9"}]})");
  return frame;
}
const Frame& trades_frame() {
  static const Frame frame(
      R"({"event":"payload","channel":"trades.cmt_btcusdt","data":[{"time":"1747131727502","price":"103337.5","size":"0.01600","value":"1653.400000","buyerMaker":false}]})");
  return frame;
}
const Frame& fill_frame() {
  static const Frame frame(
      R"({"type":"trade-event","channel":"fill","event":"payload","msg":{"msgEvent":"OrderUpdate","version":46655,"data":{"orderFillTransaction":[{"id":"617414920887075482","coinId":"USDT","contractId":"cmt_btcusdt","orderId":"617414920861909658","marginMode":"SHARED","separatedMode":"COMBINED","separatedOpenOrderId":"0","positionSide":"LONG","orderSide":"BUY","fillSize":"0.10000","fillValue":"10381.270000","fillFee":"6.228762","liquidateFee":"0","realizePnl":"0","direction":"TAKER","createdTime":"1747203188154","updatedTime":"1747203188154"}]},"time":1747203188154}})");
  return frame;
}

const Frame& kline_frame_v3() {
  static const Frame frame(
      R"({"e":"kline","E":1747125660500,"s":"BTCUSDT","p":"LAST_PRICE","d":[{"t":1747125660000,"T":1747125720000,"s":"BTCUSDT","i":"1m","o":"102760.6","c":"102764.0","h":"102784.6","l":"102760.6","v":"23.76600","n":209,"q":"2442678.713400","V":"12.1","Q":"1243000.5"}]})");
  return frame;
}
const Frame& ticker_frame_v3() {
  static const Frame frame(
      R"({"e":"ticker","E":1747125660500,"s":"BTCUSDT","d":[{"p":"-2055.6","P":"-0.019637","w":"102111.8","c":"102623.9","o":"104679.5","h":"104692.2","l":"100709.6","v":"176145.66489","q":"18115688543.1","O":1747039260000,"C":1747125660000,"n":28941,"m":"102623.9","i":"102625.1"}]})");
  return frame;
}
const Frame& trades_frame_v3() {
  static const Frame frame(
      R"({"e":"trade","E":1747131727510,"s":"BTCUSDT","d":[{"T":1747131727502,"t":"c2a965c5-1bb3-4bb5-9222-2ee3a96c6556","p":"103337.5","q":"0.01600","v":"1653.400000","m":false}]})");
  return frame;
}
const Frame& fill_frame_v3() {
  static const Frame frame(
      R"({"e":"fill","E":1747203188160,"v":46655,"msgEvent":"OrderUpdate","d":[{"id":"617414920887075482","coin":"USDT","symbol":"BTCUSDT","orderId":"617414920861909658","marginMode":"CROSSED","separatedMode":"COMBINED","separatedOpenOrderId":"0","positionSide":"LONG","orderSide":"BUY","fillSize":"0.10000","fillValue":"10381.270000","fillFee":"6.228762","liquidateFee":"0","realizePnl":"0","direction":"TAKER","createdTime":"1747203188154","updatedTime":"1747203188154"}]})");
  return frame;
}

/// v3's form of the same change.
Frame depth_frame_v3(int levels, std::uint64_t version) {
  std::string text = R"({"e":"depth","E":1747125660500,"s":"BTCUSDT","U":)" +
                     std::to_string(version) + R"(,"u":)" + std::to_string(version + 24) +
                     R"(,"l":15,"d":"CHANGED")";
  for (const bool asks : {false, true}) {
    text += asks ? R"(],"a":[)" : R"(,"b":[)";
    for (int i = 0; i < levels / 2; ++i) {
      const double price = asks ? 103436.1 + 0.1 * i : 103436.0 - 0.1 * i;
      std::string digits = std::to_string(price);
      digits.resize(digits.find('.') + 2);
      text.append(i > 0 ? ",[" : "[").append(1, '"').append(digits).append(R"(",")");
      text.append(std::to_string(1 + i)).append(R"(.91500"])");
    }
  }
  return Frame(text + "]}");
}

/// A depth change of `levels` levels, half of them on either side. `version` chains the next one.
Frame depth_frame(int levels, bool snapshot, std::uint64_t version) {
  std::string text =
      R"({"event":"payload","channel":"depth.cmt_btcusdt.15","data":[{"startVersion":")" +
      std::to_string(version) + R"(","endVersion":")" + std::to_string(version + 24) +
      R"(","level":15,"depthType":")" + (snapshot ? "SNAPSHOT" : "CHANGED") +
      R"(","symbol":"cmt_btcusdt",)";
  for (const bool asks : {true, false}) {
    text += asks ? R"("asks":[)" : R"(],"bids":[)";
    for (int i = 0; i < levels / 2; ++i) {
      const double price = asks ? 103436.1 + 0.1 * i : 103436.0 - 0.1 * i;
      std::string digits = std::to_string(price);
      digits.resize(digits.find('.') + 2);
      text += (i > 0 ? std::string(",") : std::string()) + R"({"price":")" + digits +
              R"(","size":")" + std::to_string(1 + i) + R"(.91500"})";
    }
  }
  return Frame(text + "]}]}");
}

void finish(benchmark::State& state, std::uint64_t allocations_before, double checksum,
            std::size_t bytes) {
  const auto made = static_cast<double>(allocations.load() - allocations_before);
  state.counters["allocs"] = made / static_cast<double>(state.iterations());
  state.counters["checksum"] = checksum;
  state.counters["bytes"] = static_cast<double>(bytes);
}

/// The market-data path must not allocate once warm.
void finish_without_allocations(benchmark::State& state, std::uint64_t allocations_before,
                                double checksum, std::size_t bytes) {
  if (allocations.load() != allocations_before) {
    state.SkipWithError("a warm decoder allocated");
  }
  finish(state, allocations_before, checksum, bytes);
}

/// Decodes `frame` again and again; `value` picks the number that goes into the checksum.
template <class Out, class Value>
void decode(benchmark::State& state, const char* api, const Frame& frame, Value value) {
  const auto codec = make_codec(api);
  Out out;
  if (codec->decode(frame.text(), out) != ParseError::none) {
    state.SkipWithError("the frame was refused");
    return;
  }
  double checksum = 0.0;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    benchmark::DoNotOptimize(codec->decode(frame.text(), out));
    checksum = value(out);
  }
  finish_without_allocations(state, before, checksum, frame.size);
}

double close_of(const PublicFrame& f) {
  return f.candles[0].close.to_double();
}
double mark_of(const PublicFrame& f) {
  return f.ticker.mark.to_double();
}
double traded_at(const PublicFrame& f) {
  return f.trades[0].price.to_double();
}
double farthest_ask(const PublicFrame& f) {
  return f.depth.asks.back().size.to_double();
}
double filled_at(const PrivateFrame& f) {
  return f.fills[0].price.to_double();
}

/// nlohmann's parse, then `read` with its getters: what a straightforward client does.
template <class Read> void nlohmann_reads(benchmark::State& state, const Frame& frame, Read read) {
  double checksum = 0.0;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    const auto root = nlohmann::json::parse(frame.text());
    checksum = read(root);
    benchmark::DoNotOptimize(checksum);
  }
  finish(state, before, checksum, frame.size);
}
double number(const nlohmann::json& text) {
  return std::strtod(text.get_ref<const std::string&>().c_str(), nullptr);
}
void nlohmann_kline(benchmark::State& state) {
  nlohmann_reads(state, kline_frame(), [](const nlohmann::json& root) {
    const auto& row = root.at("data").at(0);
    double close = 0.0;
    for (const char* key : {"open", "high", "low", "size", "klineTime", "close"}) {
      close = number(row.at(key));
      benchmark::DoNotOptimize(close);
    }
    return close;
  });
}
void nlohmann_ticker(benchmark::State& state) {
  nlohmann_reads(state, ticker_frame(), [](const nlohmann::json& root) {
    const auto& row = root.at("data").at(0);
    benchmark::DoNotOptimize(number(row.at("lastPrice")));
    return number(row.at("markPrice"));
  });
}
void nlohmann_trades(benchmark::State& state) {
  nlohmann_reads(state, trades_frame(), [](const nlohmann::json& root) {
    const auto& row = root.at("data").at(0);
    benchmark::DoNotOptimize(number(row.at("time")));
    benchmark::DoNotOptimize(number(row.at("size")));
    return number(row.at("price"));
  });
}
void nlohmann_depth(benchmark::State& state) {
  const Frame frame = depth_frame(static_cast<int>(state.range(0)), false, 100);
  nlohmann_reads(state, frame, [](const nlohmann::json& root) {
    double last = 0.0;
    for (const char* side : {"bids", "asks"}) {
      for (const auto& level : root.at("data").at(0).at(side)) {
        benchmark::DoNotOptimize(number(level.at("price")));
        last = number(level.at("size"));
      }
    }
    return last;
  });
}
void nlohmann_fill(benchmark::State& state) {
  nlohmann_reads(state, fill_frame(), [](const nlohmann::json& root) {
    const auto& row = root.at("msg").at("data").at("orderFillTransaction").at(0);
    for (const char* key : {"id", "orderId", "fillFee", "realizePnl", "createdTime"}) {
      benchmark::DoNotOptimize(number(row.at(key)));
    }
    return number(row.at("fillValue")) / number(row.at("fillSize"));
  });
}

void depth_v2(benchmark::State& state) {
  const Frame frame = depth_frame(static_cast<int>(state.range(0)), false, 100);
  decode<PublicFrame>(state, "v2", frame, farthest_ask);
}
void depth_v3(benchmark::State& state) {
  const Frame frame = depth_frame_v3(static_cast<int>(state.range(0)), 100);
  decode<PublicFrame>(state, "v3", frame, farthest_ask);
}
void depth_book(benchmark::State& state) {
  const auto levels = static_cast<int>(state.range(0));
  const Frame snapshot = depth_frame(levels, true, 76);
  const Frame change = depth_frame(levels, false, 100);
  const auto codec = make_codec("v2");
  PublicFrame out;
  DepthChain book;
  static_cast<void>(codec->decode(snapshot.text(), out));
  static_cast<void>(book.apply(out.depth));
  static_cast<void>(codec->decode(change.text(), out));
  double checksum = 0.0;
  std::uint64_t version = 100;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    static_cast<void>(codec->decode(change.text(), out));
    out.depth.start_version = version; // the bytes stay the same, the chain goes on
    out.depth.end_version = ++version;
    benchmark::DoNotOptimize(book.apply(out.depth));
    checksum = book.bid_depth().to_double();
  }
  finish(state, before, checksum, change.size);
}
void stage_one_only(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  const std::string_view text = kline_frame().text();
  std::uint64_t good = 0;
  for (auto _ : state) {
    simdjson::ondemand::document document;
    good += parser.iterate(simdjson::padded_string_view(text.data(), text.size(),
                                                        text.size() + json::kPadding))
                        .get(document) == simdjson::SUCCESS
                ? 1U
                : 0U;
    benchmark::DoNotOptimize(document);
  }
  state.counters["checksum"] = static_cast<double>(good > 0);
}

constexpr std::string_view kBody =
    R"({"symbol":"cmt_btcusdt","client_oid":"rg0000aa-btc-1735690500000-s-e1","size":"0.0001","type":"1","order_type":"1","match_price":"0","price":"100000","presetStopLossPrice":"95000.5"})";

void sign(benchmark::State& state) {
  const Signer signer(Secret("rg-demo-secret-0123456789abcdef"));
  Signature signature;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    signature = signer.sign("1765423487896", "POST", "/capi/v2/order/placeOrder", kBody);
    benchmark::DoNotOptimize(signature);
  }
  finish(state, before, signature.chars[0], kBody.size());
}

void sign_one_shot(benchmark::State& state) {
  const std::string key = "rg-demo-secret-0123456789abcdef";
  const std::string text = "1765423487896POST/capi/v2/order/placeOrder" + std::string(kBody);
  unsigned char digest[32], out[45];
  for (auto _ : state) {
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    EVP_EncodeBlock(out, digest, 32);
    benchmark::DoNotOptimize(out);
  }
  state.counters["checksum"] = out[0];
}

void place_order(benchmark::State& state) {
  net::IoLoop loop;
  const SystemClock clock;
  const Credentials credentials{Secret("bench-key"), Secret("bench-secret"), Secret("bench-pass")};
  const RestChannel rest(loop, clock, "http://127.0.0.1:1", {}, credentials, {});
  const auto codec = make_codec(state.range(0) == 3 ? "v3" : "v2");
  PlaceOrder order;
  order.client_id = *ClientOrderId::parse("rg0000aa-btc-1735690500000-s-e1");
  order.quantity = *Quantity::parse("0.0001");
  order.limit = *Price::parse("100000");
  order.preset_stop = *Price::parse("95000.5");
  order.post_only = true;
  const ChangeRequest request = order;
  std::size_t bytes = 0;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    const net::HttpRequest http = rest.build(codec->encode(request));
    benchmark::DoNotOptimize(http);
    bytes = http.body.size();
  }
  finish(state, before, static_cast<double>(bytes), bytes);
}

/// `frame` through the codec of `api`.
template <class Out>
void add(const char* name, const char* api, const Frame& frame, double (*value)(const Out&)) {
  benchmark::RegisterBenchmark(
      name, [=, &frame](benchmark::State& state) { decode<Out>(state, api, frame, value); });
}

BENCHMARK(nlohmann_kline)->Name("nlohmann/kline");
BENCHMARK(nlohmann_ticker)->Name("nlohmann/ticker");
BENCHMARK(nlohmann_trades)->Name("nlohmann/trades");
BENCHMARK(nlohmann_depth)->Name("nlohmann/depth")->Arg(20);
BENCHMARK(nlohmann_fill)->Name("nlohmann/fill");
BENCHMARK(depth_v2)->Name("v2/depth")->Arg(20);
BENCHMARK(depth_v3)->Name("v3/depth")->Arg(20);
BENCHMARK(stage_one_only);
BENCHMARK(depth_book)->Arg(20);
BENCHMARK(sign);
BENCHMARK(sign_one_shot);
BENCHMARK(place_order)->Arg(2)->Arg(3);

} // namespace

int main(int argc, char** argv) {
  add<PublicFrame>("v2/kline", "v2", kline_frame(), close_of);
  add<PublicFrame>("v2/ticker", "v2", ticker_frame(), mark_of);
  add<PublicFrame>("v2/trades", "v2", trades_frame(), traded_at);
  add<PrivateFrame>("v2/fill", "v2", fill_frame(), filled_at);
  add<PublicFrame>("v3/kline", "v3", kline_frame_v3(), close_of);
  add<PublicFrame>("v3/ticker", "v3", ticker_frame_v3(), mark_of);
  add<PublicFrame>("v3/trades", "v3", trades_frame_v3(), traded_at);
  add<PrivateFrame>("v3/fill", "v3", fill_frame_v3(), filled_at);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
