#include "infra/weex/gateway.hpp"

#include "infra/weex/gateway_impl.hpp"

namespace rg::weex {

namespace {

/// "Pair not permitted" in either generation (venue_error.cpp): its contract is closed, or not for
/// us.
bool is_pair_refusal(int code) {
  return code == 50003 || code == -1058 || code == -3235;
}

constexpr Duration kFreshFor = std::chrono::seconds(5); // of the venue's 30 s window
constexpr int kFailuresUntilDown = 3;

std::string status_text(const net::HttpResult& http) {
  return "HTTP " + std::to_string(http.status);
}

} // namespace

WeexGateway::Impl::Impl(net::Transport& t, const Clock& c, const ExchangeSettings& exchange,
                        const Credentials& credentials, const WeexOptions& o)
    : transport(t), clock(c), options(o), codec(make_codec(exchange.api)),
      rest(t, c, exchange.rest_url, {exchange.ca_file},
           credentials.secret_key.empty() ? std::nullopt : std::optional(credentials),
           account_share(o)),
      trust{exchange.ca_file},
      private_url(stream_url(exchange.ws_private_url, codec->private_stream_path())) {}

void WeexGateway::Impl::start() {
  if (std::exchange(running, true)) {
    return;
  }
  rest.warm_up();
  sync_clock(3, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->running) {
      self->open_stream(); // its handshake is signed with the venue's time
    }
  });
  const auto warm = [](auto& again, Impl& self) -> void {
    self.warm_timer = self.after(self.options.keep_warm_every, [again](Impl& s) {
      s.rest.warm_up();
      again(again, s);
    });
  };
  warm(warm, *this);
  const auto tick = [](auto& again, Impl& self) -> void {
    self.clock_timer = self.after(self.options.clock_sync_every, [again](Impl& s) {
      s.sync_clock(1, nullptr);
      again(again, s);
    });
  };
  tick(tick, *this);
}

void WeexGateway::Impl::stop() {
  running = false;
  cancel(warm_timer);
  cancel(clock_timer);
  cancel(account_wait);
  if (stream) {
    stream->stop();
  }
}

WeexGateway::Impl::Prepared WeexGateway::Impl::build(const ChangeRequest& request) const {
  const WireRequest wire = codec->encode(request);
  return {rest.build(wire), wire.weight, clock.now()};
}

void WeexGateway::Impl::send(RequestId id, const ChangeRequest& request) {
  ++stats.changes;
  Prepared ready;
  if (auto found = prepared.extract(id)) {
    ready = std::move(found.mapped());
  }
  const Duration age = clock.now() - ready.built;
  if (ready.http.target.empty() || age > kFreshFor || age < -kFreshFor) {
    ready = build(request);
  }
  rest.send(std::move(ready.http), ready.weight,
            [weak = weak_from_this(), id, request](const RestAnswer& answer) {
              if (const auto self = weak.lock()) {
                self->on_change_answer(id, request, answer);
              }
            });
}

void WeexGateway::Impl::on_change_answer(RequestId id, const ChangeRequest& request,
                                         const RestAnswer& answer) {
  ChangeAnswer out;
  out.id = id;
  note_transport(answer);
  if (answer.http.failure != net::HttpFailure::none) {
    out.outcome = outcome_of_transport(answer.http.failure);
    out.message = answer.http.error;
  } else {
    ChangeResult result = codec->decode_change(request, answer.http.body);
    Reaction reaction = reaction_to(result.error, answer.http.status);
    if (result.error.code == 0 && !result.understood) {
      ++stats.malformed_answers;
      // 2xx without an answer of the venue's shape: it may have been executed. Else the status
      // speaks.
      reaction = reaction == Reaction::none ? Reaction::search : reaction;
    }
    out.outcome = outcome_of_change(reaction);
    out.code = result.error.code;
    out.message = !result.error.message.empty() ? std::move(result.error.message)
                  : reaction == Reaction::none  ? std::string()
                                                : status_text(answer.http);
    out.venue_id = result.venue_id;
    out.retry_after = reaction == Reaction::back_off ? retry_after(answer.http) : Duration{};
    note_reaction(reaction, answer);
    const auto* placed = std::get_if<PlaceOrder>(&request);
    const auto* stop = std::get_if<PlaceStop>(&request);
    if (out.venue_id != 0 && (placed != nullptr || stop != nullptr)) {
      client_ids[out.venue_id] = placed != nullptr ? placed->client_id : stop->client_id;
    }
    if (placed != nullptr && is_pair_refusal(out.code)) {
      refused_pairs[placed->symbol.id()] = answer.received;
    }
    const Quantity step = size_step_in(out.message);
    if (placed != nullptr && step.is_positive()) {
      learned_steps[placed->symbol.id()] = step;
    }
  }
  if (listener != nullptr) {
    listener->on_answer(out);
  }
}

void WeexGateway::Impl::note_transport(const RestAnswer& answer) {
  if (answer.http.failure == net::HttpFailure::none) {
    failures = 0;
    if (!std::exchange(rest_up, true)) {
      tell_link(Link::rest, true);
    }
  } else if (++failures >= kFailuresUntilDown && std::exchange(rest_up, false)) {
    tell_link(Link::rest, false);
  }
}

void WeexGateway::Impl::note_reaction(Reaction reaction, const RestAnswer& answer) {
  if (reaction == Reaction::back_off) {
    ++stats.rate_limited;
    rest.back_off(retry_after(answer.http));
  } else if (reaction == Reaction::resync_clock) {
    ++stats.clock_refusals;
    rest.offset().reset();
    sync_clock(3, nullptr);
  } else if (reaction == Reaction::none) {
    rest.on_success();
  }
}

void WeexGateway::Impl::tell_link(Link link, bool up) {
  if (listener != nullptr) {
    listener->on_link({link, up, clock.now()});
  }
}

void WeexGateway::Impl::upload(const AiLogUpload& log,
                               std::function<void(RequestOutcome, const std::string&)> done) {
  rest.ask(codec->encode(log),
           [weak = weak_from_this(), done = std::move(done)](const RestAnswer& answer) {
             const auto self = weak.lock();
             if (!self) {
               return;
             }
             self->note_transport(answer);
             if (answer.http.failure != net::HttpFailure::none) {
               done(outcome_of_transport(answer.http.failure), answer.http.error);
               return;
             }
             bool understood = false;
             const VenueError error = self->codec->decode_ack(answer.http.body, understood);
             Reaction reaction = reaction_to(error, answer.http.status);
             if (reaction == Reaction::none && !understood) {
               reaction = Reaction::search;
             }
             self->note_reaction(reaction, answer);
             done(outcome_of_change(reaction), error.message.empty() && reaction != Reaction::none
                                                   ? status_text(answer.http)
                                                   : error.message);
           });
}

WeexGateway::WeexGateway(net::Transport& transport, const Clock& clock,
                         const ExchangeSettings& exchange, const Credentials& credentials,
                         const WeexOptions& options)
    : impl_(std::make_shared<Impl>(transport, clock, exchange, credentials, options)) {}

WeexGateway::~WeexGateway() {
  impl_->listener = nullptr;
  impl_->stop();
}

void WeexGateway::start() {
  impl_->start();
}
void WeexGateway::stop() {
  impl_->stop();
}
void WeexGateway::set_listener(GatewayListener* listener) {
  impl_->listener = listener;
}

void WeexGateway::prepare(RequestId id, const ChangeRequest& request) {
  constexpr std::size_t kMostPrepared =
      256; // those never sent (refused at the desk) go, oldest first
  impl_->prepared.insert_or_assign(id, impl_->build(request));
  while (impl_->prepared.size() > kMostPrepared) {
    impl_->prepared.erase(impl_->prepared.begin());
  }
}

void WeexGateway::send(RequestId id, const ChangeRequest& request) {
  impl_->send(id, request);
}

void WeexGateway::ask(RequestId id, const Query& query) {
  impl_->ask(id, query, [raw = impl_.get()](const QueryAnswer& answer) {
    if (raw->listener != nullptr) {
      raw->listener->on_answer(answer);
    }
  });
}

void WeexGateway::upload_ai_log(const AiLogUpload& upload,
                                std::function<void(RequestOutcome, const std::string&)> done) {
  impl_->upload(upload, std::move(done));
}

ClockEstimate WeexGateway::clock_estimate() const {
  const ClockOffset& offset = impl_->rest.offset();
  return {offset.known(), offset.offset(), offset.uncertainty()};
}

GatewayStats WeexGateway::stats() const {
  GatewayStats stats = impl_->stats;
  if (impl_->stream) {
    stats.private_connects = impl_->stream->connects();
    stats.private_up = impl_->stream->is_up();
  }
  stats.questions_paused_until = impl_->rest.paused_until();
  return stats;
}

} // namespace rg::weex
