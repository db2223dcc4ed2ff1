#include "infra/weex/venue_error.hpp"

#include <algorithm>
#include <array>

namespace rg::weex {

const char* to_string(Reaction r) {
  constexpr std::array<const char*, 7> kNames{"none", "retry",        "search",  "refuse",
                                              "halt", "resync_clock", "back_off"};
  return kNames[static_cast<std::size_t>(r)];
}

namespace {

/// How the matching engine words its refusals.
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

using R = Reaction;

/// Ascending by code. 40015 and -1054 are system errors that mostly carry the engine's refusals.
constexpr std::array kDocumented{
    DocumentedError{-3613, R::halt, "token"},
    DocumentedError{-3313, R::refuse, "leverage"},
    DocumentedError{-3236, R::halt, "API switched off for this account"},
    DocumentedError{-3235, R::refuse, "pair"},
    DocumentedError{-3200, R::refuse, "no such order"},
    DocumentedError{-3007, R::refuse, "more than the largest quantity"},
    DocumentedError{-3006, R::refuse, "no contract units"},
    DocumentedError{-2200, R::refuse, "spot"},
    DocumentedError{-2007, R::refuse, "spot"},
    DocumentedError{-1190, R::halt, "access forbidden"},
    DocumentedError{-1180, R::refuse, "length or characters of the client id"},
    DocumentedError{-1171, R::refuse, "start after end"},
    DocumentedError{-1170, R::refuse, "time range"},
    DocumentedError{-1160, R::refuse, "precision"},
    DocumentedError{-1150, R::refuse, "method not supported"},
    DocumentedError{-1142, R::refuse, "parameter"},
    DocumentedError{-1141, R::refuse, "parameter empty"},
    DocumentedError{-1140, R::refuse, "parameter validation"},
    DocumentedError{-1135, R::refuse, "JSON"},
    DocumentedError{-1128, R::refuse, "combination of parameters"},
    DocumentedError{-1121, R::refuse, "symbol"},
    DocumentedError{-1117, R::refuse, "side"},
    DocumentedError{-1116, R::refuse, "order type"},
    DocumentedError{-1115, R::refuse, "time in force"},
    DocumentedError{-1058, R::refuse, "pair not permitted"},
    DocumentedError{-1057, R::halt, "account locked"},
    DocumentedError{-1056, R::halt, "address not on the allow-list"},
    DocumentedError{-1055, R::halt, "a phone must be bound"},
    DocumentedError{-1054, R::search, "system error"},
    DocumentedError{-1053, R::halt, "permission"},
    DocumentedError{-1052, R::halt, "permission"},
    DocumentedError{-1051, R::halt, "permission"},
    DocumentedError{-1050, R::halt, "user status"},
    DocumentedError{-1049, R::halt, "key or pass phrase"},
    DocumentedError{-1047, R::halt, "authentication failed"},
    DocumentedError{-1046, R::resync_clock, "timestamp expired"},
    DocumentedError{-1045, R::refuse, "content type"},
    DocumentedError{-1044, R::halt, "key"},
    DocumentedError{-1043, R::halt, "timestamp malformed"},
    DocumentedError{-1042, R::halt, "no timestamp header"},
    DocumentedError{-1041, R::halt, "no signature header"},
    DocumentedError{-1040, R::halt, "no key header"},
    DocumentedError{-1000, R::search, "unknown to the venue itself"},
    DocumentedError{429, R::back_off, "too many requests"},
    DocumentedError{40001, R::halt, "no key header"},
    DocumentedError{40002, R::halt, "no signature header"},
    DocumentedError{40003, R::halt, "no timestamp header"},
    DocumentedError{40005, R::halt, "timestamp malformed"},
    DocumentedError{40006, R::halt, "key"},
    DocumentedError{40007, R::refuse, "content type"},
    DocumentedError{40008, R::resync_clock, "timestamp expired"},
    DocumentedError{40009, R::halt, "signature"},
    DocumentedError{40011, R::halt, "no pass phrase header"},
    DocumentedError{40012, R::halt, "key or pass phrase"},
    DocumentedError{40013, R::halt, "account frozen"},
    DocumentedError{40014, R::halt, "permission"},
    DocumentedError{40015, R::search, "system error"},
    DocumentedError{40016, R::halt, "a phone must be bound"},
    DocumentedError{40017, R::refuse, "parameter validation"},
    DocumentedError{40018, R::halt, "address not on the allow-list"},
    DocumentedError{40019, R::refuse, "parameter empty"},
    DocumentedError{40020, R::refuse, "parameter"},
    DocumentedError{40021, R::halt, "permission"},
    DocumentedError{40022, R::halt, "permission"},
    DocumentedError{40753, R::halt, "API switched off for this account"},
    DocumentedError{40912, R::refuse, "too many ids"},
    DocumentedError{40913, R::refuse, "neither id given"},
    DocumentedError{50003, R::refuse, "pair not permitted"},
    DocumentedError{50004, R::halt, "permission"},
    DocumentedError{50005, R::refuse, "no such order"},
    DocumentedError{50007, R::refuse, "leverage"},
};

constexpr bool is_ascending() {
  for (std::size_t i = 1; i < kDocumented.size(); ++i) {
    if (kDocumented[i - 1].code >= kDocumented[i].code) {
      return false;
    }
  }
  return true;
}
static_assert(is_ascending());

} // namespace

std::span<const DocumentedError> documented_errors() {
  return kDocumented;
}

Reaction reaction_to(const VenueError& error, int http_status) {
  if (error.code == 0) {
    return http_status >= 200 && http_status < 300 ? R::none : reaction_to_status(http_status);
  }
  const auto known =
      std::lower_bound(kDocumented.begin(), kDocumented.end(), error.code,
                       [](const DocumentedError& row, int code) { return row.code < code; });
  if (known == kDocumented.end() || known->code != error.code) {
    return reaction_to_status(http_status);
  }
  const bool is_system_error = error.code == 40015 || error.code == -1054;
  return is_system_error && is_engine_refusal(error.message) ? R::refuse : known->reaction;
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
