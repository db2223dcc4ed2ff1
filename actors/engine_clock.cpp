// The venue's clock: asked, judged, and what follows for new risk (actors/clock_gate.hpp).

#include "actors/engine.hpp"

namespace rg {

/// Answers are inputs like all others, so a replay comes to the same verdicts.
void Engine::ask_clock() {
  if (!started_ || !context_.options.survey || !clock_gate_.wants_answer(context_.clock.now())) {
    return;
  }
  clock_gate_.asked(context_.clock.now());
  Query query;
  query.kind = QueryKind::server_time;
  ports_.gateway.ask(next_clock_id_++, query);
}

void Engine::take_clock(const ServerTime& answer) {
  clock_gate_.add(answer, context_.clock.now());
  watch_clock();
}

/// Tells desk and portfolio when the verdict changes, and journals it.
void Engine::watch_clock() {
  if (!started_ || !context_.options.survey) {
    return;
  }
  const VenueClockSettings& limits = context_.settings.venue_clock;
  const ClockState state = clock_gate_.at(context_.clock.now());
  EngineStatus& board = context_.board;
  board.clock_offset_ms = static_cast<double>(state.offset.count()) / 1e6;
  board.venue_clock.known = state.verdict != ClockVerdict::unmeasured;
  board.venue_clock.open = state.verdict == ClockVerdict::open;
  board.venue_clock.uncertainty_ms = static_cast<double>(state.uncertainty.count()) / 1e6;
  board.venue_clock.measured = state.measured;
  board.venue_clock.closed_because = state.why(limits);
  if (state.verdict == clock_verdict_) {
    return;
  }
  const bool was_open = std::exchange(clock_verdict_, state.verdict) == ClockVerdict::open;
  const bool open = state.verdict == ClockVerdict::open;
  if (open != was_open) {
    context_.order.send(ClockQuality{!open});
    context_.portfolio.send(ClockQuality{!open});
  }
  context_.record_supervision(open ? "clock_certain" : "clock_uncertain", "engine",
                              open ? "offset to the venue " + std::to_string(state.offset / 1ms) +
                                         " ms, known to " +
                                         std::to_string(state.uncertainty / 1ms) + " ms"
                                   : state.why(limits));
}

} // namespace rg
