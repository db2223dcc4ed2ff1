#include "infra/weex/candle_history.hpp"

#include "infra/weex/rest_channel.hpp"

namespace rg::weex {

namespace {

WeexOptions options_for(int weight) {
  WeexOptions options;
  options.weight_per_ten_seconds = weight;
  options.weight_for_changes = 0;
  options.connections = 1;
  options.request_timeout = std::chrono::seconds(15);
  return options;
}

} // namespace

struct CandleHistory::Impl : std::enable_shared_from_this<CandleHistory::Impl> {
  Impl(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange, int weight)
      : codec(make_codec(exchange.api)), rest(loop, clock, exchange.rest_url, {exchange.ca_file},
                                              std::nullopt, options_for(weight)) {}

  void ask(const WireRequest& request, Symbol symbol, Duration interval,
           std::function<void(CandleAnswer)> done) {
    rest.ask(request, [weak = weak_from_this(), symbol, interval,
                       done = std::move(done)](const RestAnswer& answer) {
      if (const auto self = weak.lock()) {
        done(self->read(answer, symbol, interval));
      }
    });
  }

  CandleAnswer read(const RestAnswer& answer, Symbol symbol, Duration interval) {
    CandleAnswer out;
    out.symbol = symbol;
    out.interval = interval;
    if (answer.http.failure != net::HttpFailure::none) {
      out.outcome = outcome_of_transport(answer.http.failure);
      out.message = answer.http.error;
      return out;
    }
    VenueError error;
    const ParseError problem = codec->decode_candles(symbol, answer.http.body, out.rows, error);
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

  std::unique_ptr<Codec> codec;
  RestChannel rest;
};

CandleHistory::CandleHistory(net::IoLoop& loop, const Clock& clock,
                             const ExchangeSettings& exchange, int weight_per_ten_seconds)
    : impl_(std::make_shared<Impl>(loop, clock, exchange, weight_per_ten_seconds)) {}
CandleHistory::~CandleHistory() = default;

void CandleHistory::ask(Symbol symbol, Duration interval, Timestamp end,
                        std::function<void(CandleAnswer)> done) {
  impl_->ask(impl_->codec->encode_history_candles(symbol, interval, end, kPage), symbol, interval,
             std::move(done));
}

void CandleHistory::ask_newest(Symbol symbol, Duration interval,
                               std::function<void(CandleAnswer)> done) {
  impl_->ask(impl_->codec->encode_candles(symbol, interval, 2), symbol, interval, std::move(done));
}

} // namespace rg::weex
