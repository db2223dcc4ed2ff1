#include "app/simulation/sim_client.hpp"

namespace rg::sim {

namespace {

weex::WeexOptions options_of(std::uint64_t seed) {
  weex::WeexOptions options;
  options.seed = seed;
  return options;
}

ExchangeSettings exchange_of(const std::string& api) {
  ExchangeSettings exchange;
  exchange.api = api;
  exchange.rest_url = "https://exchange.simulated";
  exchange.ws_private_url = "wss://exchange.simulated";
  return exchange;
}

weex::Credentials credentials() {
  return {weex::Secret(SimCredentials::kKey), weex::Secret(SimCredentials::kSecret),
          weex::Secret(SimCredentials::kPassphrase)};
}

} // namespace

SimClient::SimClient(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults,
                     const std::string& api, std::uint64_t seed, RequestWatch& watch)
    : agenda_(agenda), watch_(watch), transport_(agenda, venue, faults, seed, *this),
      gateway_(transport_, agenda, exchange_of(api), credentials(), options_of(seed)) {}

void SimClient::stop() {
  transport_.stop();
  gateway_.set_listener(nullptr);
}

void SimClient::on_failing(Timestamp sent) {
  watch_.on_impaired(sent + weex::WeexOptions{}.request_timeout);
}

/// What the live client is held up by: a pause after a 429, a clock that has to be measured again,
/// a stream that has just come back.
void SimClient::on_delivered() {
  const weex::GatewayStats stats = gateway_.stats();
  if (stats.questions_paused_until > agenda_.now()) {
    watch_.on_impaired(stats.questions_paused_until);
  }
  if (std::exchange(clock_refusals_, stats.clock_refusals) != stats.clock_refusals) {
    watch_.on_impaired(agenda_.now() + weex::WeexOptions{}.request_timeout);
  }
  if (std::exchange(was_up_, stats.private_up) != stats.private_up) {
    watch_.on_impaired(agenda_.now());
  }
}

} // namespace rg::sim
