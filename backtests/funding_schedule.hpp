#pragma once
// Funding rates by pair and settlement time.

#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace rg {

/// Settlements stand at multiples of the interval since 1970 (00, 08, 16 UTC for 8 h).
class FundingSchedule {
public:
  FundingSchedule(Duration interval, double default_rate);

  /// A rate from a file; its time is taken to the nearest settlement (venues stamp a few ms late).
  void set(Symbol symbol, Timestamp time, double rate);

  /// Fraction of the notional that longs pay shorts at this settlement.
  [[nodiscard]] double rate(Symbol symbol, Timestamp settlement) const;
  [[nodiscard]] bool from_file(Symbol symbol, Timestamp settlement) const;
  /// First settlement strictly after / at or after `t`.
  [[nodiscard]] Timestamp next_after(Timestamp t) const;
  [[nodiscard]] Timestamp next_at_or_after(Timestamp t) const;
  [[nodiscard]] Duration interval() const { return interval_; }

private:
  struct Entry {
    std::int64_t settlement; // number of intervals since 1970
    double rate;
  };
  [[nodiscard]] const Entry* find(Symbol symbol, Timestamp settlement) const;

  Duration interval_;
  double default_rate_;
  std::array<std::vector<Entry>, Symbol::kCount> entries_; // ascending
};

} // namespace rg
