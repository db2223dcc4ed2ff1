#include "app/engine/ai_log_thread.hpp"

#include <deque>

namespace rg::app {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 500ms; // wall; wake() makes it sooner

} // namespace

struct AiLogThread::Mailbox {
  struct Answer {
    Upload upload;
    RequestOutcome outcome = RequestOutcome::ok;
    std::string message;
  };
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Answer> answers;
  bool woken = true; ///< look at the journal at once
  bool idle = false;
  AiLogStatus status;
};

AiLogThread::AiLogThread(const AiLogSettings& settings, const std::string& journal_path,
                         const Clock& clock, SendUpload send, std::function<void(EngineInput)> tell)
    : clock_(clock), keeper_(settings, journal_path), send_(std::move(send)),
      tell_(std::move(tell)), mailbox_(std::make_shared<Mailbox>()),
      stuck_after_(settings.stuck_after) {
  keeper_.follow(); // what cannot be opened is told before anything trades
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

AiLogThread::~AiLogThread() = default;

void AiLogThread::wake() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->woken = true;
  mailbox_->idle = false;
  mailbox_->changed.notify_one();
}

AiLogStatus AiLogThread::status() const {
  const std::lock_guard lock(mailbox_->mutex);
  return mailbox_->status;
}

bool AiLogThread::idle() const {
  const std::lock_guard lock(mailbox_->mutex);
  return mailbox_->idle && !mailbox_->woken && mailbox_->answers.empty();
}

void AiLogThread::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mailbox_->mutex);
      mailbox_->changed.wait_for(lock, stop, kLookEvery,
                                 [this] { return mailbox_->woken || !mailbox_->answers.empty(); });
      mailbox_->woken = false;
    }
    if (stop.stop_requested()) {
      return;
    }
    const Timestamp now = clock_.now();
    try {
      turn();
      if (broken_since_ != Timestamp{}) {
        broken_since_ = Timestamp{};
        if (std::exchange(told_broken_, false)) {
          tell_(ConditionNews{Refusal::ai_log_stuck, false,
                              "journal and outbox can be read and written again"});
        }
      }
    } catch (const JournalFailure& e) {
      fail(e.what(), now);
    }
  }
}

/// Uploads are not lost (the journal has them), but nobody may go on for ever without them.
void AiLogThread::fail(const std::string& why, Timestamp now) {
  if (broken_since_ == Timestamp{}) {
    broken_since_ = now;
  }
  if (now - broken_since_ > stuck_after_ && !std::exchange(told_broken_, true)) {
    tell_(ConditionNews{Refusal::ai_log_stuck, true, "the AI log's outbox does not work: " + why});
  }
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->status.last_error = why;
  mailbox_->status.on = true;
  mailbox_->status.stuck = told_broken_;
}

void AiLogThread::turn() {
  for (;;) { // what came back
    Mailbox::Answer answer;
    {
      const std::lock_guard lock(mailbox_->mutex);
      if (mailbox_->answers.empty()) {
        break;
      }
      answer = std::move(mailbox_->answers.front());
      mailbox_->answers.pop_front();
    }
    if (auto news =
            keeper_.on_answer(answer.upload, answer.outcome, answer.message, clock_.now())) {
      tell_(*std::move(news));
    }
  }
  keeper_.follow();
  if (!std::exchange(told_unrecorded_, true)) {
    for (AiLogNews& news : keeper_.unrecorded()) {
      tell_(std::move(news));
    }
  }
  if (auto change = keeper_.backlog_change(clock_.now())) {
    tell_(*std::move(change));
  }
  if (auto upload = keeper_.due(clock_.now())) {
    send_(*upload,
          [mailbox = mailbox_, sent = *upload](RequestOutcome outcome, const std::string& message) {
            const std::lock_guard lock(mailbox->mutex);
            mailbox->answers.push_back({sent, outcome, message});
            mailbox->changed.notify_one();
          });
  }
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->status = keeper_.status(clock_.now());
  mailbox_->idle = keeper_.idle();
}

} // namespace rg::app
