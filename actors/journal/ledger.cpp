#include "actors/journal/ledger.hpp"

#include "actors/portfolio/drawdown_ladder.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace rg {

namespace {

constexpr Duration kDay = 24h;
// The venue tells fills and orders of the last days again; ids older than this cannot come back.
constexpr Duration kRemembered = 7 * kDay;
// A venue may tell a fill this long after it happened (data time).
constexpr Duration kLateNews = 1h;

// "until 1735700000000 because ..." → that instant.
Timestamp instant_in(std::string_view detail) {
  const auto digit = detail.find_first_of("0123456789");
  std::int64_t ms = 0;
  if (digit != std::string_view::npos) {
    std::from_chars(detail.data() + digit, detail.data() + detail.size(), ms);
  }
  return Timestamp::from_ms(ms);
}

HaltTier tier_in(std::string_view detail) {
  if (detail.starts_with("flatten")) {
    return HaltTier::flatten;
  }
  return detail.starts_with("reduce_only") ? HaltTier::reduce_only : HaltTier::latched;
}

} // namespace

void Ledger::see(Timestamp data_time) {
  if (data_time == Timestamp{}) {
    return; // before any market data
  }
  first_data_ = first_data_ == Timestamp{} ? data_time : first_data_;
  last_data_ = std::max(last_data_, data_time);
}

void Ledger::apply(const JournalRecord& record) {
  std::visit(
      [this](const auto& r) {
        using Record = std::decay_t<decltype(r)>;
        if constexpr (std::is_same_v<Record, DecisionRecord>) {
          see(r.data_time);
          apply_decision(r.decision);
        } else if constexpr (std::is_same_v<Record, OrderEvent>) {
          apply_order(r);
        } else if constexpr (std::is_same_v<Record, Fill>) {
          apply_fill(r);
        } else if constexpr (std::is_same_v<Record, EquityRecord>) {
          apply_equity(r);
        } else if constexpr (std::is_same_v<Record, SupervisionRecord>) {
          apply_supervision(r);
        } else if constexpr (std::is_same_v<Record, RunRecord>) {
          last_refit_ = last_refit_ == Timestamp{} ? r.wall_time : last_refit_;
        } else if constexpr (std::is_same_v<Record, GuardRecord>) {
          guards_[r.state.symbol.id()] = r.state;
        }
      },
      record);
}

void Ledger::apply_decision(const Decision& decision) {
  if (decision.outcome == Outcome::refused) {
    ordered_.erase(decision.id); // refused at the desk after all
    return;
  }
  ordered_[decision.id] = decision;
  orders_today_ += decision.id.stamp >= day_ ? 1U : 0U;
}

void Ledger::apply_order(const OrderEvent& event) {
  see(event.data_time);
  OrderEvent& last = orders_[event.client_id];
  // Before its first market data a restarted engine knows no data time, and writes none.
  const Timestamp known = last.data_time != Timestamp{} ? last.data_time : last_data_;
  last = event;
  last.data_time = event.data_time != Timestamp{} ? event.data_time : known;
  auto& open = open_[event.symbol.id()];
  if (event.role == OrderRole::stop && event.to == OrderState::acked && !open.position.is_flat()) {
    open.stop_price = event.price;
  }
}

void Ledger::apply_fill(const Fill& fill) {
  if (!fill_ids_.insert(fill.venue_fill_id).second) {
    return;
  }
  fills_.emplace_back(fill.venue_fill_id, fill.exchange_time);
  last_fill_ = std::max(last_fill_, fill.exchange_time);
  see(fill.exchange_time);

  wallet_ -= fill.fee; // until the next equity record tells the balance
  OpenPosition& ours = open_[fill.symbol.id()];
  OpenPosition& other = opposite_[fill.symbol.id()];
  const auto holds = [&fill](const OpenPosition& o) {
    return !o.position.is_flat() && o.position.side == fill.position;
  };
  // The other side is somebody else's, or a fill of ours that came before the close of the old
  // position: then it is ours as soon as that one is flat.
  const bool on_other = !holds(ours) && (holds(other) || !ours.position.is_flat());
  fill.opens ? open_with(on_other ? other : ours, fill) : close_with(on_other ? other : ours, fill);
  if (ours.position.is_flat() && other.entry_decision != DecisionId{}) {
    ours = std::exchange(other, OpenPosition{});
  }
  forget_old();
}

void Ledger::open_with(OpenPosition& open, const Fill& fill) {
  Position& position = open.position;
  if (position.is_flat()) {
    open = OpenPosition{};
    position.symbol = fill.symbol;
    position.side = fill.position;
    position.opened = fill.exchange_time;
    const auto id = decision_of(fill.client_id, instance_);
    const auto entry = id ? ordered_.find(*id) : ordered_.end();
    if (entry != ordered_.end()) {
      const Decision& decision = entry->second;
      open.entry_decision = decision.id;
      open.entry_rule = decision.signal.rule;
      open.entry_regime = decision.signal.regime;
      open.stop_price = decision.stop_price;
      if (decision.signal.target > 0.0) {
        open.target = Price::from_double(decision.signal.target, Rounding::nearest);
      }
    }
  }
  if (!fill.client_id.empty() && executed_.insert(fill.client_id).second) {
    executions_.push_back({fill.symbol, open.entry_rule, fill.exchange_time});
  }
  position.quantity += fill.quantity;
  position.open_value += fill.value;
  open.opened += fill.quantity;
  open.opened_value += fill.value;
  open.fees += fill.fee;
}

void Ledger::close_with(OpenPosition& open, const Fill& fill) {
  Position& position = open.position;
  if (position.is_flat()) {
    return;
  }
  const Quantity closed = std::min(fill.quantity, position.quantity);
  // The closed part leaves at the average entry price.
  const auto part = Notional::from_raw(fixed::mul_div(position.open_value.raw(), closed.raw(),
                                                      position.quantity.raw(), Rounding::nearest));
  wallet_ += position.side == PositionSide::long_side ? fill.value - part : part - fill.value;
  position.open_value -= part;
  position.quantity -= closed;
  open.closed += closed;
  open.closed_value += fill.value;
  open.fees += fill.fee;
  if (position.is_flat()) {
    open = OpenPosition{};
  }
}

void Ledger::apply_equity(const EquityRecord& equity) {
  see(equity.data_time);
  wallet_known_ = true;
  wallet_ = equity.wallet_balance;
  equity_ = equity.equity;
  high_water_mark_ = equity.high_water_mark;
  const Timestamp day = equity.data_time.slot_start(kDay);
  if (day > day_) {
    day_ = day;
    day_opening_equity_ = equity.equity;
    orders_today_ = 0;
  }
}

void Ledger::apply_supervision(const SupervisionRecord& record) {
  const auto symbol = Symbol::parse(record.subject);
  if (record.kind == supervision::kLatched) {
    latch_ = std::max(latch_, tier_in(record.detail));
  } else if (record.kind == supervision::kReleased) {
    latch_ = HaltTier::none;
    end_ladder_halt();
    for (GuardState& guard : guards_) {
      guard.level = guard.level == GuardLevel::kill ? GuardLevel::normal : guard.level;
    }
  } else if (record.kind == supervision::kDailyLoss) {
    daily_loss_hit_ = record.data_time;
  } else if (record.kind == supervision::kOpeningBalance) {
    apply_opening(record);
  } else if (record.kind == supervision::kCashFlow) {
    apply_cash_flow(record);
  } else if (symbol && record.kind == supervision::kPositionCorrected) {
    apply_correction(open_[symbol->id()], *symbol, record);
  } else if (symbol && record.kind == supervision::kOppositeCorrected) {
    apply_correction(opposite_[symbol->id()], *symbol, record);
  } else if (record.kind == supervision::kWalletCorrected) {
    wallet_ = wallet_in(record.detail).value_or(wallet_);
  } else if (record.kind == supervision::kLadderHalted) {
    halted_until_ = instant_in(record.detail);
  } else if (record.kind == supervision::kLadderResumed) {
    end_ladder_halt();
  } else if (record.kind.starts_with(supervision::kRefit)) {
    last_refit_ = record.wall_time;
  } else if (symbol && record.kind == supervision::kPaused) {
    paused_[symbol->id()] = true;
  } else if (symbol && record.kind == supervision::kResumed) {
    paused_[symbol->id()] = false;
    pair_latches_[symbol->id()] = HaltTier::none;
    quarantined_[symbol->id()] = false;
    contract_changed_[symbol->id()] = false;
  } else if (symbol && record.kind == supervision::kPairLatched) {
    HaltTier& latch = pair_latches_[symbol->id()];
    latch = std::max(latch, tier_in(record.detail));
  } else if (symbol && record.kind == supervision::kContractChanged) {
    contract_changed_[symbol->id()] = true;
  } else if (symbol && record.kind == supervision::kQuarantined) {
    quarantined_[symbol->id()] = true;
  }
}

/// The next drawdown counts from here: the old mark would trip the rung again.
void Ledger::end_ladder_halt() {
  if (std::exchange(halted_until_, Timestamp{}) != Timestamp{}) {
    high_water_mark_ = equity_;
  }
}

void Ledger::apply_opening(const SupervisionRecord& record) {
  if (const auto opening = opening_in(record.detail)) {
    wallet_ = equity_ = high_water_mark_ = day_opening_equity_ = opening->wallet;
    opening_bills_ = opening->bills_until;
    bill_ids_.insert(opening->newest_bills.begin(), opening->newest_bills.end());
    wallet_known_ = true;
  }
}

/// Funding belongs to the trade that is open; every bill counts once, whoever tells it again. A
/// deposit or withdrawal is no gain and no loss: mark and opening move with it, also when the
/// process dies before the next equity record.
void Ledger::apply_cash_flow(const SupervisionRecord& record) {
  const auto flow = flow_in(record.detail);
  if (!flow || (flow->bill != 0 && !bill_ids_.insert(flow->bill).second)) {
    return;
  }
  bills_.emplace_back(flow->bill, record.data_time);
  wallet_ += flow->amount;
  const Notional before = std::exchange(equity_, equity_ + flow->amount);
  if (flow->is_transfer) {
    high_water_mark_ = DrawdownLadder::mark_after_flow(high_water_mark_, before, equity_);
    day_opening_equity_ = DailyLoss::opening_after_flow(day_opening_equity_, before, equity_);
  }
  const auto symbol = Symbol::parse(record.subject);
  if (symbol && flow->is_funding && !open_[symbol->id()].position.is_flat()) {
    open_[symbol->id()].funding -= flow->amount;
  }
}

/// The venue's book was taken for ours. At which price the difference came about nobody told: it
/// leaves and enters at what the position is worth.
void Ledger::apply_correction(OpenPosition& open, Symbol symbol, const SupervisionRecord& record) {
  const auto now = position_in(record.detail);
  if (!now) {
    return;
  }
  Position& position = open.position;
  if (now->is_flat()) {
    open = OpenPosition{};
    return;
  }
  if (position.is_flat() || position.side != now->side) {
    open = OpenPosition{};
    position.symbol = symbol;
    position.side = now->side;
    position.opened = record.data_time;
  }
  if (now->quantity > position.quantity) {
    open.opened += now->quantity - position.quantity;
    open.opened_value += now->open_value - position.open_value;
  } else {
    open.closed += position.quantity - now->quantity;
    open.closed_value += position.open_value - now->open_value;
  }
  position.quantity = now->quantity;
  position.open_value = now->open_value;
}

void Ledger::forget_old() {
  const Timestamp horizon = last_data_ - kRemembered;
  while (!fills_.empty() && fills_.front().second < horizon) {
    fill_ids_.erase(fills_.front().first);
    fills_.pop_front();
  }
  while (!bills_.empty() && bills_.front().second < horizon) {
    bill_ids_.erase(bills_.front().first);
    bills_.pop_front();
  }
  while (!executions_.empty() && executions_.front().data_time < horizon) {
    executions_.pop_front();
  }
  std::erase_if(orders_, [&](const auto& entry) {
    return is_terminal(entry.second.to) && entry.second.data_time < horizon;
  });
  std::erase_if(ordered_, [&](const auto& entry) {
    return entry.first.stamp < horizon &&
           open_[entry.first.symbol.id()].entry_decision != entry.first;
  });
  std::erase_if(executed_, [&](const ClientOrderId& id) { return !orders_.contains(id); });
}

std::map<VenueOrderId, ClientOrderId> Ledger::ids_at_venue() const {
  std::map<VenueOrderId, ClientOrderId> out;
  for (const auto& [id, event] : orders_) {
    if (event.venue_id != 0) {
      out.emplace(event.venue_id, id);
    }
  }
  return out;
}

bool Ledger::anything_open() const {
  return std::any_of(open_.begin(), open_.end(),
                     [](const OpenPosition& open) { return !open.position.is_flat(); }) ||
         std::any_of(orders_.begin(), orders_.end(),
                     [](const auto& entry) { return !is_terminal(entry.second.to); });
}

Timestamp Ledger::news_wanted_since() const {
  Timestamp since = last_fill_ != Timestamp{} ? last_fill_ : last_data_;
  for (const auto& [id, event] : orders_) {
    if (!is_terminal(event.to)) {
      since = std::min(since, event.data_time);
    }
  }
  return since;
}

PortfolioState Ledger::portfolio_state(Notional wallet) const {
  PortfolioState state;
  state.cash = wallet_known_ ? wallet_ : wallet;
  state.high_water_mark = wallet_known_ ? high_water_mark_ : wallet;
  state.halted_until = halted_until_;
  state.day = day_;
  state.day_opening_equity = wallet_known_ ? day_opening_equity_ : wallet;
  state.daily_loss_hit = daily_loss_hit_ != Timestamp{} && daily_loss_hit_ >= day_;
  if (state.daily_loss_hit) { // perhaps of a day of which nothing else is on record yet
    state.day = std::max(day_, daily_loss_hit_.slot_start(kDay));
  }
  state.orders_today = orders_today_;
  state.latch = latch_;
  for (const OpenPosition& open : open_) {
    if (!open.position.is_flat()) {
      state.positions.push_back(open);
    }
  }
  for (const OpenPosition& other : opposite_) {
    if (!other.position.is_flat()) {
      state.opposites.push_back(other.position);
    }
  }
  state.applied_fills.assign(fill_ids_.begin(), fill_ids_.end());
  state.applied_bills.assign(bill_ids_.begin(), bill_ids_.end());
  return state;
}

DeskRestore Ledger::desk_restore(Duration repeated_window, Duration entry_life, Timestamp data_now,
                                 Timestamp wall_now) const {
  DeskRestore restore;
  restore.data_now = data_now;
  restore.wall_now = wall_now;
  restore.entry_life = entry_life;
  restore.fills_since = std::max(news_wanted_since() - kLateNews, first_data_);
  for (const auto& [id, event] : orders_) {
    restore.orders.push_back(event);
    const auto decision = ordered_.find(event.decision);
    if (!is_terminal(event.to) && decision != ordered_.end()) {
      restore.decisions.push_back(decision->second);
    }
  }
  for (const OpenPosition& open : open_) {
    if (!open.position.is_flat()) {
      restore.positions.push_back({open.position, open.entry_decision, open.stop_price});
    }
  }
  for (const auto& execution : executions_) {
    if (data_now - execution.data_time <= repeated_window) {
      restore.executions.push_back(execution);
    }
  }
  restore.applied_fills.assign(fill_ids_.begin(), fill_ids_.end());
  return restore;
}

} // namespace rg
