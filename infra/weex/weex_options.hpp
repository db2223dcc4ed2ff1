#pragma once

#include "messages/units/timestamp.hpp"

#include <chrono>
#include <cstdint>

namespace rg::weex {

using namespace std::chrono_literals;

/// How the client behaves; all times are wall time.
struct WeexOptions {
  Duration request_timeout = 5s;    ///< per REST request, connecting included
  int weight_per_ten_seconds = 500; ///< the smaller of the figures in circulation (weex-api §5)
  int weight_for_changes = 100;     ///< of it, kept free of questions
  int question_tries = 1;           ///< of a question that the venue's limits turn away
  int connections = 4;              ///< kept open for REST
  Duration clock_sync_every = 60s;  ///< offset to the venue
  Duration keep_warm_every = 15s;   ///< closed REST connections are opened again
  Duration reconnect_min = 250ms, reconnect_max = 30s; ///< exponential, with jitter
  Duration stable_after = 60s; ///< a stream that lived this long starts at reconnect_min again
  Duration ack_within = 10s;   ///< of a subscription
  Duration silence = 10s;      ///< no market data on the public stream: reported as a gap
  Duration idle = 70s;         ///< no frame at all: the connection counts as gone
  Duration account_refresh_min = 1s; ///< balances are read at most this often after pushes
  std::size_t merge_behind =
      std::size_t{256} * 1024;    ///< bytes waiting in the market's socket: ticks are merged
  std::uint32_t error_burst = 20; ///< malformed market frames in ten seconds that make a gap
  std::uint64_t seed = 1;         ///< of the reconnect jitter
};

/// The address's weight is shared: a fifth for market data, on one connection of its own …
[[nodiscard]] inline WeexOptions market_share(WeexOptions o) {
  o.weight_per_ten_seconds = o.weight_per_ten_seconds / 5;
  o.weight_for_changes = 0;
  o.connections = 1;
  return o;
}
/// … and the rest for the account.
[[nodiscard]] inline WeexOptions account_share(WeexOptions o) {
  o.weight_per_ten_seconds -= o.weight_per_ten_seconds / 5;
  return o;
}

/// For a command that a person waits for: another program at this address may have spent the
/// limits.
[[nodiscard]] inline WeexOptions patient_command() {
  WeexOptions o;
  o.question_tries = 3;
  return o;
}

} // namespace rg::weex
