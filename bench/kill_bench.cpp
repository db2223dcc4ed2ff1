// Guard trigger to first bytes on the wire: the bytes of a ticker frame that shows a crash, through
// codec, feed, guard, portfolio and order desk, until write(2) has taken the signed close. Each
// sample is a fresh engine with an open position, so caches are cold, as in a crash. Beside it the
// same frame, signature and write without a decision. `--small` runs few, for the test suite.

#include "bench/whole_way/latency.hpp"
#include "bench/whole_way/signed_bytes.hpp"
#include "infra/weex/codec.hpp"
#include "tests/support/core_bench.hpp"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace rg;
using namespace rg::test;
using rg::bench::Latency;
using rg::bench::SignedBytes;
using rg::bench::SteadyClock;

namespace {

constexpr const char* kCrash =
    R"({"event":"payload","channel":"ticker.cmt_btcusdt","data":[{"symbol":"cmt_btcusdt",)"
    R"("lastPrice":"700.0","markPrice":"700.0","indexPrice":"700.0","bestBidPrice":"699.9",)"
    R"("bestAskPrice":"700.1","high":"1000.0","low":"700.0","priceChange":"-300",)"
    R"("priceChangePercent":"-0.3","size":"1000","value":"1000000"}]})";

/// The first of what leaves goes through a real socket.
class Wire {
public:
  Wire() {
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) != 0) {
      throw std::runtime_error("no socket pair");
    }
  }
  ~Wire() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  void send(const ChangeRequest& request) {
    const std::string& bytes = signer_.build(request, Timestamp::from_ms(1'735'689'600'000));
    if (::write(ends_[0], bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("the socket takes no more");
    }
    sent_at = SteadyClock::now();
    std::array<char, 4096> drain{};
    if (::read(ends_[1], drain.data(), drain.size()) <= 0) {
      throw std::runtime_error("nothing arrived");
    }
  }
  [[nodiscard]] std::uint64_t checksum() const { return signer_.checksum(); }
  SteadyClock::time_point sent_at;

private:
  std::array<int, 2> ends_{};
  SignedBytes signer_;
};

Tick decode(weex::Codec& codec, weex::PublicFrame& frame) {
  if (codec.decode(kCrash, frame) != weex::ParseError::none || frame.ticker.last.is_zero()) {
    throw std::runtime_error("the frame does not parse");
  }
  Tick tick;
  tick.symbol = frame.symbol;
  tick.last = frame.ticker.last;
  tick.mark = frame.ticker.mark;
  tick.index = frame.ticker.index;
  tick.best_bid = frame.ticker.best_bid;
  tick.best_ask = frame.ticker.best_ask;
  return tick;
}

EngineSettings settings() {
  EngineSettings s;
  s.portfolio.max_pair_leverage = s.portfolio.max_cluster_leverage = 1.5;
  s.portfolio.max_drawdown = s.portfolio.max_daily_loss = 0.9;
  return s;
}

/// An engine with an open, protected position and a guard that knows how much the pair moves.
void prepare(CoreBench& b) {
  b.start();
  for (int i = 0; i < 500; ++i) {
    const double wiggle = 1000.0 * (1.0 + 0.001 * std::sin(0.7 * i));
    b.engine->context().unit.deliver(
        b.engine->context().groups[kBtc.id()].guard,
        GuardWarmUp{close_bar(kBtc, wiggle, at(0s) - 15min * (500 - i))});
  }
  b.engine->context().unit.run();
  b.pass(2);
  b.enter(kBtc, Side::buy, "5", "", "600");
  b.wait(10s);
  if (!b.disagreement().empty() || b.pair(kBtc).position.is_flat()) {
    throw std::runtime_error("no position to close: " + b.disagreement());
  }
}

/// One sample; false when the guard did not kill.
bool trigger(Wire& wire, weex::Codec& codec, weex::PublicFrame& frame, Latency& out) {
  CoreBench b(settings());
  prepare(b);
  bool left = false;
  b.venue.passage = [&](const ChangeRequest& request) {
    if (!left) {
      wire.send(request);
      left = true;
    }
    return CorePassage{};
  };
  std::this_thread::sleep_for(std::chrono::milliseconds(1)); // sparse arrival
  const auto begin = SteadyClock::now();
  Tick tick = decode(codec, frame);
  tick.exchange_time = b.core.data_now() + 1s;
  tick.receive_time = b.time.now();
  b.engine->process(tick);
  if (left) {
    out.add(wire.sent_at - begin);
  }
  return left;
}

/// The same bytes in and out, and nothing decided.
void reference(Wire& wire, weex::Codec& codec, weex::PublicFrame& frame, Latency& out) {
  PlaceOrder close;
  close.client_id = *ClientOrderId::parse("rg000001-btc-1735689660000-x-x1");
  close.symbol = kBtc;
  close.opens = false;
  close.quantity = qty("5");
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto begin = SteadyClock::now();
  const Tick tick = decode(codec, frame);
  close.symbol = tick.symbol;
  wire.send(close);
  out.add(wire.sent_at - begin);
}

void print(const char* name, const Latency& latency) {
  fmt::print("  {:<52} {:>6} {:>9.2f} {:>9.2f} {:>9.2f}\n", name, latency.count(), latency.at(0.5),
             latency.at(0.99), latency.at(1.0));
}

} // namespace

int main(int argc, char** argv) {
  const bool small = argc > 1 && std::strcmp(argv[1], "--small") == 0;
  const int samples = small ? 20 : 500;
  Wire wire;
  const auto codec = weex::make_codec("v2");
  weex::PublicFrame frame;
  Latency kill, plain;
  int missed = 0;
  for (int i = 0; i < samples; ++i) {
    missed += trigger(wire, *codec, frame, kill) ? 0 : 1;
    reference(wire, *codec, frame, plain);
  }
  fmt::print(
      "Guard's kill to the first bytes on the wire, microseconds\n  {:<52} {:>6} {:>9} {:>9} "
      "{:>9}\n",
      "path", "n", "p50", "p99", "max");
  print("frame, guard, portfolio, desk, signature, write", kill);
  print("reference: frame, signature, write", plain);
  fmt::print("  p99 / reference p99 {:.1f}x, checksum {:016x}\n", kill.at(0.99) / plain.at(0.99),
             wire.checksum());
  if (missed > 0) {
    fmt::print("{} of {} triggers sent nothing\n", missed, samples);
    return 1;
  }
  return 0;
}
