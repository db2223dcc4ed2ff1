#pragma once
// The desk in bad weather: a real portfolio above, the fake venue below, and between them a network
// and a journal that delay, lose and double, in an order drawn from one seed. The process may die
// between any two commands; what the journal had not acknowledged is then gone, what was sent still
// arrives.

#include "actors/order/order_desk.hpp"
#include "tests/support/fake_venue.hpp"

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

namespace rg::test {

struct Weather {
  double lose_request = 0.0, lose_answer = 0.0, lose_news = 0.0, double_news = 0.0;
  double lose_query = 0.0, refuse = 0.0, crash_per_command = 0.0;
  Duration slowest = 400ms;

  [[nodiscard]] static Weather calm() { return {}; }
  [[nodiscard]] static Weather storm() {
    return {0.05, 0.05, 0.15, 0.15, 0.10, 0.03, 0.002, 900ms};
  }
};

class ChaosRun {
public:
  explicit ChaosRun(std::uint64_t seed)
      : rng_(seed), portfolio_(std::make_unique<PortfolioModel>(fresh_portfolio())) {
    venue.data_now = data();
    venue.visibility_lag = 1s * static_cast<int>(rng_() % 3);
    venue.attaches_stops = rng_() % 4 != 0;
    venue.echoes_client_ids = rng_() % 3 != 0;
    start_desk();
    commit();
  }

  /// Runs for `time` with engine and market acting at random; then see quiesce().
  void run(Duration time, const Weather& weather) {
    weather_ = weather;
    const Timestamp until = wall + time;
    while (wall < until) {
      act();
      advance(1ms * static_cast<int>(50 + rng_() % 1500));
      check_always();
    }
  }
  /// Calm weather, no new risk, until everything has settled.
  void quiesce() {
    weather_ = Weather::calm();
    for (int i = 0; i < 80; ++i) {
      advance(2s);
      check_always();
    }
  }
  void check_settled() {
    for (const Symbol s : Symbol::all()) {
      INFO("pair " << s.name());
      REQUIRE_FALSE(desk_->has_unknown(s));
      const Position ours = portfolio_->position(s);
      const Position& theirs = venue.held(s);
      REQUIRE(ours.quantity.text() == theirs.quantity.text());
      REQUIRE_FALSE(portfolio_->has_held_fills(s));
      if (theirs.is_flat()) {
        REQUIRE(venue.stop_quantity(s).is_zero());
        const auto left = std::count_if(venue.triggers.begin(), venue.triggers.end(),
                                        [s](const auto& t) { return t.order.symbol == s; });
        REQUIRE(left == 0);
      } else {
        REQUIRE(ours.side == theirs.side);
        REQUIRE(venue.stop_quantity(s) >= theirs.quantity);
        REQUIRE(venue.stop_quantity(s) <= theirs.quantity + still_opening(s));
        REQUIRE_FALSE(desk_->stop_price(s).is_zero());
      }
    }
    // Every fill of the venue is in the books, once: the venue's cash says the same as ours.
    Notional cash = usd("1000000");
    for (const Fill& f : venue.fills) {
      cash += (f.side == Side::buy ? -f.value : f.value) - f.fee;
    }
    for (const Symbol s : Symbol::all()) {
      const Position p = portfolio_->position(s);
      cash += p.side == PositionSide::long_side ? p.open_value : -p.open_value;
    }
    REQUIRE(portfolio_->cash().text() == cash.text());
  }

  FakeVenue venue;
  Timestamp wall = at(1000h);
  bool trace = false; ///< prints what passes, to find out about a seed
  int crashes = 0, entries = 0, closes = 0, alarms = 0, repeated_closes = 0;

private:
  using Action = std::function<void()>;

  static PortfolioModel fresh_portfolio() {
    PortfolioSettings s;
    s.max_gross_leverage = s.max_net_leverage = s.max_pair_leverage = s.max_cluster_leverage = 19.0;
    s.leverage = 20.0;
    s.max_orders_per_day = 1'000'000;
    s.max_drawdown = s.max_daily_loss = 0.99;
    return ready_portfolio(s, usd("1000000"));
  }

  [[nodiscard]] Timestamp data() const { return at(1h) + (wall - at(1000h)); }
  bool chance(double p) { return static_cast<double>(rng_() % 100'000) < p * 100'000.0; }
  Duration delay() {
    // Mostly quick; one message in thirty takes longer than any time-out.
    if (weather_.lose_answer > 0.0 && rng_() % 30 == 0) {
      return 1ms * static_cast<int>(4000 + rng_() % 6000);
    }
    return 1ms *
           static_cast<int>(1 + rng_() % static_cast<std::uint64_t>(weather_.slowest /
                                                                    std::chrono::milliseconds(1)));
  }
  void later(Duration d, Action a) { queue_.emplace(wall + d, std::move(a)); }
  /// Only if this process still lives then.
  void later_here(Duration d, Action a) { later_in(incarnation_, d, std::move(a)); }
  void later_in(int process, Duration d, Action a) {
    later(d, [this, run = process, action = std::move(a)] {
      if (run == incarnation_) {
        action();
      }
    });
  }

  // ---- time ----
  void advance(Duration d) {
    const Timestamp until = wall + d;
    for (;;) {
      const Timestamp wake = desk_->next_wall_event();
      const Timestamp next_action = queue_.empty() ? until : queue_.begin()->first;
      Timestamp next = std::min(until, next_action);
      if (wake != Timestamp{}) {
        next = std::min(next, std::max(wake, wall));
      }
      RG_ASSERT(next > wall || ++idle_steps_ < 100'000);
      idle_steps_ = next > wall ? 0 : idle_steps_;
      wall = std::max(wall, next);
      venue.data_now = data();
      if (!queue_.empty() && queue_.begin()->first <= wall) {
        const Action a = std::move(queue_.begin()->second);
        queue_.erase(queue_.begin());
        a();
        spread_news();
      } else if (wake != Timestamp{} && wake <= wall) {
        desk_->on_wall_time(wall);
        desk_->on_data_time(data(), wall);
      } else if (wall >= until) {
        break;
      }
      work();
    }
    for (const Symbol s : Symbol::all()) {
      portfolio_->on_mark(s, venue.mark, data());
      desk_->on_mark(s, venue.mark, data());
    }
    desk_->on_wall_time(wall);
    desk_->on_data_time(data(), wall);
    portfolio_->publish(data());
    work();
    reconcile_sometimes();
  }

  // ---- the engine ----
  [[nodiscard]] Quantity still_opening(Symbol s) const {
    Quantity sum;
    for (const auto& r : venue.orders) {
      if (r.order.symbol == s) {
        sum += r.order.quantity - r.order.filled;
      }
    }
    return sum;
  }
  void start_desk() {
    desk_ = std::make_unique<OrderDesk>(OrderSettings{}, contract_defaults(), 1);
    desk_->set_stop_recheck(5s);
    for (const Symbol s : Symbol::all()) {
      portfolio_->on_mark(s, venue.mark, data());
    }
  }
  void crash() {
    ++crashes;
    say("crash");
    ++incarnation_;
    pending_.clear(); // not acknowledged: gone
    closing_seen_.clear();
    const PortfolioState saved = durable_book_;
    *portfolio_ = fresh_portfolio();
    portfolio_->restore(saved);
    start_desk();
    DeskRestore r;
    for (const auto& [id, e] : durable_) {
      r.orders.push_back(e);
      Decision d;
      d.id = e.decision;
      d.stop_price = stops_[e.decision];
      d.signal.rule = Rule::trend;
      r.decisions.push_back(d);
    }
    r.entry_life = 15min;
    for (const PortfolioState::OpenPosition& p : saved.positions) {
      r.positions.push_back({p.position, p.entry_decision, stops_[p.entry_decision]});
    }
    r.applied_fills = saved.applied_fills;
    r.data_now = data();
    r.wall_now = wall;
    desk_->restore(r);
    // Start-up reconciliation: all fills since the last journalled one. Not lost: it is repeated
    // until it succeeds before anything else happens.
    Query q;
    q.kind = QueryKind::fills;
    desk_->on_answer(venue.answer(0, q, wall), wall);
  }
  void reconcile_sometimes() {
    if (wall < next_reconcile_) {
      return;
    }
    next_reconcile_ = wall + 15s;
    Query q;
    q.kind = QueryKind::fills;
    const QueryAnswer a = venue.answer(0, q, wall);
    later_here(delay(), [this, a] { desk_->on_answer(a, wall); });
  }
  void commit() {
    for (const OrderEvent& e : pending_) {
      durable_[std::string(e.client_id.text())] = e;
    }
    pending_.clear();
    durable_book_ = portfolio_->snapshot();
  }

  void work() {
    bool died = false;
    for (bool moved = true; moved && !died;) {
      moved = false;
      for (const DeskCommand& c : desk_->take_commands()) {
        moved = true;
        if (chance(weather_.crash_per_command)) {
          died = true;
          break;
        }
        std::visit([this](const auto& x) { carry_out(x); }, c);
      }
      for (const ApprovedIntent& a : portfolio_->take_actions()) {
        moved = true;
        desk_->on_approved(a, data(), wall);
      }
    }
    if (died) {
      crash();
      work();
    }
  }

  void carry_out(const WriteIntent& w) {
    // The commit takes with it everything that was told before.
    later_here(1ms * static_cast<int>(1 + rng_() % 20), [this, id = w.client_id] {
      commit();
      desk_->journalled(id, wall);
    });
  }
  template <class... Parts> void say(const Parts&... parts) const {
    if (trace) {
      std::cout << (wall - at(1000h)).count() / 1'000'000 << " ms: ";
      (std::cout << ... << parts) << '\n';
    }
  }
  void carry_out(const OrderEvent& e) {
    say(e.client_id.text(), " ", to_string(e.from), " -> ", to_string(e.to), " ", e.filled.text(),
        "/", e.quantity.text(), " ", e.note.data());
    pending_.push_back(e);
    portfolio_->on_order_event(e);
    later_here(1ms * static_cast<int>(1 + rng_() % 30), [this] { commit(); });
  }
  void carry_out(const SendRequest& r) {
    say("send ", r.id, " kind ", r.request.index());
    if (const auto* p = std::get_if<PlaceOrder>(&r.request)) {
      p->opens ? ++entries : ++closes;
      const Position known = portfolio_->position(p->symbol);
      if (!p->opens) { // never for more than the position, as far as it is known
        REQUIRE(p->quantity <= known.quantity);
        REQUIRE(p->position == known.side);
      } else {
        REQUIRE(sent_entries_.insert(std::string(p->client_id.text())).second);
      }
    }
    if (const auto* p = std::get_if<PlaceStop>(&r.request)) {
      REQUIRE(p->quantity <= portfolio_->position(p->symbol).quantity);
    }
    const auto answered = std::make_shared<bool>(false);
    // An answer finds the process that asked, or nobody.
    const auto answer = [this, answered, process = incarnation_](const ChangeAnswer& a,
                                                                 Duration d) {
      later_in(process, d, [this, answered, a] {
        if (!*answered) { // the gateway gives exactly one
          *answered = true;
          desk_->on_answer(a, wall);
        }
      });
    };
    answer(ChangeAnswer{r.id, RequestOutcome::unknown, 0, 0, "time-out", {}}, 5s);
    if (chance(weather_.lose_request)) {
      return;
    }
    const bool refused = chance(weather_.refuse);
    const bool answer_lost = chance(weather_.lose_answer);
    later(delay(), [this, r, refused, answer_lost, answer] {
      if (refused) {
        venue.refuse_at_the_door(wall);
        answer(ChangeAnswer{r.id, RequestOutcome::rejected, 0, 0, "no", {}}, delay());
        return;
      }
      const ChangeAnswer a = venue.execute(r.id, r.request, wall);
      if (!answer_lost) {
        answer(a, delay());
      }
    });
  }
  void carry_out(const AskVenue& q) {
    say("ask ", q.query.symbol.name(), " ", static_cast<int>(q.query.kind));
    if (chance(weather_.lose_query)) {
      QueryAnswer a;
      a.id = q.id;
      a.query = q.query;
      a.outcome = RequestOutcome::unknown;
      later_here(delay(), [this, a] { desk_->on_answer(a, wall); });
      return;
    }
    later(delay(), [this, q, process = incarnation_] {
      const QueryAnswer a = venue.answer(q.id, q.query, wall);
      later_in(process, delay(), [this, a] { desk_->on_answer(a, wall); });
    });
  }
  void carry_out(const DeskRefusal& r) { portfolio_->on_desk_refusal(r.decision); }
  void carry_out(const CloseUnprotected& c) {
    ++alarms;
    say("unprotected ", c.symbol.name(), ": ", c.why);
    unprotected_[c.symbol.id()] = Timestamp{};
    portfolio_->flatten(c.symbol, ExitReason::stop, data());
  }
  void carry_out(const AttributedFill& f) {
    say("fill ", f.fill.symbol.name(), f.fill.opens ? " opens " : " closes ",
        to_string(f.fill.position), " ", f.fill.quantity.text(), " of ", f.fill.client_id.text());
    if (const auto update = portfolio_->on_fill(f.fill, f.reason_if_closing)) {
      desk_->on_position(update->position, wall);
    }
  }
  void carry_out(const StopConfirmed& s) {
    say("stop confirmed ", s.symbol.name(), " ", s.trigger.text());
    static_cast<void>(portfolio_->on_stop(s.symbol, s.trigger, data()));
  }

  // ---- the venue's news ----
  void spread_news() {
    for (const FakeVenue::News& n : venue.take_news()) {
      if (chance(weather_.lose_news)) {
        continue;
      }
      const int copies = chance(weather_.double_news) ? 2 : 1;
      for (int i = 0; i < copies; ++i) {
        later_here(delay(), [this, n] {
          if (const auto* f = std::get_if<Fill>(&n)) {
            desk_->on_fill(*f, wall);
          } else {
            desk_->on_order(std::get<VenueOrderUpdate>(n), wall);
          }
        });
      }
    }
  }

  // ---- what happens ----
  void act() {
    const Symbol s = Symbol::from_id(static_cast<std::uint8_t>(rng_() % 3));
    switch (rng_() % 16) {
    case 0:
    case 1:
    case 2:
    case 3:
      signal(s);
      break;
    case 4:
    case 5:
    case 6:
      venue.fill_entry(s, rng_() % 2 == 0 ? qty("10") : qty("0.4"), wall);
      break;
    case 7:
      venue.fire_stops(s);
      break;
    case 8:
    case 9:
      if (const Position p = portfolio_->position(s); !p.is_flat()) {
        OrderIntent i = exit_of(s, p.side, p.quantity, data());
        if (rng_() % 3 == 0) {
          i.kind = IntentKind::reduce;
          i.quantity = Quantity::from_raw(p.quantity.raw() / 2)
                           .to_step(contract_defaults()[s.id()].lot_size, Rounding::up);
        }
        review(i);
      }
      break;
    case 10:
      if (const Position p = portfolio_->position(s); !p.is_flat()) {
        const bool is_long = p.side == PositionSide::long_side;
        const int step = static_cast<int>(rng_() % 30);
        review(stop_move(s, Price::from_raw((is_long ? 950 + step : 1050 - step) * 10'000'000LL),
                         data()));
      }
      break;
    case 11:
      venue.lose_triggers(s, rng_() % 2 == 0);
      break;
    case 12:
      venue.close_outside(s, rng_() % 2 == 0);
      break;
    case 13:
      desk_->cancel_entries(s, wall);
      break;
    case 14:
      if (rng_() % 4 == 0) {
        desk_->kill(wall);
      }
      break;
    case 15:
      if (weather_.crash_per_command > 0.0 && rng_() % 4 == 0) {
        crash();
      }
      break;
    }
    spread_news();
    work();
  }
  void signal(Symbol s) {
    const bool buy = rng_() % 2 == 0;
    const Quantity q = Quantity::from_raw(static_cast<std::int64_t>(1 + rng_() % 30) * 10'000'000);
    const OrderIntent i = entry(s, buy ? Side::buy : Side::sell, q, price(buy ? "99" : "101"),
                                price(buy ? "95" : "105"), data());
    stops_[i.decision.id] = i.stop_price;
    review(i);
  }
  void review(const OrderIntent& intent) {
    portfolio_->set_unknown_outcome(intent.decision.id.symbol,
                                    desk_->has_unknown(intent.decision.id.symbol));
    const Verdict v = portfolio_->review(intent, data());
    if (const auto* a = std::get_if<ApprovedIntent>(&v)) {
      desk_->on_approved(*a, data(), wall);
      work();
    }
  }

  // ---- invariants ----
  void check_always() {
    REQUIRE(venue.most_in_a_second() <= 10);
    const std::set<std::string> once(venue.entries_accepted.begin(), venue.entries_accepted.end());
    REQUIRE(once.size() == venue.entries_accepted.size());
    for (const Symbol s : Symbol::all()) {
      check_protected(s);
    }
  }
  /// A position that the engine knows of and that has no full stop is repaired or alarmed in time:
  /// noticing takes up to a recheck, a look may be lost, then stop_verify_within runs.
  void check_protected(Symbol s) {
    const Position& p = venue.held(s);
    const bool known = !portfolio_->position(s).is_flat();
    Timestamp& since = unprotected_[s.id()];
    if (p.is_flat() || !known || venue.stop_quantity(s) >= p.quantity || run_ != incarnation_) {
      since = Timestamp{};
      run_ = incarnation_;
      return;
    }
    if (since == Timestamp{}) {
      since = wall;
    }
    INFO(s.name() << " unprotected for " << (wall - since).count() / 1'000'000 << " ms");
    REQUIRE(wall - since <= Duration{45s});
  }

  std::mt19937_64 rng_;
  std::unique_ptr<PortfolioModel> portfolio_;
  std::unique_ptr<OrderDesk> desk_;
  Weather weather_;
  std::multimap<Timestamp, Action> queue_;
  int incarnation_ = 0, run_ = 0, idle_steps_ = 0;
  std::vector<OrderEvent> pending_;
  std::map<std::string, OrderEvent> durable_;
  PortfolioState durable_book_;
  std::map<DecisionId, Price> stops_;
  std::set<std::string> sent_entries_, closing_seen_;
  std::array<Timestamp, Symbol::kCount> unprotected_{};
  Timestamp next_reconcile_ = at(1000h);
};

} // namespace rg::test
