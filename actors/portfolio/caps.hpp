#pragma once
// The caps on exposure (design §8), as pure functions of one table of exposures. Entries are held
// against them with the new order counted; positions alone are held against them for passive
// breaches.

#include "actors/portfolio/correlation.hpp"
#include "messages/decision/decision.hpp"
#include "messages/settings/settings.hpp"
#include "messages/units/notional.hpp"

#include <array>

namespace rg {

/// Exposure of one pair, quote currency, all >= 0.
struct PairExposure {
  Notional long_position, short_position; ///< at mark; at most one is above zero
  Notional long_orders, short_orders;     ///< in flight, at worst price

  [[nodiscard]] Notional longs() const { return long_position + long_orders; }
  [[nodiscard]] Notional shorts() const { return short_position + short_orders; }
  [[nodiscard]] Notional gross() const { return longs() + shorts(); }
};

struct ExposureTable {
  std::array<PairExposure, Symbol::kCount> pairs{};
  Notional equity;         ///< at mark
  Notional adverse_orders; ///< what orders in flight may cost at once if they fill

  [[nodiscard]] Notional gross() const;
  [[nodiscard]] Notional gross_positions() const;
  [[nodiscard]] Notional long_total() const;
  [[nodiscard]] Notional short_total() const;
  [[nodiscard]] Notional long_positions() const;
  [[nodiscard]] Notional short_positions() const;
  /// Equity should every order in flight fill at its worst price.
  [[nodiscard]] Notional worst_equity() const { return equity - adverse_orders; }
};

/// A new entry as the caps see it.
struct EntryExposure {
  Symbol symbol;
  PositionSide side = PositionSide::long_side;
  Notional value;   ///< at worst price
  Notional adverse; ///< adverse_cost()
};

class Caps {
public:
  explicit Caps(const PortfolioSettings& settings);

  /// First cap that the entry would exceed, `none` if it fits under all. At the cap is allowed.
  [[nodiscard]] Refusal check(const ExposureTable& now, const EntryExposure& entry,
                              const CorrelationTracker& correlation) const;

  /// Factor in (0, 1] per pair by which positions must shrink so that all caps hold with the
  /// settings' reserve (`reduce_to`); 1 = the pair may stay.
  struct Breach {
    bool any = false;
    std::array<double, Symbol::kCount> keep{1, 1, 1, 1, 1, 1, 1, 1};
  };
  [[nodiscard]] Breach passive_breach(const ExposureTable& positions,
                                      const CorrelationTracker& correlation) const;

  /// Exposure of the pairs that move with (symbol, side), weighted by their correlation.
  [[nodiscard]] static Notional cluster(const ExposureTable& table, Symbol symbol,
                                        PositionSide side, const CorrelationTracker& correlation,
                                        bool with_orders);

  /// Share of the cluster cap that (symbol, side) would find in use: 0 with no correlated exposure,
  /// 1 when the cluster is full or no equity is left.
  [[nodiscard]] double cluster_share(const ExposureTable& now, Symbol symbol, PositionSide side,
                                     const CorrelationTracker& correlation) const;

  /// The lowest of all caps, as leverage.
  [[nodiscard]] double smallest() const;

private:
  double gross_, net_, pair_, cluster_, margin_leverage_, reduce_to_;
};

} // namespace rg
