#pragma once
// A stable address before an actor that may die. CAF drops what waits in a dead actor's mailbox
// without a trace; orders and fills must not go that way. The slot keeps each message until the
// actor says done(), and gives what was not done to its successor, in order. Delivery is at least
// once: orders and fills carry ids that make the second time harmless. Ticks go past slots.

#include "actors/inline_unit.hpp"

#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

#include <deque>
#include <functional>
#include <utility>

namespace rg {

template <class Handle> class Slot {
public:
  /// @param dead_letter  told of a message whose handling failed twice: it is given up, not
  /// repeated.
  Slot(InlineUnit& unit, std::function<void(const caf::message&)> dead_letter)
      : unit_(unit), dead_letter_(std::move(dead_letter)) {}

  template <class Message> void send(Message&& message) {
    static_assert(caf::response_type<typename Handle::signatures, std::decay_t<Message>>::valid,
                  "the actor does not take this message");
    unit_.about_to_tell();
    waiting_.push_back(caf::make_message(std::forward<Message>(message)));
    if (actor_) {
      hand_over(waiting_.back());
    }
  }

  /// The actor calls this around its handling of a message that came through the slot, the oldest
  /// one.
  template <class Work> void handle(Work&& work) {
    RG_ASSERT(!waiting_.empty());
    handling_ = true;
    work();
    handling_ = false;
    waiting_.pop_front();
    front_failures_ = 0;
  }

  /// The actor died: in the middle of the oldest message if handle() did not come to its end.
  void down() {
    actor_ = nullptr;
    if (std::exchange(handling_, false) && ++front_failures_ >= 2) {
      const caf::message poison = waiting_.front();
      waiting_.pop_front();
      front_failures_ = 0;
      dead_letter_(poison);
    }
  }

  /// A successor is ready (restored): it gets everything that was not done.
  void up(Handle actor) {
    actor_ = std::move(actor);
    for (const caf::message& message : waiting_) {
      hand_over(message);
    }
  }

  [[nodiscard]] bool is_up() const { return static_cast<bool>(actor_); }
  [[nodiscard]] const Handle& actor() const { return actor_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
  void hand_over(const caf::message& message) { unit_.deliver_message(actor_, message); }

  InlineUnit& unit_;
  std::function<void(const caf::message&)> dead_letter_;
  Handle actor_;
  std::deque<caf::message> waiting_;
  int front_failures_ = 0;
  bool handling_ = false;
};

} // namespace rg
