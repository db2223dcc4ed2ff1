// Questions that the venue's limits turn away: told to who asked, or asked again.

#include "infra/clock/system_clock.hpp"
#include "infra/weex/rest_channel.hpp"
#include "tests/unit/weex/scripted_venue.hpp"

namespace rg::weex::test {

namespace {

WireRequest question(const std::string& target) {
  WireRequest request;
  request.method = "GET";
  request.target = target;
  request.weight = 1;
  request.is_private = false;
  return request;
}

/// Asks for a thing that is turned away so many times.
struct Asked {
  unsigned status = 0;
  std::size_t requests = 0;
};
Asked ask_a_busy_venue(const WeexOptions& options, int turned_away) {
  ScriptedVenue venue;
  const SystemClock clock;
  Inbox<unsigned> told;
  venue.answer("thing", 429, "{}", {{"Retry-After", "1"}});
  auto rest = venue.t.call([&] {
    auto channel = std::make_unique<RestChannel>(venue.t.loop, clock, venue.settings().rest_url,
                                                 net::TlsTrust{}, std::nullopt, options);
    channel->ask(question("/thing"),
                 [&told](const RestAnswer& answer) { told.push(answer.http.status); });
    return channel;
  });
  Asked asked;
  for (int i = 0; i < turned_away; ++i) {
    static_cast<void>(venue.requests.next());
    ++asked.requests;
  }
  venue.answer("thing", 200, "{}");
  asked.status = told.next();
  while (!venue.requests.empty()) {
    static_cast<void>(venue.requests.next());
    ++asked.requests;
  }
  venue.t.call([&] {
    rest.reset();
    return 0;
  });
  return asked;
}

} // namespace

TEST_CASE("a question that a 429 turned away goes again for those who can wait", "[unit][weex]") {
  const Asked patient = ask_a_busy_venue(patient_command(), 1);
  CHECK(patient.status == 200);
  CHECK(patient.requests == 2);
}

TEST_CASE("a question that is turned away each time ends with the venue's answer", "[unit][weex]") {
  const Asked patient = ask_a_busy_venue(patient_command(), 3);
  CHECK(patient.status == 429);
  CHECK(patient.requests == 3);
  const Asked engine = ask_a_busy_venue(WeexOptions{}, 1);
  CHECK(engine.status == 429);
  CHECK(engine.requests == 1);
}

} // namespace rg::weex::test
