#include "bench/whole_way/paths.hpp"
#include "bench/whole_way/signed_bytes.hpp"

#include <boost/lockfree/spsc_queue.hpp>

#include <atomic>
#include <thread>

namespace rg::bench {

namespace {

struct Handed {
  const Frame* frame = nullptr;
  SteadyClock::time_point begin;
};

constexpr std::size_t kCapacity = 64;
constexpr std::size_t kEvents = 4000;

PlaceOrder order_for(const weex::PublicFrame& frame) {
  const CandleRow& row = frame.candles.front();
  PlaceOrder order;
  order.client_id = derive_client_order_id(1, {row.symbol, row.open_time, DecisionKind::signal, 0},
                                           OrderRole::entry, 1);
  order.symbol = row.symbol;
  order.quantity = contract_defaults()[row.symbol.id()].lot_size;
  order.limit = row.close;
  order.post_only = true;
  return order;
}

} // namespace

PathResult run_ring(const FrameTape& tape, Arrival arrival) {
  PathResult out{"two threads and a ring: frame to signed order, no decision", {}, 0, 0};
  boost::lockfree::spsc_queue<Handed, boost::lockfree::capacity<kCapacity>> ring;
  std::atomic<std::size_t> done{0};
  std::thread consumer([&] {
    const auto codec = weex::make_codec("v2");
    SignedBytes bytes;
    weex::PublicFrame decoded;
    Handed handed;
    for (std::size_t n = 0; n < kEvents;) {
      if (!ring.pop(handed)) {
        std::this_thread::yield(); // the cores are shared: spinning would starve the producer
        continue;
      }
      static_cast<void>(codec->decode(handed.frame->text(), decoded));
      static_cast<void>(bytes.build(order_for(decoded), Timestamp::from_ms(1'735'689'600'000)));
      out.latency.add(SteadyClock::now() - handed.begin);
      done.store(++n, std::memory_order_release);
    }
    out.checksum = bytes.checksum();
  });
  for (std::size_t n = 0; n < kEvents; ++n) {
    const auto& frames = tape.minutes[n % tape.minutes.size()];
    if (arrival == Arrival::sparse && n % 8 == 0) {
      pause_before(arrival);
    }
    while (!ring.push({&frames[n % frames.size()], SteadyClock::now()})) {
      std::this_thread::yield();
    }
    while (arrival == Arrival::sparse && done.load(std::memory_order_acquire) <= n) {
      std::this_thread::yield();
    }
  }
  consumer.join();
  out.orders = kEvents;
  return out;
}

} // namespace rg::bench
