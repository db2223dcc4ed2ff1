#pragma once
// The desk on the bench: a real portfolio above it, the fake venue below, both clocks in the hand
// of the test. Answers come at once unless the script of a request says otherwise.

#include "actors/order/order_desk.hpp"
#include "tests/support/fake_venue.hpp"

#include <functional>
#include <string>

namespace rg::test {

/// What happens to one request between desk and venue.
struct Passage {
  RequestOutcome outcome = RequestOutcome::ok; ///< what the desk is told
  bool executed = true;                        ///< whether the venue got it
  bool answered = true;
  Duration retry_after{};
};

inline PortfolioSettings no_caps() {
  PortfolioSettings s;
  s.max_gross_leverage = s.max_net_leverage = s.max_pair_leverage = s.max_cluster_leverage = 19.0;
  s.leverage = 20.0;
  s.max_orders_per_day = 1'000'000;
  s.max_drawdown = s.max_daily_loss = 0.99;
  return s;
}

class DeskBench {
public:
  struct Sent {
    Timestamp wall;
    SendRequest request;
  };

  explicit DeskBench(const OrderSettings& settings = {})
      : portfolio(ready_portfolio(no_caps(), usd("1000000"))),
        desk(settings, contract_defaults(), 1) {
    venue.data_now = data;
    for (const Symbol s : Symbol::all()) {
      tell_mark(s, venue.mark);
    }
    // The budget starts full: the benches' first second is over before anything happens.
    desk.on_wall_time(wall);
    desk.on_data_time(data, wall);
    wall = wall + 2s;
  }

  // ---- inputs ----
  bool approve(const OrderIntent& intent) {
    const Verdict v = portfolio.review(intent, data);
    if (const auto* a = std::get_if<ApprovedIntent>(&v)) {
      desk.on_approved(*a, data, wall);
      settle();
      return true;
    }
    return false;
  }
  /// A long entry at 99 (mark 100) with its stop at 95, decided now.
  OrderIntent long_entry(Symbol s, std::string_view q = "1") {
    return entry(s, Side::buy, qty(q), price("99"), price("95"), data);
  }
  /// Opens a long at 99 and waits until its stop is confirmed.
  void open_long(Symbol s, std::string_view q = "1") {
    REQUIRE(approve(long_entry(s, q)));
    fill_entry(s, q);
    pass(5s);
    REQUIRE(desk.stop_price(s) == price("95"));
  }
  void fill_entry(Symbol s, std::string_view q) {
    venue.fill_entry(s, qty(q), wall);
    settle();
  }
  void close(Symbol s, ExitReason reason = ExitReason::rule) {
    REQUIRE(approve(
        exit_of(s, portfolio.position(s).side, portfolio.position(s).quantity, data, reason)));
  }
  void tell_mark(Symbol s, Price p) {
    portfolio.on_mark(s, p, data);
    desk.on_mark(s, p, data);
  }
  /// Lets both clocks run; the desk is woken whenever it asked to be.
  void pass(Duration time) {
    const Timestamp until = wall + time;
    settle();
    for (;;) {
      const Timestamp next = desk.next_wall_event();
      if (next == Timestamp{} || next > until) {
        break;
      }
      RG_ASSERT(next > wall || steps_at_once++ < 1000); // a wake that does nothing would hang
      if (next > wall) {
        steps_at_once = 0;
        data = data + (next - wall);
        wall = next;
      }
      venue.data_now = data;
      desk.on_wall_time(wall);
      desk.on_data_time(data, wall);
      settle();
    }
    data = data + (until - wall);
    wall = until;
    venue.data_now = data;
    desk.on_wall_time(wall);
    desk.on_data_time(data, wall);
    for (const Symbol s : Symbol::all()) {
      tell_mark(s, venue.mark);
    }
    settle();
  }
  void acknowledge_journal() {
    for (const WriteIntent& w : std::exchange(unwritten, {})) {
      desk.journalled(w.client_id, wall);
    }
    settle();
  }

  /// Carries out commands and delivers news until nothing moves.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      for (const DeskCommand& c : desk.take_commands()) {
        moved = true;
        std::visit([this](const auto& x) { carry_out(x); }, c);
      }
      for (const FakeVenue::News& n : venue.take_news()) {
        moved = true;
        if (!deliver_news) {
          continue;
        }
        if (const auto* f = std::get_if<Fill>(&n)) {
          desk.on_fill(*f, wall);
        } else {
          desk.on_order(std::get<VenueOrderUpdate>(n), wall);
        }
      }
      for (const ApprovedIntent& a : portfolio.take_actions()) {
        moved = true;
        desk.on_approved(a, data, wall);
      }
    }
  }

  // ---- what was seen ----
  [[nodiscard]] std::vector<OrderState> states(OrderRole role) const {
    std::vector<OrderState> out;
    for (const OrderEvent& e : events) {
      if (e.role == role) {
        out.push_back(e.to);
      }
    }
    return out;
  }
  [[nodiscard]] OrderState last_state(OrderRole role) const {
    const auto all = states(role);
    REQUIRE_FALSE(all.empty());
    return all.back();
  }
  template <class Request> [[nodiscard]] std::vector<Request> sent_of() const {
    std::vector<Request> out;
    for (const Sent& s : sent) {
      if (const auto* r = std::get_if<Request>(&s.request.request)) {
        out.push_back(*r);
      }
    }
    return out;
  }

  FakeVenue venue;
  PortfolioModel portfolio;
  OrderDesk desk;
  Timestamp data = at(15min);
  Timestamp wall = at(1000h); // wall time is another clock
  bool journal_acks = true;
  bool deliver_news = true;
  bool answer_queries = true;
  std::function<Passage(const ChangeRequest&)> passage;

  std::vector<OrderEvent> events;
  std::vector<DeskRefusal> refusals;
  std::vector<CloseUnprotected> alarms;
  std::vector<StopConfirmed> stops;
  std::vector<AttributedFill> fills;
  std::vector<Sent> sent;
  std::vector<AskVenue> asked;
  std::vector<WriteIntent> unwritten;

private:
  void carry_out(const WriteIntent& w) {
    unwritten.push_back(w);
    if (journal_acks) {
      unwritten.pop_back();
      desk.journalled(w.client_id, wall);
    }
  }
  void carry_out(const SendRequest& r) {
    sent.push_back({wall, r});
    const Passage p = passage ? passage(r.request) : Passage{};
    ChangeAnswer answer;
    answer.id = r.id;
    if (p.executed) {
      answer = venue.execute(r.id, r.request, wall);
    } else if (p.outcome != RequestOutcome::not_sent) {
      venue.refuse_at_the_door(wall);
    }
    if (p.outcome != RequestOutcome::ok) {
      answer = ChangeAnswer{r.id, p.outcome, 0, 0, "scripted", p.retry_after};
    }
    if (p.answered) {
      desk.on_answer(answer, wall);
    }
  }
  void carry_out(const AskVenue& a) {
    asked.push_back(a);
    if (answer_queries) {
      desk.on_answer(venue.answer(a.id, a.query, wall), wall);
    }
  }
  void carry_out(const OrderEvent& e) {
    events.push_back(e);
    portfolio.on_order_event(e);
  }
  void carry_out(const DeskRefusal& r) {
    refusals.push_back(r);
    portfolio.on_desk_refusal(r.decision);
  }
  void carry_out(const CloseUnprotected& c) {
    alarms.push_back(c);
    portfolio.flatten(c.symbol, ExitReason::stop, data);
  }
  void carry_out(const AttributedFill& f) {
    fills.push_back(f);
    if (const auto update = portfolio.on_fill(f.fill, f.reason_if_closing)) {
      desk.on_position(update->position, wall);
    }
  }
  void carry_out(const StopConfirmed& s) {
    stops.push_back(s);
    static_cast<void>(portfolio.on_stop(s.symbol, s.trigger, data));
  }

  int steps_at_once = 0;
};

} // namespace rg::test
