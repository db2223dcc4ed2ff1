#pragma once
// The drawdown ladder (design §8) and the daily loss limit. Both look at equity at mark, unrealised
// profit and loss included, once per data stamp, and both live in data time.

#include "messages/settings/settings.hpp"
#include "messages/units/notional.hpp"

#include <cstdint>

namespace rg {

enum class Rung : std::uint8_t { none, soft, hard };

class DrawdownLadder {
public:
  /// @param hard_rung_armed  false: the hard rung never binds (results "without ladder").
  DrawdownLadder(const PortfolioSettings& settings, Notional equity, bool hard_rung_armed);

  /// Moves the high-water mark and the rung. True at the stamp at which the hard rung is reached.
  bool update(Notional equity, Timestamp now);
  /// A deposit or withdrawal changed equity from `before` to `after`: the drawdown stays the same.
  void on_flow(Notional before, Notional after);
  /// The mark that on_flow() leaves.
  [[nodiscard]] static Notional mark_after_flow(Notional mark, Notional before, Notional after);
  /// A person resumes: the ladder starts again from this equity.
  void release(Notional equity);

  [[nodiscard]] Notional high_water_mark() const { return high_water_mark_; }
  [[nodiscard]] double drawdown(Notional equity) const;
  [[nodiscard]] Rung rung() const { return rung_; }
  [[nodiscard]] bool is_halted() const { return rung_ == Rung::hard; }
  [[nodiscard]] Timestamp halted_until() const { return halted_until_; }
  void restore(Notional high_water_mark, Timestamp halted_until);
  /// Rungs from the next update on. A halt in force keeps its end: a wider rung releases nothing.
  void set_settings(const PortfolioSettings& settings);

private:
  double soft_, hard_;
  Duration resume_after_;
  bool armed_;
  Notional high_water_mark_;
  Rung rung_ = Rung::none;
  Timestamp halted_until_;
};

/// Loss since the opening of the UTC day (of data time). Once hit it holds until the next day
/// opens.
class DailyLoss {
public:
  explicit DailyLoss(double max_loss) : max_loss_(max_loss) {}

  /// True when `now` opened a new day (the first call does).
  bool roll(Notional equity, Timestamp now);
  /// True at the stamp at which the limit is reached.
  bool update(Notional equity);
  void on_flow(Notional before, Notional after);
  /// The day's opening that on_flow() leaves.
  [[nodiscard]] static Notional opening_after_flow(Notional opening, Notional before,
                                                   Notional after);

  [[nodiscard]] bool is_hit() const { return hit_; }
  [[nodiscard]] Timestamp day() const { return day_; }
  [[nodiscard]] Notional opening() const { return opening_; }
  void restore(Timestamp day, Notional opening, bool hit);
  void set_max_loss(double max_loss) { max_loss_ = max_loss; } ///< a limit that was hit stays hit

private:
  double max_loss_;
  Timestamp day_, day_end_;
  Notional opening_;
  bool hit_ = false;
};

} // namespace rg
