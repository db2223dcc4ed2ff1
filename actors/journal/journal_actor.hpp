#pragma once
// The only writer of the journal: a detached actor with a thread of its own, because the disk
// blocks. What has queued up while one commit ran is committed together (group commit).

#include "actors/engine_context.hpp"

#include <caf/event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>

namespace rg {

using JournalRecords = std::shared_ptr<const std::vector<JournalRecord>>;

/// hot thread → journal
struct Submission {
  std::uint64_t number = 0;
  JournalRecords records;
};
/// journal → itself, behind what has queued up.
struct CommitNow {};
/// hot thread → journal: open the store again and take everything that is not durable yet.
struct ReopenStore {
  std::vector<Submission> missed;
};
/// hot thread → journal: commit what is there and end.
struct CloseJournal {};

/// Opens the store; throws JournalFailure when it cannot.
using OpenStore = std::function<std::unique_ptr<JournalStore>()>;
/// Brings an ack to the hot thread; called on the journal's thread.
using PostAck = std::function<void(JournalAck)>;

class JournalActor final : public caf::event_based_actor {
public:
  /// @param store  opened by the host, which read the past from it; used from here on by this actor
  /// only.
  JournalActor(caf::actor_config& config, std::unique_ptr<JournalStore> store, OpenStore open,
               PostAck post);
  [[nodiscard]] const char* name() const override { return "journal"; }
  caf::behavior make_behavior() override;

private:
  void take(const Submission& submission);
  void commit();
  void fail(const std::string& why);

  std::unique_ptr<JournalStore> store_; ///< null while broken
  OpenStore open_;
  PostAck post_;
  std::vector<JournalRecord> pending_;
  std::uint64_t newest_ = 0; ///< submission up to which pending_ goes
  bool commit_queued_ = false;
};

/// The hot side: numbers submissions, keeps them until they are durable, and brings the journal up
/// again after a failure. Nothing acknowledged is lost, nothing is written twice: a commit is whole
/// or not at all.
class JournalDoor final : public JournalSink {
public:
  JournalDoor(caf::actor_system& system, std::unique_ptr<JournalStore> store, OpenStore open,
              PostAck post);
  ~JournalDoor() override;
  JournalDoor(const JournalDoor&) = delete;
  JournalDoor& operator=(const JournalDoor&) = delete;

  std::uint64_t submit(std::vector<JournalRecord> records) override;
  /// Every ack passes here before it enters the engine.
  void on_ack(const JournalAck& ack);
  /// After a failed ack, at the time the supervisor chose.
  void reopen();
  /// Commits what is left and ends the actor; blocks until it has ended.
  void close();
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
  caf::actor_system& system_;
  caf::actor actor_;
  std::deque<Submission> waiting_;
  std::uint64_t next_ = 1;
};

} // namespace rg

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::Submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CommitNow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::ReopenStore)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(rg::CloseJournal)
