#include "app/simulation/sim_client.hpp"

namespace rg::sim {

using namespace std::chrono_literals;
using weex::Reaction;

namespace {

constexpr Duration kRequestTimeout = 5s;
constexpr Duration kPauseAfter429 = 10s;
constexpr Duration kShortest = 8ms, kSpread = 60ms; // one way

const char* const kRefused521 = "<html>521</html>";
const char* const kBroken502 = "<html>502</html>";
const char* const kError500 =
    R"({"code":"50000","msg":"Internal error","requestTime":1735689600000,"data":null})";
const char* const kTooMany429 =
    R"({"code":"429","msg":"Too many requests","requestTime":1735689600000,"data":null})";

} // namespace

SimClient::SimClient(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults, std::uint64_t seed,
                     RequestWatch& watch)
    : agenda_(agenda), venue_(venue), faults_(faults), random_(seed, 51), watch_(watch),
      codec_(weex::make_codec("v2")), signer_(weex::Secret(SimCredentials::kSecret)) {}

void SimClient::start() {
  sync_clock(3);
  open_stream(150ms);
}

void SimClient::stop() {
  running_ = false;
  stream_up_ = false;
  listener_ = nullptr;
}

Duration SimClient::latency() {
  const double u = random_.uniform();
  // Mostly short, with a tail: a few requests take a third of a second.
  return kShortest + Duration{static_cast<std::int64_t>(static_cast<double>(kSpread.count()) *
                                                        (u < 0.97 ? u : u * 6.0))};
}

std::string_view SimClient::padded(const std::string& text) {
  buffer_.assign(text);
  buffer_.append(weex::json::kPadding, ' ');
  return {buffer_.data(), text.size()};
}

net::HttpRequest SimClient::sign(const weex::WireRequest& wire) const {
  net::HttpRequest out;
  out.method = wire.method;
  out.target = wire.target;
  out.body = wire.body;
  out.headers.reserve(6);
  out.headers.emplace_back("Content-Type", "application/json");
  out.headers.emplace_back("User-Agent", "RegimeGuard/1.0");
  if (wire.is_private) {
    const weex::TimestampText stamp(offset_.venue_time(agenda_.now()));
    const weex::Signature signature =
        signer_.sign(stamp.text(), wire.method, wire.target, wire.body);
    out.headers.emplace_back("ACCESS-KEY", SimCredentials::kKey);
    out.headers.emplace_back("ACCESS-SIGN", signature.text());
    out.headers.emplace_back("ACCESS-TIMESTAMP", stamp.text());
    out.headers.emplace_back("ACCESS-PASSPHRASE", SimCredentials::kPassphrase);
  }
  return out;
}

void SimClient::reply_at(Timestamp when, Reply reply, Done done) {
  agenda_.at(when, [weak = weak_from_this(), reply = std::move(reply), done = std::move(done)] {
    if (const auto self = weak.lock(); self && self->running_) {
      Reply ours = reply;
      ours.received = self->agenda_.now();
      done(*self, std::move(ours));
    }
  });
}

/// The request reaches the exchange even when the process that sent it is gone by then.
void SimClient::execute(const std::shared_ptr<net::HttpRequest>& request, Duration down, int status,
                        Timestamp sent, Done done) {
  net::HttpResponse response = venue_.handle(*request);
  Reply reply;
  reply.sent = sent;
  if (status == 0) {
    reply.status = response.status;
    reply.body = std::move(response.body);
  } else if (status == 502) {
    reply.status = 502;
    reply.body = kBroken502;
  } else { // the answer is lost on its way
    reply.unknown = true;
    reply_at(sent + kRequestTimeout, std::move(reply), std::move(done));
    return;
  }
  reply_at(agenda_.now() + down, std::move(reply), std::move(done));
}

void SimClient::call(const weex::WireRequest& wire, bool change, Done done) {
  const Timestamp sent = agenda_.now();
  const Duration up = latency(), down = latency();
  const auto channel =
      change ? FaultInjector::Channel::any : FaultInjector::Channel::first; // odd: changes only
  const auto strikes = [&](Fault kind) {
    const bool hit = faults_.take(kind, channel).has_value();
    if (hit) {
      watch_.on_impaired(sent + kRequestTimeout);
    }
    return hit;
  };
  Reply reply;
  reply.sent = sent;
  if (strikes(Fault::timeout_before)) {
    reply.unknown = true;
    reply_at(sent + kRequestTimeout, std::move(reply), std::move(done));
    return;
  }
  const std::pair<Fault, std::pair<int, const char*>> kRefusals[] = {
      {Fault::rate_limited, {429, kTooMany429}},
      {Fault::server_error, {500, kError500}},
      {Fault::address_refused_521, {521, kRefused521}}};
  for (const auto& [kind, answer] : kRefusals) {
    if (strikes(kind)) {
      reply.status = answer.first;
      reply.body = answer.second;
      reply_at(sent + up + down, std::move(reply), std::move(done));
      return;
    }
  }
  const int fate = strikes(Fault::timeout_after) ? -1 : strikes(Fault::executed_502) ? 502 : 0;
  const auto request = std::make_shared<net::HttpRequest>(sign(wire));
  // The client object may be gone when the request arrives; the exchange is not.
  agenda_.at(sent + up,
             [self = shared_from_this(), request, down, fate, sent, done = std::move(done)] {
               self->execute(request, down, fate, sent, done);
             });
}

// ---- changes ----

void SimClient::send(RequestId id, const ChangeRequest& request) {
  if (!running_) {
    return;
  }
  watch_.on_request(request);
  call(codec_->encode(request), true, [id, request](SimClient& self, const Reply& reply) {
    self.on_change_answer(id, request, reply);
  });
}

void SimClient::on_change_answer(RequestId id, const ChangeRequest& request, const Reply& reply) {
  ChangeAnswer out;
  out.id = id;
  if (reply.unknown || reply.not_sent) {
    out.outcome = reply.unknown ? RequestOutcome::unknown : RequestOutcome::not_sent;
    out.message = "no answer";
  } else {
    weex::ChangeResult result = codec_->decode_change(request, padded(reply.body));
    Reaction reaction = weex::reaction_to(result.error, reply.status);
    if (result.error.code == 0 && !result.understood && reaction == Reaction::none) {
      reaction = Reaction::search;
    }
    out.outcome = weex::outcome_of_change(reaction);
    out.code = result.error.code;
    out.message = !result.error.message.empty() ? result.error.message
                  : reaction == Reaction::none  ? std::string()
                                                : "HTTP " + std::to_string(reply.status);
    out.venue_id = result.venue_id;
    note(reaction);
    const auto* placed = std::get_if<PlaceOrder>(&request);
    const auto* stop = std::get_if<PlaceStop>(&request);
    if (out.venue_id != 0 && (placed != nullptr || stop != nullptr)) {
      client_ids_[out.venue_id] = placed != nullptr ? placed->client_id : stop->client_id;
    }
  }
  if (listener_ != nullptr) {
    listener_->on_answer(out);
  }
}

void SimClient::note(Reaction reaction) {
  if (reaction == Reaction::back_off) {
    paused_until_ = agenda_.now() + kPauseAfter429;
    watch_.on_impaired(paused_until_);
  } else if (reaction == Reaction::resync_clock) {
    offset_.reset();
    watch_.on_impaired(agenda_.now() + kRequestTimeout);
    sync_clock(3);
  }
}

} // namespace rg::sim
