#include "actors/inline_unit.hpp"

#include <caf/local_actor.hpp>

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
  if (chooser_ != nullptr) {
    run_chosen();
  }
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

void InlineUnit::run_chosen() {
  while (!jobs_.empty()) {
    const auto at = static_cast<std::ptrdiff_t>(chooser_->choose(jobs_.size()));
    caf::resumable* job = jobs_[static_cast<std::size_t>(at)];
    jobs_.erase(jobs_.begin() + at);
    auto* actor = dynamic_cast<caf::local_actor*>(job);
    RG_ASSERT(actor != nullptr);
    chooser_->on_turn(actor->name());
    const auto result = job->resume(this, 1);
    if (chooser_->after_turn() && result != caf::resumable::done) {
      actor->eq_impl(caf::make_message_id(caf::message_priority::high), nullptr, this,
                     caf::exit_msg{actor->address(), caf::exit_reason::kill});
    }
    if (result == caf::resumable::resume_later) {
      jobs_.push_back(job);
    } else {
      caf::intrusive_ptr_release(job);
    }
  }
}

} // namespace rg
