#include "actors/guard/price_watch.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kMinutesPerNs = 1.0 / 6e10;
// Beside its own limit a halt needs a move that matters, and a kill one that threatens: in a market
// that hardly moves, ten or thirty sigmas of a minute are a fraction of a percent.
constexpr double kHaltMove = 0.01, kKillMove = 0.05; // fractions of price
constexpr double kHaltShare = 1.5;                   // of the trailing week's four-hour volatility
constexpr double kHaltVariance = 0.01 * 0.01 / 30.0; // per minute: 1 % in half an hour
constexpr double kExpansionOverWeek = 4.0;           // fast over the trailing week's variance
constexpr double kDriftOverWeek = 1.5;               // trailing day over trailing week
// Slide: window, limit as a share of the jump limit, least move, how lively it must be now.
constexpr double kSlideMinutes = 240.0, kSlideShare = 0.3, kSlideMove = 0.015, kSlideOverWeek = 2.5;
// Volume without a move: multiples of the usual volume, at a return below this many sigmas.
constexpr double kSurge = 12.0, kSurgeQuiet = 2.0;
// Moves within 20 s are held against 20 s: shorter ones are market noise.
constexpr double kShortestMinutes = 1.0 / 3.0;
// Between ticks a caution needs this share of its sigmas: a shock that will be twelve sigmas a
// minute on has done four of them after a third of its way.
constexpr double kFineShare = 0.70;
constexpr std::int64_t kFineStepNs = 5'000'000'000;
constexpr std::int64_t kSampleNs = 60'000'000'000;

double minutes_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) * kMinutesPerNs;
}

} // namespace

PriceWatch::PriceWatch(const GuardSettings& settings)
    : settings_(settings), drift_(settings.cusum_k) {}

void PriceWatch::set_settings(const GuardSettings& settings) {
  // The slack of the CUSUM is part of the sum that it has gathered: it needs a restart.
  RG_ASSERT(settings.cusum_k == settings_.cusum_k);
  const double ratio = settings.jump_sigmas_caution / settings_.jump_sigmas_caution;
  quiet_ *= ratio * ratio; // the bound below which nothing is looked at goes along
  settings_ = settings;
}

// ---- moves ----

/// Size from which a move may halt.
double PriceWatch::halt_move() const {
  return std::max(kHaltMove, kHaltShare * std::sqrt(kSlideMinutes * scale_.longest()));
}

/// The stored sample nearest to `minutes` back, by the present spacing of samples; sample n is
/// n + 1 steps old.
std::size_t PriceWatch::age_of(double minutes) const {
  const double steps = minutes * per_minute_;
  return std::min(static_cast<std::size_t>(std::max(steps - 0.5, 0.0)), samples_.size() - 1);
}

void PriceWatch::compare(Move& worst, double r, double minutes) const {
  const double sigmas = r * r / (scale_.slow() * minutes);
  if (sigmas > worst.squared_sigmas) {
    worst = {sigmas, std::fabs(r)};
  }
}

/// False when no move from the anchor into [low, high] can reach a caution. x = p/a − 1 bounds the
/// symmetric return: |r| <= 1.34·|x| for |x| <= ½, and `quiet_` leaves a factor 2 for r² against
/// x².
bool PriceWatch::may_matter(double low, double high, const Anchor& anchor, double minutes) const {
  const double x = std::max(high * anchor.inverse - 1.0, 1.0 - low * anchor.inverse);
  return x * x >= quiet_ * minutes;
}

void PriceWatch::look_back(Move& worst, double low, double high, double age_minutes,
                           std::int64_t ns) const {
  const Anchor& anchor = samples_.at(age_of(age_minutes));
  const double minutes = std::max(minutes_between(anchor.ns, ns), kShortestMinutes);
  if (may_matter(low, high, anchor, minutes)) {
    compare(worst, symmetric_return(high, anchor.price), minutes);
    compare(worst, symmetric_return(low, anchor.price), minutes);
  }
}

GuardEvidence PriceWatch::judge_move(const Move& worst, double caution) const {
  if (worst.squared_sigmas < caution * caution) {
    return {};
  }
  const double sigmas = std::sqrt(worst.squared_sigmas);
  // The continuous part of the last hour's variance may explain what the trailing day does not.
  const double hour = std::max(scale_.slow(), scale_.bipower());
  const double unexplained = sigmas * std::sqrt(scale_.slow() / hour);
  if (unexplained >= settings_.jump_sigmas_kill && worst.size >= kKillMove) {
    return {GuardLevel::kill, GuardCause::jump, unexplained, settings_.jump_sigmas_kill};
  }
  if (unexplained >= settings_.jump_sigmas_halt && worst.size >= halt_move()) {
    return {GuardLevel::halt, GuardCause::jump, unexplained, settings_.jump_sigmas_halt};
  }
  return {GuardLevel::caution, GuardCause::jump, sigmas, caution};
}

/// A slide over about four hours against the trailing week's volatility: no single minute of it
/// need be a jump. Moves over hours have thinner tails than moves over minutes, hence fewer sigmas.
GuardEvidence PriceWatch::judge_slide(double low, double high, std::int64_t ns) const {
  if (scale_.fast() < kSlideOverWeek * scale_.longest()) {
    return {};
  }
  const Anchor& anchor = samples_.at(age_of(kSlideMinutes));
  const double minutes = minutes_between(anchor.ns, ns);
  const double move = std::max(std::fabs(symmetric_return(high, anchor.price)),
                               std::fabs(symmetric_return(low, anchor.price)));
  if (minutes < 0.5 * kSlideMinutes || move < kSlideMove) {
    return {};
  }
  const double limit = kSlideShare * settings_.jump_sigmas_halt;
  const double sigmas = move / std::sqrt(scale_.longest() * minutes);
  return sigmas < limit ? GuardEvidence{}
                        : GuardEvidence{GuardLevel::halt, GuardCause::jump, sigmas, limit};
}

/// Moves into [low, high] from one sample, about 5 and about 30 minutes back, and within the range.
GuardEvidence PriceWatch::judge_range(double low, double high, double range_minutes,
                                      std::int64_t ns) const {
  Move worst;
  look_back(worst, low, high, 0.0, ns);
  look_back(worst, low, high, 5.0, ns);
  look_back(worst, low, high, 30.0, ns);
  if (range_minutes > 0.0) {
    const double x = high - low;
    if (x * x >= quiet_ * range_minutes * low * low) {
      compare(worst, symmetric_return(high, low), range_minutes);
    }
  }
  return graver(judge_move(worst, settings_.jump_sigmas_caution), judge_slide(low, high, ns));
}

GuardEvidence PriceWatch::judge_within_minute(double price, std::int64_t ns) const {
  Move worst;
  for (std::size_t age = 0; age < fine_.size(); ++age) {
    const Anchor& anchor = fine_.at(age);
    const double minutes = std::max(minutes_between(anchor.ns, ns), kShortestMinutes);
    if (may_matter(price, price, anchor, minutes)) {
      compare(worst, symmetric_return(price, anchor.price), minutes);
    }
  }
  return judge_move(worst, kFineShare * settings_.jump_sigmas_caution);
}

// ---- samples ----

GuardEvidence PriceWatch::judge_sample(double r, double z, double drift,
                                       const VolumeReading& volume) const {
  GuardEvidence found;
  if (scale_.fast() >= settings_.expansion_caution * scale_.slow()) {
    const bool matters =
        scale_.fast() >= std::max(kHaltVariance, kExpansionOverWeek * scale_.longest());
    found = gated(judge(GuardCause::expansion, scale_.fast() / scale_.slow(),
                        settings_.expansion_caution, settings_.expansion_halt),
                  matters, settings_.expansion_caution);
  }
  if (drift >= settings_.cusum_caution) {
    const bool matters =
        scale_.slow() >= std::max(kHaltVariance, kDriftOverWeek * scale_.longest());
    found = graver(
        found, gated(judge(GuardCause::cusum, drift, settings_.cusum_caution, settings_.cusum_halt),
                     matters, settings_.cusum_caution));
  }
  if (volume.distance >= settings_.price_volume_caution) {
    found = graver(found, gated(judge(GuardCause::price_volume, volume.distance,
                                      settings_.price_volume_caution, settings_.price_volume_halt),
                                std::fabs(r) >= halt_move(), settings_.price_volume_caution));
  }
  if (volume.surge >= kSurge && std::fabs(z) < kSurgeQuiet) {
    found = graver(found, {GuardLevel::caution, GuardCause::price_volume, volume.surge, kSurge});
  }
  return found;
}

/// The slower statistics, once per sample.
GuardEvidence PriceWatch::close_sample(double price, double volume, std::int64_t ns) {
  GuardEvidence found;
  if (samples_.size() > 0) {
    const Anchor& before = samples_.at(0);
    const double minutes = minutes_between(before.ns, ns);
    const double r = symmetric_return(price, before.price);
    const bool judged = scale_.ready();
    const double z = judged ? r * scale_.per_sigma(minutes) : 0.0;
    const VolumeReading traded = volume_.on_sample(z, volume / minutes);
    const double drift = drift_.on_return(r, minutes);
    scale_.on_return(r, minutes);
    quiet_ = 0.5 * kFineShare * kFineShare * settings_.jump_sigmas_caution *
             settings_.jump_sigmas_caution * scale_.slow();
    per_minute_ = 1.0 / std::max(minutes, 0.1);
    if (judged) {
      found = judge_sample(r, z, drift, traded);
    }
  }
  samples_.push(price, ns);
  return found;
}

// ---- inputs ----

GuardEvidence PriceWatch::on_base_bar(const Bar& bar) {
  const std::int64_t ns = bar.close_time().ns();
  const double high = static_cast<double>(bar.high.raw());
  const double low = static_cast<double>(bar.low.raw());
  GuardEvidence found;
  if (scale_.ready() && samples_.size() > 0) {
    found = judge_range(low, high, minutes_between(bar.open_time.ns(), ns), ns);
  }
  return graver(found, close_sample(static_cast<double>(bar.close.raw()),
                                    static_cast<double>(bar.volume.raw()), ns));
}

GuardEvidence PriceWatch::on_price(double price, double traded, std::int64_t ns) {
  traded_ += traded;
  GuardEvidence found;
  if (scale_.ready()) {
    found = judge_within_minute(price, ns);
    if (samples_.size() > 0) {
      found = graver(found, judge_range(price, price, 0.0, ns));
    }
  }
  if (fine_.size() == 0 || ns - fine_.at(0).ns >= kFineStepNs) {
    fine_.push(price, ns);
  }
  if (samples_.size() == 0 || ns - samples_.at(0).ns >= kSampleNs) {
    found = graver(found, close_sample(price, traded_, ns));
    traded_ = 0.0;
  }
  return found;
}

void PriceWatch::warm(const Bar& bar) {
  const double close = static_cast<double>(bar.close.raw());
  if (last_history_close_ > 0.0) {
    const double minutes = minutes_between(last_history_.ns(), bar.close_time().ns());
    const double r = symmetric_return(close, last_history_close_);
    static_cast<void>(drift_.on_return(r, minutes));
    scale_.on_return(r, minutes);
    quiet_ = 0.0; // the first sample sets it
  }
  last_history_close_ = close;
  last_history_ = bar.close_time();
}

} // namespace rg
