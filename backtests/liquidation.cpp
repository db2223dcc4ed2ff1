// When and at what prices the simulated venue liquidates a cross-margin account.

#include "backtests/fill_model.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace rg {

namespace {

/// One position while its bar runs: price moves from `from` to `worst`, all positions in step.
struct Exposed {
  Position position;
  const Bar* bar = nullptr; // nullptr: no bar of this pair at this stamp
  double from = 0.0, worst = 0.0;
  bool fresh = false; // opened by this very bar: its start is the entry, not the last close

  [[nodiscard]] double quantity() const { return position.quantity.to_double(); }
  [[nodiscard]] double sign() const { return sign_of(position.side); }
  [[nodiscard]] double at(double lambda) const { return from + lambda * (worst - from); }
  [[nodiscard]] double pnl(double price) const {
    return sign() * (quantity() * price - position.open_value.to_double());
  }
  /// The less favourable of two prices.
  [[nodiscard]] double worse(double a, double b) const {
    return position.side == PositionSide::long_side ? std::min(a, b) : std::max(a, b);
  }
};

struct AccountAt {
  double equity = 0.0, notional = 0.0;
};

AccountAt account_at(std::span<const Exposed> all, double wallet, double lambda) {
  AccountAt a{wallet, 0.0};
  for (const Exposed& e : all) {
    a.equity += e.pnl(e.at(lambda));
    a.notional += e.quantity() * e.at(lambda);
  }
  return a;
}

/// Where equity − share × notional, linear in lambda, crosses zero; within [0, 1].
double crossing(std::span<const Exposed> all, double wallet, double share) {
  const AccountAt start = account_at(all, wallet, 0.0);
  const AccountAt end = account_at(all, wallet, 1.0);
  const double a = start.equity - share * start.notional;
  const double b = end.equity - share * end.notional;
  return a <= 0.0 || a <= b ? 0.0 : std::clamp(a / (a - b), 0.0, 1.0);
}

/// Price at which the venue closes one position once the account has failed at `lambda`: where it
/// failed, or the open when the bar jumped beyond, slipped like any taker order.
Price liquidation_price(const Exposed& e, double lambda, const FillParameters& costs,
                        const ContractRules& rules) {
  const Side side = exit_side(e.position.side);
  double price = e.at(lambda);
  if (e.bar == nullptr) {
    return Price::from_double(price, Rounding::nearest);
  }
  if (!e.fresh) {
    price = e.worse(price, e.bar->open.to_double());
  }
  return taker_price(costs, rules, side, Price::from_double(price, Rounding::nearest),
                     e.position.quantity, *e.bar);
}

} // namespace

/// Cheap and on the safe side: could the account have failed at all? Looks at prices at least as
/// bad as those of the full check.
bool FillModel::may_fail() const {
  double equity = wallet_.to_double();
  double notional = 0.0;
  for_each_open([&](const Book& book, const Position& p) {
    const double quantity = p.quantity.to_double();
    const double entry = p.open_value.to_double() / quantity;
    const bool is_long = p.side == PositionSide::long_side;
    double worst = book.bar == nullptr ? book.mark.to_double()
                                       : (is_long ? book.bar->low : book.bar->high).to_double();
    if (book.bar != nullptr) {
      const double before = book.previous_mark.to_double();
      worst = is_long ? std::min({worst, before, entry}) : std::max({worst, before, entry});
    }
    equity += sign_of(p.side) * (quantity * worst - p.open_value.to_double());
    notional += quantity * worst;
  });
  return equity < costs_.maintenance_margin * notional;
}

/// All positions are taken to reach their bar's worst price together: pairs fall together when it
/// matters, and what really happened inside the bar is not known.
void FillModel::check_liquidation(Timestamp stamp) {
  if (!may_fail()) {
    return;
  }
  std::array<Exposed, 2 * Symbol::kCount> held{};
  std::size_t count = 0;
  for_each_open([&](const Book& book, const Position& p) {
    const double mark = book.mark.to_double();
    Exposed e{p, book.bar, mark, mark, false};
    if (e.bar != nullptr) {
      e.fresh = p.opened >= e.bar->open_time;
      e.from = e.fresh ? p.open_value.to_double() / e.quantity() : book.previous_mark.to_double();
      const bool is_long = p.side == PositionSide::long_side;
      e.worst = e.worse(e.from, (is_long ? e.bar->low : e.bar->high).to_double());
    }
    held[count++] = e;
  });
  const std::span<const Exposed> all(held.data(), count);
  const double wallet = wallet_.to_double();
  const AccountAt worst = account_at(all, wallet, 1.0);
  if (all.empty() || worst.equity >= costs_.maintenance_margin * worst.notional) {
    return;
  }

  const double lambda = crossing(all, wallet, costs_.maintenance_margin);
  std::array<Price, 2 * Symbol::kCount> prices{};
  double left = wallet;
  double fee_rate = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const ContractRules& rules = contracts_[all[i].position.symbol.id()];
    prices[i] = liquidation_price(all[i], lambda, costs_, rules);
    fee_rate = std::max(fee_rate, rules.taker_fee.value());
    left += all[i].pnl(prices[i].to_double()) -
            rules.taker_fee.value() * all[i].quantity() * prices[i].to_double();
  }
  if (left < 0.0) {
    // Beyond bankruptcy the venue's insurance fund bears the rest: the account ends at zero, not
    // below.
    const double bankrupt = crossing(all, wallet, fee_rate);
    for (std::size_t i = 0; i < count; ++i) {
      prices[i] = Price::from_double(all[i].at(bankrupt), Rounding::nearest);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Position& p = all[i].position;
    Book& book = books_[p.symbol.id()];
    while (!book.orders.empty()) {
      drop_order(book, 0, OrderState::cancelled);
    }
    fill(book, {0, {}, p.symbol, p.side, false, false, true, p.quantity, prices[i], stamp});
    while (!book.triggers.empty()) {
      drop_trigger(book, 0, OrderState::cancelled);
    }
    ++liquidations_;
  }
  count_live();
}

} // namespace rg
