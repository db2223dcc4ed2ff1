#include "infra/weex/candle_history.hpp"

#include "infra/weex/candle_answer.hpp"

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
        done(read_candles(*self->codec, self->rest, answer, symbol, interval));
      }
    });
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
