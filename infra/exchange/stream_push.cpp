// What leaves through the websockets: market and private pushes, pings, and the faults on their
// way.

#include "infra/exchange/streams_internals.hpp"

#include <algorithm>

namespace rg::exchange {

void Streams::push_market(Session& session, Channel& c, Timestamp wall, bool first) {
  if (c.spec.kind == ChannelKind::kline) {
    push_kline(session, c, wall, first);
    return;
  }
  if (!first && wall - c.pushed_wall < options_.push_every) {
    return;
  }
  if (c.spec.kind == ChannelKind::depth) {
    push_depth(session, c, wall, first);
    return;
  }
  if (!first && c.pushed_step == core_.steps()) {
    return;
  }
  writer_.clear();
  if (c.spec.kind == ChannelKind::ticker) {
    session.protocol->ticker(writer_, c.spec, core_);
  } else {
    const auto prints = core_.prints(c.spec.symbol, c.pushed_step, first ? 10 : 1000);
    c.pushed_step = core_.steps();
    if (prints.empty()) {
      return;
    }
    session.protocol->trades(writer_, c.spec, core_, first, prints);
  }
  c.pushed_step = core_.steps();
  c.pushed_wall = wall;
  deliver(session, c.spec.name, writer_.str());
}

void Streams::push_kline(Session& session, Channel& c, Timestamp wall, bool first) {
  const CandleStore& candles = core_.candles(c.spec.symbol);
  if (candles.minutes().empty() || (!first && c.pushed_step == core_.steps())) {
    return;
  }
  const Timestamp newest = slot_of(c.spec.interval, candles.minutes().back().open_time);
  const bool rolled = newest > c.pushed_slot;
  if (!first && !rolled && wall - c.pushed_wall < options_.push_every) {
    return;
  }
  if (first) {
    rows_ = candles.rows(c.spec.interval, c.spec.price, options_.snapshot_klines, {}, newest);
  } else {
    candles.recent(c.spec.interval, c.spec.price, c.pushed_slot, rows_);
  }
  c.pushed_slot = newest;
  c.pushed_step = core_.steps();
  c.pushed_wall = wall;
  writer_.clear();
  session.protocol->klines(writer_, c.spec, core_, first, rows_);
  deliver(session, c.spec.name, writer_.str());
}

void Streams::push_depth(Session& session, Channel& c, Timestamp wall, bool first) {
  const std::uint64_t version = core_.book_version(c.spec.symbol);
  if (!first && version == c.pushed_version) {
    return;
  }
  auto asks = core_.depth(c.spec.symbol, Side::sell, c.spec.levels);
  auto bids = core_.depth(c.spec.symbol, Side::buy, c.spec.levels);
  DepthUpdate update;
  update.start_version = first ? version - 1 : c.pushed_version;
  update.end_version = version;
  update.levels = c.spec.levels;
  update.snapshot = first;
  if (first) {
    asks_ = asks;
    bids_ = bids;
  } else {
    depth_difference(Side::sell, c.asks, asks, asks_);
    depth_difference(Side::buy, c.bids, bids, bids_);
  }
  c.pushed_version = version;
  c.pushed_wall = wall;
  FaultPlan& faults = core_.faults();
  const bool skipped = !first && faults.strikes(FaultKind::depth_skip, c.spec.name);
  if (!skipped && !first && !asks.empty() &&
      faults.strikes(FaultKind::depth_crossed, c.spec.name)) {
    bids_.insert(bids_.begin(), {asks.front().price, asks.front().size});
  }
  c.asks = std::move(asks);
  c.bids = std::move(bids);
  if (skipped || (!first && asks_.empty() && bids_.empty())) {
    if (!skipped) {
      c.pushed_version = update.start_version; // nothing changed: keep the chain whole
    }
    return;
  }
  update.asks = asks_;
  update.bids = bids_;
  writer_.clear();
  session.protocol->depth(writer_, c.spec, core_, update);
  deliver(session, c.spec.name, writer_.str());
}

void Streams::publish(const std::vector<CoreEvent>& events, Timestamp wall) {
  for (const CoreEvent& event : events) {
    const auto* order = std::get_if<Order>(&event.what);
    if (order != nullptr && order->status == OrderStatus::untriggered &&
        order->listed_from_wall > wall) {
      // Attached exits show up late here too; what happens to them before is told at once.
      late_.push_back({order->listed_from_wall, 0, "", event.account, order->id});
      continue;
    }
    push_to_account(event);
  }
}

void Streams::push_to_account(const CoreEvent& event) {
  const std::size_t topic = event.what.index();
  const StreamProtocol* written = nullptr; // sessions of one generation share the text
  for (auto& [id, session] : sessions_) {
    if (!session->is_private || session->closed || session->account != event.account) {
      continue;
    }
    const bool wanted = std::any_of(session->channels.begin(), session->channels.end(),
                                    [&](const auto& c) { return c->spec.topic == topic; });
    if (!wanted) {
      continue;
    }
    if (written != session->protocol) {
      written = session->protocol;
      writer_.clear();
      written->account_event(writer_, event, core_);
    }
    deliver(*session, private_channel(topic), writer_.str());
  }
}

void Streams::ping(Session& session, Timestamp wall) {
  if (wall < session.next_ping) {
    return;
  }
  session.next_ping = session.next_ping + options_.ping_every;
  if (session.unanswered >= options_.unanswered_pings) {
    session.closed = true;
    session.socket->close("no pong");
    return;
  }
  ++session.unanswered;
  JsonWriter out;
  session.protocol->ping(out, session.is_private, wall);
  deliver(session, "ping", out.take());
}

void Streams::flush(Timestamp wall) {
  send_late(wall);
  for (auto& [id, session] : sessions_) {
    if (session->closed) {
      continue;
    }
    if (core_.in_maintenance()) {
      session->closed = true;
      session->socket->close("maintenance");
      continue;
    }
    ping(*session, wall);
    if (session->is_private || session->socket->queued_bytes() > options_.max_queued_bytes) {
      continue;
    }
    for (std::size_t i = 0; i < session->channels.size() && !session->closed; ++i) {
      push_market(*session, *session->channels[i], wall, false);
    }
  }
  forget_closed();
}

std::optional<Timestamp> Streams::next_due() const {
  std::optional<Timestamp> due;
  const auto take = [&due](Timestamp when) { due = due ? std::min(*due, when) : when; };
  for (const Late& late : late_) {
    take(late.due);
  }
  for (const auto& [id, session] : sessions_) {
    if (!session->closed) {
      take(session->next_ping);
    }
  }
  return due;
}

void Streams::send_late(Timestamp wall) {
  if (late_.empty()) {
    return;
  }
  std::vector<Late> due;
  std::erase_if(late_, [&](Late& l) {
    if (l.due > wall) {
      return false;
    }
    due.push_back(std::move(l));
    return true;
  });
  for (Late& l : due) {
    if (l.session != 0) {
      if (const auto it = sessions_.find(l.session); it != sessions_.end() && !it->second->closed) {
        ++messages_sent_;
        it->second->socket->send(std::move(l.text));
      }
      continue;
    }
    const Account& acc = core_.account(l.account);
    if (const auto it = acc.live.find(l.order);
        it != acc.live.end() && it->second.status == OrderStatus::untriggered) {
      push_to_account(
          {l.account, acc.version, CoreEvent::Cause::order, core_.data_now(), it->second});
    }
  }
}

/// Every message leaves through here, where faults strike.
void Streams::deliver(Session& session, std::string_view subject, std::string text) {
  FaultPlan& faults = core_.faults();
  if (faults.any()) {
    const Timestamp wall = wall_clock_();
    if (wall < session.mute_until) {
      return;
    }
    if (faults.strikes(FaultKind::ws_mute, subject)) {
      session.mute_until =
          wall + std::chrono::milliseconds{faults.rule(FaultKind::ws_mute).delay_ms};
      return;
    }
    if (faults.strikes(FaultKind::ws_drop, subject)) {
      session.closed = true;
      session.socket->drop();
      return;
    }
    if (faults.strikes(FaultKind::ws_lose, subject)) {
      return;
    }
    if (faults.strikes(FaultKind::ws_corrupt, subject)) {
      text[faults.pick(FaultKind::ws_corrupt, text.size())] = '#';
      text.resize(text.size() - faults.pick(FaultKind::ws_corrupt, text.size() / 2 + 1));
    }
    if (faults.strikes(FaultKind::ws_delay, subject)) {
      const auto delay = std::chrono::milliseconds{faults.rule(FaultKind::ws_delay).delay_ms};
      late_.push_back({wall + delay, session.id, std::move(text), 0, 0});
      return;
    }
    if (faults.strikes(FaultKind::ws_duplicate, subject)) {
      ++messages_sent_;
      session.socket->send(text);
    }
  }
  ++messages_sent_;
  session.socket->send(std::move(text));
}

} // namespace rg::exchange
