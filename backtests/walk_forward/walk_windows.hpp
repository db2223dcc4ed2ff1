#pragma once
// Which stretch is judged by a model that was fitted on what. Time order is all that matters here:
// a window's model sees nothing that closes after `fit_until`.

#include "infra/market/candle_file.hpp"
#include "messages/settings/settings.hpp"
#include "messages/units/timestamp.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace rg {

struct WalkSchedule {
  Duration window = std::chrono::hours{24 * 30}; ///< traded with one model, whole UTC days
  /// Fit data end so long before the window. Labels of the fit look one horizon (4 h) ahead and are
  /// kept only where that horizon lies before the end too, which is the purge.
  Duration embargo = std::chrono::hours{24};
  std::size_t refit_every = 1; ///< windows of a span that share one fit, >= 1
};

struct WalkWindow {
  std::size_t folder = 0; ///< index into the judged folders
  std::string span;       ///< its name
  Timestamp from, to;     ///< UTC days; from inclusive, to exclusive
  Timestamp fit_until;    ///< <= from − embargo
};

/// Windows that share a fit, in time order.
using WalkGroup = std::vector<WalkWindow>;

/// Each span is cut by itself: the first window begins on the first UTC day after its warm-up, the
/// last ends with the span; a rest of less than a sixth of a window joins the one before. Windows
/// never reach over a span's end.
[[nodiscard]] std::vector<WalkGroup> plan_windows(std::span<const CandleFolder> judged,
                                                  const WalkSchedule& schedule,
                                                  const BarSettings& bars);

/// What a fit may see: the folders' bars that close at or before `until`, series and folders
/// without any left out.
[[nodiscard]] std::vector<CandleFolder> earlier_data(std::span<const CandleFolder* const> folders,
                                                     Timestamp until);

/// "5m-spot-2024h1-20240112"
[[nodiscard]] std::string window_name(const WalkWindow& window);

} // namespace rg
