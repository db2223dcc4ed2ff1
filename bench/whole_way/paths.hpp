#pragma once
// The ways from a frame's bytes to an order's signed bytes.

#include "bench/whole_way/latency.hpp"
#include "bench/whole_way/market_frames.hpp"

#include <functional>
#include <string>

namespace rg {
class Engine;
}

namespace rg::bench {

/// Direct calls: decode, then the stage objects in a row. The reference for the actors.
[[nodiscard]] PathResult run_calls(const FrameTape& tape, Arrival arrival);

/// Two threads and a lock-free ring: decode and sign only, no decision. The hand-over's limit.
[[nodiscard]] PathResult run_ring(const FrameTape& tape, Arrival arrival);

/// The running actors. `signed_order`: frame to signed bytes (a); `durable_order`: until the
/// journal on this disk has acknowledged the intent and the bytes are sent (b); `kill`: trigger to
/// first bytes (c).
struct ActorPaths {
  PathResult signed_order, durable_order, kill;
  Latency decode, sign; ///< the two parts that are not actors
};
/// @param journal_path  empty = intents count as durable at once (no (b)).
/// @param each_minute  called after each minute of the tape, outside what is measured.
[[nodiscard]] ActorPaths run_actors(const FrameTape& tape, Arrival arrival,
                                    const std::string& journal_path,
                                    const std::function<void(Engine&)>& each_minute = {});

/// Lets caches and predictors go cold before a sparse event.
void pause_before(Arrival arrival);

} // namespace rg::bench
