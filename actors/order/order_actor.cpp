#include "actors/order/order_actor.hpp"

namespace rg {

OrderActor::OrderActor(caf::actor_config& config, EngineContext& context, std::uint32_t incarnation,
                       const std::optional<DeskRestore>& start)
    : HotShell(config, context, "order"),
      desk_(context.settings.order, context.contracts, context.settings.instance),
      incarnation_(incarnation) {
  desk_.set_desired_leverage(static_cast<int>(context.settings.portfolio.leverage));
  if (start) {
    desk_.restore(*start);
  }
  if (context_.options.survey) {
    desk_.set_stop_recheck(context.options.reconcile_every);
    if (!context.board.private_link) { // down since before this desk: it has never been told
      desk_.on_link({Link::private_stream, false, context.clock.now()});
    }
  }
}

OrderHandle::behavior_type OrderActor::make_behavior() {
  auto& slot = context_.order;
  pump(); // what the restart wants asked and sent
  return {
      [&, this](const ApprovedIntent& approved) {
        slot.handle([&] {
          desk_.on_approved(approved, context_.data_now, context_.clock.now());
          pump();
        });
      },
      [&, this](const Durable& durable) {
        slot.handle([&] {
          while (!on_disk_.empty() && on_disk_.begin()->first <= durable.submission) {
            for (const ClientOrderId& id : on_disk_.begin()->second) {
              desk_.journalled(id, context_.clock.now());
            }
            on_disk_.erase(on_disk_.begin());
          }
          pump();
        });
      },
      [&, this](const ChangeAnswer& answer) { slot.handle([&] { on_answer(answer); }); },
      [&, this](const QueryAnswer& answer) { slot.handle([&] { on_answer(answer); }); },
      [&, this](const SettingsNews&) {
        slot.handle([&] {
          desk_.set_settings(context_.settings.order);
          if (context_.options.survey) {
            desk_.set_stop_recheck(context_.options.reconcile_every);
          }
        });
      },
      [&, this](const VenueOrderUpdate& update) {
        slot.handle([&] {
          desk_.on_order(update, context_.clock.now());
          pump();
        });
      },
      [&, this](const Fill& fill) {
        slot.handle([&] {
          desk_.on_fill(fill, context_.clock.now());
          pump();
        });
      },
      [&, this](const Position& position) {
        slot.handle([&] {
          desk_.on_position(position, context_.clock.now());
          pump();
        });
      },
      [this](const MarkUpdate& mark) {
        desk_.on_mark(mark.symbol, mark.mark, context_.data_now);
        pump();
      },
      [this](const DataTime& time) {
        desk_.on_data_time(time.now, context_.clock.now());
        pump();
      },
      [this](const WallTick&) {
        timer_ = 0;
        armed_for_ = Timestamp{};
        desk_.on_wall_time(context_.clock.now());
        pump();
      },
      [&, this](const LinkEvent& link) {
        slot.handle([&] {
          desk_.on_link(link);
          pump();
        });
      },
      [&, this](const KillOrders&) {
        slot.handle([&] {
          desk_.kill(context_.clock.now());
          pump();
        });
      },
      [&, this](const CancelEntries& cancel) {
        slot.handle([&] {
          desk_.cancel_entries(cancel.symbol, context_.clock.now());
          pump();
        });
      },
      [&, this](const CancelStray& stray) {
        slot.handle([&] {
          desk_.cancel_stray(stray.symbol, stray.venue_id, context_.clock.now());
          pump();
        });
      },
      [&, this](const CheckStops&) {
        slot.handle([&] {
          desk_.look_at_stops(context_.clock.now());
          pump();
        });
      },
      [&, this](const BookTaken& book) {
        slot.handle([&] { desk_.on_book_taken(book.data_time); });
      },
      [&, this](const ContractRules& rules) { slot.handle([&] { desk_.set_contract(rules); }); },
      [&, this](const ClockQuality& clock) {
        slot.handle([&] { desk_.set_clock_uncertain(clock.uncertain); });
      }};
}

template <class Answer> void OrderActor::on_answer(const Answer& answer) {
  if (answer.id / kDeskIds != incarnation_) {
    return; // asked by a predecessor; the restored desk searches for what it does not know
  }
  Answer ours = answer;
  ours.id = answer.id % kDeskIds;
  desk_.on_answer(ours, context_.clock.now());
  pump();
}

/// Carries out what the desk wants. Sending may bring the answer at once (in-process venues): it
/// enters through the engine's door, behind what is being done here.
void OrderActor::pump() {
  for (const DeskCommand& command : desk_.take_commands()) {
    carry_out(command);
  }
  flush_records();
  watch_unknown();
  arm_timer();
  context_.board.order_requests = desk_.requests_sent();
  context_.desk_idle = desk_.is_idle();
}

void OrderActor::carry_out(const DeskCommand& command) {
  std::visit(
      [this](const auto& c) {
        using Command = std::decay_t<decltype(c)>;
        if constexpr (std::is_same_v<Command, WriteIntent>) {
          written_.push_back(c.client_id);
          context_.gateway.prepare(outside(c.request_id), c.order);
        } else if constexpr (std::is_same_v<Command, SendRequest>) {
          if (const auto* place = std::get_if<PlaceOrder>(&c.request)) {
            ++context_.pair(place->symbol).orders;
          } else if (const auto* stop = std::get_if<PlaceStop>(&c.request)) {
            ++context_.pair(stop->symbol).orders;
          }
          context_.gateway.send(outside(c.id), c.request);
        } else if constexpr (std::is_same_v<Command, AskVenue>) {
          context_.gateway.ask(outside(c.id), c.query);
        } else if constexpr (std::is_same_v<Command, OrderEvent>) {
          records_.push_back(c);
          context_.portfolio.send(c);
        } else {
          context_.portfolio.send(c);
        }
      },
      command);
}

void OrderActor::flush_records() {
  if (records_.empty() && written_.empty()) {
    return;
  }
  const std::uint64_t submission = context_.record(std::exchange(records_, {}));
  if (!written_.empty()) {
    on_disk_.emplace(submission, std::exchange(written_, {}));
  }
}

void OrderActor::watch_unknown() {
  for (const Symbol symbol : Symbol::all()) {
    if (const bool unknown = desk_.has_unknown(symbol); unknown != unknown_[symbol.id()]) {
      unknown_[symbol.id()] = unknown;
      context_.portfolio.send(UnknownOutcome{symbol, unknown});
    }
  }
}

/// One wake-up at a time: the earliest that the desk asked for.
void OrderActor::arm_timer() {
  const Timestamp wanted = desk_.next_wall_event();
  if (wanted == armed_for_) {
    return;
  }
  if (timer_ != 0) {
    context_.timers.cancel(timer_);
    timer_ = 0;
  }
  armed_for_ = wanted;
  if (wanted != Timestamp{}) {
    const Duration delay = std::max(wanted - context_.clock.now(), Duration{0});
    timer_ = context_.timers.after(delay, [&context = context_] {
      if (context.order.is_up()) {
        context.unit.deliver(context.order.actor(), WallTick{});
      }
    });
  }
}

} // namespace rg
