#pragma once
// The book of one symbol: synthetic levels around the market price, and the clients' resting orders
// among them. Synthetic levels are a function of (seed, symbol, price, step), so nothing is stored
// but what clients took since the last step.

#include "infra/exchange/venue_types.hpp"
#include "infra/market/market_process.hpp"

#include <map>
#include <vector>

namespace rg::exchange {

struct BookLevel {
  Price price;
  Quantity size;
  friend bool operator==(const BookLevel&, const BookLevel&) = default;
};

/// A client's order in the book.
struct Resting {
  AccountIndex account = 0;
  OrderId order = 0;
};

class OrderBook {
public:
  static constexpr std::size_t kLevels = 200;

  OrderBook(Symbol symbol, std::uint64_t seed, Price first_price);

  /// The contract's steps; `price` says how far levels stand apart. Holds from the next quotes on.
  void set_steps(Price tick, Quantity lot, Price price);

  /// The market moved: quotes of this moment, a fresh set of synthetic levels.
  void set_quotes(Price bid, Price ask, Quantity level_size, std::uint64_t step);
  [[nodiscard]] Price synthetic_bid() const { return bid_; }
  [[nodiscard]] Price synthetic_ask() const { return ask_; }
  [[nodiscard]] Quantity level_size() const { return level_size_; }

  // ---- clients' orders, price-time priority; a synthetic level stands before them at its price
  // ----
  void add(Side side, Price price, Resting resting);
  void remove(Side side, Price price, OrderId order);
  /// Best client order of this side, or none.
  struct Best {
    Price price;
    Resting resting;
  };
  [[nodiscard]] bool best_client(Side side, Best& out) const;
  [[nodiscard]] bool has_clients() const { return !buys_.empty() || !sells_.empty(); }
  /// Client orders of one side, best first.
  [[nodiscard]] std::vector<Best> clients(Side side) const;

  // ---- synthetic levels ----
  /// The i-th level an aggressor on `taker` meets (asks for a buy), with what is left of it.
  [[nodiscard]] BookLevel level(Side taker, std::size_t i) const;
  void take(Side taker, Price price, Quantity size);
  /// Synthetic size that a new order at `price` would queue behind (0 when it improves on the
  /// market).
  [[nodiscard]] Quantity queue_at(Side side, Price price) const;

  /// What the venue shows: levels of one side, best first, at most n. `client_size` tells the
  /// remaining size of a client's order; crossed leftovers are not shown.
  template <class SizeOf>
  [[nodiscard]] std::vector<BookLevel> shown(Side side, std::size_t n, SizeOf&& client_size) const {
    std::vector<BookLevel> out;
    shown_synthetic(side, n, out);
    for (const Best& b : clients(side)) {
      merge(side, {b.price, client_size(b.resting)}, n, out);
    }
    return out;
  }

private:
  using Queue = std::map<Price, std::vector<Resting>>;
  [[nodiscard]] Queue& queue(Side side) { return side == Side::buy ? buys_ : sells_; }
  [[nodiscard]] const Queue& queue(Side side) const { return side == Side::buy ? buys_ : sells_; }
  [[nodiscard]] Price level_price(Side book_side, std::size_t i) const;
  [[nodiscard]] Quantity level_size_at(Side book_side, Price price, std::size_t i) const;
  void shown_synthetic(Side side, std::size_t n, std::vector<BookLevel>& out) const;
  void merge(Side side, BookLevel level, std::size_t n, std::vector<BookLevel>& out) const;

  std::uint64_t seed_;
  std::int64_t lot_ = 1,
               gap_ = 1; // units of 1e-8; gap = distance of levels, a multiple of the tick
  Price bid_, ask_;
  Quantity level_size_;
  std::uint64_t step_ = 0;
  Queue buys_, sells_;
  std::map<Price, Quantity> taken_bids_, taken_asks_; // since the last set_quotes
};

} // namespace rg::exchange
