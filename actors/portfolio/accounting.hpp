#pragma once
// Cash and positions to the last unit of fixed point. Fills enter once, whatever channel told them
// and in whatever order; one that fits no position yet is held back until the one before it has
// come.
//
// Identity that always holds (asserted in the tests over random fills):
//   cash = initial − Σ bought + Σ sold − Σ fees + Σ flows + Σ long open_value − Σ short open_value

#include "actors/portfolio/portfolio_model.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

namespace rg {

/// One pair's position, the open trade around it, and its sums.
struct PairBook {
  Position position;
  DecisionId entry_decision;
  Rule entry_rule = Rule::none;
  Regime entry_regime = Regime::unknown;
  Price stop_price, target;
  Quantity opened, closed;
  Notional opened_value, closed_value, fees, funding;
  PairAccount totals; ///< `unrealised` is filled in by the reader

  [[nodiscard]] bool is_open() const { return position.quantity.is_positive(); }
};

/// Where an opening fill came from; zero for foreign ones.
struct EntryOrigin {
  DecisionId decision;
  Rule rule = Rule::none;
  Regime regime = Regime::unknown;
  Price stop_price, target;
};

/// What a fill (and held ones that it let through) did.
struct FillEffect {
  bool applied = false; ///< false: duplicate, or held back
  bool just_opened = false, just_closed = false;
  ExitReason exit_reason = ExitReason::rule; ///< with just_closed
  Notional trade_pnl;                        ///< with just_closed
};

class Accounting {
public:
  explicit Accounting(Notional initial) : cash_(initial) {}

  /// @param origin  used when the fill opens a position from flat.
  /// A foreign fill on the side that the pair's position does not have goes into the opposite book:
  /// its money is counted, no trade of ours comes of it.
  FillEffect apply(const Fill& fill, ExitReason reason_if_closing, const EntryOrigin& origin);
  /// Funding is booked on the pair; other flows only move cash. False: this bill was seen before.
  bool apply(const CashFlow& flow);
  void adjust_cash(Notional difference) { cash_ += difference; }

  [[nodiscard]] Notional cash() const { return cash_; }
  [[nodiscard]] const PairBook& book(Symbol s) const { return books_[s.id()]; }
  [[nodiscard]] PairBook& book(Symbol s) { return books_[s.id()]; }
  /// Bit per symbol id with a position.
  [[nodiscard]] std::uint32_t open_mask() const { return open_mask_; }
  /// What somebody else holds on the other side of the pair (venues with a long and a short side at
  /// once); flat nearly always.
  [[nodiscard]] const Position& opposite(Symbol s) const { return opposite_[s.id()]; }
  [[nodiscard]] std::uint32_t opposite_mask() const { return opposite_mask_; }
  void set_opposite(Symbol s, const Position& position);
  /// Every position of either kind, by symbol.
  template <class Visit> void for_each_position(Visit visit) const {
    for (const Symbol s : Symbol::all()) {
      if (((open_mask_ | opposite_mask_) >> s.id() & 1U) != 0) {
        if (book(s).is_open()) {
          visit(s, book(s).position);
        }
        if (!opposite(s).is_flat()) {
          visit(s, opposite(s));
        }
      }
    }
  }
  [[nodiscard]] bool has_held(Symbol s) const;
  /// The venue's own book has been taken for ours: what was held back is in it, or nowhere.
  void drop_held(Symbol s);
  [[nodiscard]] const std::vector<Trade>& trades() const { return trades_; }

  void save(PortfolioState& into) const;
  void load(const PortfolioState& from);

private:
  struct Held {
    Fill fill;
    ExitReason reason = ExitReason::rule;
    EntryOrigin origin;
  };
  bool place(const Held& held, FillEffect& effect);
  [[nodiscard]] bool fits(const Fill& fill) const;
  [[nodiscard]] bool is_opposite(const Fill& fill, const EntryOrigin& origin) const;
  void book_opposite(const Fill& fill);
  void open(const Fill& fill, const EntryOrigin& origin, FillEffect& effect);
  void close(const Fill& fill, ExitReason reason, FillEffect& effect);
  void finish_trade(PairBook& book, const Fill& last, ExitReason reason, FillEffect& effect);
  void book_fill(const Held& held, FillEffect& effect);
  void release_held(Symbol symbol, FillEffect& effect);

  Notional cash_;
  std::array<PairBook, Symbol::kCount> books_{};
  std::array<Position, Symbol::kCount> opposite_{};
  std::uint32_t open_mask_ = 0, opposite_mask_ = 0;
  std::unordered_set<VenueFillId> fills_seen_; // looked up only, never iterated
  std::unordered_set<std::uint64_t> bills_seen_;
  std::vector<VenueFillId> recent_fills_; // for snapshots, in order of arrival
  std::vector<std::uint64_t> recent_bills_;
  std::vector<Held> held_;
  std::vector<Trade> trades_;
};

/// Profit or loss of what is open at this mark: rounded down, so never flattering.
[[nodiscard]] Notional unrealised_pnl(const Position& position, Price mark);

} // namespace rg
