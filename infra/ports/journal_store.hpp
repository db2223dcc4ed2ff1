#pragma once

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/decision/guard_state.hpp"
#include "messages/orders/order_event.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace rg {

struct RunRecord {
  std::string run_id; ///< hex
  Timestamp wall_time;
  std::string command;       ///< without secrets
  std::string settings_text; ///< canonical effective config, without secrets
  std::string model_json;    ///< the model file's bytes
  std::string model_sha256, config_sha256;
  std::string
      recording; ///< file name of the market recording, relative to the journal; may be empty
};
struct DecisionRecord {
  Decision decision;
  Timestamp data_time, wall_time;
};
struct EquityRecord {
  Timestamp data_time;
  Notional equity, high_water_mark, wallet_balance;
  double drawdown = 0.0, gross_leverage = 0.0, net_leverage = 0.0;
};
struct GuardRecord {
  GuardState state;
  GuardLevel previous = GuardLevel::normal;
};
/// Restarts, quarantines, halts, kills, releases, pauses, reconciliations, gaps, operator actions.
struct SupervisionRecord {
  Timestamp data_time, wall_time;
  std::string kind;    ///< stable word, e.g. "restart", "kill_latched", "resumed", "reconciled"
  std::string subject; ///< pair or actor
  std::string detail;  ///< one sentence; operator's reason
};
struct AiLogRecord {
  DecisionId decision;
  ClientOrderId client_id;
  VenueOrderId venue_id = 0;
  Timestamp wall_time;
  std::string head_hash; ///< chain head sent along
  std::string status;    ///< "queued", "acked", "failed: ..."
};
using JournalRecord = std::variant<RunRecord, DecisionRecord, OrderEvent, Fill, EquityRecord,
                                   GuardRecord, SupervisionRecord, AiLogRecord>;

/// Durable, append-only, chained. One writer (the journal actor); calls block on the disk and so
/// run off the hot thread.
class JournalStore {
public:
  virtual ~JournalStore() = default;
  /// Appends all in one transaction, synced before it returns. Throws JournalFailure when it
  /// cannot.
  virtual void append(const std::vector<JournalRecord>& records) = 0;
  [[nodiscard]] virtual std::uint64_t count() const = 0;
  [[nodiscard]] virtual std::string head_hash() const = 0; ///< hex
};

/// The journal cannot take records (disk full, read-only, locked, corrupt): trading must halt.
class JournalFailure : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace rg
