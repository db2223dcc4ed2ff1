#include "app/venue_asker.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg::app {

namespace {

using namespace std::chrono_literals;

// As for questions (RestChannel): what the limits turned away was not done.
constexpr int kMostTries = 3;
constexpr Duration kLimitWindow = 10s;

} // namespace

VenueAsker::VenueAsker(const ExchangeSettings& exchange, const weex::Credentials& credentials)
    : gateway_(loop_, clock_, exchange, credentials, weex::patient_command()) {
  gateway_.set_listener(this);
}

QueryAnswer VenueAsker::answer(const Query& query) {
  loop_.post([this, query] { gateway_.ask(1, query); }); // waits while the gateway backs off
  loop_.run();
  return std::move(answer_);
}

ChangeAnswer VenueAsker::set_leverage(Symbol symbol, int leverage) {
  RG_ASSERT(leverage >= 1 && leverage <= static_cast<int>(kMaxLeverage));
  for (int tries = 1;; ++tries) {
    loop_.post([this, symbol, leverage] { gateway_.send(1, SetLeverage{symbol, leverage}); });
    loop_.run();
    if (change_.outcome != RequestOutcome::rate_limited || tries == kMostTries) {
      return std::move(change_);
    }
    const Duration wait = std::max(change_.retry_after, Duration{kLimitWindow});
    loop_.post([this, wait] { loop_.timer().after(wait, [this] { loop_.stop(); }); });
    loop_.run();
  }
}

weex::ClockEstimate VenueAsker::clock_offset(int round_trips) {
  for (int i = 0; i < round_trips; ++i) {
    static_cast<void>(ask<ServerTime>(QueryKind::server_time));
  }
  return gateway_.clock_estimate();
}

std::string VenueAsker::why(RequestOutcome outcome, const std::string& message) {
  const bool answered =
      outcome == RequestOutcome::rejected || outcome == RequestOutcome::rate_limited;
  return (answered ? "the venue refuses: " : "the venue does not answer: ") +
         (message.empty() ? to_string(outcome) : message);
}

void VenueAsker::on_answer(const QueryAnswer& answer) {
  if (answer.id != 1) {
    return; // the gateway's own questions
  }
  answer_ = answer;
  loop_.stop();
}

void VenueAsker::on_answer(const ChangeAnswer& answer) {
  change_ = answer;
  loop_.stop();
}

} // namespace rg::app
