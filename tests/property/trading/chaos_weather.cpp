// What happens at random: to requests, answers and news on their way, and to the market.

#include "tests/property/trading/chaos_run.hpp"

namespace rg::test {

void ChaosRun::carry_out(const SendRequest& r) {
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
  const auto answer = [this, answered, process = incarnation_](const ChangeAnswer& a, Duration d) {
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

void ChaosRun::carry_out(const AskVenue& q) {
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

void ChaosRun::spread_news() {
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

void ChaosRun::act() {
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

void ChaosRun::signal(Symbol s) {
  const bool buy = rng_() % 2 == 0;
  const Quantity q = Quantity::from_raw(static_cast<std::int64_t>(1 + rng_() % 30) * 10'000'000);
  const OrderIntent i = entry(s, buy ? Side::buy : Side::sell, q, price(buy ? "99" : "101"),
                              price(buy ? "95" : "105"), data());
  stops_[i.decision.id] = i.stop_price;
  review(i);
}

void ChaosRun::review(const OrderIntent& intent) {
  portfolio_->set_unknown_outcome(intent.decision.id.symbol,
                                  desk_->has_unknown(intent.decision.id.symbol));
  const Verdict v = portfolio_->review(intent, data());
  if (const auto* a = std::get_if<ApprovedIntent>(&v)) {
    desk_->on_approved(*a, data(), wall);
    work();
  }
}

} // namespace rg::test
