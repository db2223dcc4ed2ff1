// When the watchdog acts, what it does, and when it keeps its hands off.

#include "actors/watchdog/watchdog_model.hpp"
#include "tests/support/catch.hpp"

#include <functional>

using namespace rg;
using namespace std::chrono_literals;

namespace {

const Symbol kBtc = Symbol::from_id(0);
const Symbol kEth = Symbol::from_id(1);

Quantity qty(const char* text) {
  return Quantity::parse(text).value();
}
Price price(const char* text) {
  return Price::parse(text).value();
}

/// A venue of three lists; the engine's heartbeat in the test's hand.
struct Bench {
  WatchdogSettings settings;
  WatchdogModel model;
  Timestamp now = Timestamp::from_ms(1'735'689'600'000);
  std::optional<Heartbeat> beat;
  WatchdogLook venue;
  std::vector<ChangeRequest> sent;
  std::vector<Timestamp> sent_at;
  std::vector<WatchdogSay> said;
  RequestOutcome change_outcome = RequestOutcome::ok;
  bool answers = true;

  explicit Bench(WatchdogSettings s = {}) : settings(s), model(s, 7) {
    Heartbeat first;
    first.run_id = "run";
    first.starting = false;
    first.tier = "none";
    first.pairs = {kBtc, kEth};
    beat = first;
  }
  void open(Symbol s, const char* quantity, const char* stop) {
    venue.positions.push_back({s, PositionSide::long_side, qty(quantity), {}, now});
    beat->held.push_back({s, PositionSide::long_side, qty(quantity), price(stop)});
  }
  void stop_at_venue(Symbol s, const char* quantity) {
    VenueOrder o;
    o.symbol = s;
    o.trigger = true;
    o.opens = false;
    o.quantity = qty(quantity);
    o.trigger_price = price("900");
    venue.triggers.push_back(o);
  }
  void entry_at_venue(Symbol s) {
    VenueOrder o;
    o.symbol = s;
    o.quantity = qty("1");
    o.price = price("990");
    venue.orders.push_back(o);
  }
  /// What the venue does with a request.
  void execute(const ChangeRequest& request) {
    if (const auto* all = std::get_if<CancelAll>(&request)) {
      std::erase_if(all->triggers ? venue.triggers : venue.orders,
                    [&](const VenueOrder& o) { return o.symbol == all->symbol; });
    } else if (const auto* stop = std::get_if<PlaceStop>(&request)) {
      stop_at_venue(stop->symbol, stop->quantity.text().c_str());
    } else if (const auto* order = std::get_if<PlaceOrder>(&request)) {
      REQUIRE_FALSE(order->opens);
      std::erase_if(venue.positions, [&](const Position& p) { return p.symbol == order->symbol; });
    }
  }
  /// The engine beats while `alive`; the watchdog ticks four times a second.
  void pass(Duration time, bool alive) {
    for (const Timestamp end = now + time; now < end; now = now + 250ms) {
      if (alive && beat) {
        beat->wall = now;
      }
      model.on_tick(beat, now);
      for (const WatchdogCommand& command : model.take_commands()) {
        if (const auto* say = std::get_if<WatchdogSay>(&command)) {
          said.push_back(*say);
        } else if (const auto* send = std::get_if<WatchdogSend>(&command)) {
          sent.push_back(send->request);
          sent_at.push_back(now);
          if (change_outcome == RequestOutcome::ok) {
            execute(send->request);
          }
          ChangeAnswer answer;
          answer.id = send->id;
          answer.outcome = change_outcome;
          model.on_answer(answer, now);
        } else if (answers) {
          const auto& ask = std::get<WatchdogAsk>(command);
          QueryAnswer answer;
          answer.id = ask.id;
          answer.query = ask.query;
          if (ask.query.kind == QueryKind::positions) {
            answer.payload = venue.positions;
          } else {
            answer.payload =
                ask.query.kind == QueryKind::open_orders ? venue.orders : venue.triggers;
          }
          model.on_answer(answer, now);
        }
      }
    }
  }
  [[nodiscard]] std::size_t said_event(const std::string& event) const {
    return static_cast<std::size_t>(
        std::count_if(said.begin(), said.end(), [&](const auto& s) { return s.event == event; }));
  }
};

WatchdogSettings flattening() {
  WatchdogSettings s;
  s.action = WatchdogAction::flatten;
  return s;
}

} // namespace

TEST_CASE("a living engine is left alone, whatever the account looks like", "[unit][watchdog]") {
  Bench b;
  b.open(kBtc, "1", "950");
  b.entry_at_venue(kEth);
  b.pass(5min, true);
  CHECK(b.sent.empty());
  CHECK(b.said.empty());
}

TEST_CASE("without a heartbeat ever, nothing was entrusted and nothing is touched",
          "[unit][watchdog]") {
  Bench b;
  b.open(kBtc, "1", "950");
  b.beat.reset();
  b.pass(5min, false);
  CHECK(b.sent.empty());
  CHECK(b.said_event("waiting") == 1);
}

TEST_CASE("a dead engine: entries cancelled, the missing stop placed where it lay, verified",
          "[unit][watchdog]") {
  Bench b;
  b.open(kBtc, "1", "950");
  b.open(kEth, "2", "880");
  b.stop_at_venue(kEth, "2");
  b.entry_at_venue(kEth);
  b.pass(10s, true);
  b.pass(b.settings.blind_after, false);
  CHECK(b.sent.empty()); // not before its time
  b.pass(5s, false);
  REQUIRE(b.sent.size() == 2);
  const auto* cancel = std::get_if<CancelAll>(&b.sent[0]);
  REQUIRE(cancel != nullptr);
  CHECK(cancel->symbol == kEth);
  CHECK_FALSE(cancel->triggers);
  const auto* stop = std::get_if<PlaceStop>(&b.sent[1]);
  REQUIRE(stop != nullptr);
  CHECK(stop->symbol == kBtc);
  CHECK(stop->quantity == qty("1"));
  CHECK(stop->trigger == price("950"));
  CHECK(decision_of(stop->client_id, 7).has_value()); // the engine's restart takes it for its own
  CHECK(b.said_event("engine_dead") == 1);
  CHECK(b.said_event("verified") == 1);
  b.pass(5min, false); // and it keeps watching without doing anything
  CHECK(b.sent.size() == 2);
  b.venue.triggers.clear();
  b.pass(30s, false); // a stop that vanishes later is placed again
  CHECK(b.sent.size() == 4);
}

TEST_CASE("flatten: every position closed once, its stops swept, flat verified",
          "[unit][watchdog]") {
  Bench b(flattening());
  b.open(kBtc, "1", "950");
  b.stop_at_venue(kBtc, "1");
  b.open(kEth, "2", "880");
  b.pass(1min, false);
  std::size_t closes = 0, sweeps = 0;
  for (const ChangeRequest& request : b.sent) {
    closes += std::holds_alternative<PlaceOrder>(request) ? 1 : 0;
    sweeps += std::holds_alternative<CancelAll>(request) ? 1 : 0;
  }
  CHECK(closes == 2);
  CHECK(sweeps == 1);
  CHECK(b.venue.positions.empty());
  CHECK(b.venue.triggers.empty());
  CHECK(b.said_event("verified") == 1);
}

TEST_CASE("a position of which nobody knows the stop is closed", "[unit][watchdog]") {
  Bench b;
  b.venue.positions.push_back({kBtc, PositionSide::short_side, qty("1"), {}, b.now});
  b.pass(1min, false);
  REQUIRE(b.sent.size() == 1);
  CHECK(std::get<PlaceOrder>(b.sent[0]).position == PositionSide::short_side);
}

TEST_CASE("a stop that the venue turns down means the position is closed", "[unit][watchdog]") {
  Bench b;
  b.open(kBtc, "1", "950");
  b.pass(10s, true);
  b.change_outcome = RequestOutcome::rejected;
  b.pass(b.settings.blind_after + 1s, false);
  REQUIRE(b.sent.size() == 1);
  CHECK(std::holds_alternative<PlaceStop>(b.sent[0]));
  b.change_outcome = RequestOutcome::ok;
  b.pass(5s, false);
  REQUIRE(b.sent.size() == 2);
  CHECK(std::holds_alternative<PlaceOrder>(b.sent[1]));
  CHECK(b.venue.positions.empty());
}

TEST_CASE("an unanswered close is looked at again before anything is sent again",
          "[unit][watchdog]") {
  Bench b(flattening());
  b.open(kBtc, "1", "950");
  b.pass(10s, true);
  b.change_outcome = RequestOutcome::unknown;
  b.pass(b.settings.blind_after + 1s, false);
  REQUIRE(b.sent.size() == 1);
  b.venue.positions.clear(); // it was executed after all
  b.pass(30s, false);
  CHECK(b.sent.size() == 1);
}

TEST_CASE("an engine that comes back is not fought, not even with what was planned",
          "[unit][watchdog]") {
  WatchdogSettings slow = flattening();
  slow.requests_per_second = 1;
  Bench b(slow);
  b.open(kBtc, "1", "950");
  b.open(kEth, "2", "880");
  b.pass(10s, true);
  while (b.sent.empty()) {
    b.pass(250ms, false);
  }
  REQUIRE(b.sent.size() == 1); // the second waits for the rate
  b.pass(1min, true);
  CHECK(b.sent.size() == 1);
  CHECK(b.said_event("engine_back") == 1);
}

TEST_CASE("settings that change while it watches: patience and action, from the next tick on",
          "[unit][watchdog]") {
  Bench b;
  b.open(kBtc, "1", "950");
  b.stop_at_venue(kBtc, "1");
  b.pass(1s, true);
  b.pass(5s, false);
  CHECK(b.sent.empty()); // twenty seconds of patience
  WatchdogSettings next = b.settings;
  next.blind_after = 4s;
  next.action = WatchdogAction::flatten;
  b.model.set_settings(next);
  b.pass(3s, false);
  CHECK(b.venue.positions.empty());
  next.requests_per_second = 9; // the share of the limit is not for a signal to raise
  CHECK_THROWS_AS(b.model.set_settings(next), InvariantBroken);
}

TEST_CASE("a blind engine counts as dead after the same time, one that sees again does not",
          "[unit][watchdog]") {
  Bench b;
  b.open(kBtc, "1", "950");
  b.beat->blind_since = b.now;
  b.pass(b.settings.blind_after - 1s, true);
  CHECK(b.sent.empty());
  b.pass(3s, true);
  CHECK(b.sent.size() == 1);
  b.beat->blind_since = Timestamp{};
  b.pass(1s, true);
  CHECK(b.said_event("engine_back") == 1);
}

TEST_CASE("an ordered end and a refused start are left alone, giving up is not",
          "[unit][watchdog]") {
  for (const bool refused : {false, true}) {
    Bench b;
    b.open(kBtc, "1", "950");
    b.beat->ended = true;
    b.beat->starting = refused;
    b.beat->end_reason = refused ? "start-up: the account holds positions" : "";
    b.pass(5min, false);
    CHECK(b.sent.empty());
    CHECK(b.said_event("engine_ended") == 1);
  }
  Bench b;
  b.open(kBtc, "1", "950");
  b.beat->ended = true;
  b.beat->end_reason = "the order actor keeps crashing";
  b.pass(2s, false);
  CHECK(b.sent.size() == 1); // at once
}

TEST_CASE("a kill that the engine did not finish is finished", "[unit][watchdog]") {
  Bench b; // configured to protect
  b.open(kBtc, "1", "950");
  b.stop_at_venue(kBtc, "1");
  b.beat->tier = "flatten";
  b.pass(1min, false);
  CHECK(b.venue.positions.empty());
}

TEST_CASE("pairs that the engine does not manage are somebody else's", "[unit][watchdog]") {
  Bench b(flattening());
  b.beat->pairs = {kEth};
  b.venue.positions.push_back({kBtc, PositionSide::long_side, qty("1"), {}, b.now});
  b.entry_at_venue(kBtc);
  b.pass(1min, false);
  CHECK(b.sent.empty());
}

TEST_CASE("its share of the rate limit holds, and a silent venue is asked on", "[unit][watchdog]") {
  Bench b(flattening());
  for (const Symbol s : Symbol::all()) {
    b.beat->pairs.push_back(s);
    b.open(s, "1", "950");
    b.stop_at_venue(s, "1");
  }
  b.answers = false;
  b.pass(2min, false);
  CHECK(b.sent.empty());
  CHECK(b.said_event("venue_silent") >= 1);
  b.answers = true;
  b.pass(2min, false);
  CHECK(b.venue.positions.empty());
  CHECK(b.venue.triggers.empty());
  for (std::size_t i = 2; i < b.sent_at.size(); ++i) {
    CHECK(b.sent_at[i] - b.sent_at[i - 2] >= 1s); // at most 2 in any second
  }
}
