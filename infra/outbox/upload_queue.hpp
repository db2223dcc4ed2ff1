#pragma once
// The AI log's outbox: uploads that the venue has to ack, in a file of their own, so that a crash,
// a power cut or a venue that refuses costs none of them. One file may serve several journals; each
// entry knows which it came from.

#include "infra/journal/sqlite_handle.hpp"
#include "messages/units/ids.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rg {

/// One order's log, ready to be sent.
struct Upload {
  std::int64_t id = 0; ///< in the queue
  DecisionId decision;
  ClientOrderId client_id;
  VenueOrderId venue_id = 0;
  std::string head_hash; ///< chain head of the journal with the order's record, hex
  std::string stage, model;
  std::string input_json, output_json; ///< JSON objects
  std::string explanation;             ///< at most 1000 characters
  Timestamp queued;                    ///< wall; when the order's record was written
  std::uint32_t attempts = 0;          ///< failed so far
  std::string last_error;
};

/// What is in the queue for one journal.
struct UploadCounts {
  std::uint64_t waiting = 0, acked = 0;
  Timestamp oldest; ///< wall; of what waits; zero = nothing does
};

/// All calls throw JournalFailure when the file cannot be read or written. One thread at a time.
class UploadQueue {
public:
  /// Opens or makes the file (and its folder).
  /// @param journal  name of the journal whose orders are queued: its first run's id.
  UploadQueue(const std::string& path, std::string journal);

  /// Journal records up to this sequence have been looked at.
  [[nodiscard]] std::uint64_t cursor() const;
  /// Queues what is new, marks what the journal has on record as acked, and moves the cursor, all
  /// in one transaction: nothing is missed and nothing queued twice, whatever is killed when.
  void follow(const std::vector<Upload>& uploads, const std::vector<ClientOrderId>& on_record,
              std::uint64_t cursor);

  /// Not acked yet, oldest first.
  [[nodiscard]] std::vector<Upload> waiting(std::size_t limit) const;
  /// Acked by the venue, but the journal does not say so yet.
  [[nodiscard]] std::vector<Upload> unrecorded() const;
  void acked(std::int64_t id, Timestamp now);
  void failed(std::int64_t id, const std::string& why);
  [[nodiscard]] UploadCounts counts() const;

private:
  [[nodiscard]] std::vector<Upload> select(const std::string& condition, std::size_t limit) const;

  std::unique_ptr<journal::Database> database_;
  std::string journal_;
};

} // namespace rg
