// Commands of people: kill, pause, resume, enable, disable, shut down. Each is journalled with its
// origin and reason.

#include "actors/engine.hpp"

namespace rg {

namespace {
constexpr Duration kShutdownPatience = 15s; // wall: for cancellations and, if wanted, flattening

std::string signed_by(const OperatorCommand& command) {
  return (command.reason.empty() ? std::string("no reason given") : command.reason) + " (" +
         command.origin + ")";
}
} // namespace

void Engine::on(const OperatorCommand& command) {
  const std::string pair(command.symbol.name());
  switch (command.action) {
  case OperatorAction::kill_flatten:
  case OperatorAction::kill_freeze:
    kill(command);
    return;
  case OperatorAction::kill_pair_flatten:
  case OperatorAction::kill_pair_freeze:
    kill_pair(command);
    return;
  case OperatorAction::pause_pair:
    context_.record_supervision(supervision::kPaused, pair, signed_by(command));
    break;
  case OperatorAction::resume_pair:
    context_.record_supervision(supervision::kResumed, pair, signed_by(command));
    break;
  case OperatorAction::resume_all:
    context_.record_supervision(supervision::kReleased, "portfolio", signed_by(command));
    other_engine_seen_ = false; // seen again, it latches again
    for (const GroupHandles& group : context_.groups) {
      if (group.is_up()) {
        context_.unit.deliver(group.guard, ReleaseGuard{context_.data_now});
      }
    }
    break;
  case OperatorAction::enable_pair:
    context_.pair(command.symbol).enabled = true;
    context_.record_supervision("enabled", pair, signed_by(command));
    break;
  case OperatorAction::disable_pair:
    context_.record_supervision("disabled", pair, signed_by(command));
    break;
  case OperatorAction::shutdown:
    begin_shutdown(command);
    return;
  case OperatorAction::test_trade:
    test_trade(command);
    return;
  }
  context_.portfolio.send(command);
  settle(); // a quarantined or disabled pair is free before its group starts
  if (started_ && (command.action == OperatorAction::resume_pair ||
                   command.action == OperatorAction::enable_pair)) {
    start_group(command.symbol);
  }
}

/// Cancellations leave before anything that waits. The latch goes to the journal with the same
/// turn, so it holds after kill -9 as soon as the disk has it.
void Engine::kill(const OperatorCommand& command) {
  const bool flatten = command.action == OperatorAction::kill_flatten;
  flat_to_verify_ = flat_to_verify_ || flatten;
  context_.order.send(KillOrders{});
  context_.portfolio.send(command);
  context_.record_supervision(supervision::kLatched, "portfolio",
                              std::string(flatten ? "flatten: " : "reduce_only: ") +
                                  signed_by(command));
}

/// The same for one pair: its entries first, the others trade on.
void Engine::kill_pair(const OperatorCommand& command) {
  const bool flatten = command.action == OperatorAction::kill_pair_flatten;
  flat_to_verify_ = flat_to_verify_ || flatten;
  context_.order.send(CancelEntries{command.symbol});
  context_.portfolio.send(command);
  context_.record_supervision(supervision::kPairLatched, std::string(command.symbol.name()),
                              std::string(flatten ? "flatten: " : "reduce_only: ") +
                                  signed_by(command));
}

void Engine::begin_shutdown(const OperatorCommand& command) {
  if (stopping_) {
    return;
  }
  stopping_ = true;
  stop_deadline_ = context_.clock.now() + kShutdownPatience;
  context_.record_supervision("shutdown", "engine", signed_by(command));
  if (!started_) {
    end_in_order();
    return;
  }
  context_.portfolio.send(command);
  settle();
  watch_shutdown();
  if (!stopped_ && !context_.options.heartbeat) {
    end_in_order(); // nobody would look again
  }
}

void Engine::watch_shutdown() {
  if (!stopping_ || stopped_) {
    return;
  }
  bool flat = true;
  for (const PairStatus& pair : context_.board.pairs) {
    flat = flat && pair.position.is_flat();
  }
  const bool wanted = !context_.settings.order.flatten_on_shutdown || flat;
  if ((context_.desk_idle && wanted) || context_.clock.now() >= stop_deadline_) {
    end_in_order();
  }
}

void Engine::end_in_order() {
  stopped_ = true;
  context_.board.ended = true;
}

} // namespace rg
