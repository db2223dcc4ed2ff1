#include "infra/weex/stream_link.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>

namespace rg::weex {

namespace {

constexpr std::size_t kOperationsPerHour = 230; // the venue allows 240 per connection
constexpr Duration kHour = std::chrono::hours(1);

} // namespace

struct StreamLink::Impl : std::enable_shared_from_this<StreamLink::Impl> {
  net::Transport& transport;
  std::string url;
  const Codec& codec;
  WeexOptions options;
  Handlers handlers;
  Backoff backoff;
  std::unique_ptr<net::WsLink> socket;
  std::vector<std::string> channels;
  std::set<std::string, std::less<>> awaiting; // not acknowledged yet
  std::deque<Timestamp> operations;            // steady time
  std::optional<Timer::Token> retry, ack_limit, stable;
  bool started = false, up = false;
  std::uint64_t connects = 0;

  Impl(net::Transport& t, const net::TlsTrust& trust, std::string u, const Codec& c,
       const WeexOptions& o, std::uint64_t seed, Handlers h)

      : transport(t), url(std::move(u)), codec(c), options(o), handlers(std::move(h)),
        backoff(o.reconnect_min, o.reconnect_max, seed), socket(t.websocket(trust)) {
    socket->set_time_limits(options.ack_within, options.idle);
  }

  template <class Action> Timer::Token after(Duration delay, Action action) {
    return transport.timer().after(delay, [weak = weak_from_this(), action] {
      if (const auto self = weak.lock()) {
        action(*self);
      }
    });
  }
  void cancel(std::optional<Timer::Token>& token) {
    if (token) {
      transport.timer().cancel(*std::exchange(token, std::nullopt));
    }
  }

  void connect() {
    net::WsLink::Callbacks callbacks;
    callbacks.on_open = [weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->on_open();
      }
    };
    callbacks.on_text = [weak = weak_from_this()](std::string_view text) {
      if (const auto self = weak.lock()) {
        self->handlers.on_text(text);
      }
    };
    callbacks.on_close = [weak = weak_from_this()](const std::string& why) {
      if (const auto self = weak.lock()) {
        self->on_lost(why);
      }
    };
    socket->connect(url, handlers.headers ? handlers.headers() : std::vector<net::Header>{},
                    std::move(callbacks));
  }

  void on_open() {
    ++connects;
    operations.clear();
    awaiting.clear();
    for (const std::string& channel : channels) {
      subscribe(channel);
    }
    watch_acks();
    stable = after(options.stable_after, [](Impl& self) {
      self.stable.reset();
      self.backoff.reset();
    });
    check_up();
  }

  void subscribe(const std::string& channel) {
    operations.push_back(transport.steady_now());
    awaiting.insert(channel);
    socket->send(codec.subscribe(channel));
  }
  void unsubscribe(const std::string& channel) {
    operations.push_back(transport.steady_now());
    awaiting.erase(channel);
    socket->send(codec.unsubscribe(channel));
  }

  void watch_acks() {
    cancel(ack_limit);
    ack_limit = after(options.ack_within, [](Impl& self) {
      self.ack_limit.reset();
      self.on_ack_limit();
    });
  }

  void on_ack_limit() {
    const auto late = std::exchange(awaiting, {});
    for (const std::string& channel : late) {
      if (!handlers.on_unacknowledged || handlers.on_unacknowledged(channel)) {
        lose("no answer to the subscription of " + channel);
        return;
      }
    }
    check_up();
  }

  void acknowledged(std::string_view channel) {
    const auto found = awaiting.find(channel);
    if (found != awaiting.end()) {
      awaiting.erase(found);
      check_up();
    }
  }

  void check_up() {
    if (up || !awaiting.empty() || !socket->is_open()) {
      return;
    }
    up = true;
    cancel(ack_limit);
    if (handlers.on_up) {
      handlers.on_up();
    }
  }

  /// Ends the connection ourselves.
  void lose(const std::string& why) {
    forget_socket();
    on_lost(why);
  }
  void forget_socket() { socket->abandon(); }

  void on_lost(const std::string& why) {
    cancel(ack_limit);
    cancel(stable);
    awaiting.clear();
    if (std::exchange(up, false) && handlers.on_down) {
      handlers.on_down(why); // may stop() us
    }
    if (started && !retry) {
      retry = after(backoff.next(), [](Impl& self) {
        self.retry.reset();
        self.connect();
      });
    }
  }

  void resubscribe(const std::string& channel) {
    const auto now = transport.steady_now();
    while (!operations.empty() && now - operations.front() > kHour) {
      operations.pop_front();
    }
    if (operations.size() + 2 > kOperationsPerHour) {
      lose("a fresh connection for more subscriptions");
      return;
    }
    unsubscribe(channel);
    subscribe(channel);
    if (!ack_limit) {
      watch_acks();
    }
  }

  void change_channels(std::vector<std::string> wanted) {
    const auto absent = [](const std::vector<std::string>& from, const std::string& channel) {
      return std::find(from.begin(), from.end(), channel) == from.end();
    };
    const std::vector<std::string> before = std::exchange(channels, std::move(wanted));
    if (!socket->is_open()) {
      return; // on_open subscribes
    }
    for (const std::string& channel : before) {
      if (absent(channels, channel)) {
        unsubscribe(channel);
      }
    }
    for (const std::string& channel : channels) {
      if (absent(before, channel)) {
        subscribe(channel);
        if (!ack_limit) {
          watch_acks();
        }
      }
    }
  }
};

StreamLink::StreamLink(net::Transport& transport, const net::TlsTrust& trust, std::string url,
                       const Codec& codec, const WeexOptions& options, std::uint64_t jitter_seed,
                       Handlers handlers)
    : impl_(std::make_shared<Impl>(transport, trust, std::move(url), codec, options, jitter_seed,
                                   std::move(handlers))) {}

StreamLink::~StreamLink() {
  stop();
}

void StreamLink::start(std::vector<std::string> channels) {
  impl_->change_channels(std::move(channels));
  if (!std::exchange(impl_->started, true)) {
    impl_->connect();
  }
}

void StreamLink::stop() {
  impl_->started = false;
  impl_->cancel(impl_->retry);
  impl_->cancel(impl_->ack_limit);
  impl_->cancel(impl_->stable);
  impl_->up = false;
  impl_->forget_socket();
}

void StreamLink::reconnect(const std::string& why) {
  if (impl_->started && !impl_->retry) {
    impl_->lose(why);
  }
}

void StreamLink::on_ping(std::string_view time) {
  impl_->socket->send(impl_->codec.pong(time));
}
void StreamLink::on_subscribed(std::string_view channel) {
  impl_->acknowledged(channel);
}
void StreamLink::on_data(std::string_view channel) {
  if (!impl_->awaiting.empty()) {
    impl_->acknowledged(channel);
  }
}
void StreamLink::resubscribe(const std::string& channel) {
  impl_->resubscribe(channel);
}
bool StreamLink::is_up() const {
  return impl_->up;
}
std::size_t StreamLink::bytes_waiting() const {
  return impl_->socket->bytes_waiting();
}
std::uint64_t StreamLink::connects() const {
  return impl_->connects;
}

} // namespace rg::weex
