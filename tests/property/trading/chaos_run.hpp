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
  void check_settled();

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
  void advance(Duration d);

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
  void crash();
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

  void work();

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
  void carry_out(const SendRequest& r);
  void carry_out(const AskVenue& q);
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
  void spread_news();

  // ---- what happens ----
  void act();
  void signal(Symbol s);
  void review(const OrderIntent& intent);

  // ---- invariants ----
  void check_always();
  /// A position that the engine knows of and that has no full stop is repaired or alarmed in time:
  /// noticing takes up to a recheck, a look may be lost, then stop_verify_within runs.
  void check_protected(Symbol s);

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
