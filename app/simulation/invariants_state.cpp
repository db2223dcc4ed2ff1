// Invariants on the state: protection within its time, passive breaches, and that both sides agree
// once nothing is on its way.

#include "app/simulation/invariants.hpp"

#include <algorithm>

namespace rg::sim {

using namespace std::chrono_literals;

namespace {

constexpr Duration kProtectWithin = 10s;
/// Listing lag, a round trip and the turn of a timer are not the engine's.
constexpr Duration kSlack = 4s;
/// After a fault the engine may learn of a missing stop only by its regular look (30 s), with the
/// questions of one more look in between.
constexpr Duration kRegularLook = 45s;
constexpr Duration kFaultMemory = 60s;
constexpr Duration kBreachWithin = 5s;
/// Nothing may go on for ever by trying again.
constexpr Duration kLongestUncovered = 240s;
constexpr Duration kQuietAfterFault = 120s;
constexpr Duration kQuietAfterFill = 45s;
/// The engine sees other instants than the exchange's steps, and learns late of a transfer.
constexpr double kMarkTolerance = 1.1;

} // namespace

Timestamp Invariants::able_since() const {
  return std::max({started_, impaired_until_, last_disturbance_});
}

/// A position is covered while stops of its side rest for all of it.
void Invariants::look_at_cover(Symbol s) {
  Cover& cover = cover_[s.id()];
  bool covered = true;
  for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
    const Quantity held = venue_.position(s, side).size;
    if (held.is_zero()) {
      continue;
    }
    Quantity protected_size;
    for (const auto& [id, order] : venue_.account().live) {
      if (order.symbol == s && order.position == side && !order.opens &&
          order.status == exchange::OrderStatus::untriggered &&
          order.origin != exchange::OrderOrigin::take_profit) {
        protected_size += order.size;
      }
    }
    covered = covered && protected_size >= held;
  }
  if (covered) {
    cover.uncovered_since = Timestamp{};
    return;
  }
  if (cover.uncovered_since == Timestamp{}) {
    cover.uncovered_since = agenda_.now();
    const Timestamp deadline = agenda_.now() + kProtectWithin + kSlack;
    if (next_deadline_ == Timestamp{} || deadline < next_deadline_) {
      next_deadline_ = deadline;
    }
  }
}

void Invariants::check_deadlines() {
  const Timestamp now = agenda_.now();
  next_deadline_ = Timestamp{};
  for (const Symbol s : venue_.core().symbols()) {
    look_at_cover(s);
    const Cover& cover = cover_[s.id()];
    if (cover.uncovered_since == Timestamp{}) {
      continue;
    }
    const bool disturbed =
        (faults_.any_injected() && agenda_.elapsed() - faults_.last_injected() < kFaultMemory) ||
        now - last_outside_ < kFaultMemory || now - started_ < kFaultMemory;
    const Duration allowed = kProtectWithin + kSlack + (disturbed ? kRegularLook : Duration{0});
    const Timestamp since = std::max(cover.uncovered_since, able_since());
    // Being closed, or a stop on its way: each try has its own time.
    const Timestamp deadline =
        std::max(since + allowed,
                 std::min(cover.last_action + kProtectWithin + kSlack, since + kLongestUncovered));
    if (able() && now > deadline) {
      violated(Invariant::position_protected,
               std::string(s.name()) + " has been open without a stop for " +
                   std::to_string((now - cover.uncovered_since) / 1ms) +
                   " ms, the engine able to act for " + std::to_string((now - since) / 1ms) +
                   " ms");
      return;
    }
    const Timestamp next = std::max(deadline, now + Duration{1s});
    if (next_deadline_ == Timestamp{} || next < next_deadline_) {
      next_deadline_ = next;
    }
  }
}

/// As the engine was told it: a step fills an entry and moves the marks at once, and the engine
/// hears of both in one breath. What is over by then was no breach that it could have answered.
void Invariants::check_breach() {
  if (gross_leverage(true, false) <= settings_.portfolio.max_gross_leverage * 1.000001) {
    breach_since_ = Timestamp{};
    return;
  }
  const Timestamp since = std::max(breach_since_, able_since());
  if (!able() || agenda_.now() - since <= kBreachWithin + kSlack) {
    return;
  }
  const bool answered = last_reduction_ >= breach_since_ - Duration{5s};
  if (!answered && agenda_.now() - last_outside_ > kFaultMemory) {
    violated(Invariant::leverage_cap,
             "gross leverage " + std::to_string(gross_leverage(true, false)) + " for " +
                 std::to_string((agenda_.now() - since) / 1ms) + " ms and no order that reduces");
  }
}

bool Invariants::at_rest() const {
  const Timestamp now = agenda_.now();
  return able() && process_.desk_idle && process_.journal->quiet() &&
         (!faults_.any_injected() ||
          agenda_.elapsed() - faults_.last_injected() > kQuietAfterFault) &&
         now - able_since() > kQuietAfterFault && now - last_fill_ > kQuietAfterFill &&
         now - last_outside_ > kQuietAfterFault;
}

void Invariants::check_quiet() {
  if (at_rest()) {
    ++quiet_checks_;
    compare_books("at rest");
    compare_marks("at rest");
  }
}

void Invariants::compare_books(const char* when) {
  for (const Symbol s : venue_.core().symbols()) {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      const Quantity theirs = venue_.position(s, side).size;
      const Position* ours = process_.board->pairs[s.id()].known_on(side);
      const Quantity held = ours != nullptr ? ours->quantity : Quantity::zero();
      if (held != theirs) {
        violated(Invariant::positions_agree, std::string(when) + " " + std::string(s.name()) + " " +
                                                 to_string(side) + ": the engine has " +
                                                 held.text() + ", the exchange " + theirs.text());
      }
    }
  }
  const Notional ours = process_.board->wallet_balance;
  const Notional theirs = venue_.account().ledger.collateral();
  if (ours != theirs) {
    violated(Invariant::accounts_balance, std::string(when) + ": the engine's wallet holds " +
                                              ours.text() + ", the exchange's " + theirs.text());
  }
}

/// A mark that the account never reached would be a drawdown that never was. Liquidations are left
/// out: next to nothing is left in between, and every proportion of it is noise.
void Invariants::compare_marks(const char* when) {
  const double mark = process_.view->high_water_mark.to_double();
  if (faults_.injected(Fault::liquidation) == 0 && mark > highest_equity_ * kMarkTolerance) {
    violated(Invariant::accounts_balance, std::string(when) + ": the engine's high-water mark is " +
                                              std::to_string(mark) +
                                              ", the account, transfers apart, was never above " +
                                              std::to_string(highest_equity_));
  }
}

/// Every fill of ours, and every close of a position of ours whoever closed it. What somebody else
/// opened is taken over as a position; its fills are nobody's news.
void Invariants::compare_fills(const char* when) {
  std::array<std::array<bool, 2>, Symbol::kCount> foreign{};
  std::array<std::array<Quantity, 2>, Symbol::kCount> held{};
  for (const exchange::FillRow& fill : venue_.account().fills) {
    bool& stranger = foreign[fill.symbol.id()][static_cast<std::size_t>(fill.position)];
    Quantity& size = held[fill.symbol.id()][static_cast<std::size_t>(fill.position)];
    const exchange::Order* order = venue_.account().find(fill.order_id);
    const bool outside = order != nullptr && order->origin == exchange::OrderOrigin::outside;
    stranger = stranger || (outside && fill.opens);
    const bool must_be_there = !fill.client_oid.empty() || !stranger;
    if (must_be_there && !journalled_fills_.contains(fill.id)) {
      violated(Invariant::fills_in_journal, std::string(when) + ": fill " +
                                                std::to_string(fill.id) + " of " +
                                                std::string(fill.symbol.name()) + " (" +
                                                fill.client_oid + ") is not in the journal");
    }
    size = fill.opens ? size + fill.size : size - std::min(size, fill.size);
    stranger = stranger && !size.is_zero();
  }
}

void Invariants::check_at_rest(SimDisk& disk) {
  try {
    venue_.core().check();
  } catch (const InvariantBroken& broken) {
    violated(Invariant::accounts_balance, broken.what());
  }
  if (const std::string problem = disk.verify(); !problem.empty()) {
    violated(Invariant::chain_verifies, problem);
  }
  compare_fills("at the end");
}

} // namespace rg::sim
