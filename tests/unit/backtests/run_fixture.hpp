#pragma once
// Everything a whole run needs, on synthetic minutes and the built-in model.

#include "backtests/backtest.hpp"
#include "backtests/csv_files.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/synthetic_bars.hpp"

namespace rg::test {

constexpr std::int64_t kStartMs = 1735689600000; // 2025-01-01, midnight
constexpr int kDay = 1440;                       // minutes
constexpr int kWarmUp = 15'000;                  // minutes of 1,000 slots

inline std::shared_ptr<const ModelParameters> builtin_model() {
  static const auto kModel = [] {
    auto model = model_for("");
    REQUIRE(model.has_value());
    return *model;
  }();
  return kModel;
}

/// Settings, costs and funding of a run; change what the test is about before calling.
struct RunFixture {
  EngineSettings settings;
  FillParameters costs;
  FundingSchedule funding{std::chrono::hours{8}, 0.0001};
  std::optional<Timestamp> from, to;

  [[nodiscard]] RunInputs inputs() const {
    return {settings, builtin_model(), contract_defaults(),
            costs,    funding,         Notional::from_raw(10'000 * kFixedScale),
            true};
  }
  [[nodiscard]] SpanWindow window() const {
    return {from, to, settings.bars.interval, settings.bars.warm_up_slots};
  }
  [[nodiscard]] Span cut(const CandleFolder& folder) const {
    auto span = Span::cut(folder, window());
    REQUIRE(span.has_value());
    return std::move(span).value();
  }
  [[nodiscard]] SpanResult run(const CandleFolder& folder, bool baselines = false) const {
    return run_span(cut(folder), inputs(), baselines, {});
  }
};

/// BTC and ETH over warm-up plus `days`.
inline CandleFolder two_pairs(int days, std::uint64_t seed = 1) {
  return folder_of(
      {SyntheticBars("BTC", seed, 60'000).series(kStartMs, kWarmUp + days * kDay),
       SyntheticBars("ETH", seed + 100, 3'000).series(kStartMs, kWarmUp + days * kDay)});
}

} // namespace rg::test
