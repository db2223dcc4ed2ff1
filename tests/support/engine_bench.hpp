#pragma once
// The whole engine on a bench: real actors and models, virtual time, the backtest's venue behind a
// gateway that answers only when the test says so, and a journal whose acks can be held back.

#include "actors/engine.hpp"
#include "actors/trading_core.hpp"
#include "backtests/fill_model.hpp"
#include "infra/config/model_file.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/support/virtual_time.hpp"

#include <caf/actor_system_config.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace rg::test {

/// Answers wait until deliver().
class LateGateway final : public Gateway {
public:
  explicit LateGateway(FillModel& venue) : venue_(venue) {}
  void set_listener(GatewayListener* listener) override { listener_ = listener; }
  void prepare(RequestId, const ChangeRequest&) override { ++prepared; }
  void send(RequestId id, const ChangeRequest& request) override {
    sent.push_back(request);
    waiting_.push_back([this, id, request] { listener_->on_answer(venue_.execute(id, request)); });
  }
  void ask(RequestId id, const Query& query) override {
    waiting_.push_back([this, id, query] {
      QueryAnswer answer = venue_.answer(id, query);
      if (auto* time = std::get_if<ServerTime>(&answer.payload)) {
        time->server = time->server + clock_skew + clock_round_trip / 2;
        time->received = time->received + clock_round_trip;
      }
      listener_->on_answer(answer);
    });
  }
  bool deliver() {
    if (waiting_.empty()) {
      return false;
    }
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next();
    return true;
  }
  void lose_answers() { waiting_.clear(); }
  template <class Request> [[nodiscard]] std::size_t count() const {
    std::size_t n = 0;
    for (const ChangeRequest& request : sent) {
      n += std::holds_alternative<Request>(request) ? 1 : 0;
    }
    return n;
  }

  std::vector<ChangeRequest> sent;
  std::size_t prepared = 0;
  Duration clock_skew{}, clock_round_trip{}; ///< of the venue's clock, as the engine sees it

private:
  FillModel& venue_;
  GatewayListener* listener_ = nullptr;
  std::deque<std::function<void()>> waiting_;
};

/// Candles of the bench's market, on request.
class BenchMarket final : public MarketSource {
public:
  struct Request {
    Symbol symbol;
    Duration interval;
    int limit;
    std::function<void(CandleAnswer)> done;
  };
  void set_listener(MarketListener*) override {}
  void subscribe(const std::vector<Symbol>&) override {}
  void candles(Symbol symbol, Duration interval, int limit,
               std::function<void(CandleAnswer)> done) override {
    requests.push_back({symbol, interval, limit, std::move(done)});
  }
  std::deque<Request> requests;
};

class HeldJournal final : public JournalSink {
public:
  std::uint64_t submit(std::vector<JournalRecord> new_records) override {
    records.insert(records.end(), new_records.begin(), new_records.end());
    return ++submissions;
  }
  template <class Record> [[nodiscard]] std::vector<Record> of() const {
    std::vector<Record> out;
    for (const JournalRecord& record : records) {
      if (const auto* r = std::get_if<Record>(&record)) {
        out.push_back(*r);
      }
    }
    return out;
  }
  [[nodiscard]] std::size_t supervision(const std::string& kind, const std::string& subject) const {
    std::size_t n = 0;
    for (const SupervisionRecord& r : of<SupervisionRecord>()) {
      n += r.kind == kind && r.subject == subject ? 1 : 0;
    }
    return n;
  }

  std::vector<JournalRecord> records;
  std::uint64_t submissions = 0, acked = 0;
  bool hold = false;
};

class EngineBench {
public:
  static constexpr std::uint32_t kHistoryMinutes = 1000 * 15;

  explicit EngineBench(std::uint64_t seed = 3, bool survey = true, EngineSettings s = {},
                       decltype(EnginePorts::read_settings) reader = {})
      : settings(patient(s)), system_(config_), reader_(std::move(reader)),
        market_data_(bars_of(seed)),
        venue({}, contract_defaults(), FundingSchedule(8h, 0.0001), money("10000")), gateway(venue),
        time(market_data_[0][kHistoryMinutes].open_time) {
    EngineOptions options;
    options.survey = survey;
    options.initial_equity = money("10000");
    engine = std::make_unique<Engine>(system_, settings, model(), options, ports(), Ledger(1));
    gateway.set_listener(engine.get());
    minute_ = kHistoryMinutes;
  }

  /// Until all pairs have their history.
  void start() {
    engine->start();
    engine->process(LinkEvent{Link::public_stream, true, time.now()});
    engine->process(LinkEvent{Link::private_stream, true, time.now()});
    pump();
  }

  /// Everything that is on its way arrives: answers, candles, acks.
  void pump() {
    for (bool moved = true; moved;) {
      moved = gateway.deliver() || deliver_candles() || deliver_ack() || deliver_news();
    }
  }

  /// One minute of the market, which is also a minute of wall time.
  void step_minute() {
    const Timestamp end = bar(Symbol{}, minute_).close_time();
    while (const auto token = time.next_before(end)) {
      engine->process(TimerFired{*token});
      pump();
    }
    step_venue();
    pump();
    for (const Symbol symbol : Symbol::all()) {
      const Bar& closed = bar(symbol, minute_ - 1);
      engine->process(row_of(closed));
      engine->process(forming_after(closed));
      pump();
    }
  }
  /// The same without the engine hearing of it.
  void step_venue() {
    const Timestamp end = bar(Symbol{}, minute_).close_time();
    time.set(end);
    std::vector<VenueBar> venue_bars;
    for (const Symbol symbol : Symbol::all()) {
      venue_bars.push_back({&bar(symbol, minute_), false});
    }
    venue.advance(end, venue_bars);
    ++minute_;
  }
  void step_minutes(int n) {
    for (int i = 0; i < n; ++i) {
      step_minute();
    }
  }
  /// Minutes until `done`, at most `limit`; false when it did not come.
  bool step_until(const std::function<bool()>& done, int limit) {
    for (int i = 0; i < limit && !done(); ++i) {
      step_minute();
    }
    return done();
  }

  [[nodiscard]] const PairStatus& pair(Symbol symbol) const {
    return engine->status().pairs[symbol.id()];
  }
  [[nodiscard]] bool any_position() const {
    for (const PairStatus& p : engine->status().pairs) {
      if (!p.position.is_flat()) {
        return true;
      }
    }
    return false;
  }
  /// Ends an actor the way a bug would.
  template <class Handle> void crash(const Handle& actor) {
    engine->context().last_crash = "crashed by the test";
    engine->context().unit.end(actor, caf::exit_reason::kill);
    engine->context().unit.run();
    engine->context().flush_records();
    pump();
  }
  /// Wall time passes while the market stands still.
  void wait(Duration d) {
    time.advance(d, [&](Timer::Token token) {
      engine->process(TimerFired{token});
      pump();
    });
    pump();
  }

  static std::shared_ptr<const ModelParameters> model() {
    static const auto loaded = model_for("").value();
    return loaded;
  }
  static Notional money(const char* text) { return Notional::parse(text).value(); }

  EngineSettings settings;

private:
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.max-threads", std::size_t{1}); }
  };

  /// Frames come once a minute here, which the silence alarm of a live engine would not forgive.
  static EngineSettings patient(EngineSettings s) {
    s.guard.silence_halt = 30min;
    return s;
  }

  EnginePorts ports() {
    return {gateway, market,     journal,
            time,    time.arm(), [this](const RecordedInput& input) { recorded.push_back(input); },
            nullptr, reader_};
  }

  static const std::vector<std::vector<Bar>>& bars_of(std::uint64_t seed) {
    static std::map<std::uint64_t, std::vector<std::vector<Bar>>> cache;
    auto& bars = cache[seed];
    if (bars.empty()) {
      SyntheticOptions options;
      options.seed = seed;
      options.history_minutes = kHistoryMinutes + 6 * 24 * 60;
      const SyntheticMarket source(options);
      for (const Symbol symbol : source.symbols()) {
        bars.push_back(source.history(symbol));
      }
    }
    return bars;
  }

  [[nodiscard]] const Bar& bar(Symbol symbol, std::size_t minute) const {
    return market_data_[symbol.id()][minute];
  }
  static CandleRow row_of(const Bar& b) {
    return {b.symbol, b.open_time, b.open, b.high, b.low, b.close, b.volume};
  }
  static CandleRow forming_after(const Bar& b) {
    return {b.symbol, b.close_time(), b.close, b.close, b.close, b.close, Quantity::zero()};
  }

  bool deliver_candles() {
    if (market.requests.empty()) {
      return false;
    }
    const BenchMarket::Request request = std::move(market.requests.front());
    market.requests.pop_front();
    CandleAnswer answer;
    answer.symbol = request.symbol;
    answer.interval = request.interval;
    const auto per_row = static_cast<std::size_t>(request.interval / 1min);
    const std::size_t forming = minute_ / per_row * per_row; // first minute of the forming row
    const auto wanted = static_cast<std::size_t>(request.limit - 1);
    const std::size_t rows = std::min(wanted, forming / per_row);
    for (std::size_t first = forming - rows * per_row; first < forming; first += per_row) {
      CandleRow row = row_of(bar(request.symbol, first));
      for (std::size_t m = first + 1; m < first + per_row; ++m) {
        const Bar& b = bar(request.symbol, m);
        row.high = std::max(row.high, b.high);
        row.low = std::min(row.low, b.low);
        row.close = b.close;
        row.volume += b.volume;
      }
      answer.rows.push_back(row);
    }
    const Bar& last = bar(request.symbol, minute_ - 1);
    CandleRow tail = forming_after(last);
    tail.open_time = bar(request.symbol, forming).open_time;
    answer.rows.push_back(tail);
    ++candle_answers;
    request.done(answer);
    return true;
  }
  bool deliver_ack() {
    if (journal.hold || journal.acked == journal.submissions) {
      return false;
    }
    journal.acked = journal.submissions;
    engine->process(JournalAck{journal.acked, true, {}});
    return true;
  }
  bool deliver_news() {
    if (venue.events().empty()) {
      return false;
    }
    const std::vector<VenueEvent> events(venue.events().begin(), venue.events().end());
    venue.clear_events();
    for (const VenueEvent& event : events) {
      std::visit([&](const auto& e) { engine->process(e); }, event);
    }
    return true;
  }

  Config config_;
  caf::actor_system system_;
  decltype(EnginePorts::read_settings) reader_;
  const std::vector<std::vector<Bar>>& market_data_;

public:
  FillModel venue;
  LateGateway gateway;
  BenchMarket market;
  HeldJournal journal;
  VirtualTime time;
  std::vector<RecordedInput> recorded;
  std::size_t candle_answers = 0;
  std::unique_ptr<Engine> engine;

private:
  std::size_t minute_ = 0;
};

} // namespace rg::test
