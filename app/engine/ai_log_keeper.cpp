// Journal in, uploads out: the turns of the AI log.

#include "app/engine/ai_log_thread.hpp"

#include <algorithm>

namespace rg::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstPause = 1s, kLongestPause = 60s; // wall, of one upload that failed
constexpr Duration kRateLimitPause = 10s;                 // wall, of all: the venue's window
constexpr std::size_t kLook = 64;                         // waiting uploads looked at for a due one

std::string seconds(Duration d) {
  return std::to_string(d / 1s) + " s";
}

} // namespace

AiLogKeeper::AiLogKeeper(const AiLogSettings& settings, std::string journal_path)
    : settings_(settings), journal_path_(std::move(journal_path)) {}

const std::string& AiLogKeeper::model_of(const JournalReader& reader, std::uint64_t sequence) {
  static const std::string kUnknown = "RegimeGuard";
  const std::uint64_t known = runs_.empty() ? 0 : runs_.back().sequence;
  for (const auto& run : reader.after<RunRecord>(known)) {
    runs_.push_back(
        {run.sequence, run.record.run_id,
         "RegimeGuard regime and risk models " + run.record.model_sha256.substr(0, 16)});
  }
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    if (run->sequence <= sequence) {
      return run->model;
    }
  }
  return kUnknown;
}

void AiLogKeeper::follow() {
  const auto reader = JournalReader::open(journal_path_);
  if (!reader) {
    throw JournalFailure(reader.error().text());
  }
  const std::uint64_t end = reader->count(); // sequences run from 1 on without a hole
  static_cast<void>(model_of(*reader, end));
  if (!queue_ && runs_.empty()) {
    return; // no run has introduced itself yet
  }
  if (!queue_) {
    queue_.emplace(settings_.outbox, runs_.front().run_id);
    counts_ = queue_->counts();
  }
  const std::uint64_t begin = queue_->cursor();
  caught_up_ = true;
  if (end <= begin) {
    return;
  }
  std::vector<Upload> uploads;
  std::vector<ClientOrderId> on_record;
  for (const auto& event : reader->after<OrderEvent>(begin)) {
    if (event.sequence > end || !has_ai_log(event.record)) {
      continue;
    }
    const auto decision = reader->decision(event.record.decision);
    const std::string& model = model_of(*reader, event.sequence);
    const auto run = std::find_if(runs_.rbegin(), runs_.rend(),
                                  [&](const Run& r) { return r.sequence <= event.sequence; });
    uploads.push_back(ai_log_upload(
        event.record, decision ? std::optional(decision->record.decision) : std::nullopt,
        event.sequence, event.hash, run == runs_.rend() ? std::string() : run->run_id, model));
  }
  for (const auto& log : reader->after<AiLogRecord>(begin)) {
    if (log.sequence <= end) {
      on_record.push_back(log.record.client_id);
    }
  }
  queue_->follow(uploads, on_record, end);
  if (!uploads.empty() || !on_record.empty()) {
    counts_ = queue_->counts();
  }
}

std::optional<Upload> AiLogKeeper::due(Timestamp now) {
  if (!queue_ || in_flight_ || now < all_pause_until_ || counts_.waiting == 0) {
    return std::nullopt;
  }
  for (Upload& upload : queue_->waiting(kLook)) {
    const auto pause = pause_until_.find(upload.id);
    if (pause == pause_until_.end() || now >= pause->second) {
      in_flight_ = true;
      return std::move(upload);
    }
  }
  return std::nullopt;
}

std::optional<AiLogNews> AiLogKeeper::on_answer(const Upload& upload, RequestOutcome outcome,
                                                const std::string& message, Timestamp now) {
  in_flight_ = false;
  if (outcome == RequestOutcome::ok) {
    queue_->acked(upload.id, now);
    pause_until_.erase(upload.id);
    counts_ = queue_->counts();
    last_error_.clear();
    return AiLogNews{upload.decision, upload.client_id, upload.venue_id, upload.head_hash, "acked"};
  }
  last_error_ = message.empty() ? to_string(outcome) : message;
  queue_->failed(upload.id, last_error_);
  const Duration pause = kFirstPause * (1LL << std::min<std::uint32_t>(upload.attempts, 6));
  pause_until_[upload.id] = now + std::min(pause, kLongestPause);
  if (outcome == RequestOutcome::rate_limited) {
    all_pause_until_ = now + kRateLimitPause;
  }
  return std::nullopt;
}

std::vector<AiLogNews> AiLogKeeper::unrecorded() {
  std::vector<AiLogNews> news;
  if (queue_) {
    for (const Upload& u : queue_->unrecorded()) {
      news.push_back({u.decision, u.client_id, u.venue_id, u.head_hash, "acked"});
    }
  }
  return news;
}

bool AiLogKeeper::is_stuck(Timestamp now) const {
  return counts_.waiting > 0 && now - counts_.oldest > settings_.stuck_after;
}

std::optional<ConditionNews> AiLogKeeper::backlog_change(Timestamp now) {
  const bool stuck = is_stuck(now);
  if (stuck == told_stuck_) {
    return std::nullopt;
  }
  told_stuck_ = stuck;
  if (!stuck) {
    return ConditionNews{Refusal::ai_log_stuck, false, "the venue has acked what waited too long"};
  }
  return ConditionNews{Refusal::ai_log_stuck, true,
                       std::to_string(counts_.waiting) + " uploads wait, the oldest for " +
                           seconds(now - counts_.oldest) +
                           (last_error_.empty() ? "" : "; last answer: " + last_error_)};
}

AiLogStatus AiLogKeeper::status(Timestamp now) const {
  return {true, is_stuck(now), counts_.waiting, counts_.acked, counts_.oldest, last_error_};
}

} // namespace rg::app
