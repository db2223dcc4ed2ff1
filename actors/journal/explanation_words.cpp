#include "actors/journal/explanation_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace rg::words {

std::string fixed(double value, int places) {
  if (!std::isfinite(value)) {
    return "unknown";
  }
  std::array<char, 400> buffer{}; // the largest double has 309 digits before the point
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, places);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("unknown");
}

std::string factor(double value) {
  return fixed(value, value > 0.0 && value < 0.005 ? 6 : 2);
}

std::string percent(double fraction, int places) {
  return fixed(100.0 * fraction, places) + '%';
}

const char* regime(Regime regime) {
  constexpr std::array<const char*, 4> kWords{"trending", "range-bound", "high-volatility",
                                              "unknown"};
  return kWords[static_cast<std::size_t>(regime)];
}

std::string cause_of(const Decision& decision, FactorName factor) {
  switch (factor) {
  case FactorName::confidence:
    return "moderate regime confidence";
  case FactorName::volatility:
    return "elevated volatility";
  case FactorName::drawdown:
    return "recent drawdown";
  case FactorName::clustering:
    return "clustered recent trades";
  case FactorName::asset:
    return "the asset's liquidity and tail risk";
  case FactorName::guard: {
    std::string text("the guard's ");
    text += to_string(decision.guard.level);
    return text;
  }
  case FactorName::correlation:
    return "correlated open positions";
  }
  return "an unnamed factor";
}

const char* normal_of(FactorName factor) {
  constexpr std::array<const char*, kFactorCount> kWords{
      "full regime confidence",  "normal volatility", "no drawdown",
      "no clustering of trades", "a normal market",   "the guard at normal",
      "no correlated positions"};
  return kWords[static_cast<std::size_t>(factor)];
}

const char* abstention(Abstention why) {
  constexpr std::array<const char*, 6> kWords{"no regime has come into force",
                                              "the model is warming up",
                                              "too few bars have passed since a gap in the data",
                                              "the posterior is too flat",
                                              "the model finds the observation implausible",
                                              "the data are stale"};
  return kWords[static_cast<std::size_t>(why)];
}

std::string exit_reason(const Decision& decision) {
  switch (decision.exit_reason) {
  case ExitReason::rule: {
    if (decision.signal.rule == Rule::none) {
      return "its rule called for it";
    }
    std::string text("the ");
    text += to_string(decision.signal.rule);
    return text + " rule called for it";
  }
  case ExitReason::stop:
    return "its stop was reached";
  case ExitReason::time:
    return "its time was up";
  case ExitReason::regime:
    return "the regime changed";
  case ExitReason::guard:
    return "the guard or the operator called for it";
  case ExitReason::ladder:
    return "the portfolio's limits called for it";
  case ExitReason::liquidation:
    return "the venue liquidated it";
  case ExitReason::data_end:
    return "the data ended";
  }
  return "of an unnamed reason";
}

std::string guard(const GuardState& guard) {
  std::string text = to_string(guard.cause);
  std::replace(text.begin(), text.end(), '_', ' ');
  text += " at ";
  text += fixed(guard.evidence, 2);
  text += " against a threshold of ";
  return text + fixed(guard.threshold, 2);
}

} // namespace rg::words
