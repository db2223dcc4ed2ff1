#include "actors/journal/journal_actor.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

namespace rg {

JournalActor::JournalActor(caf::actor_config& config, std::unique_ptr<JournalStore> store,
                           OpenStore open, PostAck post)
    : caf::event_based_actor(config), store_(std::move(store)), open_(std::move(open)),
      post_(std::move(post)) {}

caf::behavior JournalActor::make_behavior() {
  return {
      [this](const Submission& submission) { take(submission); },
      [this](const CommitNow&) { commit(); },
      [this](const ReopenStore& reopen) {
        try {
          store_ = open_();
        } catch (const std::exception& e) {
          post_({reopen.missed.empty() ? newest_ : reopen.missed.back().number, false, e.what()});
          return;
        }
        pending_.clear();
        for (const Submission& missed : reopen.missed) {
          take(missed);
        }
      },
      [this](const CloseJournal&) {
        commit();
        store_.reset();
        quit();
      }};
}

void JournalActor::take(const Submission& submission) {
  if (!store_) {
    return; // kept by the door; it sends all of them again with ReopenStore
  }
  pending_.insert(pending_.end(), submission.records->begin(), submission.records->end());
  newest_ = submission.number;
  if (!commit_queued_) {
    commit_queued_ = true;
    send(this, CommitNow{}); // behind what waits in the mailbox: one commit for all of it
  }
}

void JournalActor::commit() {
  commit_queued_ = false;
  if (!store_ || newest_ == 0) {
    return;
  }
  try {
    if (!pending_.empty()) {
      store_->append(pending_);
    }
    pending_.clear();
    post_({newest_, true, {}});
  } catch (const std::exception& e) {
    fail(e.what());
  }
}

void JournalActor::fail(const std::string& why) {
  store_.reset();
  pending_.clear();
  post_({newest_, false, why});
}

// ---- the hot side ----

JournalDoor::JournalDoor(caf::actor_system& system, std::unique_ptr<JournalStore> store,
                         OpenStore open, PostAck post)
    : system_(system) {
  caf::actor_config config;
  actor_ = system_.spawn_class<JournalActor, caf::detached>(config, std::move(store),
                                                            std::move(open), std::move(post));
}

JournalDoor::~JournalDoor() {
  close();
}

std::uint64_t JournalDoor::submit(std::vector<JournalRecord> records) {
  Submission submission{next_++,
                        std::make_shared<const std::vector<JournalRecord>>(std::move(records))};
  waiting_.push_back(submission);
  caf::anon_send(actor_, std::move(submission));
  return next_ - 1;
}

void JournalDoor::on_ack(const JournalAck& ack) {
  while (ack.durable && !waiting_.empty() && waiting_.front().number <= ack.submission) {
    waiting_.pop_front();
  }
}

void JournalDoor::reopen() {
  caf::anon_send(actor_, ReopenStore{{waiting_.begin(), waiting_.end()}});
}

void JournalDoor::close() {
  if (!actor_) {
    return;
  }
  caf::anon_send(actor_, CloseJournal{});
  caf::scoped_actor self{system_};
  self->wait_for(actor_);
  actor_ = nullptr;
}

} // namespace rg
