#pragma once
// Runs actors at once on the thread that has the event: a hop costs 0.3 µs instead of a thread
// wake-up (design §5). The hot actors of one engine live here and nowhere else. CAF's
// execution_unit and eq_impl are low level; they are touched in this file alone.

#include "messages/support/invariant.hpp"

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/exit_reason.hpp>
#include <caf/response_type.hpp>
#include <caf/resumable.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <cstdint>
#include <deque>
#include <thread>
#include <utility>

namespace rg {

/// The simulation's hand on a unit: whose turn it is, and who falls in the middle of it. None is
/// set in a live engine.
class TurnChooser {
public:
  virtual ~TurnChooser() = default;
  /// Which of the waiting actors has the next turn: 0 … waiting − 1, in the order of arrival.
  [[nodiscard]] virtual std::size_t choose(std::size_t waiting) = 0;
  virtual void on_turn(const char* actor) = 0; ///< it begins
  /// The actor whose turn it is tells something. What this throws ends that actor, as a bug would.
  virtual void on_tell() = 0;
  /// The turn has ended. True: the actor falls now, between two messages.
  [[nodiscard]] virtual bool after_turn() = 0;
};

/// First in, first out; an actor runs until its mailbox is empty (64 messages at most), so the
/// order of everything is a function of the order of deliver() calls. One thread: the first that
/// calls run().
///
/// Actors spawned here must be messaged only through deliver(), or by actors that run here: a
/// message from elsewhere would wake the actor on a CAF worker.
class InlineUnit final : public caf::execution_unit {
public:
  explicit InlineUnit(caf::actor_system& system) : caf::execution_unit(&system) {}
  ~InlineUnit() override;
  InlineUnit(const InlineUnit&) = delete;
  InlineUnit& operator=(const InlineUnit&) = delete;

  /// Called by CAF when an actor of this unit has mail.
  void exec_later(caf::resumable* job) override { jobs_.push_back(job); }

  /// Starts an actor that runs here from its first message on (no worker initialises it).
  template <class Shell, class... Args> [[nodiscard]] auto spawn(Args&&... args) {
    caf::actor_config config{this};
    return system().spawn_class<Shell, caf::lazy_init>(config, std::forward<Args>(args)...);
  }

  /// Puts a message into the actor's mailbox; run() handles it. Compiles only when the typed handle
  /// accepts the message.
  template <class Handle, class Message> void deliver(const Handle& to, Message&& message) {
    static_assert(accepts<Handle, std::decay_t<Message>>(), "the actor does not take this message");
    about_to_tell();
    ++delivered_;
    to->eq_impl(caf::make_message_id(), nullptr, this, std::forward<Message>(message));
  }

  /// The same for a message that is kept elsewhere as well (shared, not copied); see slot.hpp.
  template <class Handle> void deliver_message(const Handle& to, const caf::message& message) {
    ++delivered_;
    caf::actor_cast<caf::abstract_actor*>(to)->enqueue(nullptr, caf::make_message_id(), message,
                                                       this);
  }

  /// Whoever keeps a message elsewhere (slot.hpp) calls this before it does.
  void about_to_tell() {
    if (chooser_ != nullptr && running_) {
      chooser_->on_tell();
    }
  }
  /// One message a turn from now on, in the order that the chooser wants; null = as usual.
  void set_chooser(TurnChooser* chooser) { chooser_ = chooser; }

  /// Ends an actor as part of its supervision; what waits in its mailbox is dropped with it.
  template <class Handle> void end(const Handle& actor, caf::exit_reason reason) {
    actor->eq_impl(caf::make_message_id(), nullptr, this, caf::exit_msg{actor.address(), reason});
  }

  /// Runs actors until no mail is left. Not reentrant.
  void run();

  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }
  [[nodiscard]] bool idle() const { return jobs_.empty(); }

private:
  template <class Handle, class Message> static constexpr bool accepts() {
    if constexpr (std::is_same_v<Handle, caf::actor>) {
      return true;
    } else {
      return caf::response_type<typename Handle::signatures, Message>::valid;
    }
  }

  void run_chosen();

  std::deque<caf::resumable*> jobs_;
  TurnChooser* chooser_ = nullptr;
  std::thread::id owner_;
  std::uint64_t delivered_ = 0;
  bool running_ = false;
};

} // namespace rg
