#include "app/simulation/sim_run.hpp"

#include "actors/engine.hpp"
#include "app/simulation/sabotage.hpp"
#include "app/simulation/sim_settings.hpp"
#include "app/simulation/sim_turns.hpp"

#include <caf/actor_system_config.hpp>

#include <unistd.h>

namespace rg::sim {

using namespace std::chrono_literals;

namespace {

constexpr Duration kQuietTail = 240s; ///< after the last fault: everything comes to rest
constexpr Duration kDenseWindow = 10min;
constexpr Duration kDenseTick = 1s;
constexpr Duration kOperatorLooks = 3min; ///< a person who releases what was latched
const Notional kDeposit = Notional::from_raw(10'000 * kFixedScale);

/// One actor system for all runs of this process: its threads have nothing to do. A child that was
/// forked after a run has inherited one without its threads, in which actors would wait for ever.
caf::actor_system& shared_system() {
  struct Config : caf::actor_system_config {
    Config() {
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", std::size_t{1});
    }
  };
  // Never destroyed: CAF's own statics are gone before ours at the end of the process.
  static auto* const kConfig = new Config;
  static caf::actor_system* system = nullptr;
  static pid_t owner = -1;
  if (owner != ::getpid()) {
    owner = ::getpid();
    system = new caf::actor_system{*kConfig};
  }
  return *system;
}

/// One life of the engine's process.
struct Process {
  std::unique_ptr<SimClient> client;
  std::shared_ptr<SimFeed> feed;
  std::shared_ptr<SimJournal> journal;
  std::optional<Saboteur> saboteur;
  std::unique_ptr<Engine> engine;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

class Run {
public:
  Run(const RunOptions& options, const FaultList& list)
      : options_(options), random_(options.seed, 21), faults_(list, options.length),
        settings_(settings_of(options.seed, options.faults)), agenda_(start_of(options)),
        venue_(agenda_, faults_, market_of(options, settings_), kDeposit),
        invariants_(agenda_, venue_, faults_, settings_), turns_(options.seed, faults_) {
    venue_.set_watch(&invariants_);
    if (options.only) {
      invariants_.report_only(*options.only);
    }
    venue_.set_counter([this](const auto& events) { count(events); });
    end_ = agenda_.start() + options.length + kQuietTail;
    dense_from_ = agenda_.start() +
                  Duration{static_cast<std::int64_t>(random_.uniform() * 0.8 *
                                                     static_cast<double>(options.length.count()))} /
                      60'000'000'000 * 60'000'000'000;
    dense_from_ = dense_from_.slot_start(1min);
  }
  ~Run() { take_down(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  RunResult run();

private:
  static Timestamp start_of(const RunOptions& options) {
    SimMarketOptions market;
    market.seed = options.seed;
    return SimMarket(market).now(); // wall and data time begin together
  }
  static SimMarketOptions market_of(const RunOptions& options, const EngineSettings& settings) {
    SimMarketOptions market;
    market.seed = options.seed;
    market.symbols = pairs_of(settings);
    market.length = options.length + kQuietTail;
    return market;
  }

  void start_process();
  void take_down();
  void restart_after(Duration delay);
  void supervise();
  void schedule_step();
  void schedule_operator();
  void operate();
  void command(OperatorAction action, Symbol symbol, const char* reason);
  void count(const std::vector<exchange::CoreEvent>& events);
  void mix(std::uint64_t value) { hash_ = hash64(hash_ ^ value); }

  const RunOptions options_;
  RandomStream random_;
  FaultInjector faults_;
  const EngineSettings settings_;
  SimAgenda agenda_;
  SimVenue venue_;
  SimDisk disk_;
  Invariants invariants_;
  SimTurns turns_;
  std::unique_ptr<Process> process_;
  Timestamp end_, dense_from_;
  RunResult result_;
  std::uint64_t hash_ = 0, starts_ = 0;
  std::string tier_;
};

void Run::start_process() {
  ++starts_;
  const std::uint64_t seed = hash64(options_.seed, starts_);
  process_ = std::make_unique<Process>();
  Process& p = *process_;
  const auto alive = std::weak_ptr<bool>(p.alive);
  const Sabotage* const sabotage = options_.sabotage;
  if (sabotage != nullptr && sabotage->disk && starts_ > 1) {
    sabotage->disk(disk_);
  }
  Ledger past(settings_.instance);
  invariants_.check_disk(disk_, past);
  if (sabotage != nullptr && sabotage->past) {
    sabotage->past(past);
  }
  p.client = std::make_unique<SimClient>(agenda_, venue_, faults_, settings_.exchange.api, seed,
                                         invariants_);
  p.feed = std::make_shared<SimFeed>(agenda_, venue_, faults_, seed);
  p.journal = std::make_shared<SimJournal>(agenda_, disk_, faults_, seed, settings_.supervision,
                                           invariants_, [this, alive](const JournalAck& ack) {
                                             if (!alive.expired()) {
                                               process_->engine->process(ack);
                                             }
                                           });
  EngineOptions options;
  options.warm_up_slots = kWarmUpSlots;
  options.seed = seed;
  const auto arm = [this, alive](Timer::Token token, Duration delay) {
    agenda_.after(delay, [this, alive, token] {
      if (!alive.expired()) {
        process_->engine->process(TimerFired{token});
      }
    });
  };
  if (sabotage != nullptr) {
    p.saboteur.emplace(*sabotage, *p.client, *p.journal);
  }
  Gateway& gateway = p.saboteur ? static_cast<Gateway&>(*p.saboteur) : *p.client;
  JournalSink& journal = p.saboteur ? static_cast<JournalSink&>(*p.saboteur) : *p.journal;
  p.engine = std::make_unique<Engine>(
      shared_system(), settings_, simulation_model(), options,
      EnginePorts{gateway, *p.feed, journal, agenda_, arm, {}, nullptr}, std::move(past));
  gateway.set_listener(p.engine.get());
  p.feed->set_listener(p.engine.get());
  p.engine->context().unit.set_chooser(&turns_);
  invariants_.process_started({&p.engine->context().board, &p.engine->context().view, p.feed.get(),
                               p.client.get(), p.journal.get(), true});
  p.engine->start();
  p.client->start();
  p.feed->subscribe(venue_.core().symbols());
  p.feed->start();
}

/// Whatever the process had not on disk or on the wire is gone.
void Run::take_down() {
  if (!process_) {
    return;
  }
  invariants_.process_ended();
  if (!process_->engine) { // its start failed
    process_.reset();
    return;
  }
  result_.actor_restarts += process_->engine->context().board.restarts;
  result_.events += process_->engine->context().unit.delivered();
  process_->engine->context().unit.set_chooser(nullptr);
  process_->client->stop();
  process_->feed->stop();
  process_->journal->stop();
  process_->alive.reset();
  process_->engine.reset();
  process_.reset();
}

void Run::restart_after(Duration delay) {
  ++result_.process_restarts;
  take_down();
  disk_.disk().restart([this] { return random_.chance(0.5); });
  agenda_.after(delay, [this] { start_process(); });
}

void Run::supervise() {
  if (invariants_.take_kill()) {
    restart_after(500ms + Duration{static_cast<std::int64_t>(random_.uniform() * 15e9)});
  } else if (process_ && process_->engine->stopped()) {
    restart_after(15s); // the service manager's turn
  }
}

void Run::schedule_step() {
  const bool dense = agenda_.now() >= dense_from_ && agenda_.now() < dense_from_ + kDenseWindow;
  const Duration length = dense ? std::min(kDenseTick, options_.tick) : options_.tick;
  agenda_.after(length, [this, length] {
    venue_.step(length);
    if (process_) {
      process_->feed->on_step();
    }
    schedule_step();
  });
}

void Run::command(OperatorAction action, Symbol symbol, const char* reason) {
  if (process_) {
    process_->engine->process(OperatorCommand{action, symbol, reason, "simulation"});
    invariants_.operator_acted();
  }
}

/// A person at the console: now and then a kill, a pause; and every few minutes a look at what is
/// latched.
void Run::operate() {
  const auto draw = random_.below(100);
  const auto& symbols = venue_.core().symbols();
  const Symbol symbol = symbols[random_.below(symbols.size())];
  if (agenda_.elapsed() > options_.length) {
    return;
  }
  if (process_ && process_->engine->context().board.tier == "latched") {
    command(OperatorAction::resume_all, symbol, "looked at");
  } else if (draw < 3) {
    command(OperatorAction::kill_flatten, symbol, "drill");
  } else if (draw < 6) {
    command(OperatorAction::kill_freeze, symbol, "drill");
  } else if (draw < 10) {
    command(OperatorAction::pause_pair, symbol, "drill");
  } else if (draw < 60) {
    for (const Symbol s : symbols) {
      if (process_ && (process_->engine->context().pair(s).paused ||
                       process_->engine->context().pair(s).quarantined)) {
        command(OperatorAction::resume_pair, s, "looked at");
      }
    }
  }
}

void Run::schedule_operator() {
  agenda_.after(kOperatorLooks, [this] {
    operate();
    schedule_operator();
  });
}

void Run::count(const std::vector<exchange::CoreEvent>& events) {
  Activity& a = result_.activity;
  for (const exchange::CoreEvent& event : events) {
    mix(event.version);
    if (const auto* fill = std::get_if<exchange::FillRow>(&event.what)) {
      ++a.fills;
      mix(fill->id);
      mix(static_cast<std::uint64_t>(fill->price.raw()));
      const auto& position = venue_.position(fill->symbol, fill->position);
      a.opened += fill->opens && position.size == fill->size ? 1 : 0;
    } else if (const auto* order = std::get_if<exchange::Order>(&event.what)) {
      mix(order->id);
      const bool first = order->status == exchange::OrderStatus::pending && order->filled.is_zero();
      const bool ours = !order->client_oid.empty();
      a.entries += first && ours && order->opens ? 1 : 0;
      a.exits += first && ours && !order->opens && !order->conditional ? 1 : 0;
      a.stops_fired += first && order->conditional ? 1 : 0;
      a.stops_placed +=
          order->status == exchange::OrderStatus::untriggered && ours && order->filled.is_zero()
              ? 1
              : 0;
      a.cancels += order->status == exchange::OrderStatus::canceled ? 1 : 0;
    }
  }
}

RunResult Run::run() {
  result_.seed = options_.seed;
  start_process();
  schedule_step();
  schedule_operator();
  while (!invariants_.violation() && agenda_.run_next(end_)) {
    faults_.set_elapsed(agenda_.elapsed());
    mix(static_cast<std::uint64_t>(agenda_.now().ns()));
    supervise();
    invariants_.after_event(process_ && process_->engine->context().desk_idle);
    if (process_ && process_->engine->context().board.tier != tier_) {
      tier_ = process_->engine->context().board.tier;
      result_.activity.halts += tier_ != "none" && tier_ != "warn" ? 1 : 0;
    }
  }
  take_down();
  disk_.disk().restart([] { return true; }); // a death that is still armed must not hit the readers
  if (!invariants_.violation()) {
    invariants_.check_at_rest(disk_);
  }
  disk_.for_each([&](const JournalRecord& record) {
    ++result_.journal_records;
    mix(record.index());
    if (options_.on_record) {
      options_.on_record(record);
    }
  });
  result_.events += agenda_.entries_run();
  result_.simulated = agenda_.elapsed();
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    result_.injected[i] = faults_.injected(static_cast<Fault>(i));
  }
  result_.quiet_checks = invariants_.quiet_checks();
  result_.violation = invariants_.violation();
  result_.hash = hash_;
  return result_;
}

} // namespace

RunResult run_simulation(const RunOptions& options, const FaultList& list) {
  return Run(options, list).run();
}

} // namespace rg::sim
