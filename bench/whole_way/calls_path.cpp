#include "actors/trading_core.hpp"
#include "backtests/fill_model.hpp"
#include "bench/whole_way/paths.hpp"
#include "bench/whole_way/signed_bytes.hpp"
#include "infra/config/model_file.hpp"

#include <stdexcept>
#include <thread>

namespace rg::bench {

void pause_before(Arrival arrival) {
  if (arrival == Arrival::sparse) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

namespace {

constexpr std::uint32_t kSlotMinutes = 15;

class Silent final : public CoreObserver {
public:
  void on_decision(const Decision&) override {}
  void on_decision_changed(const Decision&) override {}
  void on_step(const PipelineStep&) override {}
  void on_guard(const GuardState&) override {}
  void on_order_event(const OrderEvent&) override {}
};

/// The fill model, which also signs what it is sent and notes when an entry's bytes were ready.
class SigningVenue final : public Venue {
public:
  explicit SigningVenue(FillModel& fills) : fills_(fills) {}
  ChangeAnswer execute(RequestId id, const ChangeRequest& request) override {
    static_cast<void>(bytes_.build(request, Timestamp::from_ms(1'735'689'600'000)));
    const auto* order = std::get_if<PlaceOrder>(&request);
    if (order != nullptr && order->opens && !ready_) {
      ready_ = true;
      ready_at_ = SteadyClock::now();
    }
    return fills_.execute(id, request);
  }
  QueryAnswer answer(RequestId id, const Query& query) override { return fills_.answer(id, query); }

  void arm() { ready_ = false; }
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] SteadyClock::time_point ready_at() const { return ready_at_; }
  [[nodiscard]] std::uint64_t checksum() const { return bytes_.checksum(); }

private:
  FillModel& fills_;
  SignedBytes bytes_;
  bool ready_ = false;
  SteadyClock::time_point ready_at_;
};

} // namespace

PathResult run_calls(const FrameTape& tape, Arrival arrival) {
  const auto model = model_for("");
  if (!model) {
    throw std::runtime_error(model.error().text());
  }
  const Notional equity = Notional::from_raw(10'000 * kFixedScale);
  FillModel fills({}, contract_defaults(), FundingSchedule(8h, 0.0001), equity);
  SigningVenue venue(fills);
  Silent observer;
  TradingCore core({}, *model, contract_defaults(), equity, {}, venue, observer);
  for (const Symbol symbol : Symbol::all()) {
    core.add_pair(symbol, 1min);
  }
  const auto codec = weex::make_codec("v2");
  weex::PublicFrame frame;
  PathResult out{"function calls: frame to signed order", {}, 0, 0};
  const auto news = [&](Timestamp stamp) {
    for (std::size_t i = 0; i < fills.events().size(); ++i) {
      const VenueEvent event = fills.events()[i];
      core.on_venue(event, stamp);
    }
    fills.clear_events();
  };
  for (std::uint32_t minute = 0; minute < tape.minutes.size(); ++minute) {
    const auto& frames = tape.minutes[minute];
    const Timestamp stamp = frames.front().bar.close_time();
    std::vector<VenueBar> bars;
    for (const Frame& f : frames) {
      bars.push_back({&f.bar, false});
    }
    fills.advance(stamp, bars);
    news(stamp);
    const bool measured = minute >= tape.warm_up_minutes && (minute + 1) % kSlotMinutes == 0;
    for (const Frame& f : frames) {
      if (measured) {
        pause_before(arrival);
      }
      venue.arm();
      const auto begin = SteadyClock::now();
      if (codec->decode(f.text(), frame) != weex::ParseError::none) {
        throw std::runtime_error("the tape's frame does not parse");
      }
      const CandleRow& row = frame.candles.front();
      const Bar bar{row.symbol, row.open_time, 1min,      row.open,
                    row.high,   row.low,       row.close, row.volume};
      const Bar* const pointer = &bar;
      core.on_stamp(stamp, {&pointer, 1});
      if (measured && venue.ready()) {
        out.latency.add(venue.ready_at() - begin);
        ++out.orders;
      }
    }
    news(stamp);
    core.run_timers(stamp + 1min);
    news(stamp);
  }
  out.checksum = venue.checksum();
  return out;
}

} // namespace rg::bench
