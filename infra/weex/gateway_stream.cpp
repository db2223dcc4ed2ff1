// The private websocket: orders, fills, positions as they happen; balances and bills are read by
// REST when the account channel says that they moved.

#include "infra/weex/gateway_impl.hpp"

namespace rg::weex {

void WeexGateway::Impl::open_stream() {
  if (stream) {
    stream->start(codec->private_channels());
    return;
  }
  StreamLink::Handlers handlers;
  const std::weak_ptr<Impl> weak = weak_from_this();
  handlers.headers = [this] { return rest.stream_headers(codec->private_stream_path()); };
  handlers.on_text = [weak](std::string_view text) {
    if (const auto self = weak.lock()) {
      self->on_text(text);
    }
  };
  handlers.on_up = [weak] {
    if (const auto self = weak.lock()) {
      // Numbering belongs to a connection as far as is known; what was missed comes by REST.
      self->order_versions = {};
      self->position_versions.fill(0);
      self->tell_link(Link::private_stream, true);
      self->refresh_account();
      self->read_bills();
    }
  };
  handlers.on_down = [weak](const std::string&) {
    if (const auto self = weak.lock()) {
      self->tell_link(Link::private_stream, false);
    }
  };
  stream = std::make_unique<StreamLink>(transport, trust, private_url, *codec, options,
                                        options.seed * 2 + 1, std::move(handlers));
  stream->start(codec->private_channels());
}

void WeexGateway::Impl::on_text(std::string_view text) {
  const ParseError problem = codec->decode(text, frame);
  if (problem != ParseError::none) {
    // It may have been a fill. A fresh connection makes everybody reconcile.
    ++stats.malformed_frames;
    stream->reconnect("frame not understood");
    return;
  }
  stats.foreign_rows += frame.foreign_rows;
  switch (frame.kind) {
  case FrameKind::ping:
    stream->on_ping(frame.ping_time);
    return;
  case FrameKind::subscribed:
    stream->on_subscribed(frame.channel);
    return;
  case FrameKind::refused:
    stream->reconnect("subscription refused");
    return;
  case FrameKind::orders:
    on_orders();
    return;
  case FrameKind::fills:
    on_fills();
    return;
  case FrameKind::positions:
    on_positions();
    return;
  case FrameKind::account:
    on_account();
    return;
  default:
    return;
  }
}

void WeexGateway::Impl::on_orders() {
  for (const VenueOrder& order : frame.orders) {
    if (const auto id = ClientOrderId::parse(order.client_id)) {
      client_ids[order.venue_id] = *id;
    }
    std::uint64_t& known = order_versions[order.venue_id];
    if (frame.version != 0 && frame.version <= known) {
      ++stats.late_updates; // a duplicate, or overtaken by a later state
      continue;
    }
    known = std::max(known, frame.version);
    if (listener != nullptr) {
      listener->on_order({order});
    }
  }
}

void WeexGateway::Impl::on_fills() {
  for (Fill& fill : frame.fills) {
    if (const ClientOrderId* id = client_ids.find(fill.venue_order_id)) {
      fill.client_id = *id;
    }
    if (listener != nullptr) {
      listener->on_fill(fill);
    }
  }
}

void WeexGateway::Impl::on_positions() {
  for (const Position& position : frame.positions) {
    const std::size_t slot =
        2U * position.symbol.id() + (position.side == PositionSide::long_side ? 0U : 1U);
    if (frame.version != 0 && frame.version <= position_versions[slot]) {
      ++stats.late_updates;
      continue;
    }
    position_versions[slot] = std::max(position_versions[slot], frame.version);
    if (listener != nullptr) {
      listener->on_position(position);
    }
  }
}

void WeexGateway::Impl::on_account() {
  refresh_account();
  if (frame.cause != AccountCause::order) {
    read_bills();
  }
}

} // namespace rg::weex
