#pragma once
// The forecasters that the risk models are judged against, fitted on training data only:
//
// * GARCH(1,1) per pair, for volatility;
// * EWMA × a constant per pair, for the tail;
// * a one-variable logistic on ln(trailing 4 h / trailing 5 d volatility), for expansion.

#include "backtests/forecast_scores.hpp"
#include "backtests/statistics/garch.hpp"
#include "infra/market/candle_file.hpp"
#include "messages/settings/settings.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

struct ReferenceForecasters {
  std::array<std::optional<GarchFit>, Symbol::kCount> garch;
  /// Multiple of rv_ewma with the least pinball loss at the tail level; pooled where a pair was not
  /// in the training data.
  std::array<std::optional<double>, Symbol::kCount> tail_multiple;
  std::optional<double> pooled_tail_multiple;
  /// Bias and slope; empty without both classes.
  std::optional<std::array<double, 2>> expansion;
  std::vector<std::string> folders; ///< they were fitted on
  Timestamp last;                   ///< close of the last bar used

  [[nodiscard]] std::optional<double> tail(const ScoredForecast& row) const;
  [[nodiscard]] std::optional<double> expansion_probability(const ScoredForecast& row) const;
};

/// Good pipeline bars of a series as the realised quantities need them; base bars that close after
/// `until` are left out. A bar counts as recorded from slot 1,001 on, as in a backtest.
[[nodiscard]] std::vector<ForecastRecord>
plain_records(const CandleSeries& series, const BarSettings& bars, std::optional<Timestamp> until);

/// Gathers training series, then fits.
class ReferenceFitter {
public:
  ReferenceFitter(const BarSettings& bars, double tail_level);
  ~ReferenceFitter();
  ReferenceFitter(ReferenceFitter&&) noexcept;
  ReferenceFitter& operator=(ReferenceFitter&&) noexcept;

  /// Every series of a folder; nothing that closes after `until` is looked at, and no realised
  /// quantity that would need such a bar.
  void add(const CandleFolder& folder, std::optional<Timestamp> until);
  /// @param threads  GARCH fits of pairs run beside one another.
  [[nodiscard]] ReferenceForecasters finish(unsigned threads) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// GARCH variance expected over the next n slots, made at each recorded bar of a pair; NaN where
/// the recursion has not started (96 returns, as for the EWMA).
[[nodiscard]] std::vector<double> garch_variances(const GarchParameters& parameters,
                                                  std::span<const ForecastRecord> bars,
                                                  std::size_t n);

} // namespace rg
