#include "infra/exchange/order_book.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {
constexpr double kGapShare = 1.5e-5; // of the price: 200 levels reach about 0.3 % deep
} // namespace

OrderBook::OrderBook(Symbol symbol, std::uint64_t seed, Price first_price)
    : seed_(hash64(seed, symbol.id() + 77ULL)) {
  const ContractRules& rules = contract_defaults()[symbol.id()];
  set_steps(rules.tick_size, rules.lot_size, first_price);
}

void OrderBook::set_steps(Price tick, Quantity lot, Price price) {
  lot_ = lot.raw();
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(price.raw()) * kGapShare);
  gap_ = std::max(fixed::to_step(wanted, tick.raw(), Rounding::nearest), tick.raw());
}

void OrderBook::set_quotes(Price bid, Price ask, Quantity level_size, std::uint64_t step) {
  RG_ASSERT(bid < ask);
  RG_ASSERT(bid.is_positive());
  bid_ = bid;
  ask_ = ask;
  level_size_ = level_size;
  step_ = step;
  if (!taken_bids_.empty() || !taken_asks_.empty()) {
    taken_bids_.clear();
    taken_asks_.clear();
  }
}

void OrderBook::add(Side side, Price price, Resting resting) {
  queue(side)[price].push_back(resting);
}

void OrderBook::remove(Side side, Price price, OrderId order) {
  Queue& q = queue(side);
  const auto level = q.find(price);
  RG_ASSERT(level != q.end());
  std::erase_if(level->second, [&](const Resting& r) { return r.order == order; });
  if (level->second.empty()) {
    q.erase(level);
  }
}

bool OrderBook::best_client(Side side, Best& out) const {
  const Queue& q = queue(side);
  if (q.empty()) {
    return false;
  }
  const auto& best = side == Side::buy ? *q.rbegin() : *q.begin();
  out = {best.first, best.second.front()};
  return true;
}

std::vector<OrderBook::Best> OrderBook::clients(Side side) const {
  std::vector<Best> out;
  const auto take_level = [&](const auto& level) {
    for (const Resting& r : level.second) {
      out.push_back({level.first, r});
    }
  };
  const Queue& q = queue(side);
  if (side == Side::buy) {
    std::for_each(q.rbegin(), q.rend(), take_level);
  } else {
    std::for_each(q.begin(), q.end(), take_level);
  }
  return out;
}

/// The best quote, then multiples of the gap away from it: levels keep their prices while the
/// market moves, so that depth messages stay small.
Price OrderBook::level_price(Side book_side, std::size_t i) const {
  const auto steps = static_cast<std::int64_t>(i);
  if (book_side == Side::buy) {
    if (i == 0) {
      return bid_;
    }
    const std::int64_t first = fixed::to_step(bid_.raw() - 1, gap_, Rounding::down);
    return Price::from_raw(std::max<std::int64_t>(first - (steps - 1) * gap_, 0));
  }
  if (i == 0) {
    return ask_;
  }
  const std::int64_t first = fixed::to_step(ask_.raw() + 1, gap_, Rounding::up);
  return Price::from_raw(first + (steps - 1) * gap_);
}

Quantity OrderBook::level_size_at(Side book_side, Price price, std::size_t i) const {
  // Each level redraws its size every eighth step, at a phase of its own.
  const auto key = hash64(seed_ + static_cast<std::uint64_t>(book_side),
                          static_cast<std::uint64_t>(price.raw()));
  const double u = unit_uniform(hash64(key, (step_ + key % 8) / 8));
  const std::size_t eighth = i / 8; // sizes grow in steps of eight levels
  const double growth = std::min(1.0 + static_cast<double>(eighth) * 0.25, 4.0);
  const double size = static_cast<double>(level_size_.raw()) * (0.4 + 1.2 * u) * growth;
  const auto lots = static_cast<std::int64_t>(size / static_cast<double>(lot_));
  return Quantity::from_raw(std::max<std::int64_t>(lots, 1) * lot_);
}

BookLevel OrderBook::level(Side taker, std::size_t i) const {
  const Side book_side = opposite(taker);
  BookLevel out;
  out.price = level_price(book_side, i);
  if (!out.price.is_positive()) {
    return out;
  }
  out.size = level_size_at(book_side, out.price, i);
  const auto& taken = book_side == Side::buy ? taken_bids_ : taken_asks_;
  if (const auto it = taken.find(out.price); it != taken.end()) {
    out.size = std::max(out.size - it->second, Quantity::zero());
  }
  return out;
}

void OrderBook::take(Side taker, Price price, Quantity size) {
  (taker == Side::buy ? taken_asks_ : taken_bids_)[price] += size;
}

Quantity OrderBook::queue_at(Side side, Price price) const {
  const bool improves = side == Side::buy ? price > bid_ : price < ask_;
  if (improves) {
    return Quantity::zero();
  }
  const std::int64_t distance =
      side == Side::buy ? bid_.raw() - price.raw() : price.raw() - ask_.raw();
  return level_size_at(side, price, static_cast<std::size_t>(distance / gap_));
}

void OrderBook::shown_synthetic(Side side, std::size_t n, std::vector<BookLevel>& out) const {
  for (std::size_t i = 0; i < kLevels && out.size() < n; ++i) {
    const BookLevel l = level(opposite(side), i);
    if (l.price.is_positive() && l.size.is_positive()) {
      out.push_back(l);
    }
  }
}

void OrderBook::merge(Side side, BookLevel level, std::size_t n,
                      std::vector<BookLevel>& out) const {
  const bool crossed = side == Side::buy ? level.price >= ask_ : level.price <= bid_;
  if (crossed || !level.size.is_positive()) {
    return;
  }
  const auto at = std::find_if(out.begin(), out.end(), [&](const BookLevel& l) {
    return side == Side::buy ? l.price <= level.price : l.price >= level.price;
  });
  if (at != out.end() && at->price == level.price) {
    at->size += level.size;
    return;
  }
  out.insert(at, level);
  if (out.size() > n) {
    out.pop_back();
  }
}

} // namespace rg::exchange
