#include "app/simulation/sim_feed.hpp"

#include <algorithm>

namespace rg::sim {

using namespace std::chrono_literals;
using Channel = FaultInjector::Channel;

namespace {

constexpr std::int64_t kLevelsShown = 15;
/// Enough for every model to be warm (the forecast takes some 500); more only cost time.
constexpr int kRowsServed = 540;

CandleRow row_of(Symbol s, const exchange::Candle& c) {
  return {s, c.open_time, c.open, c.high, c.low, c.close, c.volume};
}

} // namespace

SimFeed::SimFeed(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults, std::uint64_t seed)
    : agenda_(agenda), venue_(venue), faults_(faults), random_(seed, 61) {}

void SimFeed::start() {
  open_link(100ms);
}

void SimFeed::stop() {
  running_ = false;
  link_up_ = false;
  listener_ = nullptr;
}

void SimFeed::open_link(Duration delay) {
  const std::uint64_t generation = ++generation_;
  at(agenda_.now() + delay, [generation](SimFeed& self) {
    if (generation != self.generation_) {
      return;
    }
    self.link_up_ = true;
    self.sent_from_.fill(Timestamp{});
    if (self.listener_ != nullptr) {
      self.listener_->on_link({Link::public_stream, true, self.agenda_.now()});
    }
  });
}

void SimFeed::drop_link() {
  if (!link_up_) {
    return;
  }
  link_up_ = false;
  if (listener_ != nullptr) {
    listener_->on_link({Link::public_stream, false, agenda_.now()});
    for (const Symbol s : symbols_) {
      const Timestamp newest = venue_.core().data_now();
      listener_->on_gap({s, GapKind::link_lost, newest, newest});
    }
  }
  open_link(250ms + Duration{static_cast<std::int64_t>(random_.uniform() * 20e9)});
}

std::vector<CandleRow> SimFeed::rows_since(Symbol s, Timestamp from) const {
  std::vector<exchange::Candle> candles;
  venue_.core().candles(s).recent(exchange::CandleInterval::m1, exchange::CandlePrice::last, from,
                                  candles);
  std::vector<CandleRow> rows;
  rows.reserve(candles.size());
  for (const exchange::Candle& c : candles) {
    rows.push_back(row_of(s, c));
  }
  return rows;
}

/// A minute's row is told when it is complete, together with the forming one behind it.
SimFeed::Frame SimFeed::frame_of(Symbol s) {
  const exchange::ExchangeCore& core = venue_.core();
  const PairStep& quote = core.quote(s);
  Frame frame;
  Tick& tick = frame.tick;
  tick.symbol = s;
  tick.exchange_time = core.data_now();
  tick.last = core.last(s);
  tick.mark = core.marks()[s.id()];
  tick.index = quote.index;
  tick.best_bid = quote.bid;
  tick.best_ask = quote.ask;
  tick.bid_depth = Quantity::from_raw(quote.level_size.raw() * kLevelsShown);
  tick.ask_depth = tick.bid_depth;
  tick.traded = quote.trades ? quote.volume : Quantity::zero();
  const auto newest =
      core.candles(s).newest(exchange::CandleInterval::m1, exchange::CandlePrice::last);
  if (newest && newest->open_time > sent_from_[s.id()]) {
    const Timestamp from =
        sent_from_[s.id()] == Timestamp{} ? newest->open_time : sent_from_[s.id()];
    frame.rows = rows_since(s, from);
    sent_from_[s.id()] = newest->open_time;
  }
  return frame;
}

void SimFeed::on_step() {
  if (!running_ || !link_up_) {
    return;
  }
  if (faults_.take(Fault::stream_dropped, Channel::first)) {
    at(agenda_.now() + 5ms, [](SimFeed& self) { self.drop_link(); });
    return;
  }
  const Timestamp when =
      agenda_.now() + 5ms + Duration{static_cast<std::int64_t>(random_.uniform() * 40e6)};
  std::vector<Frame> on_time;
  for (const Symbol s : symbols_) {
    Frame frame = frame_of(s);
    if (faults_.take(Fault::frame_lost, Channel::first) ||
        faults_.take(Fault::frame_corrupted, Channel::first)) {
      continue;
    }
    if (faults_.take(Fault::crossed_book)) {
      std::swap(frame.tick.best_bid, frame.tick.best_ask);
    }
    if (const auto late = faults_.take(Fault::frame_delayed, Channel::first)) {
      deliver(when + std::chrono::milliseconds{500 + (late->draw >> 8) % 40'000}, std::move(frame));
      continue;
    }
    if (faults_.take(Fault::frame_reordered, Channel::first)) {
      deliver(when + 15s, std::move(frame)); // behind the pair's next one, or close to it
      continue;
    }
    if (faults_.take(Fault::frame_duplicated, Channel::first)) {
      deliver(when + 1s, frame);
    }
    on_time.push_back(std::move(frame));
  }
  at(when, [generation = generation_, frames = std::move(on_time)](SimFeed& self) {
    for (const Frame& frame : frames) {
      if (self.running_ && self.link_up_ && generation == self.generation_) {
        self.on_frame(frame);
      }
    }
  });
}

void SimFeed::deliver(Timestamp when, Frame frame) {
  at(when, [generation = generation_, frame = std::move(frame)](SimFeed& self) {
    if (self.link_up_ && generation == self.generation_) {
      self.on_frame(frame);
    }
  });
}

void SimFeed::on_frame(const Frame& frame) {
  if (listener_ == nullptr) {
    return;
  }
  const Symbol s = frame.tick.symbol;
  last_frame_[s.id()] = agenda_.now();
  told_mark_[s.id()] = frame.tick.mark;
  Tick tick = frame.tick;
  tick.receive_time = agenda_.now();
  listener_->on_tick(tick);
  for (const CandleRow& row : frame.rows) {
    if (listener_ != nullptr) {
      listener_->on_candle(row);
    }
  }
}

std::vector<CandleRow> SimFeed::latest_rows(Symbol s, int limit) const {
  const auto& minutes = venue_.core().candles(s).minutes();
  const auto wanted = static_cast<std::size_t>(std::clamp(limit, 1, kRowsServed));
  const std::size_t first = minutes.size() > wanted ? minutes.size() - wanted : 0;
  std::vector<CandleRow> rows;
  rows.reserve(minutes.size() - first);
  for (std::size_t i = first; i < minutes.size(); ++i) {
    rows.push_back(row_of(s, minutes[i]));
  }
  return rows;
}

void SimFeed::candles(Symbol symbol, Duration interval, int limit,
                      std::function<void(CandleAnswer)> done) {
  RG_ASSERT(interval == Duration{1min});
  CandleAnswer answer;
  answer.symbol = symbol;
  answer.interval = interval;
  const Duration way = 20ms + Duration{static_cast<std::int64_t>(random_.uniform() * 80e6)};
  const bool lost = faults_.take(Fault::timeout_before, Channel::first).has_value();
  if (lost || faults_.take(Fault::server_error, Channel::first)) {
    answer.outcome = RequestOutcome::unknown;
    answer.message = "no answer";
    at(agenda_.now() + (lost ? Duration{5s} : way),
       [answer, done = std::move(done)](SimFeed&) { done(answer); });
    return;
  }
  // As the venue's rows stand when the question arrives there.
  at(agenda_.now() + way / 2, [symbol, limit, way, answer, done](SimFeed& self) mutable {
    answer.rows = self.latest_rows(symbol, limit);
    self.at(self.agenda_.now() + way / 2,
            [answer = std::move(answer), done = std::move(done)](SimFeed&) { done(answer); });
  });
}

} // namespace rg::sim
