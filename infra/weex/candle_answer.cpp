#include "infra/weex/candle_answer.hpp"

namespace rg::weex {

CandleAnswer read_candles(Codec& codec, RestChannel& rest, const RestAnswer& answer, Symbol symbol,
                          Duration interval) {
  CandleAnswer out;
  out.symbol = symbol;
  out.interval = interval;
  if (answer.http.failure != net::HttpFailure::none) {
    out.outcome = outcome_of_transport(answer.http.failure);
    out.message = answer.http.error;
    return out;
  }
  VenueError error;
  const ParseError problem = codec.decode_candles(symbol, answer.http.body, out.rows, error);
  const Reaction reaction = reaction_to(error, answer.http.status);
  out.outcome = outcome_of_query(reaction);
  out.message = !error.message.empty() || reaction == Reaction::none
                    ? error.message
                    : "HTTP " + std::to_string(answer.http.status);
  if (reaction == Reaction::back_off) {
    rest.back_off(retry_after(answer.http));
  } else if (reaction == Reaction::none) {
    rest.on_success();
    if (problem != ParseError::none) {
      out.outcome = RequestOutcome::unknown;
      out.message = std::string("answer not understood: ") + to_string(problem);
    }
  }
  return out;
}

} // namespace rg::weex
