#include "actors/portfolio/caps.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

template <class Member> Notional total(const ExposureTable& t, Member member) {
  Notional sum;
  for (const PairExposure& p : t.pairs) {
    sum += member(p);
  }
  return sum;
}

bool exceeds(Notional exposure, double cap, Notional equity) {
  return !equity.is_positive() || exposure > multiply(equity, Ratio{cap}, Rounding::down);
}

Notional on_side(const PairExposure& p, PositionSide side, bool with_orders) {
  if (side == PositionSide::long_side) {
    return with_orders ? p.longs() : p.long_position;
  }
  return with_orders ? p.shorts() : p.short_position;
}

constexpr std::array kSides{PositionSide::long_side, PositionSide::short_side};

} // namespace

Notional ExposureTable::gross() const {
  return total(*this, [](const PairExposure& p) { return p.gross(); });
}
Notional ExposureTable::gross_positions() const {
  return long_positions() + short_positions();
}
Notional ExposureTable::long_total() const {
  return total(*this, [](const PairExposure& p) { return p.longs(); });
}
Notional ExposureTable::short_total() const {
  return total(*this, [](const PairExposure& p) { return p.shorts(); });
}
Notional ExposureTable::long_positions() const {
  return total(*this, [](const PairExposure& p) { return p.long_position; });
}
Notional ExposureTable::short_positions() const {
  return total(*this, [](const PairExposure& p) { return p.short_position; });
}

Caps::Caps(const PortfolioSettings& s)
    : gross_(std::min(s.max_gross_leverage, kMaxLeverage)), net_(s.max_net_leverage),
      pair_(s.max_pair_leverage), cluster_(s.max_cluster_leverage),
      margin_leverage_(std::min(s.leverage, kMaxLeverage)), reduce_to_(s.reduce_to) {
  RG_ASSERT(gross_ > 0.0);
  RG_ASSERT(margin_leverage_ > 0.0);
  RG_ASSERT(reduce_to_ > 0.0 && reduce_to_ <= 1.0);
}

double Caps::smallest() const {
  return std::min({gross_, net_, pair_, cluster_, margin_leverage_});
}

Notional Caps::cluster(const ExposureTable& table, Symbol symbol, PositionSide side,
                       const CorrelationTracker& correlation, bool with_orders) {
  double sum = 0.0;
  for (const Symbol other : Symbol::all()) {
    const PairExposure& p = table.pairs[other.id()];
    const double rho = other == symbol ? 1.0 : correlation.between(symbol, other);
    for (const PositionSide s : kSides) {
      const double weight = s == side ? rho : -rho;
      if (weight > 0.0) {
        sum += weight * on_side(p, s, with_orders).to_double();
      }
    }
  }
  return Notional::from_double(sum, Rounding::up);
}

Refusal Caps::check(const ExposureTable& now, const EntryExposure& entry,
                    const CorrelationTracker& correlation) const {
  ExposureTable after = now;
  PairExposure& pair = after.pairs[entry.symbol.id()];
  (entry.side == PositionSide::long_side ? pair.long_orders : pair.short_orders) += entry.value;
  after.adverse_orders += entry.adverse;
  const Notional equity = after.worst_equity();

  if (exceeds(pair.gross(), pair_, equity)) {
    return Refusal::pair_notional;
  }
  if (exceeds(after.gross(), gross_, equity)) {
    return Refusal::gross_leverage;
  }
  // Worst case of the net: every order on this side fills and none on the other.
  const bool is_long = entry.side == PositionSide::long_side;
  const Notional net = is_long ? after.long_total() - after.short_positions()
                               : after.short_total() - after.long_positions();
  if (exceeds(net, net_, equity)) {
    return Refusal::net_leverage;
  }
  // The entry grows its own cluster and that of every pair it moves with.
  for (const Symbol s : Symbol::all()) {
    for (const PositionSide side : kSides) {
      const bool own = s == entry.symbol && side == entry.side;
      const double rho = s == entry.symbol ? 1.0 : correlation.between(s, entry.symbol);
      const bool grows = own || (side == entry.side ? rho > 0.0 : rho < 0.0);
      const bool stands = own || on_side(after.pairs[s.id()], side, true).is_positive();
      if (grows && stands &&
          exceeds(cluster(after, s, side, correlation, true), cluster_, equity)) {
        return Refusal::cluster_exposure;
      }
    }
  }
  if (exceeds(after.gross(), margin_leverage_, equity)) {
    return Refusal::insufficient_margin;
  }
  return Refusal::none;
}

Caps::Breach Caps::passive_breach(const ExposureTable& t,
                                  const CorrelationTracker& correlation) const {
  Breach breach;
  const double equity = t.equity.to_double();
  // Share of an exposure that may stay when it stands above its cap.
  const auto keep_of = [&](Notional exposure, double cap) {
    if (!exceeds(exposure, cap, t.equity) || !exposure.is_positive()) {
      return 1.0;
    }
    breach.any = true;
    return std::clamp(reduce_to_ * cap * equity / exposure.to_double(), 0.0, 1.0);
  };
  const double gross = keep_of(t.gross_positions(), std::min(gross_, margin_leverage_));
  const Notional longs = t.long_positions();
  const Notional shorts = t.short_positions();
  const PositionSide heavy = longs >= shorts ? PositionSide::long_side : PositionSide::short_side;
  const Notional net = longs >= shorts ? longs - shorts : shorts - longs;
  double net_keep = 1.0;
  if (exceeds(net, net_, t.equity) && net.is_positive()) {
    breach.any = true;
    // Only the heavier side shrinks, until its surplus is back under the reserve.
    const double heavy_total = std::max(longs, shorts).to_double();
    const double surplus = net.to_double() - reduce_to_ * net_ * equity;
    net_keep = std::clamp(1.0 - surplus / heavy_total, 0.0, 1.0);
  }
  for (const Symbol s : Symbol::all()) {
    const PairExposure& p = t.pairs[s.id()];
    double& keep = breach.keep[s.id()];
    for (const PositionSide side : kSides) {
      const Notional own = on_side(p, side, false);
      if (!own.is_positive()) {
        continue;
      }
      keep = std::min({keep, gross, keep_of(own, pair_), side == heavy ? net_keep : 1.0,
                       keep_of(cluster(t, s, side, correlation, false), cluster_)});
    }
  }
  return breach;
}

double Caps::cluster_share(const ExposureTable& now, Symbol symbol, PositionSide side,
                           const CorrelationTracker& correlation) const {
  const double equity = now.equity.to_double();
  if (equity <= 0.0) {
    return 1.0;
  }
  const Notional moving_along = cluster(now, symbol, side, correlation, true);
  return moving_along.to_double() / (cluster_ * equity);
}

} // namespace rg
