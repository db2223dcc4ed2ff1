#include "app/engine/paper_venue.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration kShortBar = 1s;    // data time, at least
constexpr Duration kVolumeOver = 60s; // data time: impact is that of a one-minute bar

} // namespace

PaperVenue::PaperVenue(const PaperAccount& account, std::uint64_t first_id, Gateway& public_venue)
    : venue_({}, contract_defaults(), FundingSchedule(8h, FillParameters{}.default_funding_rate),
             account.wallet),
      public_venue_(public_venue) {
  venue_.restore(account.positions, first_id);
  public_venue_.set_listener(this);
  for (const Symbol symbol : Symbol::all()) {
    pairs_[symbol.id()].bar.symbol = symbol;
  }
}

void PaperVenue::set_listeners(GatewayListener* account, MarketListener* market) {
  listener_ = account;
  market_ = market;
}

void PaperVenue::start(Timestamp wall_now) {
  wall_now_ = wall_now;
  listener_->on_link({Link::rest, true, wall_now});
  listener_->on_link({Link::private_stream, true, wall_now});
}

void PaperVenue::send(RequestId id, const ChangeRequest& request) {
  RG_ASSERT(listener_ != nullptr);
  listener_->on_answer(venue_.execute(id, request));
  tell_events();
}

void PaperVenue::ask(RequestId id, const Query& query) {
  RG_ASSERT(listener_ != nullptr);
  if (query.kind == QueryKind::contracts || query.kind == QueryKind::server_time) {
    public_venue_.ask(id, query);
    return;
  }
  QueryAnswer answer = venue_.answer(id, query);
  if (auto* account = std::get_if<AccountSnapshot>(&answer.payload)) {
    account->wall_time = wall_now_;
  }
  listener_->on_answer(answer);
}

void PaperVenue::on_answer(const QueryAnswer& answer) {
  if (const auto* rules = std::get_if<std::vector<ContractRules>>(&answer.payload)) {
    for (const ContractRules& r : *rules) {
      venue_.set_contract(r);
    }
  }
  listener_->on_answer(answer);
}

void PaperVenue::on_link(const LinkEvent& event) {
  wall_now_ = event.wall_time;
  market_->on_link(event);
}

void PaperVenue::on_tick(const Tick& tick) {
  wall_now_ = tick.receive_time;
  take(pairs_[tick.symbol.id()], tick);
  if (bars_until_ == Timestamp{}) {
    bars_until_ = tick.exchange_time - kShortBar;
  }
  if (tick.exchange_time - bars_until_ >= kShortBar) {
    close_bars(tick.exchange_time);
    tell_events();
  }
  market_->on_tick(tick);
}

void PaperVenue::take(Forming& pair, const Tick& tick) {
  const bool trade = tick.last.is_positive();
  const Price price = trade ? tick.last : pair.newest.is_zero() ? tick.mark : Price::zero();
  if (price.is_zero()) {
    return;
  }
  pair.newest = price;
  Bar& bar = pair.bar;
  if (!std::exchange(pair.traded, true)) {
    bar.open = bar.high = bar.low = price;
  }
  bar.high = std::max(bar.high, price);
  bar.low = std::min(bar.low, price);
  bar.close = price;
  if (tick.traded.is_positive()) {
    pair.minute.push_back({tick.exchange_time, tick.traded});
    pair.volume += tick.traded;
  }
  while (!pair.minute.empty() && tick.exchange_time - pair.minute.front().at > kVolumeOver) {
    pair.volume -= pair.minute.front().traded;
    pair.minute.pop_front();
  }
}

/// Requests that came since the last bars are filled from these on.
void PaperVenue::close_bars(Timestamp stamp) {
  std::vector<VenueBar> bars;
  for (Forming& pair : pairs_) {
    if (std::exchange(pair.traded, false)) {
      pair.bar.open_time = bars_until_;
      pair.bar.length = stamp - bars_until_;
      pair.bar.volume = pair.volume;
      bars.push_back({&pair.bar, false});
    }
  }
  bars_until_ = stamp;
  if (!bars.empty()) {
    venue_.advance(stamp, bars);
  }
}

void PaperVenue::tell_events() {
  if (venue_.events().empty()) {
    return;
  }
  const std::vector<VenueEvent> events(venue_.events().begin(), venue_.events().end());
  venue_.clear_events();
  for (const VenueEvent& event : events) {
    if (const auto* fill = std::get_if<Fill>(&event)) {
      listener_->on_fill(*fill);
    } else if (const auto* order = std::get_if<VenueOrderUpdate>(&event)) {
      listener_->on_order(*order);
    } else if (const auto* position = std::get_if<Position>(&event)) {
      listener_->on_position(*position);
    } else {
      listener_->on_cash_flow(std::get<CashFlow>(event));
    }
  }
  const QueryAnswer answer = venue_.answer(0, Query{}); // of the account
  AccountSnapshot account = std::get<AccountSnapshot>(answer.payload);
  account.wall_time = wall_now_;
  listener_->on_account(account);
}

} // namespace rg::app
