#include "app/venue_asker.hpp"

#include "messages/support/invariant.hpp"

namespace rg::app {

VenueAsker::VenueAsker(const ExchangeSettings& exchange, const weex::Credentials& credentials)
    : gateway_(loop_, clock_, exchange, credentials) {
  gateway_.set_listener(this);
}

QueryAnswer VenueAsker::answer(const Query& query) {
  loop_.post([this, query] { gateway_.ask(1, query); });
  loop_.run();
  return std::move(answer_);
}

ChangeAnswer VenueAsker::set_leverage(Symbol symbol, int leverage) {
  RG_ASSERT(leverage >= 1 && leverage <= static_cast<int>(kMaxLeverage));
  loop_.post([this, symbol, leverage] { gateway_.send(1, SetLeverage{symbol, leverage}); });
  loop_.run();
  return std::move(change_);
}

weex::ClockEstimate VenueAsker::clock_offset(int round_trips) {
  for (int i = 0; i < round_trips; ++i) {
    static_cast<void>(ask<ServerTime>(QueryKind::server_time));
  }
  return gateway_.clock_estimate();
}

std::string VenueAsker::why(RequestOutcome outcome, const std::string& message) {
  return "the venue does not answer: " + (message.empty() ? to_string(outcome) : message);
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
