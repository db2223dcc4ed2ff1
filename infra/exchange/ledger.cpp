#include "infra/exchange/ledger.hpp"

namespace rg::exchange {

SentNumber SentNumber::parse(std::string text) {
  SentNumber n;
  const auto units = fixed::parse(text);
  n.valid = units.has_value();
  n.units = units.value_or(0);
  n.text = std::move(text);
  return n;
}

Notional margin_of(Notional amount, std::int64_t leverage_units) {
  return Notional::from_raw(
      fixed::mul_div(amount.raw(), kFixedScale, leverage_units, Rounding::up));
}

Notional exact_fee(Notional value, std::int64_t rate_units) {
  return Notional::from_raw(fixed::mul_scaled(value.raw(), rate_units, Rounding::up));
}

Ledger::Ledger() {
  for (const Symbol s : Symbol::all()) {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      position(s, side).symbol = s;
      position(s, side).side = side;
    }
  }
}

void Ledger::transfer(Notional amount) {
  collateral_ += amount;
  if (amount.is_negative()) {
    totals_.transferred_out += -amount;
  } else {
    totals_.transferred_in += amount;
  }
}

void Ledger::deposit(Notional amount) {
  collateral_ += amount;
  if (amount.is_negative()) {
    totals_.withdrawn += -amount;
  } else {
    totals_.deposited += amount;
  }
}

PositionRow& Ledger::position(Symbol s, PositionSide side, OrderId opened_by) {
  if (opened_by == 0) {
    return position(s, side);
  }
  const auto known = separated_.find(opened_by);
  if (known != separated_.end()) {
    return known->second;
  }
  std::erase_if(separated_, [](const auto& entry) { return entry.second.size.is_zero(); });
  PositionRow& p = separated_[opened_by];
  p.symbol = s;
  p.side = side;
  p.opened_by = opened_by;
  return p;
}

Quantity Ledger::held(Symbol s, PositionSide side) const {
  Quantity sum;
  each_open([&](const PositionRow& p) {
    sum += p.symbol == s && p.side == side ? p.size : Quantity::zero();
  });
  return sum;
}

void Ledger::open(PositionSide side, const FillRow& fill, std::uint64_t position_id,
                  std::uint64_t sequence) {
  PositionRow& p = position(fill.symbol, side, fill.opened_by);
  if (p.size.is_zero()) {
    const PositionRow fresh{};
    p = fresh;
    p.symbol = fill.symbol;
    p.side = side;
    p.id = position_id;
    p.opened_by = fill.opened_by;
    p.margin_mode = mode_[fill.symbol.id()];
    p.created = fill.time;
    p.created_sequence = sequence;
  }
  p.size += fill.size;
  p.open_value += fill.value;
  p.open_fee += fill.fee;
  p.cum_open_size += fill.size;
  p.cum_open_value += fill.value;
  p.cum_open_fee += fill.fee;
  p.updated = fill.time;
  p.updated_sequence = sequence;
  collateral_ -= fill.fee;
  totals_.fees += fill.fee;
  (side == PositionSide::long_side ? totals_.opened_long : totals_.opened_short) += fill.value;
  if (p.margin_mode == MarginMode::isolated) {
    adjust_isolated(p, margin_of(fill.value, leverage(p.symbol).of(p.margin_mode, side)));
  }
}

Notional Ledger::close(PositionSide side, const FillRow& fill, std::uint64_t sequence) {
  PositionRow& p = position(fill.symbol, side, fill.opened_by);
  RG_ASSERT(fill.size.is_positive());
  RG_ASSERT(fill.size <= p.size);
  const bool last = fill.size == p.size;
  const auto part_of = [&](Notional whole) {
    return last ? whole
                : Notional::from_raw(fixed::mul_div(whole.raw(), fill.size.raw(), p.size.raw(),
                                                    Rounding::nearest));
  };
  const Notional open_part = part_of(p.open_value);
  const Notional margin_part = part_of(p.isolated_margin);
  const Notional realised =
      side == PositionSide::long_side ? fill.value - open_part : open_part - fill.value;
  p.size -= fill.size;
  p.open_value -= open_part;
  p.cum_close_size += fill.size;
  p.cum_close_value += fill.value;
  p.cum_close_fee += fill.fee;
  p.cum_liquidation_fee += fill.liquidation_fee;
  p.updated = fill.time;
  p.updated_sequence = sequence;
  if (margin_part.is_positive()) {
    adjust_isolated(p, -margin_part);
  }
  collateral_ += realised - fill.fee - fill.liquidation_fee;
  totals_.realised += realised;
  totals_.fees += fill.fee;
  totals_.liquidation_fees += fill.liquidation_fee;
  (side == PositionSide::long_side ? totals_.closed_long : totals_.closed_short) += fill.value;
  return realised;
}

Notional Ledger::settle_funding(PositionRow& p, Price mark, std::int64_t rate_units,
                                Timestamp now) {
  const Notional value = mark_value(p, mark);
  const auto paid_by_long =
      Notional::from_raw(fixed::mul_scaled(value.raw(), rate_units, Rounding::nearest));
  const Notional received = p.side == PositionSide::long_side ? -paid_by_long : paid_by_long;
  p.funding += received;
  p.cum_funding += received;
  p.updated = now;
  collateral_ += received;
  totals_.funding += received;
  return received;
}

void Ledger::adjust_isolated(PositionRow& p, Notional amount) {
  collateral_ -= amount;
  p.isolated_margin += amount;
  if (amount.is_negative()) {
    totals_.margin_moved_in += -amount;
  } else {
    totals_.margin_moved_out += amount;
  }
}

Notional Ledger::cover_shortfall() {
  if (!collateral_.is_negative()) {
    return Notional::zero();
  }
  const Notional paid = -collateral_;
  collateral_ = Notional::zero();
  totals_.insurance += paid;
  return paid;
}

bool Ledger::flat() const {
  bool flat = true;
  each_open([&](const PositionRow&) { flat = false; });
  return flat;
}

Notional Ledger::mark_value(const PositionRow& p, Price mark) {
  return multiply(mark, p.size, Rounding::nearest);
}

Notional Ledger::unrealised(const PositionRow& p, Price mark) {
  if (p.size.is_zero()) {
    return Notional::zero();
  }
  const Notional value = mark_value(p, mark);
  return p.side == PositionSide::long_side ? value - p.open_value : p.open_value - value;
}

Notional Ledger::position_margin(const PositionRow& p, Price mark) const {
  if (p.size.is_zero()) {
    return Notional::zero();
  }
  if (p.margin_mode == MarginMode::isolated) {
    return p.isolated_margin;
  }
  return margin_of(mark_value(p, mark), leverage(p.symbol).of(p.margin_mode, p.side));
}

Notional Ledger::unrealised(const Marks& marks) const {
  Notional sum;
  each_open([&](const PositionRow& p) { sum += unrealised(p, marks[p.symbol.id()]); });
  return sum;
}

Notional Ledger::equity(const Marks& marks) const {
  Notional sum = collateral_;
  each_open([&](const PositionRow& p) {
    sum += unrealised(p, marks[p.symbol.id()]) + p.isolated_margin;
  });
  return sum;
}

Notional Ledger::cross_equity(const Marks& marks) const {
  Notional sum = collateral_;
  each_open([&](const PositionRow& p) {
    if (p.margin_mode == MarginMode::cross) {
      sum += unrealised(p, marks[p.symbol.id()]);
    }
  });
  return sum;
}

Notional Ledger::cross_mark_value(const Marks& marks) const {
  Notional sum;
  each_open([&](const PositionRow& p) {
    if (p.margin_mode == MarginMode::cross) {
      sum += mark_value(p, marks[p.symbol.id()]);
    }
  });
  return sum;
}

Notional Ledger::available(const Marks& marks, Notional frozen) const {
  Notional sum = cross_equity(marks) - frozen;
  each_open([&](const PositionRow& p) {
    if (p.margin_mode == MarginMode::cross) {
      sum -= position_margin(p, marks[p.symbol.id()]);
    }
  });
  return sum.is_negative() ? Notional::zero() : sum;
}

Price Ledger::liquidation_price(const PositionRow& p, const Marks& marks,
                                std::int64_t maintenance_units) const {
  if (p.size.is_zero()) {
    return {};
  }
  // Equity E(m) = E0 ± size·(m − mark) meets maintenance M(m) = M_others + rate·size·m. For
  // display: doubles are enough.
  const double mark = marks[p.symbol.id()].to_double();
  const double size = p.size.to_double();
  const double rate = static_cast<double>(maintenance_units) / static_cast<double>(kFixedScale);
  const bool cross = p.margin_mode == MarginMode::cross;
  const double equity = cross
                            ? cross_equity(marks).to_double()
                            : (p.isolated_margin + unrealised(p, marks[p.symbol.id()])).to_double();
  const double others = cross ? rate * (cross_mark_value(marks).to_double() - size * mark) : 0.0;
  const double sign = sign_of(p.side);
  const double price = (equity - others - sign * size * mark) / (size * (rate - sign));
  if (!(price > 0.0) || price > 1e9) {
    return {};
  }
  return Price::from_double(price, Rounding::nearest);
}

void Ledger::check() const {
  Notional held = collateral_;
  each_open([&](const PositionRow& p) { held += p.isolated_margin; });
  const Totals& t = totals_;
  RG_ASSERT(held == t.transferred_in - t.transferred_out + t.deposited - t.withdrawn + t.realised -
                        t.fees - t.liquidation_fees + t.funding + t.insurance);
}

} // namespace rg::exchange
