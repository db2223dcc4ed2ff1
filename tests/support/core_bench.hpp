#pragma once
// The whole engine in virtual time against the embedded exchange's core, with a process that can be
// killed and started again on what its journal has left. Positions are opened by an intent that the
// test hands to the portfolio where a pair's risk stage would: what matters here is not when to
// trade.

#include "tests/support/core_venue.hpp"
#include "tests/support/engine_bench.hpp"
#include "tests/support/trading_builders.hpp"

namespace rg::test {

class CoreBench {
public:
  explicit CoreBench(EngineSettings s = {})
      : settings(patient(s)), system_(config_), market_(new HandMarket(at(0s))),
        core(exchange::CoreOptions{}, std::unique_ptr<MarketProcess>(market_),
             exchange::FaultPlan{}),
        time(at(0s)), venue(core, time) {
    static_cast<void>(core.add_account(usd("10000")));
    venue.forget();
    step_market();
  }

  // ---- the process ----
  /// A process begins on these records.
  void boot(const std::vector<JournalRecord>& past) {
    Ledger ledger(settings.instance);
    for (const JournalRecord& record : past) {
      ledger.apply(record);
    }
    journal.submissions = journal.acked = 0;
    EngineOptions options;
    options.history = false;
    options.reconcile_every = settings.reconcile.every;
    engine = std::make_unique<Engine>(
        system_, settings, EngineBench::model(), options,
        EnginePorts{venue, no_market_, journal, time, time.arm(), {}, nullptr}, std::move(ledger));
    venue.set_listener(engine.get());
    engine->start();
    engine->process(LinkEvent{Link::public_stream, true, time.now()});
    if (private_up) {
      engine->process(LinkEvent{Link::private_stream, true, time.now()});
    }
    settle();
    if (first_row != Timestamp{}) {
      for (const Duration later : {0min, 1min, 2min}) { // the last one is forming
        CandleRow row;
        row.symbol = kBtc;
        row.open_time = first_row + later;
        row.open = row.high = row.low = row.close = core.last(kBtc);
        engine->process(row);
        settle();
      }
      wait(2 * settings.reconcile.every);
    }
    for (const Symbol s : {kBtc, kEth}) {
      tell_price(s);
    }
  }
  void start() { boot({}); }
  template <class Handle> void crash(const Handle& actor) {
    engine->context().last_crash = "crashed by the test";
    engine->context().unit.end(actor, caf::exit_reason::kill);
    engine->context().unit.run();
    engine->context().flush_records();
    settle();
  }
  /// kill -9: what was not durable is lost, and so is everything on its way.
  void kill() {
    engine.reset();
    venue.forget();
    time.forget();
  }

  // ---- time ----
  /// Everything that is on its way arrives.
  void settle() {
    for (bool moved = true; moved;) {
      moved = venue.deliver() || deliver_ack();
    }
  }
  /// Wall time passes while the market stands still.
  void wait(Duration d) {
    time.advance(d, [&](Timer::Token token) {
      engine->process(TimerFired{token});
      settle();
    });
    settle();
  }
  /// Market and wall time go on together, 15 s at a time.
  void pass(int steps) {
    for (int i = 0; i < steps; ++i) {
      wait(15s);
      step_market();
      settle();
      for (const Symbol s : {kBtc, kEth}) {
        tell_price(s);
      }
    }
  }
  /// The same without an engine.
  void pass_alone(int steps) {
    for (int i = 0; i < steps; ++i) {
      time.advance(15s, [](Timer::Token) {});
      step_market();
    }
  }
  /// The market alone: nobody hears of it.
  void step_market() { static_cast<void>(core.step(time.now())); }
  void set_price(Symbol s, std::string_view p) { market_->set(s, price(p)); }
  void set_volume(std::string_view q) { market_->volume = qty(q); }

  // ---- what a pair's stages would say ----
  /// An entry, decided now. `limit` empty: at the market's own price, so that it fills at once.
  void enter(Symbol s, Side side, std::string_view q, std::string_view limit,
             std::string_view stop) {
    const Price near = side == Side::buy ? core.quote(s).ask : core.quote(s).bid;
    OrderIntent intent =
        entry(s, side, qty(q), limit.empty() ? near : price(limit), price(stop), stamp());
    intent.post_only = false;
    PipelineStep step = warm_step(s);
    step.verdict = intent;
    tell_portfolio(step);
  }
  void exit(Symbol s) {
    const Position p = engine->status().pairs[s.id()].position;
    PipelineStep step = warm_step(s);
    step.exit = exit_of(s, p.side, p.quantity, stamp());
    tell_portfolio(step);
  }
  void tell_price(Symbol s) {
    Tick tick;
    tick.symbol = s;
    tick.exchange_time = core.data_now();
    tick.receive_time = time.now();
    tick.last = core.last(s);
    tick.mark = tick.index = core.marks()[s.id()];
    tick.best_bid = core.quote(s).bid;
    tick.best_ask = core.quote(s).ask;
    engine->process(tick);
    settle();
  }

  // ---- how things stand ----
  [[nodiscard]] const PairStatus& pair(Symbol s) { return engine->status().pairs[s.id()]; }
  /// Both books agree, every position is wholly covered by its stops, nothing is half way.
  [[nodiscard]] std::string disagreement() {
    std::string text;
    const EngineStatus& status = engine->status();
    for (const Position& p : venue.positions()) {
      if (status.pairs[p.symbol.id()].known_on(p.side) == &status.pairs[p.symbol.id()].opposite) {
        continue; // somebody else's
      }
      Quantity covered;
      for (const VenueOrder& o : venue.orders(true)) {
        covered += o.symbol == p.symbol && o.position == p.side ? o.quantity : Quantity::zero();
      }
      if (covered < p.quantity) {
        text += std::string(p.symbol.name()) + " is covered for " + covered.text() + " of " +
                p.quantity.text() + "\n";
      }
    }
    for (const Symbol s : Symbol::all()) {
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        const Position* ours = status.pairs[s.id()].known_on(side);
        const Quantity known = ours != nullptr ? ours->quantity : Quantity::zero();
        const Quantity theirs = core.account(0).ledger.position(s, side).size;
        if (known != theirs) {
          text += std::string(s.name()) + " " + to_string(side) + ": ours " + known.text() +
                  ", theirs " + theirs.text() + "\n";
        }
      }
    }
    if (status.wallet_balance != core.account(0).ledger.collateral()) {
      text += "wallet: ours " + status.wallet_balance.text() + ", theirs " +
              core.account(0).ledger.collateral().text() + "\n";
    }
    if (!status.reconciled) {
      text += "not reconciled\n";
    }
    return text;
  }

  EngineSettings settings;
  bool private_up = true; ///< the private stream comes up at the start
  /// Not zero: the first market data of a process are candle rows from here on; ticks come later.
  Timestamp first_row;

private:
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.max-threads", std::size_t{1}); }
  };
  static EngineSettings patient(EngineSettings s) {
    s.guard.silence_halt = 24h; // frames come when the test says so
    return s;
  }
  /// Each decision is of a stamp of its own.
  Timestamp stamp() {
    last_stamp_ = std::max(core.data_now(), last_stamp_ + Duration{1'000'000});
    return last_stamp_;
  }
  PipelineStep warm_step(Symbol s) const {
    PipelineStep step;
    step.bar = close_bar(s, core.last(s).to_double(), core.data_now());
    step.regime.symbol = s;
    step.regime.regime = Regime::trending;
    step.warm = true;
    return step;
  }
  void tell_portfolio(const PipelineStep& step) {
    engine->context().clock.set(time.now());
    engine->context().portfolio.send(step);
    engine->context().unit.run();
    engine->context().flush_records();
    settle();
  }
  bool deliver_ack() {
    if (!engine || journal.hold || journal.acked == journal.submissions) {
      return false;
    }
    journal.acked = journal.submissions;
    engine->process(JournalAck{journal.acked, true, {}});
    return true;
  }

  Config config_;
  caf::actor_system system_;
  HandMarket* market_; ///< owned by the core
  BenchMarket no_market_;
  Timestamp last_stamp_;

public:
  exchange::ExchangeCore core;
  VirtualTime time;
  CoreVenue venue;
  HeldJournal journal;
  std::unique_ptr<Engine> engine;
};

} // namespace rg::test
