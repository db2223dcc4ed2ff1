#pragma once
// Numbers and names inside explanations.

#include "messages/decision/decision.hpp"

#include <string>

namespace rg::words {

[[nodiscard]] std::string fixed(double value, int places); ///< "0.35"
/// Two places, more where two would print a positive number as 0.00.
[[nodiscard]] std::string factor(double value);
[[nodiscard]] std::string percent(double fraction, int places = 0); ///< "72%"
[[nodiscard]] const char* regime(Regime regime);                    ///< "range-bound"
[[nodiscard]] std::string cause_of(const Decision& decision,
                                   FactorName factor);           ///< "elevated volatility"
[[nodiscard]] const char* normal_of(FactorName factor);          ///< "normal volatility"
[[nodiscard]] const char* abstention(Abstention why);            ///< "the models are warming up"
[[nodiscard]] std::string exit_reason(const Decision& decision); ///< "its stop was reached"
[[nodiscard]] std::string
guard(const GuardState& guard); ///< "jump at 12.3 against a threshold of 10"

} // namespace rg::words
