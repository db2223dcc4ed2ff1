// The private stream: frames in order, but for faults.

#include "app/simulation/sim_client.hpp"
#include "infra/exchange/v2_push.hpp"

namespace rg::sim {

using namespace std::chrono_literals;
using Channel = FaultInjector::Channel;

void SimClient::open_stream(Duration delay) {
  const std::uint64_t generation = ++stream_generation_;
  watch_.on_impaired(agenda_.now() + delay);
  after(delay, [generation](SimClient& self) {
    if (generation != self.stream_generation_) {
      return;
    }
    self.stream_up_ = true;
    self.stream_clear_ = self.agenda_.now();
    // Numbering belongs to a connection; what was missed comes by REST.
    self.order_versions_.clear();
    self.position_versions_.fill(0);
    if (self.listener_ != nullptr) {
      self.listener_->on_link({Link::private_stream, true, self.agenda_.now()});
    }
    self.refresh_account();
    self.read_bills();
  });
}

void SimClient::drop_stream() {
  if (!stream_up_) {
    return;
  }
  stream_up_ = false;
  if (listener_ != nullptr) {
    listener_->on_link({Link::private_stream, false, agenda_.now()});
  }
  open_stream(250ms + Duration{static_cast<std::int64_t>(random_.uniform() * 6e9)});
}

void SimClient::push(const std::vector<exchange::CoreEvent>& events) {
  for (const exchange::CoreEvent& event : events) {
    if (!running_ || !stream_up_) {
      return; // nobody listens: never told
    }
    const auto* order = std::get_if<exchange::Order>(&event.what);
    if (order != nullptr && order->status == exchange::OrderStatus::untriggered &&
        order->listed_from_wall > venue_.clock()) {
      // Attached exits are told when they are listed, as they stand then.
      after(order->listed_from_wall - venue_.clock(), [id = order->id](SimClient& self) {
        const auto& live = self.venue_.account().live;
        const auto now = live.find(id);
        if (now != live.end() && now->second.status == exchange::OrderStatus::untriggered &&
            self.stream_up_) {
          self.push_frame({SimVenue::kAccount, self.venue_.account().version,
                           exchange::CoreEvent::Cause::order, self.venue_.core().data_now(),
                           now->second});
        }
      });
      continue;
    }
    push_frame(event);
  }
}

void SimClient::push_frame(const exchange::CoreEvent& event) {
  writer_.clear();
  exchange::v2::push_private(writer_, event, venue_.core());
  std::string text = writer_.str();
  // Odd faults strike private frames, even ones the public stream.
  if (faults_.take(Fault::stream_dropped, Channel::second)) {
    after(5ms, [](SimClient& self) { self.drop_stream(); });
    return;
  }
  if (faults_.take(Fault::frame_lost, Channel::second)) {
    return;
  }
  if (const auto fault = faults_.take(Fault::frame_corrupted, Channel::second)) {
    text.resize(1 + (fault->draw >> 8) % (text.size() - 1)); // cut off: never whole JSON
  }
  const Timestamp in_order = std::max(agenda_.now() + latency() / 2, stream_clear_);
  if (const auto fault = faults_.take(Fault::frame_delayed, Channel::second)) {
    const auto late = std::chrono::milliseconds{500 + (fault->draw >> 8) % 20'000};
    deliver_frame(in_order + late, std::move(text));
    return;
  }
  if (const auto fault = faults_.take(Fault::frame_reordered, Channel::second)) {
    deliver_frame(in_order + std::chrono::milliseconds{1 + (fault->draw >> 8) % 200},
                  std::move(text));
    return;
  }
  stream_clear_ = in_order;
  if (const auto fault = faults_.take(Fault::frame_duplicated, Channel::second)) {
    deliver_frame(in_order + std::chrono::milliseconds{(fault->draw >> 8) % 3'000}, text);
  }
  deliver_frame(in_order, std::move(text));
}

void SimClient::deliver_frame(Timestamp when, std::string text) {
  agenda_.at(when,
             [weak = weak_from_this(), generation = stream_generation_, text = std::move(text)] {
               if (const auto self = weak.lock(); self && self->running_ && self->stream_up_ &&
                                                  generation == self->stream_generation_) {
                 self->on_text(text);
               }
             });
}

void SimClient::on_text(const std::string& text) {
  const weex::ParseError problem = codec_->decode(padded(text), frame_);
  if (problem != weex::ParseError::none) {
    // It may have been a fill. A fresh connection makes everybody reconcile.
    ++malformed_;
    drop_stream();
    return;
  }
  on_frame();
}

void SimClient::on_frame() {
  for (const VenueOrder& order : frame_.orders) {
    if (const auto id = ClientOrderId::parse(order.client_id)) {
      client_ids_[order.venue_id] = *id;
    }
    std::uint64_t& known = order_versions_[order.venue_id];
    if (frame_.version != 0 && frame_.version <= known) {
      continue; // a duplicate, or overtaken by a later state
    }
    known = std::max(known, frame_.version);
    if (listener_ != nullptr) {
      listener_->on_order({order});
    }
  }
  for (Fill fill : frame_.fills) {
    if (const auto id = client_ids_.find(fill.venue_order_id); id != client_ids_.end()) {
      fill.client_id = id->second;
    }
    if (listener_ != nullptr) {
      listener_->on_fill(fill);
    }
  }
  for (const Position& position : frame_.positions) {
    const std::size_t slot =
        2U * position.symbol.id() + (position.side == PositionSide::long_side ? 0U : 1U);
    if (frame_.version != 0 && frame_.version <= position_versions_[slot]) {
      continue;
    }
    position_versions_[slot] = std::max(position_versions_[slot], frame_.version);
    if (listener_ != nullptr) {
      listener_->on_position(position);
    }
  }
  if (frame_.kind == weex::FrameKind::account) {
    refresh_account();
    if (frame_.cause != weex::AccountCause::order) {
      read_bills();
    }
  }
}

} // namespace rg::sim
