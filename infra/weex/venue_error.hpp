#pragma once
// What the venue's error codes mean to us (docs/weex.md has the table for people).

#include "messages/venue/answers.hpp"

#include <span>
#include <string>
#include <string_view>

namespace rg::weex {

enum class Reaction : std::uint8_t {
  none,         ///< success
  retry,        ///< not executed or harmless; questions may be asked again
  search,       ///< may have been executed: look before doing anything
  refuse,       ///< the venue's final no to this request
  halt,         ///< the venue's no to us: key, account, address or permission; a person must act
  resync_clock, ///< our timestamp was refused, nothing was executed
  back_off,     ///< too many requests, nothing was executed
};
[[nodiscard]] const char* to_string(Reaction r);

/// An error as the venue words it; code 0 = none.
struct VenueError {
  int code = 0;
  std::string message;
};

/// A code of the venue's documents or of recorded answers (weex-api §6, §16).
struct DocumentedError {
  int code;
  Reaction reaction; ///< of -1054 and 40015: when the text is no refusal of the engine's
  const char* meaning;
};
/// Both generations', ascending by code.
[[nodiscard]] std::span<const DocumentedError> documented_errors();

/// @param http_status  decides where the code says nothing.
[[nodiscard]] Reaction reaction_to(const VenueError& error, int http_status);

/// What the order desk is told about a change that met this reaction.
[[nodiscard]] RequestOutcome outcome_of_change(Reaction r);
/// … and about a question: it changes nothing, so nothing is ever unknown to be executed.
[[nodiscard]] RequestOutcome outcome_of_query(Reaction r);

/// 40015 names the true size step: "… matches the stepSize '0.0001' requirement …". Zero when
/// absent.
[[nodiscard]] Quantity size_step_in(std::string_view message);

} // namespace rg::weex
