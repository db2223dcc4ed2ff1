#include "app/engine/model_watch.hpp"

#include "app/commands.hpp"
#include "app/utc_day.hpp"

namespace rg::app {

std::optional<EngineWarning> model_age_warning(const ModelCard& card, Timestamp data_now,
                                               Duration max_age) {
  if (card.span_to.empty() || data_now == Timestamp{} || max_age <= Duration{}) {
    return std::nullopt;
  }
  constexpr Duration kDay = std::chrono::hours{24};
  Timestamp last_day_end;
  try {
    last_day_end = parse_utc_day("the model's card", card.span_to) + kDay;
  } catch (const UsageError&) {
    return EngineWarning{"model_age", "the model's card names no last day of its training data"};
  }
  const Duration age = data_now - last_day_end;
  if (age <= max_age) {
    return std::nullopt;
  }
  return EngineWarning{"model_age", "the model's data end on " + card.span_to + ", " +
                                        std::to_string(age / kDay) +
                                        " days ago ([retention] model_max_age " +
                                        std::to_string(max_age / kDay) + " days); train it again"};
}

} // namespace rg::app
