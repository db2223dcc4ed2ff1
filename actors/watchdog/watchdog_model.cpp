#include "actors/watchdog/watchdog_model.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

namespace {

using namespace std::chrono_literals;

constexpr Duration kAgain = 1s;      // wall: after steps were sent, or a look failed
constexpr Duration kWatchOver = 10s; // wall: between looks at what is in order
constexpr Duration kPatience = 10s;  // wall: for an answer
// Exits and stops of ours carry an ordinal that the engine does not reach at one stamp.
constexpr std::uint8_t kOrdinal = 90;

std::string seconds(Duration d) {
  return std::to_string(d / 1ms / 1000) + "." + std::to_string(d / 100ms % 10) + " s";
}

} // namespace

WatchdogModel::WatchdogModel(const WatchdogSettings& settings, std::uint32_t instance)
    : settings_(settings), instance_(instance), budget_(settings.requests_per_second, 0) {}

void WatchdogModel::set_settings(const WatchdogSettings& settings) {
  RG_ASSERT(settings.heartbeat == settings_.heartbeat);
  RG_ASSERT(settings.requests_per_second == settings_.requests_per_second);
  settings_ = settings;
}

void WatchdogModel::say(std::string event, std::string detail, bool alert) {
  commands_.emplace_back(WatchdogSay{std::move(event), std::move(detail), alert});
}

std::string WatchdogModel::verdict(const std::optional<Heartbeat>& beat, Timestamp now) {
  if (beat) {
    end_said_ = end_said_ && beat->ended;
    last_ = *beat;
  }
  if (last_.run_id.empty()) {
    if (!std::exchange(waiting_said_, true)) {
      say("waiting", "no heartbeat yet: " + settings_.heartbeat, false);
    }
    return {};
  }
  if (last_.ended && (last_.end_reason.empty() || last_.starting)) {
    // Ended as ordered, its stops resting; or refused to start, and was never entrusted with
    // anything.
    if (!std::exchange(end_said_, true)) {
      say("engine_ended", last_.end_reason.empty() ? "in order" : last_.end_reason, false);
    }
    return {};
  }
  if (last_.ended) {
    return "the engine has given up: " + last_.end_reason;
  }
  if (now - last_.wall >= settings_.blind_after) {
    return "no heartbeat for " + seconds(now - last_.wall);
  }
  if (last_.blind_since != Timestamp{} && now - last_.blind_since >= settings_.blind_after) {
    return "the engine has not seen the venue for " + seconds(now - last_.blind_since);
  }
  return {};
}

void WatchdogModel::on_tick(const std::optional<Heartbeat>& beat, Timestamp now) {
  if (!std::exchange(budget_started_, true)) {
    budget_.start(now);
  }
  const std::string why = verdict(beat, now);
  if (why.empty()) {
    if (acting_) {
      let_go();
    }
    return;
  }
  if (!acting_) {
    begin(why);
  }
  std::erase_if(on_the_way_, [&](const auto& sent) {
    const bool late = now - sent.second.when >= kPatience;
    if (late) {
      budget_.answered(sent.first, now);
    }
    return late;
  });
  if (!open_.empty() && now - looked_ >= kPatience) {
    open_.clear();
    look_failed_ = true;
    judge(now);
  }
  send_what_may_go(now);
  const bool idle = open_.empty() && steps_.empty() && on_the_way_.empty();
  if (idle && now >= next_look_) {
    look(now);
  }
}

void WatchdogModel::begin(const std::string& why) {
  acting_ = true;
  calm_ = false;
  next_look_ = Timestamp{};
  refused_stops_.clear();
  say("engine_dead",
      why + (settings_.action == WatchdogAction::flatten
                 ? "; cancelling entries and closing positions"
                 : "; cancelling entries and protecting positions"),
      true);
}

/// The engine lives: what was not sent is not sent any more.
void WatchdogModel::let_go() {
  acting_ = false;
  steps_.clear();
  open_.clear();
  say("engine_back", "hands off; the engine reconciles", true);
}

void WatchdogModel::look(Timestamp now) {
  look_ = {};
  look_failed_ = false;
  looked_ = now;
  ++looks_;
  for (const QueryKind kind :
       {QueryKind::open_orders, QueryKind::trigger_orders, QueryKind::positions}) {
    Query query;
    query.kind = kind;
    open_.emplace(next_id_, kind);
    commands_.emplace_back(WatchdogAsk{next_id_++, query});
  }
}

void WatchdogModel::on_answer(const QueryAnswer& answer, Timestamp now) {
  const auto asked = open_.find(answer.id);
  if (asked == open_.end()) {
    return;
  }
  const QueryKind kind = asked->second;
  open_.erase(asked);
  if (answer.outcome != RequestOutcome::ok) {
    look_failed_ = true;
  } else if (const auto* orders = std::get_if<std::vector<VenueOrder>>(&answer.payload)) {
    (kind == QueryKind::open_orders ? look_.orders : look_.triggers) = *orders;
  } else if (const auto* positions = std::get_if<std::vector<Position>>(&answer.payload)) {
    look_.positions = *positions;
  }
  if (open_.empty()) {
    judge(now);
  }
}

void WatchdogModel::judge(Timestamp now) {
  if (look_failed_) {
    next_look_ = now + kAgain;
    if (++failed_looks_ % 10 == 1) { // the first, and then now and again
      say("venue_silent", "the venue does not answer; asked again every second", true);
    }
    return;
  }
  failed_looks_ = 0;
  const auto steps = plan_protection(last_, settings_.action, look_, refused_stops_);
  steps_.assign(steps.begin(), steps.end());
  next_look_ = now + (steps.empty() ? kWatchOver : kAgain);
  if (!steps.empty()) {
    calm_ = false;
    return;
  }
  if (!std::exchange(calm_, true)) {
    std::string open;
    for (const Position& p : look_.positions) {
      if (!p.is_flat()) {
        open += (open.empty() ? "" : ", ") + std::string(p.symbol.name()) + " " +
                to_string(p.side) + " " + p.quantity.text();
      }
    }
    say("verified",
        open.empty() ? "no entry rests, no position is open"
                     : "no entry rests; with their stops at the venue: " + open,
        true);
  }
}

void WatchdogModel::send_what_may_go(Timestamp now) {
  while (!steps_.empty() && budget_.may_send(true, now)) {
    const ProtectiveStep step = steps_.front();
    steps_.pop_front();
    const RequestId id = next_id_++;
    budget_.sent(id);
    const Symbol symbol = std::visit([](const auto& s) { return s.symbol; }, step);
    on_the_way_[id] = {symbol, std::holds_alternative<ProtectWithStop>(step), now};
    commands_.emplace_back(WatchdogSend{id, request_of(step, now)});
  }
}

ChangeRequest WatchdogModel::request_of(const ProtectiveStep& step, Timestamp now) {
  const auto id_of = [&](Symbol symbol, OrderRole role) {
    return derive_client_order_id(instance_, {symbol, now, DecisionKind::exit, kOrdinal}, role, 1);
  };
  if (const auto* cancel = std::get_if<CancelEntriesOf>(&step)) {
    say("cancel_entries", std::string(cancel->symbol.name()), false);
    return CancelAll{false, cancel->symbol, false};
  }
  if (const auto* sweep = std::get_if<SweepStopsOf>(&step)) {
    say("sweep_stops", std::string(sweep->symbol.name()), false);
    return CancelAll{false, sweep->symbol, true};
  }
  if (const auto* protect = std::get_if<ProtectWithStop>(&step)) {
    say("place_stop",
        std::string(protect->symbol.name()) + " " + protect->quantity.text() + " at " +
            protect->trigger.text(),
        true);
    return PlaceStop{id_of(protect->symbol, OrderRole::stop), protect->symbol, protect->side,
                     protect->quantity, protect->trigger};
  }
  const auto& close = std::get<CloseAtMarket>(step);
  RG_ASSERT(close.quantity.is_positive());
  say("close",
      std::string(close.symbol.name()) + " " + to_string(close.side) + " " + close.quantity.text(),
      true);
  PlaceOrder order;
  order.client_id = id_of(close.symbol, OrderRole::exit);
  order.symbol = close.symbol;
  order.position = close.side;
  order.opens = false;
  order.quantity = close.quantity;
  return order;
}

void WatchdogModel::on_answer(const ChangeAnswer& answer, Timestamp now) {
  const auto sent = on_the_way_.find(answer.id);
  if (sent == on_the_way_.end()) {
    return;
  }
  const Sent request = sent->second;
  on_the_way_.erase(sent);
  budget_.answered(answer.id, now);
  next_look_ = std::max(next_look_, now + kAgain);
  if (answer.outcome == RequestOutcome::rejected) {
    if (request.stop) { // e.g. the price is beyond it already
      refused_stops_.insert(request.symbol);
    }
    say("refused", std::string(request.symbol.name()) + ": " + answer.message, true);
  } else if (answer.outcome != RequestOutcome::ok) {
    say("unanswered", std::string(request.symbol.name()) + ": looked at again", false);
  }
}

} // namespace rg
