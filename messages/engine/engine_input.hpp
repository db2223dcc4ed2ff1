#pragma once
// Everything that may enter the hot thread from outside, in one variant: what is recorded here, in
// the order in which it was processed, is what a replay sees (design §11, §12).

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/market/tick.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/venue/answers.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace rg {

/// A timer of a hot actor fired.
struct TimerFired {
  std::uint64_t token = 0;
};
/// The journal made everything up to this submission durable (or failed to).
struct JournalAck {
  std::uint64_t submission = 0;
  bool durable = true;
  std::string error;
};

enum class OperatorAction : std::uint8_t {
  kill_flatten, ///< cancel all, close all, latch
  kill_freeze,  ///< cancel entries, keep positions with their stops, latch
  pause_pair,
  resume_pair,
  resume_all, ///< releases the latch; needs a reason
  enable_pair,
  disable_pair, ///< by config reload
  shutdown,
  test_trade, ///< a small round trip on one pair; obeyed only by an engine that was started for it
  kill_pair_flatten, ///< latched for one pair: closed, and nothing new until a person resumes it
  kill_pair_freeze,  ///< latched for one pair: no new risk, a position keeps its stop
};
struct OperatorCommand {
  OperatorAction action = OperatorAction::pause_pair;
  Symbol symbol; ///< pair actions
  std::string reason;
  std::string origin; ///< "console", "signal", "kill_file", "config", "cli"
};
/// A pair group or actor is to come up (again); restarts are inputs too, or a replay would miss
/// them.
struct GroupRestart {
  Symbol symbol;
  std::uint32_t generation = 0;
};

/// What a refit beside the engine came to: for the record alone, the model in force stays.
enum class RefitOutcome : std::uint8_t {
  promoted, ///< a new version was written
  refused,  ///< by a gate
  failed,   ///< the data or the fit
};
struct RefitNews {
  RefitOutcome outcome = RefitOutcome::failed;
  std::string detail; ///< file and hash, the gate's reason, or the error
};

/// The configuration was read again and is good as a whole: from this input on it is in force. As
/// text, so that a recording holds all of it.
struct SettingsChange {
  std::string settings_text; ///< canonical TOML of the whole
  std::string origin;        ///< "SIGHUP", "console"
  std::string refused;       ///< why it is not taken: for the record alone; empty = it is
};

/// Something beside the decisions stands against new risk, or no longer does: the disk, the AI
/// log's outbox.
struct ConditionNews {
  Refusal condition = Refusal::disk_low; ///< disk_low or ai_log_stuck
  bool stands = false;
  std::string detail; ///< for the journal
};

/// The venue has taken the AI log of one order: the outbox beside the engine says so, for the
/// record.
struct AiLogNews {
  DecisionId decision;
  ClientOrderId client_id;
  VenueOrderId venue_id = 0;
  std::string head_hash; ///< of the order's journal record, sent along
  std::string status;    ///< "acked"
};

using EngineInput = std::variant<Tick, CandleRow, FeedGap, LinkEvent, ChangeAnswer, QueryAnswer,
                                 VenueOrderUpdate, Fill, AccountSnapshot, Position, CashFlow,
                                 CandleAnswer, TimerFired, JournalAck, OperatorCommand,
                                 GroupRestart, RefitNews, SettingsChange, ConditionNews, AiLogNews>;

struct RecordedInput {
  std::uint64_t sequence = 0;
  Timestamp wall_time; ///< the Clock port says this while the input is processed
  EngineInput input;
};

} // namespace rg
