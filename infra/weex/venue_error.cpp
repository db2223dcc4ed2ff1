#include "infra/weex/venue_error.hpp"

#include <array>

namespace rg::weex {

const char* to_string(Reaction r) {
  constexpr std::array<const char*, 7> kNames{"none", "retry",        "search",  "refuse",
                                              "halt", "resync_clock", "back_off"};
  return kNames[static_cast<std::size_t>(r)];
}

namespace {

/// 40015 is called a system error but mostly carries the matching engine's refusals.
bool is_engine_refusal(std::string_view message) {
  return message.starts_with("INVALID_ARGUMENT") || message.starts_with("FAILED_PRECONDITION") ||
         message.find("open orders") != std::string_view::npos;
}

Reaction reaction_to_status(int http_status) {
  if (http_status == 429) {
    return Reaction::back_off;
  }
  if (http_status == 521 || http_status == 401 || http_status == 403) {
    return Reaction::halt; // address not on the allow-list, bad key, no access
  }
  return http_status >= 500 || http_status < 400 ? Reaction::search : Reaction::refuse;
}

} // namespace

Reaction reaction_to(const VenueError& error, int http_status) {
  switch (error.code) {
  case 0:
    return http_status >= 200 && http_status < 300 ? Reaction::none
                                                   : reaction_to_status(http_status);
  case 429:
    return Reaction::back_off;
  case 40008:
    return Reaction::resync_clock;
  case 40015:
    return is_engine_refusal(error.message) ? Reaction::refuse : Reaction::search;
  case 40001: // headers missing or malformed: our bug, the same for every request
  case 40002:
  case 40003:
  case 40005:
  case 40011:
  case 40006: // key, signature, pass phrase
  case 40009:
  case 40012:
  case 40013: // account frozen
  case 40014: // permissions
  case 40016:
  case 40018: // address
  case 40021:
  case 40022:
  case 40753:
  case 50004:
    return Reaction::halt;
  case 40007: // content type, parameters: this request is wrong, others may be right
  case 40017:
  case 40019:
  case 40020:
  case 40912:
  case 40913:
  case 50003: // pair
  case 50005: // no such order
  case 50007: // leverage
    return Reaction::refuse;
  default:
    return reaction_to_status(http_status);
  }
}

RequestOutcome outcome_of_change(Reaction r) {
  switch (r) {
  case Reaction::none:
    return RequestOutcome::ok;
  case Reaction::back_off:
    return RequestOutcome::rate_limited;
  case Reaction::resync_clock:
    return RequestOutcome::not_sent; // refused at the door: safe to send again with a fresh stamp
  case Reaction::refuse:
  case Reaction::halt:
    return RequestOutcome::rejected;
  case Reaction::retry:
  case Reaction::search:
    return RequestOutcome::unknown;
  }
  return RequestOutcome::unknown;
}

RequestOutcome outcome_of_query(Reaction r) {
  return outcome_of_change(r); // the same words; `unknown` then means "no answer, ask again"
}

Quantity size_step_in(std::string_view message) {
  constexpr std::string_view kMark = "order size must be greater than 0 and matches the stepSize '";
  const std::size_t begin = message.find(kMark);
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = message.substr(begin + kMark.size());
  const auto step = Quantity::parse(rest.substr(0, rest.find('\'')));
  return step && step->is_positive() ? *step : Quantity{};
}

} // namespace rg::weex
