// The anomaly guard: observations within and beyond each threshold.

#include "actors/guard/guard_model.hpp"
#include "app/controls/probe_kit.hpp"

#include <cmath>

namespace rg::app::probes {

namespace {

Attempt level_of(const GuardModel& guard) {
  const GuardState& state = guard.state();
  return state.level >= GuardLevel::halt ? Attempt{false, to_string(state.cause)}
                                         : Attempt{true, to_string(state.level)};
}

Tick tick(Timestamp time, double last, double spread = 0.0001, double depth = 50.0) {
  Tick t;
  t.symbol = kPair;
  t.exchange_time = t.receive_time = time;
  t.last = t.mark = t.index = price(last);
  t.best_bid = price(last * (1.0 - 0.5 * spread));
  t.best_ask = price(last * (1.0 + 0.5 * spread));
  t.bid_depth = t.ask_depth = Quantity::from_double(depth, Rounding::nearest);
  t.traded = Quantity::from_double(1.0, Rounding::nearest);
  return t;
}

/// A guard that has seen an ordinary quarter of an hour, second by second.
struct Watched {
  explicit Watched(const EngineSettings& s) : guard(kPair, s.guard) {
    for (int i = 0; i < 900; ++i) {
      see(tick(next(), kPrice * (i % 2 == 0 ? 1.0001 : 1.0)));
    }
  }
  void see(const Tick& t) { static_cast<void>(guard.on_tick(t)); }
  Timestamp next() { return now = now + 1s; }

  Timestamp now = start_of_probe();
  GuardModel guard;
};

Attempt after(const EngineSettings& s, double spread, double depth) {
  Watched w(s);
  for (int i = 0; i < 120; ++i) { // lasting: one flickering quote is no event
    w.see(tick(w.next(), kPrice, spread, depth));
  }
  return level_of(w.guard);
}

/// One-minute bars of a tenth of a percent, then one that moves by `size`.
Attempt after_jump(const EngineSettings& s, double size) {
  GuardModel guard(kPair, s.guard);
  double last = kPrice;
  const auto minute = [&](int index, double to) {
    Bar bar;
    bar.symbol = kPair;
    bar.open_time = start_of_probe() + index * 1min;
    bar.length = 1min;
    bar.open = price(last);
    bar.close = price(to);
    bar.high = std::max(bar.open, bar.close);
    bar.low = std::min(bar.open, bar.close);
    bar.volume = Quantity::from_double(100.0, Rounding::nearest);
    last = to;
    static_cast<void>(guard.on_base_bar(bar));
  };
  constexpr int kMinutes = 3000;
  for (int i = 0; i < kMinutes; ++i) {
    minute(i, i % 2 == 0 ? kPrice * 1.001 : kPrice);
  }
  minute(kMinutes, last * (1.0 + size));
  return level_of(guard);
}

} // namespace

ControlEvidence silence(const EngineSettings& s) {
  GuardModel talking(kPair, s.guard), mute(kPair, s.guard);
  static_cast<void>(talking.on_silence(start_of_probe(), s.guard.silence_halt - 1ms));
  static_cast<void>(mute.on_silence(start_of_probe(), s.guard.silence_halt));
  return {level_of(talking), level_of(mute)};
}

ControlEvidence mark_distance(const EngineSettings& s) {
  const auto distant = [&](double distance) {
    Watched w(s);
    Tick t = tick(w.next(), kPrice);
    t.mark = price(kPrice * (1.0 + distance));
    w.see(t);
    return level_of(w.guard);
  };
  return {distant(0.5 * s.guard.mark_caution), distant(1.1 * s.guard.mark_halt)};
}

ControlEvidence jump(const EngineSettings& s) {
  // The sigma of the bars is 0.1 %; a jump must also matter in itself (1 %).
  const double sigma = 0.001;
  return {after_jump(s, sigma),
          after_jump(s, std::max(0.05, 2.0 * s.guard.jump_sigmas_halt * sigma))};
}

ControlEvidence spread_halt(const EngineSettings& s) {
  const double usual = 0.0001;
  const double wide = std::max(2.0 * s.guard.spread_halt * usual, 2.0 * s.guard.spread_floor);
  return {after(s, usual, 50.0), after(s, wide, 50.0)};
}

ControlEvidence depth_halt(const EngineSettings& s) {
  return {after(s, 0.0001, 50.0), after(s, 0.0001, 50.0 * 0.5 * s.guard.depth_halt)};
}

/// What a halt of the guard does to an entry of its pair.
ControlEvidence guard_refuses(const EngineSettings& s) {
  PortfolioModel calm = ready_portfolio(without_other_caps(s.portfolio));
  PortfolioModel halted = ready_portfolio(without_other_caps(s.portfolio));
  GuardState state;
  state.symbol = kPair;
  state.level = GuardLevel::halt;
  state.cause = GuardCause::jump;
  halted.on_guard(state);
  return {reviewed(calm, entry(kPair, 0.1)), reviewed(halted, entry(kPair, 0.1))};
}

} // namespace rg::app::probes
