#include "actors/guard/guard_model.hpp"

#include "actors/guard/book_watch.hpp"
#include "actors/guard/cusum.hpp"
#include "actors/guard/guard_levels.hpp"
#include "actors/guard/return_scale.hpp"
#include "actors/guard/volume_monitor.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rg {

namespace {

constexpr double kNsPerMinute = 6e10;
// Beside its own limit a halt needs a move that matters, and a kill one that threatens: in a market
// that hardly moves, ten or thirty sigmas of a minute are a fraction of a percent.
constexpr double kHaltMove = 0.01, kKillMove = 0.05; // fractions of price
constexpr double kHaltShare = 1.5;                   // of the trailing week's four-hour volatility
constexpr double kHaltVariance = 0.01 * 0.01 / 30.0; // per minute: 1 % in half an hour
constexpr double kExpansionOverWeek = 4.0;           // fast over the trailing week's variance
constexpr double kDriftOverWeek = 1.5;               // trailing day over trailing week
// Slide: window, limit as a share of the jump limit, least move, and how lively it must be now.
constexpr double kSlideMinutes = 240.0, kSlideShare = 0.3, kSlideMove = 0.015, kSlideOverWeek = 2.5;
// Volume without a move: multiples of the usual volume, at a return below this many sigmas.
constexpr double kSurge = 12.0, kSurgeQuiet = 2.0;
constexpr double kShortestMinutes =
    1.0 / 3.0; // moves within 20 s are held against 20 s: market noise
// Between ticks a caution needs this share of its sigmas: a shock that will be twelve sigmas a
// minute on has done four of them after a third of its way.
constexpr double kFineShare = 0.72;
constexpr std::int64_t kFineStepNs = 5'000'000'000;
constexpr std::int64_t kSampleNs = 60'000'000'000;

double minutes_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) / kNsPerMinute;
}

/// A price seen at a time; prices in units of 1e-8, only ratios are used.
struct Anchor {
  double price = 0.0;
  std::int64_t ns = 0;
};

/// The last N anchors, newest first by age.
template <std::size_t N> class AnchorRing {
public:
  void push(Anchor anchor) {
    next_ = next_ + 1 == N ? 0 : next_ + 1;
    anchors_[next_] = anchor;
    size_ = size_ < N ? size_ + 1 : N;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// age 0 = newest; age < size().
  [[nodiscard]] const Anchor& at(std::size_t age) const {
    return anchors_[next_ >= age ? next_ - age : next_ + N - age];
  }

private:
  std::array<Anchor, N> anchors_{};
  std::size_t next_ = N - 1, size_ = 0;
};

/// Highest level whose limit the value reaches.
GuardEvidence judge(GuardCause cause, double value, double caution, double halt) {
  if (value >= halt) {
    return {GuardLevel::halt, cause, value, halt};
  }
  if (value >= caution) {
    return {GuardLevel::caution, cause, value, caution};
  }
  return {};
}

/// A halt whose gate is shut is a caution.
GuardEvidence gated(GuardEvidence evidence, bool gate, double caution) {
  if (evidence.level == GuardLevel::halt && !gate) {
    evidence.level = GuardLevel::caution;
    evidence.threshold = caution;
  }
  return evidence;
}

/// The graver of two; the earlier one when they are equal.
const GuardEvidence& graver(const GuardEvidence& a, const GuardEvidence& b) {
  return b.level > a.level ? b : a;
}

} // namespace

struct GuardModel::State {
  State(Symbol symbol, const GuardSettings& settings_)
      : settings(settings_), levels(symbol, settings_), drift(settings_.cusum_k) {}

  /// Largest squared move in units of its own variance, and the size of that move.
  struct Move {
    double squared_sigmas = 0.0;
    double size = 0.0;
  };
  void compare(Move& worst, double r, double minutes) const {
    const double sigmas = r * r / (scale.slow() * minutes);
    if (sigmas > worst.squared_sigmas) {
      worst = {sigmas, std::fabs(r)};
    }
  }
  /// Size from which a move may halt: 1 %, and a part of the trailing week's four-hour volatility.
  [[nodiscard]] double halt_move() const {
    return std::max(kHaltMove, kHaltShare * std::sqrt(kSlideMinutes * scale.longest()));
  }
  /// @param caution  sigmas from which a move is a caution.
  [[nodiscard]] GuardEvidence judge_move(const Move& worst, double caution) const;
  [[nodiscard]] Move worst_of_samples(double low, double high, std::int64_t ns) const;
  [[nodiscard]] GuardEvidence judge_slide(double low, double high, std::int64_t ns) const;
  /// The stored sample nearest to `minutes` back, by the present spacing of samples.
  [[nodiscard]] std::size_t age_of(double minutes) const {
    const double steps = minutes * per_minute;
    const std::size_t age = steps < 1.5 ? 0 : static_cast<std::size_t>(steps + 0.5) - 1;
    return std::min(age, samples.size() - 1);
  }
  [[nodiscard]] GuardEvidence close_sample(double price, double volume, std::int64_t ns);
  [[nodiscard]] GuardEvidence book_evidence(const Tick& tick);
  std::optional<GuardState> conclude(const GuardEvidence& evidence, Timestamp stamp);

  GuardSettings settings;
  GuardLevels levels;
  ReturnScale scale;
  VolatilityDrift drift;
  VolumeMonitor volume;
  UsualRatio spread, depth;
  double per_minute = 1.0; // samples a minute, from the last two
  AnchorRing<256> samples; // closes of base bars, or about one a minute from ticks
  AnchorRing<12> fine;     // ticks about 5 s apart
  double traded = 0.0;     // since the last sample (ticks)
  Timestamp last_history;
  double last_history_close = 0.0;
};

GuardModel::GuardModel(Symbol symbol, const GuardSettings& settings)
    : state_(std::make_unique<State>(symbol, settings)) {}
GuardModel::~GuardModel() = default;
GuardModel::GuardModel(GuardModel&&) noexcept = default;
GuardModel& GuardModel::operator=(GuardModel&&) noexcept = default;

const GuardState& GuardModel::state() const {
  return state_->levels.state();
}

// ---- statistics ----

/// Jump statistic: the move in sigmas of the continuous part of variance over the same time.
GuardEvidence GuardModel::State::judge_move(const Move& worst, double caution) const {
  if (worst.squared_sigmas < caution * caution) {
    return {};
  }
  const double sigmas = std::sqrt(worst.squared_sigmas);
  if (sigmas >= settings.jump_sigmas_kill && worst.size >= kKillMove) {
    return {GuardLevel::kill, GuardCause::jump, sigmas, settings.jump_sigmas_kill};
  }
  return gated(judge(GuardCause::jump, sigmas, caution, settings.jump_sigmas_halt),
               worst.size >= halt_move(), caution);
}

/// Moves of [low, high] against the closes one sample, about 5 and about 30 minutes back, with
/// √time.
GuardModel::State::Move GuardModel::State::worst_of_samples(double low, double high,
                                                            std::int64_t ns) const {
  Move worst;
  std::size_t last_age = samples.size();
  for (const double window : {0.0, 5.0, 30.0}) {
    const std::size_t age = age_of(window);
    if (age == last_age) {
      continue;
    }
    last_age = age;
    const Anchor& anchor = samples.at(age);
    const double minutes = std::max(minutes_between(anchor.ns, ns), kShortestMinutes);
    compare(worst, symmetric_return(high, anchor.price), minutes);
    compare(worst, symmetric_return(low, anchor.price), minutes);
  }
  return worst;
}

/// A slide over about four hours against the trailing week's volatility: no single minute of it
/// need be a jump. Moves over hours have thinner tails than moves over minutes, hence fewer sigmas.
GuardEvidence GuardModel::State::judge_slide(double low, double high, std::int64_t ns) const {
  const Anchor& anchor = samples.at(age_of(kSlideMinutes));
  const double minutes = minutes_between(anchor.ns, ns);
  if (minutes < 0.5 * kSlideMinutes) {
    return {};
  }
  const double move = std::max(std::fabs(symmetric_return(high, anchor.price)),
                               std::fabs(symmetric_return(low, anchor.price)));
  const double limit = kSlideShare * settings.jump_sigmas_halt;
  const double squared = move * move / (scale.longest() * minutes);
  if (move < kSlideMove || scale.fast() < kSlideOverWeek * scale.longest() ||
      squared < limit * limit) {
    return {};
  }
  return {GuardLevel::halt, GuardCause::jump, std::sqrt(squared), limit};
}

/// The slower statistics, once per sample.
GuardEvidence GuardModel::State::close_sample(double price, double volume_traded, std::int64_t ns) {
  GuardEvidence found;
  if (samples.size() > 0) {
    const Anchor& before = samples.at(0);
    const double minutes = minutes_between(before.ns, ns);
    const double r = symmetric_return(price, before.price);
    const double z = r / std::sqrt(scale.slow() * minutes);
    const bool judged = scale.ready();
    const VolumeReading traded_now =
        volume.on_sample(scale.slow() > 0.0 ? z : 0.0, volume_traded / minutes);
    const double drift_value = drift.on_return(r, minutes);
    scale.on_return(r, minutes);
    per_minute = 1.0 / std::max(minutes, 0.1);
    if (judged) {
      found = gated(judge(GuardCause::expansion, scale.fast() / scale.slow(),
                          settings.expansion_caution, settings.expansion_halt),
                    scale.fast() >= std::max(kHaltVariance, kExpansionOverWeek * scale.longest()),
                    settings.expansion_caution);
      found = graver(
          found,
          gated(judge(GuardCause::cusum, drift_value, settings.cusum_caution, settings.cusum_halt),
                scale.slow() >= std::max(kHaltVariance, kDriftOverWeek * scale.longest()),
                settings.cusum_caution));
      found = graver(found, gated(judge(GuardCause::price_volume, traded_now.distance,
                                        settings.price_volume_caution, settings.price_volume_halt),
                                  std::fabs(r) >= halt_move(), settings.price_volume_caution));
      if (traded_now.surge >= kSurge && std::fabs(z) < kSurgeQuiet) {
        found = graver(found,
                       {GuardLevel::caution, GuardCause::price_volume, traded_now.surge, kSurge});
      }
    }
  }
  samples.push({price, ns});
  return found;
}

GuardEvidence GuardModel::State::book_evidence(const Tick& tick) {
  GuardEvidence found;
  const double bid = static_cast<double>(tick.best_bid.raw());
  const double ask = static_cast<double>(tick.best_ask.raw());
  if (bid > 0.0 && ask > bid) {
    const double ratio = spread.on_value(symmetric_return(ask, bid));
    found = judge(GuardCause::spread, ratio, settings.spread_caution, settings.spread_halt);
  }
  const double shown =
      static_cast<double>(tick.bid_depth.raw()) + static_cast<double>(tick.ask_depth.raw());
  if (shown > 0.0) {
    // Held as usual / shown, so that "more" is worse as everywhere else.
    const double ratio = depth.on_value(shown);
    const GuardEvidence thin = judge(GuardCause::depth, 1.0 / std::max(ratio, 1e-9),
                                     1.0 / settings.depth_caution, 1.0 / settings.depth_halt);
    found = graver(found, thin);
  }
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

// ---- inputs ----

std::optional<GuardState> GuardModel::on_base_bar(const Bar& base) {
  State& s = *state_;
  const std::int64_t ns = base.close_time().ns();
  const double high = static_cast<double>(base.high.raw());
  const double low = static_cast<double>(base.low.raw());
  GuardEvidence found;
  if (s.scale.ready() && s.samples.size() > 0) {
    // Of the four points only the extremes can be the farthest from an anchor, and from one
    // another.
    State::Move worst = s.worst_of_samples(low, high, ns);
    s.compare(worst, symmetric_return(high, low), minutes_between(base.open_time.ns(), ns));
    found =
        graver(s.judge_move(worst, s.settings.jump_sigmas_caution), s.judge_slide(low, high, ns));
  }
  found = graver(found, s.close_sample(static_cast<double>(base.close.raw()),
                                       static_cast<double>(base.volume.raw()), ns));
  return s.conclude(found, base.close_time());
}

std::optional<GuardState> GuardModel::on_tick(const Tick& tick) {
  State& s = *state_;
  const std::int64_t ns = tick.exchange_time.ns();
  GuardEvidence found = s.book_evidence(tick);
  s.traded += static_cast<double>(tick.traded.raw());
  const double price = static_cast<double>(tick.last.raw());
  if (price > 0.0) {
    if (s.scale.ready()) {
      State::Move within_minute;
      for (std::size_t age = 0; age < s.fine.size(); ++age) {
        const Anchor& anchor = s.fine.at(age);
        s.compare(within_minute, symmetric_return(price, anchor.price),
                  std::max(minutes_between(anchor.ns, ns), kShortestMinutes));
      }
      const double caution = s.settings.jump_sigmas_caution;
      found = graver(s.judge_move(within_minute, kFineShare * caution), found);
      if (s.samples.size() > 0) {
        found = graver(found, s.judge_move(s.worst_of_samples(price, price, ns), caution));
        found = graver(found, s.judge_slide(price, price, ns));
      }
    }
    if (s.fine.size() == 0 || ns - s.fine.at(0).ns >= kFineStepNs) {
      s.fine.push({price, ns});
    }
    if (s.samples.size() == 0 || ns - s.samples.at(0).ns >= kSampleNs) {
      found = graver(found, s.close_sample(price, s.traded, ns));
      s.traded = 0.0;
    }
  }
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
                    data_time);
}

std::optional<GuardState> GuardModel::on_gap(const FeedGap& gap) {
  State& s = *state_;
  // Bars and depth are back-filled and only call for care; a dead link or a stream of malformed
  // frames leaves us blind.
  const bool blind = gap.kind == GapKind::link_lost || gap.kind == GapKind::silence ||
                     gap.kind == GapKind::burst_of_errors;
  const GuardLevel level = blind ? GuardLevel::halt : GuardLevel::caution;
  return s.conclude(
      {level, gap.kind == GapKind::silence ? GuardCause::silence : GuardCause::feed, 1.0, 1.0},
      std::max(gap.to, s.levels.state().stamp));
}

void GuardModel::warm(const PipelineBar& bar) {
  State& s = *state_;
  const double close = static_cast<double>(bar.bar.close.raw());
  if (s.last_history_close > 0.0) {
    const double minutes = minutes_between(s.last_history.ns(), bar.bar.close_time().ns());
    const double r = symmetric_return(close, s.last_history_close);
    s.drift.on_return(r, minutes);
    s.scale.on_return(r, minutes);
  }
  s.last_history_close = close;
  s.last_history = bar.bar.close_time();
}

std::optional<GuardState> GuardModel::release(Timestamp data_time) {
  return state_->levels.release(data_time);
}

} // namespace rg
