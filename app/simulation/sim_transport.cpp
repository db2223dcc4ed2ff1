#include "app/simulation/sim_transport.hpp"

#include <simdjson.h>

namespace rg::sim {

using namespace std::chrono_literals;
using Channel = FaultInjector::Channel;

namespace {

constexpr Duration kShortest = 8ms, kSpread = 60ms; // one way

/// What a client may read beyond the end of a body.
void reserve_padding(std::string& body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
}

struct Refusal {
  Fault kind;
  int status;
  const char* body;
};
constexpr Refusal kRefusals[] = {
    {Fault::rate_limited, 429,
     R"({"code":"429","msg":"Too many requests","requestTime":1735689600000,"data":null})"},
    {Fault::server_error, 500,
     R"({"code":"50000","msg":"Internal error","requestTime":1735689600000,"data":null})"},
    {Fault::address_refused_521, 521, "<html>521</html>"},
};

enum class Fate : std::uint8_t { answered, answer_lost, answered_502 };

/// The way back to whoever asked, if he still lives.
struct WayBack {
  std::shared_ptr<SimLine> line;
  std::weak_ptr<bool> alive;
  std::function<void(net::HttpResult)> done;

  void arrive_at(Timestamp when, net::HttpResult result) const {
    line->agenda.at(when, [way = *this, result = std::move(result)] {
      if (way.line->running && !way.alive.expired()) {
        net::HttpResult own = result;
        reserve_padding(own.body);
        way.done(std::move(own));
        way.line->watch.on_delivered();
      }
    });
  }
};

net::HttpResult no_answer() {
  net::HttpResult lost;
  lost.failure = net::HttpFailure::unknown;
  lost.error = "no answer";
  return lost;
}

} // namespace

Duration SimLine::latency() {
  const double u = random.uniform();
  // Mostly short, with a tail: a few requests take a third of a second.
  return kShortest + Duration{static_cast<std::int64_t>(static_cast<double>(kSpread.count()) *
                                                        (u < 0.97 ? u : u * 6.0))};
}

Timer::Token SimTimer::after(Duration delay, std::function<void()> action) {
  const Token token = ++last_;
  pending_->insert(token);
  line_->agenda.after(delay, [line = line_, pending = pending_, token, action = std::move(action)] {
    if (pending->erase(token) == 1 && line->running) {
      action();
    }
  });
  return token;
}

SimTransport::SimTransport(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults,
                           std::uint64_t seed, WireWatch& watch)
    : line_(new SimLine{agenda, venue, faults, RandomStream(seed, 51), watch}), timer_(line_) {}

std::unique_ptr<net::HttpLink> SimTransport::http(const std::string&, const net::TlsTrust&, int) {
  return std::make_unique<SimHttp>(line_);
}

std::unique_ptr<net::WsLink> SimTransport::websocket(const net::TlsTrust&) {
  return std::make_unique<SimSocket>(line_);
}

void SimHttp::send(net::HttpRequest request, Duration timeout,
                   std::function<void(net::HttpResult)> done) {
  SimLine& line = *line_;
  const Timestamp sent = line.agenda.now();
  const Duration up = line.latency(), down = line.latency();
  const WayBack back{line_, alive_, std::move(done)};
  // Odd faults strike changes only, even ones any request.
  const Channel channel = request.method == "GET" ? Channel::first : Channel::any;
  const auto strikes = [&](Fault kind) {
    const bool hit = line.faults.take(kind, channel).has_value();
    if (hit) {
      line.watch.on_failing(sent);
    }
    return hit;
  };
  if (strikes(Fault::timeout_before)) {
    back.arrive_at(sent + timeout, no_answer());
    return;
  }
  for (const Refusal& refusal : kRefusals) {
    if (strikes(refusal.kind)) {
      net::HttpResult result;
      result.status = refusal.status;
      result.body = refusal.body;
      back.arrive_at(sent + up + down, std::move(result));
      return;
    }
  }
  const Fate fate = strikes(Fault::timeout_after)  ? Fate::answer_lost
                    : strikes(Fault::executed_502) ? Fate::answered_502
                                                   : Fate::answered;
  line.agenda.at(sent + up, [back, timeout, sent, down, fate, request = std::move(request)] {
    // Whoever sent it may be gone by now; the exchange is not.
    net::HttpResponse response = back.line->venue.handle(request);
    if (fate == Fate::answer_lost) {
      back.arrive_at(sent + timeout, no_answer());
      return;
    }
    net::HttpResult result;
    const bool broken = fate == Fate::answered_502;
    result.status = broken ? 502 : response.status;
    result.headers = std::move(response.headers);
    result.body = broken ? "<html>502</html>" : std::move(response.body);
    back.arrive_at(back.line->agenda.now() + down, std::move(result));
  });
}

} // namespace rg::sim
