#include "actors/guard/guard_model.hpp"

#include "actors/guard/book_watch.hpp"
#include "actors/guard/guard_levels.hpp"
#include "actors/guard/price_watch.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

struct GuardModel::State {
  State(Symbol symbol, const GuardSettings& settings_)
      : settings(settings_), levels(symbol, settings_), prices(settings_) {}

  [[nodiscard]] GuardEvidence judge_book(const Tick& tick);
  [[nodiscard]] GuardEvidence judge_fair_prices(const Tick& tick) const;
  std::optional<GuardState> conclude(const GuardEvidence& evidence, Timestamp stamp);

  GuardSettings settings;
  GuardLevels levels;
  PriceWatch prices;
  UsualRatio spread, depth;
};

GuardModel::GuardModel(Symbol symbol, const GuardSettings& settings)
    : state_(std::make_unique<State>(symbol, settings)) {}
GuardModel::~GuardModel() = default;
GuardModel::GuardModel(GuardModel&&) noexcept = default;
GuardModel& GuardModel::operator=(GuardModel&&) noexcept = default;

const GuardState& GuardModel::state() const {
  return state_->levels.state();
}

/// Spread blow-out and depth evaporation, each against its usual value.
GuardEvidence GuardModel::State::judge_book(const Tick& tick) {
  GuardEvidence found;
  const double bid = static_cast<double>(tick.best_bid.raw());
  const double ask = static_cast<double>(tick.best_ask.raw());
  if (bid > 0.0 && ask > bid) {
    const double relative = symmetric_return(ask, bid);
    const double ratio = spread.on_value(relative, tick.exchange_time.ns());
    // A liquid book's usual spread is one tick; many times that is still nothing to an order.
    if (relative >= settings.spread_floor) {
      found = judge(GuardCause::spread, ratio, settings.spread_caution, settings.spread_halt);
    }
  }
  const double shown =
      static_cast<double>(tick.bid_depth.raw()) + static_cast<double>(tick.ask_depth.raw());
  if (shown > 0.0) {
    // Held as usual / shown, so that more is worse as everywhere else.
    const double ratio = depth.on_value(shown, tick.exchange_time.ns());
    found = graver(found, judge(GuardCause::depth, 1.0 / std::max(ratio, 1e-9),
                                1.0 / settings.depth_caution, 1.0 / settings.depth_halt));
  }
  return found;
}

/// Distance of the last trade from mark and index.
GuardEvidence GuardModel::State::judge_fair_prices(const Tick& tick) const {
  GuardEvidence found;
  const double last = static_cast<double>(tick.last.raw());
  for (const Price& fair : {tick.mark, tick.index}) {
    if (last > 0.0 && fair.is_positive()) {
      const double distance = std::fabs(symmetric_return(last, static_cast<double>(fair.raw())));
      found = graver(found, judge(GuardCause::mark_distance, distance, settings.mark_caution,
                                  settings.mark_halt));
    }
  }
  return found;
}

std::optional<GuardState> GuardModel::State::conclude(const GuardEvidence& evidence,
                                                      Timestamp stamp) {
  // Time first: a level may have ended before this evidence came.
  const auto stepped = levels.on_time(stamp);
  if (evidence.level == GuardLevel::normal) {
    return stepped;
  }
  const auto risen = levels.on_evidence(evidence, stamp);
  return risen ? risen : stepped;
}

std::optional<GuardState> GuardModel::on_base_bar(const Bar& base) {
  return state_->conclude(state_->prices.on_base_bar(base), base.close_time());
}

std::optional<GuardState> GuardModel::on_tick(const Tick& tick) {
  State& s = *state_;
  GuardEvidence found = graver(s.judge_book(tick), s.judge_fair_prices(tick));
  if (tick.last.is_positive()) {
    found =
        graver(s.prices.on_price(static_cast<double>(tick.last.raw()),
                                 static_cast<double>(tick.traded.raw()), tick.exchange_time.ns()),
               found);
  }
  // Stamps of different channels may step back a little; a level's own time never does.
  return s.conclude(found, std::max(tick.exchange_time, s.levels.state().stamp));
}

std::optional<GuardState> GuardModel::on_silence(Timestamp data_time, Duration silent_for) {
  State& s = *state_;
  if (silent_for < s.settings.silence_halt) {
    return std::nullopt;
  }
  const auto seconds = [](Duration d) { return std::chrono::duration<double>(d).count(); };
  return s.conclude({GuardLevel::halt, GuardCause::silence, seconds(silent_for),
                     seconds(s.settings.silence_halt)},
                    std::max(data_time, s.levels.state().stamp));
}

std::optional<GuardState> GuardModel::on_gap(const FeedGap& gap) {
  State& s = *state_;
  // Bars and depth are back-filled and only call for care; a dead link or a stream of malformed
  // frames leaves us blind.
  const bool blind = gap.kind == GapKind::link_lost || gap.kind == GapKind::silence ||
                     gap.kind == GapKind::burst_of_errors;
  const GuardLevel level = blind ? GuardLevel::halt : GuardLevel::caution;
  const GuardCause cause = gap.kind == GapKind::silence ? GuardCause::silence : GuardCause::feed;
  return s.conclude({level, cause, 1.0, 1.0}, std::max(gap.to, s.levels.state().stamp));
}

void GuardModel::set_settings(const GuardSettings& settings) {
  state_->settings = settings;
  state_->levels.set_settings(settings);
  state_->prices.set_settings(settings);
}

void GuardModel::warm(const PipelineBar& bar) {
  state_->prices.warm(bar.bar);
}

std::optional<GuardState> GuardModel::release(Timestamp data_time) {
  return state_->levels.release(data_time);
}

} // namespace rg
