// Market side of the core: steps, resting orders that the market trades with, the public tape.

#include "infra/exchange/exchange_core.hpp"

#include <algorithm>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kTapeSteps = 250;
constexpr std::uint64_t kVersionsPerStep = 16;
constexpr std::uint64_t kFirstBookVersion = 3'644'000'000ULL;

Price scaled(Price price, double scale, Price tick) {
  const auto units = fixed::from_double(price.to_double() * scale, Rounding::nearest);
  return std::max(Price::from_raw(units).to_step(tick, Rounding::nearest), tick);
}

void scale_prices(PairStep& step, double scale, Price tick) {
  for (Price& p : step.path) {
    p = scaled(p, scale, tick);
  }
  step.bid = scaled(step.bid, scale, tick);
  step.ask = std::max(scaled(step.ask, scale, tick), step.bid + PriceDelta::from_raw(tick.raw()));
  step.mark = scaled(step.mark, scale, tick);
  step.index = scaled(step.index, scale, tick);
}

} // namespace

ExchangeCore::ExchangeCore(const CoreOptions& options, std::unique_ptr<MarketProcess> market,
                           FaultPlan faults)
    : options_(options), market_(std::move(market)), faults_(std::move(faults)),
      now_(market_->now()) {
  for (const Symbol s : market_->symbols()) {
    Pair& pair = pairs_[s.id()];
    pair.present = true;
    pair.rules = contract_defaults()[s.id()];
    pair.step = market_->opening(s);
    pair.candles = std::make_unique<CandleStore>(market_->history(s));
    const auto& history = market_->history(s);
    pair.last = history.empty() ? pair.step.bid : history.back().close;
    pair.book = std::make_unique<OrderBook>(s, options_.seed, pair.step.bid);
    pair.book->set_quotes(pair.step.bid, pair.step.ask, pair.step.level_size, 0);
    pair.book_version = kFirstBookVersion;
    marks_[s.id()] = pair.step.mark;
  }
}

ExchangeCore::~ExchangeCore() = default;

void ExchangeCore::apply_market_faults(Symbol s, PairStep& step) {
  Pair& pair = pairs_[s.id()];
  if (faults_.strikes(FaultKind::candle_gap, s.name())) {
    const auto minutes = std::chrono::minutes{faults_.rule(FaultKind::candle_gap).length};
    pair.silent_until_step = steps_ + static_cast<std::uint64_t>(Duration{minutes} / options_.step);
  }
  if (faults_.strikes(FaultKind::price_gap, s.name())) {
    const double size = faults_.rule(FaultKind::price_gap).size;
    pair.price_scale *= faults_.pick(FaultKind::price_gap, 2) == 0 ? 1.0 + size : 1.0 - size;
  }
  if (steps_ < pair.silent_until_step) {
    step = pair.step;
    step.trades = false;
    return;
  }
  if (pair.price_scale != 1.0) {
    scale_prices(step, pair.price_scale, pair.rules.tick_size);
  }
}

/// The market's process knows the tick with which the contract began.
void ExchangeCore::put_on_grid(Symbol s, PairStep& step) const {
  const Price tick = rules(s).tick_size;
  if (tick != contract_defaults()[s.id()].tick_size) {
    scale_prices(step, 1.0, tick);
  }
}

bool ExchangeCore::step(Timestamp wall) {
  wall_ = wall;
  if (!market_->advance(options_.step, frame_)) {
    return false;
  }
  ++steps_;
  for (const Symbol s : market_->symbols()) {
    PairStep& step = frame_.pairs[s.id()];
    if (faults_.any()) {
      apply_market_faults(s, step);
    }
    if (trades_now(s)) {
      put_on_grid(s, step);
    } else { // the price stands where it was; at the reopening it jumps to the market's
      step = pairs_[s.id()].step;
      step.trades = false;
    }
    pairs_[s.id()].step = step;
    pairs_[s.id()].book_version += kVersionsPerStep;
    record(s, step, frame_.begin);
  }
  for (std::size_t k = 0; k < PairStep::kPathPoints; ++k) {
    now_ = frame_.begin + options_.step * static_cast<std::int64_t>(k + 1) /
                              static_cast<std::int64_t>(PairStep::kPathPoints);
    for (const Symbol s : market_->symbols()) {
      on_point(s, k);
    }
  }
  now_ = frame_.end;
  if (now_.ms() % 28'800'000 == 0) {
    settle_funding();
  }
  if (maintenance_) {
    return true;
  }
  liquidate_where_due();
  if (faults_.any()) {
    for (AccountIndex a = 0; a < accounts_.size(); ++a) {
      apply_account_faults(a);
    }
  }
  return true;
}

/// A rising print took the ask, a falling one hit the bid; between prints the quotes follow them.
void ExchangeCore::on_point(Symbol s, std::size_t k) {
  Pair& pair = pairs_[s.id()];
  const PairStep& step = pair.step;
  const bool last_point = k + 1 == PairStep::kPathPoints;
  const bool watched = trades_now(s) && (pair.waiting_triggers > 0 || pair.book->has_clients());
  if (last_point) {
    marks_[s.id()] = step.mark;
  }
  const Price before = pair.last;
  if (step.trades) {
    pair.last = step.path[k];
  }
  if (last_point || !step.trades) {
    if (last_point) {
      pair.book->set_quotes(step.bid, step.ask, step.level_size, steps_);
    }
  } else if (watched) {
    const PriceDelta spread = step.ask - step.bid;
    const Price floor = Price::from_raw(spread.raw() + pair.rules.tick_size.raw());
    const Price at = std::max(pair.last, floor);
    const bool rising = pair.last >= before;
    pair.book->set_quotes(rising ? at - spread : at, rising ? at : at + spread, step.level_size,
                          steps_);
  }
  if (!watched) {
    return;
  }
  if (step.trades) {
    const auto volume = static_cast<double>(step.volume.raw()) * options_.participation /
                        static_cast<double>(PairStep::kPathPoints);
    const auto lot = pair.rules.lot_size.raw();
    const auto lots = static_cast<std::int64_t>(volume / static_cast<double>(lot));
    const auto budget = Quantity::from_raw(std::max<std::int64_t>(lots, 1) * lot);
    fill_resting(s, Side::buy, pair.last, budget);
    fill_resting(s, Side::sell, pair.last, budget);
  }
  if (pair.waiting_triggers > 0) {
    fire_triggers(s, pair.last, marks_[s.id()]);
  }
}

/// Resting orders that the print traded through fill as far as the volume goes; at the print's own
/// price what stood ahead in the queue goes first.
void ExchangeCore::fill_resting(Symbol s, Side side, Price printed, Quantity volume) {
  Pair& pair = pairs_[s.id()];
  const Price opposite_quote =
      side == Side::buy ? pair.book->synthetic_ask() : pair.book->synthetic_bid();
  const auto lot = pair.rules.lot_size;
  bool first = true;
  for (const OrderBook::Best& best : pair.book->clients(side)) {
    const bool through = side == Side::buy ? printed < best.price || opposite_quote <= best.price
                                           : printed > best.price || opposite_quote >= best.price;
    const bool touched = printed == best.price;
    if (!through && !touched) {
      break;
    }
    Account& acc = account(best.resting.account);
    const auto it = acc.live.find(best.resting.order);
    if (it == acc.live.end()) { // an earlier fill of this loop ended it
      continue;
    }
    Order& order = it->second;
    if (through) {
      order.queue_ahead = {};
    }
    const Quantity passed = std::min(order.queue_ahead, volume);
    order.queue_ahead -= passed;
    volume -= passed;
    if (!volume.is_positive() && !(through && first)) {
      break;
    }
    const Quantity size = std::min(order.remaining(), std::max(volume, lot));
    volume = std::max(volume - size, Quantity::zero());
    first = false;
    fill(best.resting.account, best.resting.order, best.price, size, true);
  }
}

void ExchangeCore::record(Symbol s, const PairStep& step, Timestamp begin) {
  Pair& pair = pairs_[s.id()];
  pair.candles->on_step(step, begin);
  if (step.trades) {
    pair.tape.push_back({begin, steps_, step.path, pair.last, step.volume});
    if (pair.tape.size() > kTapeSteps) {
      pair.tape.pop_front();
    }
  }
}

std::vector<TradePrint> ExchangeCore::prints(Symbol s, std::uint64_t after_step,
                                             std::size_t limit) const {
  const Pair& pair = pairs_[s.id()];
  const auto lot = pair.rules.lot_size.raw();
  const std::size_t steps_wanted = limit / PairStep::kPathPoints + 1;
  const std::size_t from = pair.tape.size() > steps_wanted ? pair.tape.size() - steps_wanted : 0;
  std::vector<TradePrint> out;
  for (std::size_t i = from; i < pair.tape.size(); ++i) {
    const Tape& t = pair.tape[i];
    if (t.step <= after_step) {
      continue;
    }
    std::int64_t left = t.volume.raw() / lot;
    Price before = t.before;
    for (std::size_t k = 0; k < t.path.size() && left > 0; ++k) {
      const auto key = hash64(t.step * 4 + k, s.id());
      const auto parts = static_cast<std::int64_t>(t.path.size() - k);
      const std::int64_t share =
          parts == 1
              ? left
              : std::clamp<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(left) /
                                                                   static_cast<double>(parts) *
                                                                   (0.5 + unit_uniform(key))),
                                         1, left);
      left -= share;
      TradePrint p;
      p.id = key;
      p.time = t.begin + options_.step * static_cast<std::int64_t>(2 * k + 1) /
                             static_cast<std::int64_t>(2 * t.path.size());
      p.price = t.path[k];
      p.size = Quantity::from_raw(share * lot);
      p.buyer_maker = t.path[k] < before;
      before = t.path[k];
      out.push_back(p);
    }
  }
  if (out.size() > limit) {
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(limit));
  }
  return out;
}

std::vector<BookLevel> ExchangeCore::depth(Symbol s, Side side, std::size_t n) const {
  return pairs_[s.id()].book->shown(
      side, n, [&](const Resting& r) { return account(r.account).live.at(r.order).remaining(); });
}

Timestamp ExchangeCore::next_funding() const {
  return now_.slot_start(8h) + 8h;
}

std::vector<CoreEvent> ExchangeCore::take_events() {
  return std::exchange(events_, {});
}

void ExchangeCore::emit(AccountIndex a, CoreEvent::Cause cause,
                        std::variant<Order, FillRow, PositionRow, CoreEvent::Collateral> what) {
  Account& acc = account(a);
  ++acc.version;
  if (keep_events_) {
    events_.push_back({a, acc.version, cause, now_, std::move(what)});
  }
}

OrderId ExchangeCore::next_id() {
  last_id_ += 1 + hash64(last_id_) % 900;
  return last_id_;
}

void ExchangeCore::check() const {
  for (const auto& acc : accounts_) {
    acc->ledger.check();
    Notional frozen;
    for (const auto& [id, order] : acc->live) {
      frozen += order.frozen;
      RG_ASSERT(order.filled <= order.size);
    }
    RG_ASSERT(frozen == acc->frozen);
  }
}

} // namespace rg::exchange
