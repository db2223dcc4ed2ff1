#include "actors/engine.hpp"
#include "actors/venue_gateway.hpp"
#include "backtests/fill_model.hpp"
#include "bench/whole_way/paths.hpp"
#include "bench/whole_way/signed_bytes.hpp"
#include "infra/config/model_file.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/virtual_time.hpp"

#include <caf/actor_system_config.hpp>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace rg::bench {

namespace {

constexpr std::uint32_t kSlotMinutes = 15;
constexpr std::uint32_t kKillEverySlots = 6;

/// Signs what the desk prepares and sends, and notes when; the fill model answers.
class SigningGateway final : public Gateway {
public:
  explicit SigningGateway(Venue& venue) : answers_(venue) {}
  void set_listener(GatewayListener* listener) override { answers_.set_listener(listener); }
  void prepare(RequestId, const ChangeRequest& request) override {
    build(request);
    if (!prepared_) {
      prepared_ = true;
      prepared_at_ = SteadyClock::now();
    }
  }
  void send(RequestId id, const ChangeRequest& request) override {
    const auto* order = std::get_if<PlaceOrder>(&request);
    const bool entry = order != nullptr && order->opens;
    if (!entry) {
      build(request); // protective requests are built when they are sent
    }
    if (!sent_ || (entry && !entry_sent_)) {
      (entry ? entry_sent_ : sent_) = true;
      (entry ? entry_sent_at_ : sent_at_) = SteadyClock::now();
    }
    answers_.send(id, request);
  }
  void ask(RequestId id, const Query& query) override { answers_.ask(id, query); }

  void arm() { prepared_ = sent_ = entry_sent_ = false; }
  bool prepared_ = false, sent_ = false, entry_sent_ = false;
  SteadyClock::time_point prepared_at_, sent_at_, entry_sent_at_;
  Latency sign;
  [[nodiscard]] std::uint64_t checksum() const { return bytes_.checksum(); }

private:
  void build(const ChangeRequest& request) {
    const auto begin = SteadyClock::now();
    static_cast<void>(bytes_.build(request, Timestamp::from_ms(1'735'689'600'000)));
    sign.add(SteadyClock::now() - begin);
  }
  VenueGateway answers_;
  SignedBytes bytes_;
};

class NoMarket final : public MarketSource {
public:
  void set_listener(MarketListener*) override {}
  void subscribe(const std::vector<Symbol>&) override {}
  void candles(Symbol, Duration, int, std::function<void(CandleAnswer)>) override {}
};

/// A journal thread as the host runs it: group commit of what queued up, acks handed back. Without
/// a path everything is durable at once.
class Journal final : public JournalSink {
public:
  explicit Journal(const std::string& path) {
    if (!path.empty()) {
      thread_ = std::thread([this, path] { run(path); });
    }
  }
  ~Journal() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  void set_engine(Engine* engine) { engine_ = engine; }

  std::uint64_t submit(std::vector<JournalRecord> records) override {
    ++submitted_;
    if (!thread_.joinable()) {
      engine_->process(JournalAck{submitted_, true, {}});
      return submitted_;
    }
    {
      const std::lock_guard lock(mutex_);
      queue_.insert(queue_.end(), std::make_move_iterator(records.begin()),
                    std::make_move_iterator(records.end()));
      queued_ = submitted_;
    }
    wake_.notify_one();
    return submitted_;
  }
  /// Waits until all that was submitted is durable and tells the engine.
  void drain() {
    if (!thread_.joinable()) {
      return;
    }
    while (told_ < submitted_) {
      std::uint64_t durable = 0;
      {
        std::unique_lock lock(mutex_);
        durable_.wait(lock, [this] { return done_ > told_; });
        durable = done_;
      }
      told_ = durable;
      engine_->process(JournalAck{durable, true, {}});
    }
  }

private:
  void run(const std::string& path) {
    SqliteJournal store(path, path + ".key");
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stop_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
      std::vector<JournalRecord> batch;
      batch.swap(queue_);
      const std::uint64_t upto = queued_;
      lock.unlock();
      store.append(batch);
      lock.lock();
      done_ = upto;
      durable_.notify_one();
    }
  }

  Engine* engine_ = nullptr;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_, durable_;
  std::vector<JournalRecord> queue_;
  std::uint64_t submitted_ = 0, queued_ = 0, done_ = 0, told_ = 0;
  bool stop_ = false;
};

struct Config : caf::actor_system_config {
  Config() { set("scheduler.max-threads", std::size_t{1}); }
};

EngineOptions engine_options() {
  EngineOptions options;
  options.warm_up_slots = 1000;
  options.history = false;
  options.survey = false;
  options.heartbeat = false;
  options.initial_equity = Notional::from_raw(10'000 * kFixedScale);
  return options;
}

/// The engine on a tape: time, venue and journal are driven from here, minute by minute.
class Rig {
public:
  Rig(const FrameTape& tape, Arrival arrival, const std::string& journal_path)
      : tape_(tape), arrival_(arrival), durable_(!journal_path.empty()), system_(config_),
        time_(tape.minutes.front().front().bar.open_time),
        fills_({}, contract_defaults(), FundingSchedule(8h, 0.0001),
               engine_options().initial_equity),
        gateway_(fills_), journal_(journal_path), codec_(weex::make_codec("v2")) {
    const auto model = model_for("");
    if (!model) {
      throw std::runtime_error(model.error().text());
    }
    engine_ = std::make_unique<Engine>(
        system_, EngineSettings{}, *model, engine_options(),
        EnginePorts{gateway_, market_, journal_, time_, time_.arm(), {}}, Ledger(1));
    gateway_.set_listener(engine_.get());
    journal_.set_engine(engine_.get());
    engine_->start();
    journal_.drain();
  }

  ActorPaths run(const std::function<void(Engine&)>& each_minute) {
    for (std::uint32_t minute = 0; minute < tape_.minutes.size(); ++minute) {
      step(minute);
      if (each_minute) {
        each_minute(*engine_);
      }
    }
    out_.signed_order.name = "actors: frame to signed order (a)";
    out_.durable_order.name = "actors: frame to order sent, journal's ack included (b)";
    out_.kill.name = "actors: kill trigger to first bytes (c)";
    out_.signed_order.checksum = out_.durable_order.checksum = out_.kill.checksum =
        gateway_.checksum();
    out_.sign = gateway_.sign;
    return std::move(out_);
  }

private:
  void step(std::uint32_t minute) {
    const auto& frames = tape_.minutes[minute];
    const Timestamp stamp = frames.front().bar.close_time();
    // The row of this minute closes the minute before: prices of the minute before fill first.
    if (minute > 0) {
      std::vector<VenueBar> bars;
      for (const Frame& f : tape_.minutes[minute - 1]) {
        bars.push_back({&f.bar, false});
      }
      time_.set(stamp - 1min);
      fills_.advance(stamp - 1min, bars);
      news();
    }
    const bool slot_closes = minute >= tape_.warm_up_minutes && minute % kSlotMinutes == 0;
    for (const Frame& f : frames) {
      deliver(f, slot_closes);
    }
    news();
    while (const auto token = time_.next_before(stamp)) {
      engine_->process(TimerFired{*token});
      journal_.drain();
    }
    news();
    if (slot_closes && ++slots_ % kKillEverySlots == 0) {
      kill();
    }
  }

  void deliver(const Frame& f, bool measured) {
    if (measured) {
      pause_before(arrival_);
    }
    gateway_.arm();
    const auto begin = SteadyClock::now();
    if (codec_->decode(f.text(), frame_) != weex::ParseError::none) {
      throw std::runtime_error("the tape's frame does not parse");
    }
    if (measured) {
      out_.decode.add(SteadyClock::now() - begin);
    }
    engine_->on_candle(frame_.candles.front());
    journal_.drain();
    if (measured && gateway_.prepared_) {
      out_.signed_order.latency.add(gateway_.prepared_at_ - begin);
      ++out_.signed_order.orders;
      if (durable_ && gateway_.entry_sent_) {
        out_.durable_order.latency.add(gateway_.entry_sent_at_ - begin);
        ++out_.durable_order.orders;
      }
    }
  }

  void kill() {
    bool open = false;
    for (const PairStatus& pair : engine_->status().pairs) {
      open = open || !pair.position.is_flat();
    }
    if (!open) {
      return;
    }
    pause_before(arrival_);
    gateway_.arm();
    const auto begin = SteadyClock::now();
    engine_->process(OperatorCommand{OperatorAction::kill_flatten, {}, "bench", "cli"});
    if (gateway_.sent_) {
      out_.kill.latency.add(gateway_.sent_at_ - begin);
      ++out_.kill.orders;
    }
    journal_.drain();
    news();
    engine_->process(OperatorCommand{OperatorAction::resume_all, {}, "bench", "cli"});
    journal_.drain();
    news();
  }

  void news() {
    for (std::size_t i = 0; i < fills_.events().size(); ++i) {
      const VenueEvent event = fills_.events()[i];
      std::visit([this](const auto& e) { engine_->process(e); }, event);
    }
    fills_.clear_events();
    journal_.drain();
  }

  const FrameTape& tape_;
  Arrival arrival_;
  bool durable_;
  Config config_;
  caf::actor_system system_;
  VirtualTime time_;
  FillModel fills_;
  SigningGateway gateway_;
  NoMarket market_;
  Journal journal_;
  std::unique_ptr<weex::Codec> codec_;
  weex::PublicFrame frame_;
  std::unique_ptr<Engine> engine_;
  ActorPaths out_;
  std::uint32_t slots_ = 0;
};

} // namespace

ActorPaths run_actors(const FrameTape& tape, Arrival arrival, const std::string& journal_path,
                      const std::function<void(Engine&)>& each_minute) {
  return Rig(tape, arrival, journal_path).run(each_minute);
}

} // namespace rg::bench
