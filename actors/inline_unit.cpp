#include "actors/inline_unit.hpp"

namespace rg {

namespace {
// Mail an actor handles before the next one's turn: large enough for a burst to stay in one place.
constexpr std::size_t kMailPerTurn = 64;
} // namespace

InlineUnit::~InlineUnit() {
  for (caf::resumable* job : jobs_) {
    caf::intrusive_ptr_release(job);
  }
}

void InlineUnit::run() {
  if (owner_ == std::thread::id{}) {
    owner_ = std::this_thread::get_id();
  }
  RG_ASSERT(owner_ == std::this_thread::get_id());
  RG_ASSERT(!running_);
  running_ = true;
  while (!jobs_.empty()) {
    caf::resumable* job = jobs_.front();
    jobs_.pop_front();
    // resume() never throws: CAF turns a handler's exception into the actor's exit reason.
    if (job->resume(this, kMailPerTurn) == caf::resumable::resume_later) {
      jobs_.push_back(job);
    } else {
      caf::intrusive_ptr_release(job);
    }
  }
  running_ = false;
}

} // namespace rg
