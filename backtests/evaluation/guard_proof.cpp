#include "backtests/evaluation/guard_proof.hpp"

#include <fmt/core.h>

#include <array>

namespace rg {

namespace {

constexpr double kDetectionBar = 0.99;
constexpr double kFalseHaltsBar = 1.0;
/// Days whose fall is on record at one minute: 2021-05-19 and 2023-08-17.
constexpr std::array<std::int64_t, 2> kCrashDaysMs{1'621'382'400'000, 1'692'230'400'000};
constexpr std::size_t kSyntheticTrials = 200;

ProofFigure detection(const char* name, const Detection& found, bool early) {
  ProofFigure f = at_least(name, early ? found.early() : found.ever(), kDetectionBar);
  f.detail =
      fmt::format("{} of {}{}", early ? found.in_first_third : found.by_the_end, found.trials,
                  early ? fmt::format("; by the end {}", found.by_the_end) : "");
  return f;
}

const char* day_name(Timestamp day) {
  return day.ms() == kCrashDaysMs[0] ? "2021-05-19" : "2023-08-17";
}

void add_crashes(ProofRow& row, std::span<const GuardFolder> folders) {
  for (const std::int64_t ms : kCrashDaysMs) {
    const Timestamp day = Timestamp::from_ms(ms);
    double pairs = 0.0;
    double in_time = 0.0;
    std::string late;
    for (const GuardFolder& folder : folders) {
      for (const GuardFolder::Crash& c : folder.crashes) {
        if (c.day == day) {
          pairs += 1.0;
          in_time += c.in_time ? 1.0 : 0.0;
          late += c.in_time ? "" : fmt::format(" {}/{}", folder.name, c.symbol.name());
        }
      }
    }
    ProofFigure f =
        at_least(fmt::format("{}: share of pairs halted before a third of the fall", day_name(day)),
                 pairs > 0.0 ? std::optional(in_time / pairs) : std::nullopt, 1.0);
    f.detail = pairs > 0.0 ? fmt::format("{:g} of {:g}{}{}", in_time, pairs,
                                         late.empty() ? "" : "; late:", late)
                           : "no one-minute data of that day given";
    row.figures.push_back(std::move(f));
  }
}

} // namespace

GuardFolder measure_guard(const CandleFolder& folder, const GuardSettings& settings,
                          std::uint64_t seed) {
  GuardFolder out;
  out.name = folder.name;
  for (const CandleSeries& s : folder.series) {
    if (s.interval != std::chrono::minutes{1}) {
      continue;
    }
    ShockTrial trial;
    trial.seed = seed;
    out.shock_12.add(inject_shocks(s, settings, trial));
    trial.sigmas = 20.0;
    out.shock_20.add(inject_shocks(s, settings, trial));
    trial.sigmas = 8.0;
    trial.least_move = 0.01;
    out.shock_8.add(inject_shocks(s, settings, trial));
    VolumeTrial volume;
    volume.seed = seed;
    out.volume.add(inject_volume(s, settings, volume));
    volume.base = VolumeBase::own;
    out.own_volume.add(inject_volume(s, settings, volume));
    const std::vector<GuardState> changes = run_guard(s, settings);
    out.halts_a_calm_week += rg::halts_a_calm_week(s, changes);
    ++out.pairs;
    for (const std::int64_t ms : kCrashDaysMs) {
      const Timestamp day = Timestamp::from_ms(ms);
      if (const auto in_time = halted_in_time(s, changes, day)) {
        out.crashes.push_back({s.symbol, day, *in_time});
      }
    }
  }
  if (out.pairs > 0) {
    out.halts_a_calm_week /= static_cast<double>(out.pairs);
  }
  return out;
}

ProofRow guard_row(std::span<const GuardFolder> folders, const GuardSettings& settings,
                   std::uint64_t seed) {
  ProofRow row;
  row.id = "guard";
  row.title = "Anomaly guard: shocks, calm days, two crashes";
  Detection shock_12, shock_20, shock_8, volume, own_volume;
  for (const GuardFolder& folder : folders) {
    row.spans.push_back(folder.name);
    shock_12.add(folder.shock_12);
    shock_20.add(folder.shock_20);
    shock_8.add(folder.shock_8);
    volume.add(folder.volume);
    own_volume.add(folder.own_volume);
  }
  row.figures.push_back(detection("12 sigma in a minute, seen in its first third", shock_12, true));
  row.figures.push_back(detection("20 sigma in a minute, seen in its first third", shock_20, true));
  ProofFigure small =
      reported("max(1 %, 8 sigma) in a minute, seen in its first third", shock_8.early());
  small.detail = fmt::format("{} of {}; by the end {}", shock_8.in_first_third, shock_8.trials,
                             shock_8.by_the_end);
  row.figures.push_back(std::move(small));
  row.figures.push_back(
      detection("20 x the day's mean volume without a move, that minute", volume, false));
  ProofFigure own = reported("20 x the minute's own volume without a move", own_volume.ever());
  own.detail = fmt::format("{} of {}; small minutes times twenty are ordinary ones",
                           own_volume.by_the_end, own_volume.trials);
  row.figures.push_back(std::move(own));
  row.figures.push_back(detection("spread x 10, within 30 s",
                                  widen_spreads(settings, 10.0, kSyntheticTrials, seed), false));
  row.figures.push_back(detection("10 s without a frame: halt",
                                  fall_silent(settings, kSyntheticTrials, seed), false));
  for (const GuardFolder& folder : folders) {
    if (folder.pairs > 0) {
      ProofFigure f = at_most(folder.name + ": halts a pair a week on calm days",
                              folder.halts_a_calm_week, kFalseHaltsBar);
      f.detail = fmt::format("{} pairs", folder.pairs);
      row.figures.push_back(std::move(f));
    }
  }
  add_crashes(row, folders);
  row.notes.push_back(
      "spread and silence on a synthetic book; the rest on real one-minute candles");
  return row;
}

} // namespace rg
