// The same candles through the backtest's loop and through the running actors, in virtual time,
// with the same fill model as venue: every decision is the same to the last bit (design §12).

#include "actors/engine.hpp"
#include "actors/trading_core.hpp"
#include "actors/venue_gateway.hpp"
#include "backtests/fill_model.hpp"
#include "infra/config/model_file.hpp"
#include "infra/journal/tables.hpp"
#include "infra/market/synthetic_market.hpp"
#include "messages/support/number_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_time.hpp"

#include <caf/actor_system_config.hpp>

#include <map>
#include <sstream>

using namespace rg;

namespace {

constexpr std::uint32_t kWarmUpMinutes = 1000 * 15;
constexpr std::uint32_t kTradingMinutes = 12 * 24 * 60;
const Notional kEquity = Notional::from_raw(10'000 * kFixedScale);

/// All bars of all pairs by their close; a hole in one pair's data among them.
std::map<Timestamp, std::vector<Bar>> market(std::uint64_t seed) {
  SyntheticOptions options;
  options.seed = seed;
  options.history_minutes = kWarmUpMinutes + kTradingMinutes;
  const SyntheticMarket source(options);
  std::map<Timestamp, std::vector<Bar>> stamps;
  for (const Symbol symbol : source.symbols()) {
    const auto& bars = source.history(symbol);
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const bool hole = symbol.id() == 2 && i > kWarmUpMinutes + 3000 && i < kWarmUpMinutes + 3040;
      if (!hole) {
        stamps[bars[i].close_time()].push_back(bars[i]);
      }
    }
  }
  return stamps;
}

/// One decision as the journal would store it: names and exact texts.
struct TextArchive {
  static constexpr bool kReading = false;
  std::string& out;
  void integer(const char* name, std::int64_t value) { add(name, std::to_string(value)); }
  void text(const char* name, const std::string& value) { add(name, value); }
  void real(const char* name, double value) { add(name, double_text(value)); }
  void add(const char* name, const std::string& value) {
    out += std::string(name) + "=" + value + "\n";
  }
};

std::string text_of(const Decision& decision) {
  DecisionRecord record;
  record.decision = decision;
  std::string out;
  TextArchive archive{out};
  journal::Table<DecisionRecord>::fields(archive, std::as_const(record));
  return out;
}

/// The first line in which two texts differ; empty when they are the same.
std::string difference(const std::string& a, const std::string& b) {
  std::istringstream left(a), right(b);
  std::string l, r;
  while (std::getline(left, l) && std::getline(right, r)) {
    if (l != r) {
      return l + " in the loop, " + r + " in the actors";
    }
  }
  return a.size() == b.size() ? "" : "texts of different length";
}

/// What was decided in the end: a refusal at the desk replaces the approval.
class Decisions {
public:
  void add(const Decision& decision) {
    const auto [at, fresh] = index_.emplace(decision.id, list_.size());
    if (fresh) {
      list_.push_back(decision);
    } else {
      list_[at->second] = decision;
    }
  }
  [[nodiscard]] const std::vector<Decision>& list() const { return list_; }

private:
  std::vector<Decision> list_;
  std::map<DecisionId, std::size_t> index_;
};

struct Run {
  Decisions decisions;
  Notional wallet;
  std::vector<Trade> trades;
  std::uint64_t order_events = 0;
};

FillModel venue_for(const FillParameters& costs) {
  return FillModel(costs, contract_defaults(),
                   FundingSchedule(costs.funding_interval, costs.default_funding_rate), kEquity);
}

EngineSettings settings() {
  EngineSettings s;
  s.portfolio.max_gross_leverage = 1.2; // close enough that caps bind and order of pairs matters
  return s;
}

class Observer final : public CoreObserver {
public:
  explicit Observer(Run& out) : out_(out) {}
  void on_decision(const Decision& d) override { out_.decisions.add(d); }
  void on_decision_changed(const Decision& d) override { out_.decisions.add(d); }
  void on_step(const PipelineStep&) override {}
  void on_guard(const GuardState&) override {}
  void on_order_event(const OrderEvent&) override { ++out_.order_events; }

private:
  Run& out_;
};

void advance(FillModel& venue, Timestamp stamp, const std::vector<Bar>& bars) {
  std::vector<VenueBar> venue_bars;
  for (const Bar& bar : bars) {
    venue_bars.push_back({&bar, false});
  }
  venue.advance(stamp, venue_bars);
}

Run run_loop(const std::map<Timestamp, std::vector<Bar>>& stamps,
             const std::shared_ptr<const ModelParameters>& model) {
  Run out;
  Observer observer(out);
  FillModel venue = venue_for({});
  TradingCore core(settings(), model, contract_defaults(), kEquity, {}, venue, observer);
  for (const Symbol symbol : Symbol::all()) {
    core.add_pair(symbol, 1min);
  }
  const auto deliver = [&](Timestamp stamp) {
    for (std::size_t i = 0; i < venue.events().size(); ++i) {
      const VenueEvent event = venue.events()[i];
      core.on_venue(event, stamp);
    }
    venue.clear_events();
  };
  for (auto it = stamps.begin(); it != stamps.end(); ++it) {
    const auto& [stamp, bars] = *it;
    advance(venue, stamp, bars);
    deliver(stamp);
    std::vector<const Bar*> pointers;
    for (const Bar& bar : bars) {
      pointers.push_back(&bar);
    }
    core.on_stamp(stamp, pointers);
    deliver(stamp);
    if (const auto next = std::next(it); next != stamps.end()) {
      core.run_timers(next->first);
      deliver(stamp);
    }
  }
  out.wallet = core.portfolio().cash();
  out.trades = core.portfolio().trades();
  return out;
}

/// Durable at once; the ack comes back through the engine's door.
class Notebook final : public JournalSink {
public:
  explicit Notebook(Run& out) : out_(out) {}
  void set_engine(Engine* engine) { engine_ = engine; }
  std::uint64_t submit(std::vector<JournalRecord> records) override {
    for (const JournalRecord& record : records) {
      if (const auto* decision = std::get_if<DecisionRecord>(&record)) {
        out_.decisions.add(decision->decision);
      }
      out_.order_events += std::holds_alternative<OrderEvent>(record) ? 1 : 0;
    }
    engine_->process(JournalAck{++submissions_, true, {}});
    return submissions_;
  }

private:
  Run& out_;
  Engine* engine_ = nullptr;
  std::uint64_t submissions_ = 0;
};

class NoMarket final : public MarketSource {
public:
  void set_listener(MarketListener*) override {}
  void subscribe(const std::vector<Symbol>&) override {}
  void candles(Symbol, Duration, int, std::function<void(CandleAnswer)>) override {
    throw std::logic_error("nothing is fetched here");
  }
};

Run run_actors(const std::map<Timestamp, std::vector<Bar>>& stamps,
               const std::shared_ptr<const ModelParameters>& model) {
  Run out;
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.max-threads", std::size_t{1}); }
  } config;
  caf::actor_system system{config};
  VirtualTime time(stamps.begin()->first);
  FillModel venue = venue_for({});
  VenueGateway gateway(venue);
  NoMarket no_market;
  Notebook notebook(out);
  EngineOptions options;
  options.warm_up_slots = 1000;
  options.history = false;
  options.survey = false;
  options.heartbeat = false;
  options.initial_equity = kEquity;
  Engine engine(system, settings(), model, options,
                {gateway, no_market, notebook, time, time.arm(), {}, nullptr}, Ledger(1));
  gateway.set_listener(&engine);
  notebook.set_engine(&engine);
  engine.start();

  const auto deliver = [&] {
    for (std::size_t i = 0; i < venue.events().size(); ++i) {
      const VenueEvent event = venue.events()[i];
      std::visit([&](const auto& e) { engine.process(e); }, event);
    }
    venue.clear_events();
  };
  for (auto it = stamps.begin(); it != stamps.end(); ++it) {
    const auto& [stamp, bars] = *it;
    time.set(stamp);
    advance(venue, stamp, bars);
    engine.context().advance_data_time(stamp);
    deliver();
    engine.process_stamp(bars);
    deliver();
    if (const auto next = std::next(it); next != stamps.end()) {
      while (const auto token = time.next_before(next->first)) {
        engine.process(TimerFired{*token});
      }
      deliver();
    }
  }
  CHECK(engine.status().restarts == 0);
  out.wallet = engine.status().wallet_balance;
  return out;
}

} // namespace

TEST_CASE("actors and backtest loop decide the same, bit for bit", "[parity]") {
  const auto model = model_for("");
  REQUIRE(model);
  const auto seed = GENERATE(std::uint64_t{3}, std::uint64_t{11});
  const auto stamps = market(seed);
  const Run loop = run_loop(stamps, *model);
  const Run actors = run_actors(stamps, *model);

  const auto& a = loop.decisions.list();
  const auto& b = actors.decisions.list();
  std::size_t approved = 0, refused = 0, exits = 0;
  for (const Decision& d : a) {
    approved += d.outcome == Outcome::approved ? 1 : 0;
    refused += d.outcome == Outcome::refused ? 1 : 0;
    exits += d.outcome == Outcome::exit ? 1 : 0;
  }
  INFO("seed " << seed << ": " << a.size() << " decisions in the loop, " << b.size()
               << " in the actors; approved " << approved << ", refused " << refused << ", exits "
               << exits);
  // A comparison of nothing would prove nothing.
  REQUIRE(approved > 20);
  REQUIRE(refused > 20);
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    INFO("decision " << i << ": " << a[i].id.text());
    REQUIRE(difference(text_of(a[i]), text_of(b[i])) == "");
  }
  REQUIRE(a.size() == b.size());
  CHECK(loop.wallet == actors.wallet);
  CHECK(loop.order_events == actors.order_events);
}
