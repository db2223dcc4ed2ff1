#include "infra/weex/rest_channel.hpp"

#include "infra/weex/signer.hpp"
#include "infra/weex/weight_budget.hpp"
#include "messages/support/invariant.hpp"

#include <charconv>
#include <deque>

namespace rg::weex {

namespace {

constexpr Duration kFirstPause = std::chrono::seconds(10); // a full window of the venue's
constexpr Duration kLongestPause = std::chrono::seconds(80);
constexpr unsigned kTooManyRequests = 429;

} // namespace

struct RestChannel::Impl : std::enable_shared_from_this<RestChannel::Impl> {
  struct Waiting {
    WireRequest request;
    Done done;
    int tries = 0; // so far
  };
  net::Transport& transport;
  const Clock& clock;
  WeexOptions options;
  std::unique_ptr<net::HttpLink> http;
  std::optional<Credentials> credentials;
  std::optional<Signer> signer;
  ClockOffset offset;
  WeightBudget budget;
  std::deque<Waiting> waiting;
  Timestamp paused_until; // steady
  Duration pause = kFirstPause;
  std::optional<Timer::Token> wake;

  Impl(net::Transport& t, const Clock& c, const std::string& url, const net::TlsTrust& trust,
       const std::optional<Credentials>& given, const WeexOptions& o)
      : transport(t), clock(c), options(o), http(t.http(url, trust, o.connections)),
        credentials(given), budget(o.weight_per_ten_seconds) {
    if (credentials) {
      signer.emplace(credentials->secret_key);
    }
  }

  void send(net::HttpRequest request, int weight, Done done) {
    budget.spend(weight, transport.steady_now());
    http->send(std::move(request), options.request_timeout,
               [weak = weak_from_this(), done = std::move(done),
                sent = clock.now()](net::HttpResult result) {
                 if (const auto self = weak.lock()) {
                   done({std::move(result), sent, self->clock.now()});
                 }
               });
  }

  [[nodiscard]] net::HttpRequest build(const WireRequest& request) const;
  void drain();
  void answered(Waiting question, RestAnswer answer);
  void back_off(Duration told);
};

RestChannel::RestChannel(net::Transport& transport, const Clock& clock, const std::string& rest_url,
                         const net::TlsTrust& trust, const std::optional<Credentials>& credentials,
                         const WeexOptions& options)
    : impl_(std::make_shared<Impl>(transport, clock, rest_url, trust, credentials, options)) {}

RestChannel::~RestChannel() {
  if (impl_->wake) {
    impl_->transport.timer().cancel(*impl_->wake);
  }
}

net::HttpRequest RestChannel::build(const WireRequest& request) const {
  return impl_->build(request);
}

net::HttpRequest RestChannel::Impl::build(const WireRequest& request) const {
  net::HttpRequest out;
  out.method = request.method;
  out.target = request.target;
  out.body = request.body;
  out.headers.reserve(7);
  out.headers.emplace_back("Content-Type", "application/json"); // on GET too, says the guide
  out.headers.emplace_back("User-Agent", "RegimeGuard/1.0");
  out.headers.emplace_back("locale", "en-US");
  if (request.is_private) {
    RG_ASSERT(signer.has_value());
    const TimestampText stamp(offset.venue_time(clock.now()));
    const Signature signature =
        signer->sign(stamp.text(), request.method, request.target, request.body);
    out.headers.emplace_back("ACCESS-KEY", credentials->api_key.reveal());
    out.headers.emplace_back("ACCESS-SIGN", signature.text());
    out.headers.emplace_back("ACCESS-TIMESTAMP", stamp.text());
    out.headers.emplace_back("ACCESS-PASSPHRASE", credentials->passphrase.reveal());
  }
  return out;
}

std::vector<net::Header> RestChannel::stream_headers(std::string_view path) const {
  RG_ASSERT(impl_->signer.has_value());
  const TimestampText stamp(impl_->offset.venue_time(impl_->clock.now()));
  const Signature signature = impl_->signer->sign(stamp.text(), "", path, "");
  return {{"User-Agent", "RegimeGuard/1.0"},
          {"ACCESS-KEY", std::string(impl_->credentials->api_key.reveal())},
          {"ACCESS-SIGN", std::string(signature.text())},
          {"ACCESS-TIMESTAMP", std::string(stamp.text())},
          {"ACCESS-PASSPHRASE", std::string(impl_->credentials->passphrase.reveal())}};
}

void RestChannel::send(net::HttpRequest request, int weight, Done done) {
  impl_->send(std::move(request), weight, std::move(done));
}

void RestChannel::ask(WireRequest request, Done done) {
  impl_->waiting.push_back({std::move(request), std::move(done)});
  impl_->drain();
}

void RestChannel::Impl::drain() {
  while (!waiting.empty()) {
    const Timestamp now = transport.steady_now();
    const int weight = waiting.front().request.weight;
    const Duration wait =
        std::max(paused_until - now, budget.wait_for(weight, options.weight_for_changes, now));
    if (wait > Duration::zero()) {
      if (!wake) {
        wake = transport.timer().after(wait, [weak = weak_from_this()] {
          if (const auto self = weak.lock()) {
            self->wake.reset();
            self->drain();
          }
        });
      }
      return;
    }
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    ++next.tries;
    // Built here, not when it was asked: the signature's stamp must be fresh.
    net::HttpRequest fresh = build(next.request);
    send(std::move(fresh), weight,
         [weak = weak_from_this(), question = std::move(next)](RestAnswer answer) mutable {
           if (const auto self = weak.lock()) {
             self->answered(std::move(question), std::move(answer));
           }
         });
  }
}

/// What the limits turned away was not done: it goes again, before those that came after it.
void RestChannel::Impl::answered(Waiting question, RestAnswer answer) {
  const bool turned_away =
      answer.http.failure == net::HttpFailure::none && answer.http.status == kTooManyRequests;
  if (!turned_away || question.tries >= options.question_tries) {
    question.done(std::move(answer));
    return;
  }
  back_off(retry_after(answer.http));
  waiting.push_front(std::move(question));
  drain();
}

void RestChannel::warm_up() {
  impl_->http->warm_up();
}
ClockOffset& RestChannel::offset() {
  return impl_->offset;
}

void RestChannel::back_off(Duration told) {
  impl_->back_off(told);
}

void RestChannel::Impl::back_off(Duration told) {
  const Timestamp now = transport.steady_now();
  if (now < paused_until) { // a request of the same burst: no repeat
    paused_until = std::max(paused_until, now + told);
    return;
  }
  paused_until = now + (told > Duration::zero() ? told : pause);
  pause = std::min(pause * 2, kLongestPause);
}

Timestamp RestChannel::paused_until() const {
  return impl_->paused_until;
}

void RestChannel::on_success() {
  impl_->pause = kFirstPause;
}

Duration retry_after(const net::HttpResult& result) {
  const std::string_view text = result.header("Retry-After");
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool good = error == std::errc{} && end == text.data() + text.size() && seconds <= 3600;
  return good ? std::chrono::seconds(seconds) : Duration::zero();
}

RequestOutcome outcome_of_transport(net::HttpFailure failure) {
  switch (failure) {
  case net::HttpFailure::none:
    return RequestOutcome::ok;
  case net::HttpFailure::not_sent:
    return RequestOutcome::not_sent;
  case net::HttpFailure::unknown:
    return RequestOutcome::unknown;
  }
  return RequestOutcome::unknown;
}

} // namespace rg::weex
