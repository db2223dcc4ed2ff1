#pragma once
// The AI log beside the engine: follows the journal file, queues one upload per order in the
// outbox, and sends until the venue has acked. What was journalled is uploaded sooner or later,
// whatever is killed in between: the outbox remembers how far it has read, and the journal tells
// which acks are on record.

#include "app/engine/ai_log_upload.hpp"
#include "infra/journal/journal_reader.hpp"
#include "infra/ports/clock.hpp"
#include "messages/engine/engine_input.hpp"
#include "messages/engine/engine_status.hpp"
#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace rg::app {

/// Sends one upload and calls `done` on whatever thread the answer comes.
using SendUpload = std::function<void(
    Upload, std::function<void(RequestOutcome, const std::string& message)> done)>;

/// One turn after the other, without a thread of its own: what AiLogThread runs, and tests too.
class AiLogKeeper {
public:
  /// @throws JournalFailure when the outbox cannot be opened.
  AiLogKeeper(const AiLogSettings& settings, std::string journal_path);

  /// Takes in what the journal holds by now. @throws JournalFailure.
  void follow();
  /// The upload that is due, if any: the oldest whose pause is over. One is on its way at a time.
  [[nodiscard]] std::optional<Upload> due(Timestamp now);
  /// What became of it. An ack is news for the engine, which puts it on record.
  [[nodiscard]] std::optional<AiLogNews> on_answer(const Upload& upload, RequestOutcome outcome,
                                                   const std::string& message, Timestamp now);
  /// Acks of an earlier life that never reached the journal; once, after the first follow().
  [[nodiscard]] std::vector<AiLogNews> unrecorded();
  /// Set when the backlog began or ceased to be too old since the last call.
  [[nodiscard]] std::optional<ConditionNews> backlog_change(Timestamp now);
  [[nodiscard]] AiLogStatus status(Timestamp now) const;
  /// Everything in the journal is acked.
  [[nodiscard]] bool idle() const { return caught_up_ && counts_.waiting == 0; }

private:
  [[nodiscard]] bool is_stuck(Timestamp now) const;
  [[nodiscard]] const std::string& model_of(const JournalReader& reader, std::uint64_t sequence);

  const AiLogSettings settings_;
  const std::string journal_path_;
  std::optional<UploadQueue> queue_;
  std::map<std::int64_t, Timestamp> pause_until_; ///< wall, of uploads that failed
  Timestamp all_pause_until_;                     ///< wall, after a 429
  struct Run {
    std::uint64_t sequence = 0;
    std::string run_id, model;
  };
  std::vector<Run> runs_; ///< of the journal, oldest first
  UploadCounts counts_;
  std::string last_error_;
  bool caught_up_ = false, in_flight_ = false, told_stuck_ = false;
};

class AiLogThread {
public:
  /// @param send  posts to the thread of the gateway; @param tell  posts to the engine.
  AiLogThread(const AiLogSettings& settings, const std::string& journal_path, const Clock& clock,
              SendUpload send, std::function<void(EngineInput)> tell);
  ~AiLogThread();
  AiLogThread(const AiLogThread&) = delete;
  AiLogThread& operator=(const AiLogThread&) = delete;

  void wake(); ///< records have become durable; from any thread
  [[nodiscard]] AiLogStatus status() const;
  [[nodiscard]] bool idle() const; ///< nothing is known to wait

private:
  struct Mailbox; ///< outlives the thread: late answers find it
  void run(const std::stop_token& stop);
  void turn();
  void fail(const std::string& why, Timestamp now);

  const Clock& clock_;
  AiLogKeeper keeper_;
  SendUpload send_;
  std::function<void(EngineInput)> tell_;
  std::shared_ptr<Mailbox> mailbox_;
  Timestamp broken_since_; ///< wall; journal or outbox cannot be read or written; zero = all well
  bool told_broken_ = false, told_unrecorded_ = false;
  const Duration stuck_after_;
  std::jthread thread_; // last: it uses the others
};

} // namespace rg::app
