#include "app/simulation/sim_venue.hpp"

#include <algorithm>

namespace rg::sim {

using exchange::FaultKind;
using exchange::FaultRule;
using namespace std::chrono_literals;

namespace {

exchange::CoreOptions core_options(std::uint64_t seed) {
  exchange::CoreOptions options;
  options.seed = seed;
  options.step = 1s; // the shortest: stamps inside of a step never lie beyond its end
  return options;
}

bool is_cancel(std::string_view target) {
  return target.find("cancel_order") != std::string_view::npos ||
         target.find("cancelAllOrders") != std::string_view::npos;
}

constexpr int kThinSteps = 8;

} // namespace

SimVenue::SimVenue(SimAgenda& agenda, FaultInjector& faults, const SimMarketOptions& market,
                   Notional deposit)
    : agenda_(agenda), faults_(faults), market_(new SimMarket(market)),
      core_(core_options(market.seed), std::unique_ptr<MarketProcess>(market_),
            exchange::FaultPlan(market.seed)),
      rest_(core_, keys_, {}), streams_(core_, keys_, {}, [this] { return clock(); }) {
  exchange::ApiKey key;
  key.credentials = {SimCredentials::kKey, SimCredentials::kSecret, SimCredentials::kPassphrase};
  key.account = core_.add_account(deposit);
  keys_.add(std::move(key));
  static_cast<void>(core_.take_events()); // nobody listened yet
  rest_.on_order_request([this](const net::ServerRequest& request, int status, Timestamp wall) {
    if (watch_ != nullptr) {
      watch_->on_order_request(request, status, wall);
    }
  });
}

void SimVenue::publish() {
  const auto events = core_.take_events();
  if (events.empty()) {
    return;
  }
  if (watch_ != nullptr) {
    watch_->on_events(events);
  }
  if (counter_) {
    counter_(events);
  }
  streams_.publish(events, clock());
  flush_streams();
}

std::optional<net::HttpResponse> SimVenue::open_stream(const net::HttpRequest& request,
                                                       std::shared_ptr<net::WsSession> session,
                                                       net::WsHandler& handler) {
  auto refused = streams_.open({request, "127.0.0.1"}, std::move(session), handler);
  flush_streams();
  return refused;
}

void SimVenue::flush_streams() {
  streams_.flush(clock());
  const std::optional<Timestamp> due = streams_.next_due();
  if (!due) {
    return;
  }
  const Timestamp when = std::max(agenda_.now() + (*due - clock()), agenda_.now());
  if (flush_at_ > agenda_.now() && flush_at_ <= when) {
    return; // woken before that anyway
  }
  flush_at_ = when;
  agenda_.at(when, [this, when] {
    if (flush_at_ == when) {
      flush_at_ = Timestamp{};
      flush_streams();
    }
  });
}

net::HttpResponse SimVenue::handle(const net::HttpRequest& request) {
  const bool race = is_cancel(request.target) && faults_.due(Fault::cancel_race);
  if (race) {
    FaultRule rule;
    rule.rate = 1.0;
    rule.max = core_.faults().injected(FaultKind::cancel_race) + 1;
    core_.faults().set(FaultKind::cancel_race, rule);
  }
  const auto before = core_.faults().injected(FaultKind::cancel_race);
  net::HttpResponse response = rest_.handle({request, "127.0.0.1"}, clock());
  if (race) {
    if (core_.faults().injected(FaultKind::cancel_race) > before) {
      static_cast<void>(faults_.take(Fault::cancel_race));
    }
    core_.faults().set(FaultKind::cancel_race, {});
  }
  publish();
  return response;
}

void SimVenue::step(Duration length) {
  market_->set_length(length);
  strike_market();
  if (!core_.step(clock())) {
    throw std::logic_error("the simulated market ended");
  }
  core_.faults().set(FaultKind::price_gap, {});
  if (give_back_.is_positive()) {
    core_.transfer(kAccount, give_back_);
    give_back_ = {};
  }
  strike_account();
  publish();
  if (watch_ != nullptr) {
    watch_->on_step();
  }
}

void SimVenue::force(FaultKind kind, Symbol symbol, double size) {
  FaultRule rule;
  rule.rate = 1.0;
  rule.max = core_.faults().injected(kind) + 1;
  rule.only = std::string(symbol.name());
  rule.size = size;
  core_.faults().set(kind, rule);
}

std::vector<Symbol> SimVenue::held() const {
  std::vector<Symbol> out;
  for (const Symbol s : core_.symbols()) {
    if (!position(s, PositionSide::long_side).size.is_zero() ||
        !position(s, PositionSide::short_side).size.is_zero()) {
      out.push_back(s);
    }
  }
  return out;
}

Symbol SimVenue::victim(std::uint64_t draw, bool prefer_held) const {
  const auto open = held();
  if (prefer_held && !open.empty() && draw % 4 != 0) {
    return open[(draw >> 8) % open.size()];
  }
  return core_.symbols()[(draw >> 8) % core_.symbols().size()];
}

/// What strikes the market in the step to come.
void SimVenue::strike_market() {
  if (const auto gap = faults_.take(Fault::candle_gap)) {
    market_->silence(victim(gap->draw, true),
                     core_.data_now() + std::chrono::minutes{1 + (gap->draw >> 20) % 6});
  }
  if (const auto jump = faults_.take(Fault::price_gap)) {
    // From half a percent to eight: stops are jumped over, guards and ladder strike.
    const double u = unit_uniform(hash64(jump->draw));
    force(FaultKind::price_gap, victim(jump->draw, true), 0.005 * std::pow(16.0, u));
  }
  if (faults_.due(Fault::partial_fill)) {
    for (const auto& [id, order] : account().live) {
      if (order.status == exchange::OrderStatus::open && order.opens) {
        static_cast<void>(faults_.take(Fault::partial_fill));
        market_->thin(order.symbol, kThinSteps);
        break;
      }
    }
  }
  if (!skewed()) {
    if (const auto skew = faults_.take(Fault::clock_skew)) {
      const auto seconds = static_cast<std::int64_t>(5 + (skew->draw >> 8) % 56);
      skew_ = std::chrono::seconds{(skew->draw >> 4) % 2 == 0 ? seconds : -seconds};
      agenda_.after(std::chrono::seconds{30 + (skew->draw >> 20) % 200},
                    [this] { skew_ = Duration{}; });
    }
  }
}

bool SimVenue::waits(exchange::OrderOrigin origin) const {
  return std::any_of(account().live.begin(), account().live.end(), [&](const auto& entry) {
    return entry.second.status == exchange::OrderStatus::untriggered &&
           entry.second.origin == origin;
  });
}

/// What others do to the account after the step.
void SimVenue::strike_account() {
  if (faults_.due(Fault::stop_vanishes) && waits(exchange::OrderOrigin::stop_loss)) {
    const auto fault = faults_.take(Fault::stop_vanishes);
    std::vector<exchange::OrderId> stops;
    for (const auto& [id, order] : account().live) {
      if (order.status == exchange::OrderStatus::untriggered &&
          order.origin == exchange::OrderOrigin::stop_loss && order.listed_from_wall <= clock()) {
        stops.push_back(id);
      }
    }
    if (stops.empty()) {
      faults_.put_back(*fault);
    } else { // as if a person had cancelled it: the order is gone, the position stays
      static_cast<void>(
          core_.cancel(kAccount, stops[(fault->draw >> 8) % stops.size()], true, clock()));
    }
  }
  if (faults_.due(Fault::outside_close) && !held().empty()) {
    const auto fault = faults_.take(Fault::outside_close);
    const Symbol s = victim(fault->draw | 1U, true);
    const PositionSide side = position(s, PositionSide::long_side).size.is_zero()
                                  ? PositionSide::short_side
                                  : PositionSide::long_side;
    exchange::NewOrder order;
    order.symbol = s;
    order.position = side;
    order.opens = false;
    order.market = true;
    Quantity size = position(s, side).size;
    const Quantity lot = contract_defaults()[s.id()].lot_size;
    if ((fault->draw >> 16) % 3 == 0 && size > lot) { // a part of it
      size = std::max(Quantity::from_raw(size.raw() / 2 / lot.raw() * lot.raw()), lot);
    }
    order.size = exchange::SentNumber::parse(size.text());
    order.origin = exchange::OrderOrigin::outside;
    if (watch_ != nullptr) {
      watch_->on_outside();
    }
    static_cast<void>(core_.place(kAccount, order, clock()));
  }
  if (const auto fault = faults_.take(Fault::outside_order)) {
    exchange::NewOrder order;
    order.symbol = victim(fault->draw, false);
    order.position =
        (fault->draw >> 4) % 2 == 0 ? PositionSide::long_side : PositionSide::short_side;
    order.market = true;
    order.size =
        exchange::SentNumber::parse(contract_defaults()[order.symbol.id()].min_quantity.text());
    order.origin = exchange::OrderOrigin::outside;
    if (watch_ != nullptr) {
      watch_->on_outside();
    }
    static_cast<void>(core_.place(kAccount, order, clock()));
  }
  strike_transfer();
  strike_liquidation();
}

/// A tenth of the account up to a half of it, in as often as out.
void SimVenue::strike_transfer() {
  const auto fault = faults_.take(Fault::transfer);
  if (!fault) {
    return;
  }
  const Notional equity = account().ledger.cross_equity(core_.marks());
  const auto percent = static_cast<std::int64_t>(10 + (fault->draw >> 8) % 41);
  const Notional amount = Notional::from_raw(equity.raw() / 100 * percent);
  if (!amount.is_positive()) {
    return;
  }
  const Notional moved = (fault->draw >> 4) % 2 == 0 ? amount : -amount;
  if (watch_ != nullptr) {
    watch_->on_outside();
    watch_->on_transfer(equity.to_double(), (equity + moved).to_double());
  }
  core_.transfer(kAccount, moved);
}

/// Money leaves the account until its positions cannot be carried; the venue closes them by force
/// in the next step, then the money comes back.
void SimVenue::strike_liquidation() {
  if (!faults_.due(Fault::liquidation) || held().empty()) {
    return;
  }
  const Notional value = account().ledger.cross_mark_value(core_.marks());
  const Notional keep = Notional::from_raw(value.raw() / 1000 * 4);
  const Notional out = account().ledger.cross_equity(core_.marks()) - keep;
  if (!out.is_positive()) {
    return;
  }
  static_cast<void>(faults_.take(Fault::liquidation));
  if (watch_ != nullptr) {
    watch_->on_outside();
  }
  core_.transfer(kAccount, -out);
  give_back_ = out;
}

} // namespace rg::sim
